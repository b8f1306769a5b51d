"""
What every room rests on: errors, paths, text files, checks of parameters, hashes, imports.

It may import `lib.estimators.errors` only.
"""
