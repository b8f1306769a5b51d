"""
What printed numbers imply of each other, and what open figures imply of them.

It may import `lib.core`, `lib.sources` and `lib.estimators`.
"""
