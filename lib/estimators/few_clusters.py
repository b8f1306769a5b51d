"""What a handful of countries can tell: two-step estimates, permutation, wild bootstrap."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial, inf

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2, rankdata, t

from .errors import ConvergenceError, InputError

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]

WEBB_WEIGHTS = [sign * np.sqrt(square) for sign in (-1, 1) for square in (0.5, 1.0, 1.5)]
MOST_COUNTRIES_TO_PERMUTE = 9
TIE_TOLERANCE = 1e-9
PERMUTATION_COLUMNS = ["statistic", "observed", "p_value", "n_orders", "smallest_p"]


def country_logits(successes: pd.Series, n: pd.Series) -> pd.DataFrame:
    """
    Log odds of each country and their standard errors.

    Parameters
    ----------
    successes : pandas.Series
        Number of respondents with the outcome in each country.
    n : pandas.Series
        Number of valid answers in each country, with the same index.

    Returns
    -------
    pandas.DataFrame
        ``effect``, log(y/(n - y)), and ``std_error``, the root of 1/y + 1/(n - y) (Woolf 1955,
        Annals of Human Genetics 19, 251-253).

    Raises
    ------
    InputError
        If the countries differ, or all or none of a country's answers are successes.
    """
    _require_same_countries(successes, n)
    failures = n - successes
    if (successes <= 0).any() or (failures <= 0).any():
        raise InputError(
            "A country in which all or none have the outcome has no finite log odds; leave it out."
        )
    return pd.DataFrame(
        {
            "effect": np.log(successes / failures),
            "std_error": np.sqrt(1 / successes + 1 / failures),
        }
    )


def _require_same_countries(first: pd.Series, second: pd.Series | pd.DataFrame) -> None:
    if not first.index.equals(second.index):
        raise InputError(
            f"The countries {list(first.index)} and {list(second.index)} differ; "
            "give both in the same order."
        )


def residual_df(n_clusters: int, n_regressors: int) -> int:
    """
    Degrees of freedom of t for a country-level coefficient.

    Parameters
    ----------
    n_clusters : int
        Number of countries.
    n_regressors : int
        Number of country-level regressors, without the constant.

    Returns
    -------
    int
        Countries less regressors less 1 (Elff, Heisig, Schaeffer & Shikano 2021, British Journal
        of Political Science 51, 412-426).

    Raises
    ------
    InputError
        If none are left.
    """
    if n_clusters - n_regressors < 2:
        raise InputError(
            f"{n_clusters} countries leave no degrees of freedom for {n_regressors} country-level "
            "regressors; drop a regressor."
        )
    return n_clusters - n_regressors - 1


def t_inference(
    estimates: pd.Series, standard_errors: pd.Series, df: float, alpha: float = 0.05
) -> pd.DataFrame:
    """Test coefficients and give their intervals by t with few degrees of freedom."""
    statistic = estimates / standard_errors
    half = float(t.isf(alpha / 2, df)) * standard_errors
    return pd.DataFrame(
        {
            "term": estimates.index,
            "estimate": estimates.to_numpy(),
            "std_error": standard_errors.to_numpy(),
            "statistic": statistic.to_numpy(),
            "p_value": 2 * t.sf(statistic.abs().to_numpy(), df),
            "conf_low": (estimates - half).to_numpy(),
            "conf_high": (estimates + half).to_numpy(),
        }
    )


@dataclass(frozen=True)
class TwoStepResults:
    """Second step of a two-step estimate: country effects regressed on country-level regressors."""

    regression: sm.regression.linear_model.RegressionResultsWrapper

    @property
    def params(self) -> pd.Series:
        """Coefficients, the intercept (``const``) first."""
        return pd.Series(self.regression.params)

    @property
    def bse(self) -> pd.Series:
        """Standard errors of the coefficients."""
        return pd.Series(self.regression.bse)

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values by t with `df_resid` degrees of freedom."""
        return pd.Series(self.regression.pvalues)

    @property
    def df_resid(self) -> float:
        """Countries less coefficients."""
        return float(self.regression.df_resid)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Confidence intervals by t."""
        return pd.DataFrame(self.regression.conf_int(alpha))

    def tidy(self, alpha: float = 0.05) -> pd.DataFrame:
        """Coefficients as a table."""
        return t_inference(self.params, self.bse, self.df_resid, alpha)

    def prediction_interval(self, regressors: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
        """Predict the effects of further countries."""
        design = sm.add_constant(regressors, has_constant="add")
        ahead = self.regression.get_prediction(design).summary_frame(alpha)
        names = {"mean": "estimate", "obs_ci_lower": "conf_low", "obs_ci_upper": "conf_high"}
        return pd.DataFrame(ahead).rename(columns=names)[list(names.values())]

    def summary(self) -> sm.iolib.summary.Summary:
        """Summarise the regression as statsmodels does."""
        return self.regression.summary(slim=True)


def two_step(
    effects: pd.Series, regressors: pd.DataFrame, standard_errors: pd.Series | None = None
) -> TwoStepResults:
    """
    Regress country effects on country-level regressors.

    Parameters
    ----------
    effects : pandas.Series
        First-step estimates, one a country.
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, with the same index, without the constant.
    standard_errors : pandas.Series, optional
        Standard errors of the effects: weighted least squares with their inverse squares. By
        default ordinary least squares, the better choice where countries differ by more than
        sampling error (Lewis & Linzer 2005, Political Analysis 13, 345-364).

    Returns
    -------
    TwoStepResults
        Coefficients with t on countries - k - 1 degrees of freedom.

    Raises
    ------
    InputError
        If the countries differ or are too few.
    """
    _require_same_countries(effects, regressors)
    residual_df(*regressors.shape)
    weights = pd.Series(1.0, index=effects.index)
    if standard_errors is not None:
        _require_same_countries(effects, standard_errors)
        weights = standard_errors.astype(float) ** -2
    design = sm.add_constant(regressors, has_constant="add")
    return TwoStepResults(sm.WLS(effects, design, weights=weights).fit())


def exact_two_step(
    effects: pd.Series, standard_errors: pd.Series, regressors: pd.DataFrame, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Give intervals for coefficients and variance between countries that few countries justify.

    Parameters
    ----------
    effects : pandas.Series
        First-step estimates, one a country, such as log odds.
    standard_errors : pandas.Series
        Their standard errors, above 0, with the same index; the squares are the sampling variances.
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, with the same index, without the constant.
    alpha : float, default 0.05
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame
        The constant (``const``), each regressor and ``variance``, that of country effects about
        the line: ``term``, ``estimate``, ``std_error`` (not a number for the variance), ``df``,
        ``conf_low``, ``conf_high``. An end of the variance below 0 is set to 0.

    Raises
    ------
    InputError
        If the countries differ, are too few or do not vary, or a standard error is not above 0.

    Notes
    -----
    Assumption: the effects are normal about the line, all with the same variance s2 beside the
    sampling variances v_j, which are known. Then Q(s2), the sum of squared residuals of least
    squares with weights 1/(s2 + v_j), is chi-squared with countries - k - 1 degrees of freedom,
    whence the interval for s2 (Viechtbauer 2007, Statistics in Medicine 26, 37-52; Jackson et al.
    2014, BMC Medical Research Methodology 14, 103, with regressors) and its estimate, at which Q
    equals the degrees of freedom. Coefficients are those of `two_step` by ordinary least squares
    with t, exact if the v_j are equal or negligible: on the log odds of countries with a thousand
    answers or more they are about 0.003, against 0.7 between countries.
    """
    df = residual_df(*regressors.shape)
    about = _AboutTheLine(effects, standard_errors, regressors)
    ends = [about.variance_at(float(chi2.isf(p, df))) for p in (alpha / 2, 1 - alpha / 2)]
    table = two_step(effects, regressors).tidy(alpha)[
        ["term", "estimate", "std_error", "conf_low", "conf_high"]
    ]
    variance = pd.DataFrame({"term": ["variance"], "estimate": about.variance_at(df)})
    variance = variance.assign(std_error=np.nan, conf_low=ends[0], conf_high=ends[1])
    table = pd.concat([table, variance], ignore_index=True).assign(df=df)
    return table[["term", "estimate", "std_error", "df", "conf_low", "conf_high"]]


