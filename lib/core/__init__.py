"""
What every room rests on: errors, paths, text files, parameters, hashes, imports.

It may import `lib.estimators`, of which only `errors`.
"""
