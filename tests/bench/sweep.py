"""What a sweep costs beside the bare calls, and how a fit's cost grows with its rows."""

import os
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from distributed import Client

from lib.estimators.multilevel.simulation import fit_simulated_survey
from lib.sweep.calls import Call
from lib.sweep.grid import Grid
from lib.sweep.run import connected, sweep
from tests.bench.timing import spread

FUNCTION = "lib.estimators.multilevel.simulation.fit_simulated_survey"
N_ROWS = 1_000
FITS = (1_000, 10_000)
WARM_UP = 20  # the first fits of a process import what they need
ROWS = (9_000, 30_000, 90_000, 240_000, 650_000)
RUNS = 5


def sweep_fits() -> dict[str, object]:
    """Sweep on one process, half of the same bare calls before it and half after it."""
    result: dict[str, Any] = {
        "compared": "sweeps over 1,000 and 10,000 fits of 1,000 rows on one process: the bare "
        "calls, half before and half after each sweep",
        "rows": N_ROWS,
    }
    start = time.perf_counter()
    with connected(None) as client, TemporaryDirectory() as folder:
        sweep_seeds(client, range(WARM_UP), Path(folder) / "warm_up")
        result["start_seconds"] = time.perf_counter() - start
        bare_calls(range(WARM_UP))
        for fits in FITS:
            before = bare_calls(range(fits // 2))
            swept = sweep_seeds(client, range(fits), Path(folder) / str(fits))
            bare = before + bare_calls(range(fits // 2, fits))
            names = ("seconds", "processor_seconds")
            result[str(fits)] = {
                "bare": dict(zip(names, bare.tolist(), strict=True)),
                "sweep": dict(zip(names, swept.tolist(), strict=True)),
                "overhead": dict(zip(names, (swept / bare - 1).tolist(), strict=True)),
            }
            print(fits, result[str(fits)], flush=True)
    seconds = [result[str(fits)]["sweep"]["seconds"] for fits in FITS]
    return result | {"ours": spread(seconds[-1:]), "exponent": exponent(FITS, seconds)}


def sweep_rows() -> dict[str, object]:
    """Sweep over surveys of which no two rows are identical; the fastest run is least disturbed."""
    crossed = {"n_respondents": list(ROWS), "seed": list(range(RUNS))}
    call = Call(FUNCTION, {"formula": "answer ~ diversity + age"})
    with connected(None) as client, TemporaryDirectory() as folder:
        sweep(Grid("rows", call, crossed), client, Path(folder))
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


def sweep_seeds(client: Client, seeds: range, folder: Path) -> np.ndarray:
    """Time a sweep over seeds: seconds, and those of the worker's processor."""
    grid = Grid("fits", Call(FUNCTION, {"n_respondents": N_ROWS}), {"seed": list(seeds)})
    start = np.array([time.perf_counter(), worker_seconds(client)])
    sweep(grid, client, folder)
    return np.array([time.perf_counter(), worker_seconds(client)]) - start


def bare_calls(seeds: range) -> np.ndarray:
    """Time the calls without a sweep: seconds, and those of the processor."""
    start = np.array([time.perf_counter(), time.process_time()])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in seeds:
            fit_simulated_survey(N_ROWS, seed)
    return np.array([time.perf_counter(), time.process_time()]) - start


def worker_seconds(client: Client) -> float:
    """Processor seconds of the only worker so far."""
    (times,) = client.run(os.times).values()
    return float(times[0] + times[1])


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Fit the exponent of a power law, by least squares on the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