def variance_p_value(
    effects: pd.Series, standard_errors: pd.Series, regressors: pd.DataFrame, variance: float
) -> float:
    """
    Test a value of the variance between countries.

    Parameters
    ----------
    effects, standard_errors : pandas.Series
        First-step estimates and their standard errors, one a country.
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, without the constant.
    variance : float
        The value, 0 or above.

    Returns
    -------
    float
        Twice the smaller tail of the chi-squared distribution of Q at the value: it is below alpha
        where the interval of `exact_two_step` leaves the value out, and assumes the same.

    Raises
    ------
    InputError
        As `exact_two_step`, or if the value is negative.
    """
    if variance < 0:
        raise InputError(f"A variance of {variance} cannot be; give 0 or more.")
    df = residual_df(*regressors.shape)
    statistic = _AboutTheLine(effects, standard_errors, regressors).squares(variance)
    return float(min(1.0, 2 * min(chi2.sf(statistic, df), chi2.cdf(statistic, df))))


class _AboutTheLine:
    """Squared residuals of the country effects, weighted by their variances."""

    def __init__(
        self, effects: pd.Series, standard_errors: pd.Series, regressors: pd.DataFrame
    ) -> None:
        _require_same_countries(effects, standard_errors)
        _require_same_countries(effects, regressors)
        if not (standard_errors > 0).all():
            raise InputError(
                f"A standard error of {standard_errors.min()} is not above 0; check the answers."
            )
        self.effects = effects.to_numpy(dtype=float)
        self.sampling = standard_errors.to_numpy(dtype=float) ** 2
        self.design = np.column_stack([np.ones(len(effects)), regressors.to_numpy(dtype=float)])
        if np.linalg.matrix_rank(self.design) < self.design.shape[1]:
            raise InputError(
                f"The regressors {list(regressors.columns)} do not vary among these countries, or "
                "not apart from each other; leave one out."
            )

    def squares(self, variance: float) -> float:
        """Give Q at a variance between countries."""
        root = np.sqrt(variance + self.sampling)
        design, effects = self.design / root[:, None], self.effects / root
        residuals = effects - design @ np.linalg.lstsq(design, effects)[0]
        return float(residuals @ residuals)

    def variance_at(self, value: float) -> float:
        """Give the variance at which Q, which falls with it, has a value; 0 if it is less at 0."""
        if self.squares(0.0) <= value:
            return 0.0
        unweighted = self.effects - self.effects.mean()
        high = float(unweighted @ unweighted) / value  # Q times the variance is at most this sum
        return float(brentq(lambda variance: self.squares(variance) - value, 0.0, high))


