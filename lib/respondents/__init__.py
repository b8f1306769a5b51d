"""
Where respondents come from: licensed files, profiles, generated rows.

It may import `lib.core`, `lib.sources`, `lib.estimators` and `lib.consistency`.
"""
