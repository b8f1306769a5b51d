"""
What was computed of a printed number, its grade, and the report.

It may import `lib.consistency` and rooms below.
"""