def leave_one_out(
    countries: pd.DataFrame, estimator: Callable[[pd.DataFrame], float]
) -> pd.DataFrame:
    """Estimate again without each country."""
    estimates = [estimator(countries.drop(index=country)) for country in countries.index]
    return pd.DataFrame({"left_out": countries.index, "estimate": estimates})


def two_step_slope(countries: pd.DataFrame) -> float:
    """Give the ordinary least-squares slope of country effects on one regressor."""
    regressors = countries.drop(columns="effect")
    return float(two_step(countries["effect"], regressors).params.iloc[-1])


def effect_statistics(effects: pd.Series, standard_errors: pd.Series) -> dict[str, Statistic]:
    """
    Permutation statistics of country effects.

    Parameters
    ----------
    effects, standard_errors : pandas.Series
        Country effects and their standard errors.

    Returns
    -------
    dict of str to callable
        Each takes the regressor in every order, shape (orders, countries), and returns the
        statistic of each order, shape (orders,).
    """
    y = effects.to_numpy(dtype=float)
    equal, precision = np.ones(len(y)), standard_errors.to_numpy(dtype=float) ** -2
    ranks = rankdata(y)
    return {
        "OLS slope of effects": lambda orders: _slope(orders, y, equal),
        "WLS slope of effects, precision weights": lambda orders: _slope(orders, y, precision),
        "Spearman rank correlation of effects": lambda orders: _correlation(
            rankdata(orders, axis=1), ranks
        ),
    }


def count_statistics(successes: pd.Series, n: pd.Series) -> dict[str, Statistic]:
    """
    Permutation statistics of a binary outcome counted by country.

    Parameters
    ----------
    successes, n : pandas.Series
        Number of respondents with the outcome and of valid answers in each country.

    Returns
    -------
    dict of str to callable
        As in `effect_statistics`. The likelihood statistic is the log-likelihood gain of the
        pooled logit over the constant, signed by its slope.
    """
    y, total = successes.to_numpy(dtype=float), n.to_numpy(dtype=float)
    equal = np.ones(len(y))
    return {
        "OLS slope of shares": lambda orders: _slope(orders, y / total, equal),
        "Pooled logit slope": lambda orders: _pooled_logit(orders, y, total)[0],
        "Pooled logit log-likelihood gain": lambda orders: _pooled_logit(orders, y, total)[1],
    }


