"""Helpers of the book: readers, estimators, grades, tables and figures."""
