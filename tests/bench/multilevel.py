"""Multilevel models against other programs, from table to results with standard errors."""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from lib.multilevel import MixedLogit, MixedOrderedLogit
from tests.bench.timing import r_version, seconds, spread

HERE = Path(__file__).parent
ROWS = HERE.parent / "reference" / "glmm_sim.csv"
REGRESSORS = "x1 + x2 + x3 + x4 + x5 + div"
FORMULA = f"yb ~ {REGRESSORS}"
ORDERED_FORMULA = f"yo ~ {REGRESSORS}"
GLMER, CLMM = "lme4::glmer(nAGQ = 25)", "ordinal::clmm (Laplace)"
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
