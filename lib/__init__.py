"""
The functions of the book, in nine rooms.

From the bottom up: estimators, core, sources, consistency, evidence, presentation, respondents,
sweep, book. A room imports only rooms below it; its docstring says which.
"""
