"""How often estimates from synthetic respondents find what is built into them."""

import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from lib.core.errors import ConvergenceError
from lib.core.text_files import read_csv, to_numbers
from lib.estimators.list_experiment import difference_in_means, ictreg
from lib.estimators.multilevel import MixedLogit
from lib.estimators.multilevel.simulation import simulate_survey
from lib.respondents import synthetic

FILE = "machinery.csv"
CODE = ("lib/respondents/replicates.py", "lib/respondents/synthetic.py")
NAMES = ["design", "term", "date", "hash"]
NUMBERS = ["built_in", "mean", "std_error", "coverage", "coverage_t", "replicates", "seed"]
CROWD = 1_000_000  # respondents over whom the built-in support is averaged
EQUAL_SHARES = (0.5, 0.5, 0.5, 0.5)
GROUPS = {"female": "women", "male": "men"}
LIST_FORMULA = "count ~ " + " + ".join(synthetic.ATTRIBUTES)
FORMULA = "trust_cis ~ " + " + ".join(synthetic.EFFECTS)


def individual_replicates(data: Path, seeds: Iterable[int], slope_sd: float = 0.0) -> pd.DataFrame:
    """
    Fit the fullest logit to trust drawn anew for each seed, regressors kept.

    One row a seed and term: term, built_in, estimate and std_error.

    `slope_sd`: as in `lib.respondents.synthetic.synthetic_wvs`; above 0 the fit is misspecified.
    """
    items = synthetic.regressor_items(data, np.random.default_rng(synthetic.WVS_SEED))
    variables = synthetic.regressors(items, data)
    complete = variables[list(synthetic.EFFECTS)].notna().all(axis=1)
    found = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        trust = synthetic.draw_trust(variables, generator, slope_sd)
        rows = variables.assign(trust_cis=(trust >= 2).astype(float))[complete]
        fit = MixedLogit.from_formula(FORMULA, rows, "iso3").fit()
        estimates: pd.DataFrame = fit.tidy().set_index("term")[["estimate", "std_error"]]
        found.append(estimates.join(pd.Series(synthetic.EFFECTS, name="built_in"), how="inner"))
    replicates: pd.DataFrame = pd.concat(found).rename_axis("term").reset_index()
    return replicates


def country_replicates(
    n_countries: int, seeds: Iterable[int], slope: float = -1.0, variance: float = 0.5
) -> pd.DataFrame:
    """
    Fit a logit with a random intercept to surveys of countries without a name.

    One row a seed: term, built_in, estimate and std_error of the slope on diversity, both missing
    where no maximum is reached, so that the interval counts as one that misses.
    """
    found = []
    for seed in seeds:
        rows = simulate_survey(1500 * n_countries, n_countries, slope, variance, seed)
        grouped = rows.groupby(["country", "diversity", "answer"]).size().reset_index(name="n")
        model = MixedLogit.from_formula("answer ~ diversity", grouped, "country", "n")
        row = {"term": "diversity", "built_in": slope, "estimate": np.nan, "std_error": np.nan}
        with suppress(ConvergenceError):
            fit = model.fit()
            row |= {"estimate": fit.params["diversity"], "std_error": fit.bse["diversity"]}
        found.append(row)
    return pd.DataFrame(found)


def support_replicates(n: int, seeds: Iterable[int], deflation: float = 0.0) -> pd.DataFrame:
    """
    Estimate support from list experiments drawn anew for each seed, by differences in means.

    One row a seed and group (everybody, women, men): term, built_in, estimate and std_error in
    percent.

    `deflation`: as in `lib.respondents.synthetic.synthetic_list_experiment`.
    """
    crowd = synthetic.synthetic_list_experiment(CROWD, seed=0)
    share = 100 * synthetic.support_share(crowd)
    built_in = pd.Series(share).groupby(crowd["gender"]).mean()
    built_in["everybody"] = share.mean()
    found = []
    for seed in seeds:
        rows = _list_rows(n, seed, deflation=deflation)
        for by in ("all", "gender"):
            means = difference_in_means(rows, "count", "treatment", by).set_index("group")
            found.append(100 * means[["estimate", "std_error"]].assign(built_in=built_in / 100))
    replicates: pd.DataFrame = pd.concat(found).rename(index=GROUPS).rename_axis("term")
    return replicates.reset_index()


def log_odds_replicates(
    n: int, seeds: Iterable[int], item_shares: Sequence[float] = EQUAL_SHARES
) -> pd.DataFrame:
    """
    Regress support on four attributes in list experiments drawn anew for each seed.

    One row a seed and attribute: term, built_in, estimate and std_error of its log odds by maximum
    likelihood, both missing where the estimate is not finite, so that its interval counts as one
    that misses.

    `item_shares`: unless all are equal, counts are not binomial, as the likelihood takes them.
    """
    built_in = pd.Series(synthetic.SUPPORT, name="built_in")[list(synthetic.ATTRIBUTES)]
    found = []
    for seed in seeds:
        rows = _list_rows(n, seed, item_shares=item_shares)
        estimates = built_in.to_frame().assign(estimate=np.nan, std_error=np.nan)
        with suppress(ConvergenceError), warnings.catch_warnings(action="ignore"):
            fit = ictreg(LIST_FORMULA, rows, "treatment", len(item_shares))
            terms = fit.tidy().set_index("term")[["estimate", "std_error"]].dropna()
            estimates.update(terms.rename(lambda term: term.removeprefix("sensitive.")))
        found.append(estimates)
    replicates: pd.DataFrame = pd.concat(found).rename_axis("term").reset_index()
    return replicates


def _list_rows(n: int, seed: int, **drawn: Any) -> pd.DataFrame:
    rows = synthetic.synthetic_list_experiment(n, seed, **drawn)
    treatment = (rows["arm"] == "treatment").astype(int)
    return rows.join(synthetic.attributes(rows)).assign(treatment=treatment, all="everybody")


def coverage(replicates: pd.DataFrame, df: int | None = None) -> pd.DataFrame:
    """
    Say how often 95 percent intervals hold the built-in value.

    One row a term: built_in, mean (of the estimates), std_error (Monte Carlo, of that mean),
    coverage (normal intervals), coverage_t (with `df` degrees of freedom; missing without) and
    replicates.
    """
    gap = (replicates["estimate"] - replicates["built_in"]).abs() / replicates["std_error"]
    told = replicates.assign(normal=gap <= norm.isf(0.025), t=np.nan)
    if df is not None:
        told["t"] = (gap <= t.isf(0.025, df)).astype(float)
    groups = told.groupby("term", sort=False)
    return pd.DataFrame(
        {
            "built_in": groups["built_in"].first(),
            "mean": groups["estimate"].mean(),
            "std_error": groups["estimate"].sem(),
            "coverage": groups["normal"].mean(),
            "coverage_t": groups["t"].mean(),
            "replicates": groups.size(),
        }
    ).reset_index()


def code_hash(root: Path) -> str:
    """Hash the code that draws replicates, so that a stored table tells when it is out of date."""
    return sha256(b"".join((root / name).read_bytes() for name in CODE)).hexdigest()[:16]


def read_machinery(folder: Path) -> pd.DataFrame:
    """
    Read the stored replicates, which ``python -m tests.bench machinery`` makes.

    One row a design and term: design, term, built_in, mean, std_error, coverage, coverage_t,
    replicates, seed (the first), date, and hash of the code that drew them.
    """
    table = read_csv(folder / FILE, [*NAMES, *NUMBERS])
    for name in NUMBERS:
        table[name] = to_numbers(table[name], folder / FILE, blank=np.nan)
    return table
