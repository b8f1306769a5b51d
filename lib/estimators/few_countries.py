"""Tests of a country-level slope side by side, on counts of a few countries."""

import warnings
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm, t

from .clustered_logit import cluster_jackknife, linearized_wild_bootstrap
from .errors import ConvergenceError, ConvergenceWarning
from .few_clusters import country_logits, two_step
from .multilevel import MixedLogit
from .multilevel.restricted import RestrictedResults, fit_restricted
from .multilevel.results import MixedLogitResults

COLUMNS = ("counted", "n_valid", "regressor")


def slope_tests(country: pd.DataFrame, draws: int = 9_999, bootstraps: int = 0) -> pd.DataFrame:
    """
    Test by several methods that a country-level slope of a logit is zero.

    Parameters
    ----------
    country : pandas.DataFrame
        One row a country: counted (respondents with the outcome), n_valid and regressor.
    draws : int, default 9999
        Draws of the linearised wild bootstrap.
    bootstraps : int, default 0
        Samples of the parametric bootstrap; 0 leaves it out.

    Returns
    -------
    pandas.DataFrame
        One row a method: method, estimate, std_error, p_value and variance (between countries; not
        a number where the method has none). Jackknife and wild bootstrap test the slope of the
        pooled logit, which is nearer to zero than that given the country; both are zero together.

    Raises
    ------
    ConvergenceError
        If a likelihood has no maximum.
    """
    df = len(country) - 2
    model = _model(country)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fit = model.fit()
    restricted = fit_restricted(model)
    steps = country_logits(country["counted"], country["n_valid"])["effect"]
    step = two_step(steps, country[["regressor"]]).tidy().set_index("term").loc["regressor"]
    likelihood = (fit.params["regressor"], fit.bse["regressor"])
    counts = (country["counted"], country["n_valid"], country["regressor"])
    jackknife = cluster_jackknife(*counts)
    wild = linearized_wild_bootstrap(*counts, draws)
    rows = [
        ("maximum likelihood, normal", *likelihood, 2 * norm.sf(_z(fit)), fit.group_variance),
        ("maximum likelihood, t", *likelihood, 2 * t.sf(_z(fit), df), fit.group_variance),
        (
            "restricted likelihood, t",
            restricted.params["regressor"],
            restricted.bse["regressor"],
            2 * t.sf(_z(restricted), df),
            restricted.params["group variance"],
        ),
        ("two steps, t", step["estimate"], step["std_error"], step["p_value"], np.nan),
        ("jackknife by country", *_told(jackknife), np.nan),
        ("linearised wild bootstrap", *_told(wild), np.nan),
    ]
    if bootstraps:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            p_value = _parametric_bootstrap(country, _z(fit), bootstraps)
        rows.append(("parametric bootstrap", *likelihood, p_value, fit.group_variance))
    columns = ["method", "estimate", "std_error", "p_value", "variance"]
    return pd.DataFrame(rows, columns=columns)


def simulate_countries(
    n_countries: int, seed: int, variance: float = 0.5, respondents: int = 1_500
) -> pd.DataFrame:
    """Draw counts of countries whose log odds are normal, and unrelated to an even regressor."""
    generator = np.random.default_rng(seed)
    effects = np.sqrt(variance) * generator.standard_normal(n_countries)
    counted = generator.binomial(respondents, expit(effects))
    regressor = np.linspace(0, 1, n_countries)
    values = (counted, np.full(n_countries, respondents), regressor)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def null_tests(n_countries: int, seeds: Iterable[int], bootstraps: int = 0) -> pd.DataFrame:
    """
    Test slopes that are zero, with countries drawn anew for each seed.

    Parameters
    ----------
    n_countries : int
        Countries of a survey.
    seeds : iterable of int
        One survey a seed.
    bootstraps : int, default 0
        As for `slope_tests`.

    Returns
    -------
    pandas.DataFrame
        The rows of `slope_tests` of every survey, with its seed; a survey in which a method fails
        is left out as a whole.
    """
    found = []
    for seed in seeds:
        country = simulate_countries(n_countries, seed)
        try:
            found.append(slope_tests(country, 999, bootstraps).assign(seed=seed))
        except ConvergenceError:
            continue
    return pd.concat(found, ignore_index=True)


def coverage(tests: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """
    Say how often the interval that goes with a test holds the true slope, zero.

    Parameters
    ----------
    tests : pandas.DataFrame
        As `null_tests` gives it.
    alpha : float, default 0.05
        One minus the level.

    Returns
    -------
    pandas.DataFrame
        One row a method: method, coverage, its Monte Carlo std_error, variance (mean estimate)
        and replicates.
    """
    kept = tests.assign(coverage=tests["p_value"] > alpha)
    groups = kept.groupby("method", sort=False)
    share, size = groups["coverage"].mean(), groups.size()
    table = {
        "coverage": share,
        "std_error": np.sqrt(share * (1 - share) / size),
        "variance": groups["variance"].mean(),
        "replicates": size,
    }
    return pd.DataFrame(table).reset_index()


def _told(slope: object) -> tuple[float, ...]:
    return tuple(vars(slope).values())


def _model(country: pd.DataFrame, names: Sequence[str] = ("Intercept", "regressor")) -> MixedLogit:
    """Make the model of counts without a formula, whose reading takes longer than the fit."""
    groups = np.tile(np.arange(len(country)), 2)
    design = country.assign(Intercept=1.0)[list(names)]
    with_it = country["counted"].to_numpy()
    weights = np.append(with_it, country["n_valid"].to_numpy() - with_it)
    outcome = np.repeat([1.0, 0.0], len(country))
    exog = pd.concat([design, design], ignore_index=True)
    return MixedLogit(outcome, exog, groups, frequency_weights=weights)


def _parametric_bootstrap(country: pd.DataFrame, observed: float, samples: int) -> float:
    """Share of refits to counts that the model without a slope draws with no smaller z."""
    null = _model(country, ["Intercept"]).fit()
    larger = 1
    for seed in range(samples):
        generator = np.random.default_rng(seed)
        effects = np.sqrt(null.group_variance) * generator.standard_normal(len(country))
        shares = expit(null.params["Intercept"] + effects)
        drawn = country.assign(counted=generator.binomial(country["n_valid"], shares))
        larger += _z(_model(drawn).fit()) >= observed
    return larger / (samples + 1)


def _z(fit: MixedLogitResults | RestrictedResults) -> float:
    return float(abs(fit.params["regressor"] / fit.bse["regressor"]))
