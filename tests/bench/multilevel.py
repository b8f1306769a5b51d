"""Multilevel models against other programs, from table to results with standard errors."""

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from lib.estimators.multilevel import MixedLogit, MixedOrderedLogit
from lib.estimators.specification_curve import Specification, every_combination, fit_specifications
from tests.bench.timing import r_version, seconds, spread

HERE = Path(__file__).parent
ROWS = HERE.parent / "reference" / "glmm_sim.csv"
REGRESSORS = "x1 + x2 + x3 + x4 + x5 + div"
FORMULA = f"yb ~ {REGRESSORS}"
ORDERED_FORMULA = f"yo ~ {REGRESSORS}"
GLMER, CLMM = "lme4::glmer(nAGQ = 25)", "ordinal::clmm (Laplace)"
SHARES = [0.26, 0.06, 0.34, 0.07, 0.42, 0.26, 0.03]
RECODED, CODINGS = ["x2", "x3", "x6"], 5
GRID_FORMULA = "y ~ x1 * z1 + x2 + x3 + x4 + x5 + age + x6 + x7 + finances + z2"
GRID = {"group left out": {"none": {}} | {str(group): {"without": group} for group in range(7)}}
GRID |= {
    name: {"as it is": {}}
    | {f"coding {n}": {"columns": {name: f"{name}_{n}"}} for n in range(1, CODINGS)}
    for name in RECODED
}
RUNS = 21
R_RUNS = 5


def mixed_logit() -> dict[str, object]:
    """Fit the 9,345 rows of glmm_sim.csv; identical rows collapse."""
    return against_r(GLMER, "glmer.R", MixedLogit, pd.read_csv(ROWS), FORMULA, target=100)


def mixed_logit_continuous() -> dict[str, object]:
    """Fit the same rows with a continuous regressor, so that none are identical."""
    rows = pd.read_csv(ROWS)
    rows["z"] = np.random.default_rng(20260001).normal(size=len(rows))
    return against_r(GLMER, "glmer.R", MixedLogit, rows, f"{FORMULA} + z", target=10)


def mixed_ordered_logit() -> dict[str, object]:
    """Fit the ordered response of glmm_sim.csv; clmm takes one point to our 25."""
    rows = pd.read_csv(ROWS)
    return against_r(CLMM, "clmm.R", MixedOrderedLogit, rows, ORDERED_FORMULA, target=50)


def mixed_logit_pooled() -> dict[str, object]:
    """Fit glmm_sim.csv with and, by statsmodels, without random intercept."""
    rows = pd.read_csv(ROWS)

    def pooled() -> float:
        fit = Logit.from_formula(FORMULA, rows).fit(disp=False)
        fit.conf_int()
        return float(fit.llf)

    return against_pooled("Logit", MixedLogit, rows, FORMULA, pooled, target=0.1)


def mixed_ordered_logit_pooled() -> dict[str, object]:
    """Fit the ordered response with and, by statsmodels, without random intercept."""
    rows = pd.read_csv(ROWS)

    def pooled() -> float:
        formula = f"yo ~ 0 + {REGRESSORS}"
        model = OrderedModel.from_formula(formula, rows, distr="logit")
        fit = model.fit(method="bfgs", disp=False)
        fit.conf_int()
        return float(fit.llf)

    return against_pooled("OrderedModel", MixedOrderedLogit, rows, ORDERED_FORMULA, pooled, 1)


def specification_grid() -> dict[str, object]:
    """Fit a model of the size of Model 3 under 1,000 combinations of choices."""
    rows = respondents()
    combinations = every_combination(GRID)
    base = Specification(GRID_FORMULA, "group")
    times = {}
    for n_processes in (1, 2):
        start = time.perf_counter()
        curve = fit_specifications(rows, base, GRID, combinations, ["x1:z1"], n_processes)
        times[n_processes] = time.perf_counter() - start
    return {
        "compared": f"{len(combinations)} fits of MixedLogit, 25 adaptive points, two processes: "
        f"{GRID_FORMULA}",
        "rows": len(rows),
        "distinct_rows": len(rows.drop_duplicates()),
        "ours": spread([times[2]]),
        "seconds_in_one_process": times[1],
        "target_seconds_on_two_cores": 60,
        "not_converged": int((~curve["converged"]).sum()),
    }


