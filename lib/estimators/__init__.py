"""
Estimators and power analysis: statistics that know nothing of this book.

They import each other only, so that they can be used without it.
"""
