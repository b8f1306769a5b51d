"""
A grid over the functions of lib, computed by Dask into one Parquet dataset.

It may import `lib.core`.
"""
