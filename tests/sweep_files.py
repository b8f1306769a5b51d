"""Grids to write and datasets to compare in the tests of sweeps."""

from pathlib import Path

import pandas as pd

from lib.sweep.grid import Grid, read_grid


def written_grid(folder: Path, text: str) -> Grid:
    """Write a grid and read it."""
    path = folder / "grid.yml"
    path.write_text(text, encoding="utf-8")
    return read_grid(path)


def settled(folder: Path) -> pd.DataFrame:
    """Read a dataset; put its rows in an order that does not depend on when cells finished."""
    table = pd.read_parquet(folder).drop(columns="seconds")
    return table.sort_values("cell", kind="stable", ignore_index=True)
