"""
Tables, figures and pages that a reader can change.

It may import `lib.evidence` and rooms below.
"""
