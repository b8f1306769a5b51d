"""
Where respondents come from: licensed files, profiles, generated rows.

It may import `lib.presentation` and rooms below.
"""