def _slope(orders: Array, y: Array, weights: Array) -> Array:
    """Weighted least-squares slope of y on each row."""
    centred = orders - (orders @ weights / weights.sum())[:, None]
    return np.asarray((centred @ (weights * y)) / (centred**2 @ weights))


def _correlation(orders: Array, y: Array) -> Array:
    """Pearson correlation of y with each row."""
    centred, y = orders - orders.mean(axis=1, keepdims=True), y - y.mean()
    return np.asarray((centred @ y) / np.sqrt((centred**2).sum(axis=1) * (y @ y)))


def _pooled_logit(orders: Array, successes: Array, n: Array) -> tuple[Array, Array]:
    """Slope and signed log-likelihood gain of a grouped logit on each row, by Newton's method."""
    x = orders - (orders @ n / n.sum())[:, None]
    intercept = np.full(len(x), np.log(successes.sum() / (n - successes).sum()))
    constant_only = _binomial_log_likelihood(intercept[:, None], successes, n)
    slope = np.zeros(len(x))
    for _ in range(50):
        mean = n * expit(intercept[:, None] + slope[:, None] * x)
        residual, weight = successes - mean, mean * (1 - mean / n)
        a, b, c = weight.sum(axis=1), (weight * x).sum(axis=1), (weight * x**2).sum(axis=1)
        score, score_x = residual.sum(axis=1), (residual * x).sum(axis=1)
        determinant = a * c - b**2
        intercept = intercept + (c * score - b * score_x) / determinant
        step = (a * score_x - b * score) / determinant
        slope = slope + step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(slope).max()):
            linear = intercept[:, None] + slope[:, None] * x
            gain = _binomial_log_likelihood(linear, successes, n) - constant_only
            return slope, np.sign(slope) * gain
    raise ConvergenceError("The pooled logit of some order of the countries did not converge.")


def _binomial_log_likelihood(linear: Array, successes: Array, n: Array) -> Array:
    return np.asarray((successes * linear - n * np.logaddexp(0, linear)).sum(axis=1))


def permutation_test(regressor: pd.Series, statistics: Mapping[str, Statistic]) -> pd.DataFrame:
    """
    Test by every order of the country values over the countries.

    Parameters
    ----------
    regressor : pandas.Series
        The country values, in the order of the countries of the statistics.
    statistics : mapping of str to callable
        From `effect_statistics` or `count_statistics`.

    Returns
    -------
    pandas.DataFrame
        One row a statistic: ``statistic`` (its name), ``observed``, ``p_value`` (share of orders
        in which it is at least as large in size, two-sided; Fisher 1935, The Design of
        Experiments), ``n_orders`` and ``smallest_p``, which no data can fall below: one order.

    Raises
    ------
    InputError
        If there are more than 9 countries, whose orders are too many to list, or the values do
        not vary.

    Notes
    -----
    Assumption: were the regressor without effect, the countries would be exchangeable. Nothing is
    conditioned on; `permutation_test_given` does that.
    """
    _require_few(len(regressor))
    if regressor.nunique() < 2:
        raise InputError("The country values do not vary, so no order differs; give another one.")
    orders = np.array(list(permutations(regressor.to_numpy(dtype=float))))
    rows = [(name, *_against_all_orders(of(orders))) for name, of in statistics.items()]
    return pd.DataFrame(rows, columns=PERMUTATION_COLUMNS)


def _require_few(n_countries: int) -> None:
    if n_countries > MOST_COUNTRIES_TO_PERMUTE:
        raise InputError(
            f"{n_countries} countries have {factorial(n_countries):,} orders, too many to "
            f"list; give at most {MOST_COUNTRIES_TO_PERMUTE}."
        )


def _against_all_orders(values: Array) -> tuple[float, float, int, float]:
    """First value, share of all values that are at least as large, how many, and one of them."""
    sizes = np.abs(values)
    p_value = float((sizes >= sizes[0] * (1 - TIE_TOLERANCE)).mean())
    return float(values[0]), p_value, len(values), 1 / len(values)


