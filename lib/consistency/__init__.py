"""
What printed numbers imply of each other and of open figures.

It may import `lib.sources` and rooms below.
"""
