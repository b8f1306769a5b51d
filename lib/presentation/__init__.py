"""
Tables, figures and the parts of pages that a reader can change.

It may import `lib.core` and `lib.evidence`.
"""