def respondents() -> pd.DataFrame:
    """Simulate 9,184 respondents with the regressors of Model 3, and other codings of three."""
    draws = np.random.default_rng(9184)
    group = np.sort(draws.integers(0, 7, 9_184))
    rows = pd.DataFrame({"group": group, "z1": draws.random(7)[group]})
    rows["z2"] = draws.normal(8, 1, 7)[group]
    for number, share in enumerate(SHARES, start=1):
        rows[f"x{number}"] = draws.binomial(1, share, len(rows)).astype(float)
    rows["age"] = draws.integers(18, 92, len(rows)).astype(float)
    rows["finances"] = draws.integers(1, 11, len(rows)).astype(float)
    for name in RECODED:
        for coding in range(1, CODINGS):
            other = draws.random(len(rows)) < 0.1 * coding
            rows[f"{name}_{coding}"] = np.where(other, 1 - rows[name], rows[name])
    predictor = 0.01 * rows["age"] + rows["z1"] - 0.3 * rows["x1"] + draws.normal(0, 0.6, 7)[group]
    rows["y"] = (predictor - 0.8 + draws.logistic(size=len(rows)) > 0).astype(float)
    return rows


def ours(
    model: type[MixedLogit | MixedOrderedLogit], rows: pd.DataFrame, formula: str
) -> dict[str, float]:
    """Time our fit with 25 adaptive points."""

    def fitted() -> float:
        fit = model.from_formula(formula, rows, groups="group").fit(n_points=25)
        fit.tidy()
        return float(fit.llf)

    return spread(seconds(fitted, RUNS)) | {"log_likelihood": fitted()}


def against_r(
    theirs: str,
    script: str,
    model: type[MixedLogit | MixedOrderedLogit],
    rows: pd.DataFrame,
    formula: str,
    target: float,
) -> dict[str, object]:
    """Time both programs on the same rows and compare their log-likelihoods."""
    our_times = ours(model, rows, formula)
    result: dict[str, object] = {
        "compared": f"{model.__name__}, 25 adaptive points, with {theirs}: {formula}",
        "rows": len(rows),
        "target_ratio": target,
        "ours": our_times,
    }
    package = theirs.split("::")[0]
    version = r_version(package)
    if version is None:
        return result | {
            "theirs": None,
            "note": f"R with {package} is missing: only ours was timed.",
        }
    times, log_likelihood = run_r(script, rows, formula)
    their_times = spread(times)
    return result | {
        "program": version,
        "theirs": their_times | {"log_likelihood": log_likelihood},
        "ratio": their_times["median"] / our_times["median"],
    }


def against_pooled(
    name: str,
    model: type[MixedLogit | MixedOrderedLogit],
    rows: pd.DataFrame,
    formula: str,
    pooled: Callable[[], float],
    target: float,
) -> dict[str, object]:
    """Time our fit and statsmodels' fit without random effects on the same rows."""
    our_times = ours(model, rows, formula)
    their_times = spread(seconds(pooled, RUNS))
    return {
        "compared": f"{model.__name__}, 25 adaptive points, with statsmodels' pooled {name}: "
        f"{formula}",
        "rows": len(rows),
        "target_ratio": target,
        "ours": our_times,
        "theirs": their_times | {"log_likelihood": pooled()},
        "ratio": their_times["median"] / our_times["median"],
    }


def run_r(script: str, rows: pd.DataFrame, formula: str) -> tuple[list[float], float]:
    """Run an R script with a random intercept added; return its seconds and log-likelihood."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        rows.to_csv(path, index=False)
        arguments = [str(path), f"{formula} + (1 | group)", str(R_RUNS)]
        output = subprocess.run(
            ["Rscript", str(HERE / script), *arguments],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    *times, log_likelihood = map(float, output.split())
    return times, log_likelihood
