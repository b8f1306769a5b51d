"""
A grid over the functions of lib, run on processes or on a Dask cluster.

It may import `lib.core`.
"""
