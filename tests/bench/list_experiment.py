"""List-experiment regressions against the seconds that R's package list needed elsewhere."""

import json
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from lib.core.errors import ConvergenceError, ConvergenceWarning
from lib.estimators.list_experiment import ictreg
from tests.bench.timing import seconds, spread

REFERENCE = Path(__file__).parent.parent / "reference"
KNOWN = json.loads((REFERENCE / "list_sim_reference.json").read_text())
FORMULA = "y ~ male + university + age10 + russian + capital"
RUNS = 7
REFITS = 1_000
MODELS = {
    "ml": {},
    "ml_unconstrained": {"constrained": False},
    "ml_betabinomial": {"overdispersed": True},
    "ml_ceiling": {"ceiling": True},
    "ml_floor": {"floor": True},
    "ml_topcode": {"error": "topcode"},
    "ml_uniform": {"error": "uniform"},
}
TARGETS = {"ml": 30, "ml_topcode": 50, "ml_uniform": 50}


def list_experiment(model: str) -> dict[str, object]:
    """Fit the 2,000 rows of list_sim_n2000.csv with one likelihood."""
    rows = pd.read_csv(REFERENCE / "list_sim_n2000.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        times = spread(seconds(fit(rows, FORMULA, MODELS[model]), RUNS))
    theirs = KNOWN["n2000"][model]["seconds_median"]
    return {
        "compared": f"ictreg, {model.replace('_', ' ')}, with R's list 9.2.6 in another run",
        "formula": FORMULA,
        "rows": len(rows),
        "ours": times,
        "theirs": {"median": theirs, "script": "tests/reference/list_sim.R"},
        "ratio": theirs / times["median"],
        "target_ratio": TARGETS.get(model),
    }


def fit(rows: pd.DataFrame, formula: str, options: dict[str, object]) -> Callable[[], object]:
    """From table to tidy results."""
    fitted = partial(ictreg, formula, rows, "treat", 4, **options)
    return lambda: fitted().tidy()


def list_experiment_bootstrap() -> dict[str, object]:
    """Refit maximum likelihood to 1,000 bootstrap samples of the 400 rows, on one core."""
    rows = pd.read_csv(REFERENCE / "list_sim_n400.csv")
    generator, failed, start = np.random.default_rng(806), 0, perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for _ in range(REFITS):
            sample = rows.sample(len(rows), replace=True, random_state=generator)
            try:
                ictreg("y ~ male", sample, "treat", 4)
            except ConvergenceError:
                failed += 1
    return {
        "compared": f"{REFITS} bootstrap refits of maximum likelihood, y ~ male, 400 rows",
        "rows": len(rows),
        "ours": spread([perf_counter() - start]),
        "target_seconds_on_two_cores": 20,
        "without_a_maximum": failed,
    }