def permutation_test_given(
    effects: pd.Series, regressor: pd.Series, given: pd.DataFrame
) -> pd.DataFrame:
    """
    Test a regressor by every order of what others leave of the country effects.

    Parameters
    ----------
    effects : pandas.Series
        Country effects, such as log odds or shares.
    regressor : pandas.Series
        The country values to be tested, with the same index.
    given : pandas.DataFrame, shape (countries, k)
        Other country-level regressors to condition on, with the same index.

    Returns
    -------
    pandas.DataFrame
        One row, the columns of `permutation_test`: ``statistic``, ``observed`` (t of the regressor
        in the regression of the effects on all), ``p_value`` (two-sided), ``n_orders`` and
        ``smallest_p``.

    Raises
    ------
    InputError
        If the countries differ, are too few or more than 9, or the regressor does not vary given
        the others.

    Notes
    -----
    The effects are regressed on the others alone, the residuals dealt to the countries in every
    order and added back to the fit, and t is computed anew each time (Freedman & Lane 1983,
    Journal of Business & Economic Statistics 1, 292-298); in simulations it keeps its level well
    (Winkler et al. 2014, NeuroImage 92, 381-397). Assumption: the effects are linear in the
    others, and their errors are exchangeable among countries. All orders are listed, but the test
    is not exact, as residuals are not the errors: they sum to 0 and are orthogonal to the others.
    With nothing given it is `permutation_test` of the least-squares slope.
    """
    _require_same_countries(effects, regressor)
    _require_same_countries(effects, given)
    df = residual_df(len(effects), given.shape[1] + 1)
    _require_few(len(effects))
    y, tested = effects.to_numpy(dtype=float), regressor.to_numpy(dtype=float)
    others = np.column_stack([np.ones(len(y)), given.to_numpy(dtype=float)])
    project = others @ np.linalg.pinv(others)
    x = tested - project @ tested
    if x @ x < 1e-20 * (tested @ tested):
        raise InputError("The regressor does not vary given the others; give another one.")
    residuals = y - project @ y
    outcomes = np.array(list(permutations(residuals)))
    slopes, rest = _fit(outcomes - outcomes @ project, x)
    statistics = slopes / np.sqrt((rest**2).sum(axis=1) / df / (x @ x))
    row = ("t of the effects given the others", *_against_all_orders(statistics))
    return pd.DataFrame([row], columns=PERMUTATION_COLUMNS)


@dataclass(frozen=True)
class WildBootstrapResults:
    """Wild cluster bootstrap test of a country-level slope, or of a value on the line."""

    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    n_draws: int
    exact: bool


def wild_bootstrap(
    effects: pd.Series,
    regressor: pd.Series,
    draws: int = 279_936,
    seed: int = 0,
    alpha: float = 0.05,
    at: float | None = None,
) -> WildBootstrapResults:
    """
    Test the line of country effects on a regressor by the wild cluster bootstrap.

    Parameters
    ----------
    effects : pandas.Series
        Country effects.
    regressor : pandas.Series
        Country values, with the same index.
    draws : int, default 279936
        Number of draws. If the 6^J combinations of weights are no more than this (7 countries:
        279,936), each is taken once and the p-value is exact; else so many random ones are.
    seed : int, default 0
        Seed of random draws.
    alpha : float, default 0.05
        The interval covers 1 - alpha.
    at : float, optional
        Value of the regressor at which the height of the line is tested; by default its slope is.

    Returns
    -------
    WildBootstrapResults
        The test that slope or height is zero, with the null imposed on the residuals, Webb's
        six-point weights (Webb 2023, Canadian Journal of Economics 56, 839-858) and CV1 standard
        errors, each country a cluster (Cameron, Gelbach & Miller 2008, Review of Economics and
        Statistics 90, 414-427); the interval by inverting the test.

    Raises
    ------
    InputError
        If the countries differ, are fewer than 3, do not vary, or lie on a line.

    Notes
    -----
    The test lets every country have an error variance of its own. A country far off the line near
    the mean of the regressor then weighs little on the standard error of the slope, and the test
    may reject where t with few degrees of freedom and permutation do not: read it beside
    `leave_one_out`.
    """
    _require_same_countries(effects, regressor)
    residual_df(len(effects), 1)
    if regressor.nunique() < 2:
        raise InputError("The country values do not vary, so they have no slope; give another one.")
    tested, other = regressor.to_numpy(dtype=float), np.ones(len(effects))
    if at is not None:
        tested, other = other, tested - at
    y, x = _residuals(np.array([effects.to_numpy(dtype=float), tested]), other)
    observed = _slopes(np.ones((1, len(y))), y, x, other)
    estimate, std_error = float(observed.slope_y[0]), float(np.sqrt(observed.variance(0.0)[0]))
    if std_error**2 < 1e-20 * (y @ y) / (x @ x):
        raise InputError("The country effects lie on a line; there is no error to resample.")
    exact = 6 ** len(y) <= draws
    resampled = _slopes(webb_draws(len(y), None if exact else draws, seed), y, x, other)
    test = _WildTest(observed, resampled)
    return WildBootstrapResults(
        estimate=estimate,
        std_error=std_error,
        statistic=estimate / std_error,
        p_value=test.p_value(0.0),
        conf_low=test.interval_end(estimate, -std_error, alpha),
        conf_high=test.interval_end(estimate, std_error, alpha),
        n_draws=len(resampled.slope_y),
        exact=exact,
    )


