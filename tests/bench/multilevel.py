"""MixedLogit against lme4::glmer, from table to results with standard errors."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from lib.multilevel import MixedLogit
from tests.bench.timing import r_version, seconds, spread

HERE = Path(__file__).parent
ROWS = HERE.parent / "reference" / "glmm_sim.csv"
FORMULA = "yb ~ x1 + x2 + x3 + x4 + x5 + div"
RUNS = 21
R_RUNS = 5


def mixed_logit() -> dict[str, object]:
    """Fit the 9,345 rows of glmm_sim.csv; identical rows collapse."""
    return against_glmer(pd.read_csv(ROWS), FORMULA, target=100)


def mixed_logit_continuous() -> dict[str, object]:
    """Fit the same rows with a continuous regressor, so that none are identical."""
    rows = pd.read_csv(ROWS)
    rows["z"] = np.random.default_rng(20260001).normal(size=len(rows))
    return against_glmer(rows, f"{FORMULA} + z", target=10)


def against_glmer(rows: pd.DataFrame, formula: str, target: float) -> dict[str, object]:
    """Time both programs on the same rows and compare their log-likelihoods."""

    def ours() -> float:
        fit = MixedLogit.from_formula(formula, rows, groups="group").fit(n_points=25)
        fit.tidy()
        return float(fit.llf)

    our_times = spread(seconds(ours, RUNS))
    result: dict[str, object] = {
        "compared": f"MixedLogit, 25 adaptive points, with lme4::glmer(nAGQ = 25): {formula}",
        "rows": len(rows),
        "target_ratio": target,
        "ours": our_times | {"log_likelihood": ours()},
    }
    if r_version() is None:
        return result | {"theirs": None, "note": "R with lme4 is missing: only ours was timed."}
    times, log_likelihood = glmer(rows, formula)
    their_times = spread(times)
    return result | {
        "theirs": their_times | {"log_likelihood": log_likelihood},
        "ratio": their_times["median"] / our_times["median"],
    }


def glmer(rows: pd.DataFrame, formula: str) -> tuple[list[float], float]:
    """Run glmer.R; return its seconds and log-likelihood."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        rows.to_csv(path, index=False)
        arguments = [str(path), f"{formula} + (1 | group)", str(R_RUNS)]
        output = subprocess.run(
            ["Rscript", str(HERE / "glmer.R"), *arguments],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    *times, log_likelihood = map(float, output.split())
    return times, log_likelihood
