"""A sweep: the cells that are missing from a dataset are computed and added to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lib.core.errors import InputError
from lib.sweep.dataset import Dataset
from lib.sweep.grid import Grid
from lib.sweep.workers import Batch, Workers, compute

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[failed]} failed"),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
    TextColumn("left"),
)


SECONDS_OF_SPEED = 86_400.0  # the time left is estimated from the cells of the last day


@dataclass(frozen=True)
class Swept:
    """
    What a sweep has come to.

    Attributes
    ----------
    cells : int
        Cells in the dataset, all of the grid's.
    computed : int
        How many of them this run computed.
    failed : int
        How many of them failed.
    """

    cells: int
    computed: int
    failed: int


def sweep(grid: Grid, workers: Workers, folder: Path) -> Swept:
    """
    Compute what a dataset lacks of a grid, and show how far it is.

    Parameters
    ----------
    grid : Grid
        What to compute.
    workers : Workers
        Where to compute it.
    folder : pathlib.Path
        Folder of the Parquet dataset.

    Returns
    -------
    Swept
        Counts of cells.

    Raises
    ------
    InputError
        If the dataset holds cells of another grid or of other code, or no worker answers.
    SweepError
        If the workers are lost.
    """
    cells = list(grid.cells())
    with Dataset(folder) as dataset:
        foreign = len(dataset.keys - {cell.key for cell in cells})
        if foreign:
            raise InputError(
                f"{folder} holds {foreign} cells of another grid, or of earlier code or data: "
                "give this grid another file name, or remove the folder."
            )
        missing = [cell for cell in cells if cell.key not in dataset.keys]
        if missing:
            _fill(dataset, compute(workers, missing), grid)
        return Swept(len(cells), len(missing), len(dataset.failed))


def _fill(dataset: Dataset, batches: Iterable[Batch], grid: Grid) -> None:
    """Add what has finished, and show it with an estimate of the time that is left."""
    with Progress(*COLUMNS, speed_estimate_period=SECONDS_OF_SPEED) as progress:
        bar = progress.add_task(grid.name, total=grid.size, completed=len(dataset.keys), failed=0)
        for batch in batches:
            for cell, outcome in batch:
                dataset.add(cell, outcome)
            progress.update(bar, completed=len(dataset.keys), failed=len(dataset.failed))
            if dataset.write_if_due() and not progress.console.is_terminal:
                progress.print(progress.make_tasks_table(progress.tasks))  # a line for a log