def webb_draws(n_clusters: int, draws: int | None, seed: int) -> Array:
    """Webb's weights of each cluster, one row a draw; every combination if no number is given."""
    if draws is None:
        return np.array(list(product(WEBB_WEIGHTS, repeat=n_clusters)))
    return np.random.default_rng(seed).choice(WEBB_WEIGHTS, size=(draws, n_clusters))


@dataclass(frozen=True)
class _Slopes:
    """Parts of the slope of w(y - bx) on x and of its CV1 variance, which are polynomials in b."""

    slope_y: Array
    slope_x: Array
    variance_terms: tuple[Array, Array, Array]

    def variance(self, null: float) -> Array:
        constant, linear, square = self.variance_terms
        return np.maximum(constant - 2 * null * linear + null**2 * square, 0.0)

    def squared_t(self, null: float) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.slope_y - null * self.slope_x) ** 2 / self.variance(null)


def _slopes(weights: Array, y: Array, x: Array, other: Array) -> _Slopes:
    """Least squares of each row of weights times y, and times x, on x and the other regressor."""
    correction = len(x) / (len(x) - 2)
    leverage = correction * (x / (x @ x)) ** 2
    slope_y, residual_y = _fit(_residuals(weights * y, other), x)
    slope_x, residual_x = _fit(_residuals(weights * x, other), x)
    terms = (
        residual_y**2 @ leverage,
        (residual_y * residual_x) @ leverage,
        residual_x**2 @ leverage,
    )
    return _Slopes(slope_y, slope_x, terms)


def _residuals(outcomes: Array, regressor: Array) -> Array:
    """Each row less its least-squares fit on one regressor."""
    return np.asarray(
        outcomes - np.outer(outcomes @ regressor, regressor / (regressor @ regressor))
    )


def _fit(outcomes: Array, x: Array) -> tuple[Array, Array]:
    slopes = outcomes @ x / (x @ x)
    return slopes, outcomes - slopes[:, None] * x


@dataclass(frozen=True)
class _WildTest:
    """The observed slope against the resampled ones, under any null."""

    observed: _Slopes
    resampled: _Slopes

    def p_value(self, null: float) -> float:
        limit = self.observed.squared_t(null) * (1 - TIE_TOLERANCE)
        return float((self.resampled.squared_t(null) >= limit).mean())

    def interval_end(self, estimate: float, step: float, alpha: float) -> float:
        """Slope at which the test turns to rejection, going from the estimate in steps."""
        inside, outside = estimate, estimate + step
        for _ in range(20):
            if self.p_value(outside) < alpha:
                return self._turning_point(inside, outside, alpha)
            inside, outside = outside, estimate + 2 * (outside - estimate)
        return inf if step > 0 else -inf

    def _turning_point(self, inside: float, outside: float, alpha: float) -> float:
        for _ in range(40):
            middle = (inside + outside) / 2
            if self.p_value(middle) < alpha:
                outside = middle
            else:
                inside = middle
        return inside
