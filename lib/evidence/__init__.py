"""
What was computed of each printed number, its grade, and the report.

It may import `lib.core`, `lib.sources` and `lib.consistency`.
"""
