"""How the cost of a sweep grows with the number of fits, and with the rows of a fit."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from lib.book.build import default_jobs
from lib.sweep.calls import Call
from lib.sweep.grid import Grid
from lib.sweep.run import sweep
from lib.sweep.workers import processes
from tests.bench.timing import spread

FUNCTION = "lib.estimators.multilevel.simulation.fit_simulated_survey"
FITS = (100, 1_000, 10_000)
ROWS = (9_000, 30_000, 90_000, 240_000, 650_000)
RUNS = 5


def sweep_fits() -> dict[str, object]:
    """Sweep over small surveys, whose identical rows collapse."""
    count = default_jobs()
    seconds = [sweep_seeds(fits, count) for fits in FITS]
    return {
        "compared": f"sweeps over 100, 1,000 and 10,000 fits of 1,000 rows on {count} processes: "
        "nothing to compare with",
        "rows": 1_000,
        "ours": spread(seconds[-1:]),
        "processes": count,
        "seconds_by_fits": dict(zip(map(str, FITS), seconds, strict=True)),
        "exponent": exponent(FITS, seconds),
        "exponent_from_1000": exponent(FITS[1:], seconds[1:]),
    }


def sweep_rows() -> dict[str, object]:
    """Sweep over surveys of which no two rows are identical; the fastest run is least disturbed."""
    crossed = {"n_respondents": list(ROWS), "seed": list(range(RUNS))}
    call = Call(FUNCTION, {"formula": "answer ~ diversity + age"})
    with TemporaryDirectory() as folder:
        sweep(Grid("rows", call, crossed), processes(1), Path(folder))
        cells = pd.read_parquet(folder).drop_duplicates("cell")
    fastest = cells.groupby("n_respondents")["seconds"].min()
    return {
        "compared": "mixed logits of 9,000 to 650,000 rows, 25 adaptive points, one process: "
        "nothing to compare with",
        "rows": ROWS[-1],
        "ours": spread(cells.loc[cells["n_respondents"] == ROWS[-1], "seconds"].tolist()),
        "fastest_seconds_by_rows": {str(rows): float(fastest[rows]) for rows in ROWS},
        "exponent": exponent(ROWS, fastest.tolist()),
    }


def sweep_seeds(fits: int, count: int) -> float:
    """Time a sweep over seeds, with the start of its processes and the writing of its rows."""
    grid = Grid("fits", Call(FUNCTION, {"n_respondents": 1_000}), {"seed": list(range(fits))})
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        sweep(grid, processes(count), Path(folder))
        return time.perf_counter() - start


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Fit the exponent of a power law, by least squares on the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
