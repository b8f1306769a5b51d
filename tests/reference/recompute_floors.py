"""
Recompute what the book says of precision between countries, without lib and its formulas.

    python tests/reference/recompute_floors.py

Reads data/published and data/open of this archive and prints one line a number, its name and its
value parted by a comma. What lib has in closed form is searched for here: least clustered errors
by minimizing over all country effects, model-based ones from a likelihood differentiated
numerically, design effects and intervals by bisection, p-values by listing every order.
"""

import csv
import math
from collections.abc import Callable, Iterator
from itertools import permutations, product
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.tools.numdiff import approx_hess
from threadpoolctl import threadpool_limits

DATA = Path(__file__).resolve().parents[2] / "data"
DIVERSITY, GDP, INTERCEPT = "ethnic_diversity", "ln_gdp_per_capita", "intercept"
ITEMS = {"xenophobia": "V39", "immigrant": "V245", "gender": "V240"}
ITEMS |= {"age": "V242", "personal_financial_situation": "V59"}
FROM_PRINTED = {
    "variance": lambda x: x,
    "standard deviation": lambda x: x * x,
    "log standard deviation": lambda x: math.exp(x) ** 2,
    "log variance": math.exp,
}
TO_PRINTED = {
    "variance": lambda v: v,
    "standard deviation": math.sqrt,
    "log standard deviation": lambda v: math.log(math.sqrt(v)),
    "log variance": math.log,
}
RNG = np.random.default_rng(2018)


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


COVARIATES = rows_of("open/country_covariates.csv")
COUNTRIES = [row["iso3"] for row in COVARIATES]
X = np.array([float(row["ethnic_fractionalization"]) for row in COVARIATES])
LOG_GDP = np.log([float(row["gdp_per_capita_2010_release_2015"]) for row in COVARIATES])
PRINTED = {
    (row["model"], row["term"], row["quantity"]): float(row["value"])
    for row in rows_of("published/kc2018_table2.csv")
}


def counts(item: str, column: str) -> np.ndarray:
    found = {r["iso3"]: r for r in rows_of("open/wvs6_country_counts.csv") if r["item"] == item}
    return np.array([float(found[iso3][column]) for iso3 in COUNTRIES])


def design(model: str) -> tuple[list[str], np.ndarray]:
    columns = {INTERCEPT: np.ones(7), DIVERSITY: X}
    if model in "34":
        columns[GDP] = LOG_GDP
    return list(columns), np.column_stack(list(columns.values()))


def left_by(z: np.ndarray) -> np.ndarray:
    """Take what a regression on z leaves, country by country."""
    return np.eye(len(z)) - z @ np.linalg.lstsq(z, np.eye(len(z)), rcond=None)[0]


def scaled(numbers: np.ndarray, left: np.ndarray, variance: float) -> np.ndarray:
    """Country effects that a regression leaves, with the given mean square."""
    effects = left @ numbers
    return effects * math.sqrt(variance / np.mean(effects**2))


def sandwich(z: np.ndarray, effects: np.ndarray) -> np.ndarray:
    bread = np.linalg.inv(z.T @ z)
    meat = sum(e * e * np.outer(row, row) for e, row in zip(effects, z, strict=True))
    return bread @ meat @ bread


def least(objective: Callable[[np.ndarray], float], size: int, starts: int) -> float:
    return min(optimize.minimize(objective, RNG.normal(size=size)).fun for _ in range(starts))


def unit_clustered(z: np.ndarray, term: int) -> float:
    """Least clustered error of a coefficient at a variance of 1."""
    left = left_by(z)
    return math.sqrt(least(lambda n: sandwich(z, scaled(n, left, 1.0))[term, term], 7, 5))


def unit_clustered_variance() -> float:
    """Least clustered error of the variance, of which only the intercept is used."""
    left = left_by(np.ones((7, 1)))

    def squared(numbers: np.ndarray) -> float:
        squares = scaled(numbers, left, 1.0) ** 2
        return float(np.sum((squares - 1) ** 2)) / 49

    return math.sqrt(least(squared, 7, 30))


def model_based(z: np.ndarray, variance: float) -> np.ndarray:
    """Errors of coefficients and variance if effects were observed, by numerical derivatives."""
    effects = scaled(RNG.normal(size=7), left_by(z), variance)
    k = z.shape[1]

    def minus_log_likelihood(theta: np.ndarray) -> float:
        return -stats.norm.logpdf(effects - z @ theta[:k], scale=math.sqrt(theta[k])).sum()

    hessian = approx_hess(np.array([*np.zeros(k), variance]), minus_log_likelihood)
    return np.sqrt(np.diag(np.linalg.inv(hessian)))


def country_means() -> dict[str, np.ndarray]:
    means = {}
    for term, item in ITEMS.items():
        column = "sum_of_codes" if term in ("age", "personal_financial_situation") else "counted"
        means[term] = counts(item, column) / counts(item, "n_valid")
    return means | {"xenophobia_x_ethnic_diversity": means["xenophobia"] * X}


def with_unknown_coefficients(model: str, term: int, variance: float) -> float:
    """Least clustered error over effects and over errors of the individual coefficients."""
    _, z = design(model)
    known = {t: m for t, m in country_means().items() if (model, t, "std_error") in PRINTED}
    errors = np.array([PRINTED[model, t, "std_error"] + 0.0005 for t in known])
    regression = np.linalg.lstsq(z, np.column_stack([np.eye(7), *known.values()]), rcond=None)[0]
    of_effects, of_means, left = regression[term, :7], regression[term, 7:], left_by(z)

    def squared(numbers: np.ndarray) -> float:
        first, rows = numbers[:7], numbers[7:].reshape(-1, 7)
        rows = rows - rows.mean(axis=1, keepdims=True)
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        influence = of_effects * scaled(first, left, variance) - (of_means * errors) @ rows
        return 1000 * float(influence @ influence)  # a size that the search takes seriously

    starts = RNG.normal(size=(2, 7 * (1 + len(errors))))
    options = {"maxiter": 2000, "maxfun": 200_000, "ftol": 1e-12}
    found = [optimize.minimize(squared, s, method="L-BFGS-B", options=options) for s in starts]
    return math.sqrt(min(each.fun for each in found) / 1000)


def floors() -> Iterator[tuple[str, float]]:
    unit = {m: [unit_clustered(design(m)[1], t) for t in range(len(design(m)[0]))] for m in "13"}
    unit_variance = unit_clustered_variance()
    for model, (reading, to_variance) in product("1234", FROM_PRINTED.items()):
        names, z = design(model)
        printed = PRINTED[model, "variance_intercept", "estimate"] - 0.0005
        variance = to_variance(printed)
        step = variance * 1e-6
        back = TO_PRINTED[reading]
        slope = (back(variance + step) - back(variance - step)) / (2 * step)
        based, clustered = model_based(z, variance), unit["1" if model in "12" else "3"]
        for term, name in enumerate(names):
            yield f"model-based/{reading}/{model}/{name}", based[term]
            yield f"clustered/{reading}/{model}/{name}", clustered[term] * math.sqrt(variance)
        yield f"model-based/{reading}/{model}/variance_intercept", based[-1] * slope
        spread = unit_variance * variance * slope
        yield f"clustered/{reading}/{model}/variance_intercept", spread
    for model in "1234":
        variance = PRINTED[model, "variance_intercept", "estimate"] - 0.0005
        for term, name in enumerate(design(model)[0]):
            yield f"unknown/{model}/{name}", with_unknown_coefficients(model, term, variance)


def groups_needed() -> Iterator[tuple[str, float]]:
    for model in "1234":
        _, z = design(model)
        variance = PRINTED[model, "variance_intercept", "estimate"] - 0.0005
        groups, error = 7, math.inf
        while error > PRINTED[model, DIVERSITY, "std_error"]:
            groups += 1
            error = math.sqrt(variance * np.linalg.inv(z.T @ z * groups / 7)[1, 1])
        yield f"groups/{model}", groups


TRUST, VALID = counts("V125_07", "counted"), counts("V125_07", "n_valid")
EFFECTS = np.log(TRUST) - np.log(VALID - TRUST)
SAMPLING = 1 / TRUST + 1 / (VALID - TRUST)


def weighted_squares(variance: float, keep: np.ndarray, z: np.ndarray) -> float:
    weights = 1 / (variance + SAMPLING[keep])
    return float(sm.WLS(EFFECTS[keep], z[keep], weights=weights).fit().ssr)


def two_step() -> Iterator[tuple[str, float]]:
    everyone, rest = np.arange(7), np.flatnonzero(np.array(COUNTRIES) != "UZB")
    cases = {"diversity": (everyone, "1"), "given gdp": (everyone, "3")}
    cases |= {"without Uzbekistan": (rest, "1")}
    for name, (keep, model) in cases.items():
        _, z = design(model)
        df = len(keep) - z.shape[1]
        for end, p in (("low", 0.025), ("high", 0.975)):
            target = stats.chi2.isf(p, df)
            found = optimize.bisect(
                lambda v, z=z, keep=keep, t=target: weighted_squares(v, keep, z) - t, 1e-9, 99
            )
            yield f"two-step/{name}/variance/{end}", found
        at = weighted_squares(0.201, keep, z)
        tails = stats.chi2.cdf(at, df), stats.chi2.sf(at, df)
        yield f"two-step/{name}/p of 0.201", 2 * min(tails)
        slope = sm.OLS(EFFECTS[keep], z[keep]).fit().conf_int()[1]
        yield f"two-step/{name}/slope/low", slope[0]
        yield f"two-step/{name}/slope/high", slope[1]
    yield "two-step/mean sampling variance", SAMPLING.mean()


def permutation_given_gdp() -> Iterator[tuple[str, float]]:
    _, full = design("3")
    reduced = full[:, [0, 2]]
    for name, effects in (("log odds", EFFECTS), ("shares", TRUST / VALID)):
        fit = reduced @ np.linalg.lstsq(reduced, effects, rcond=None)[0]
        outcomes = np.array([fit + np.array(o) for o in permutations(effects - fit)]).T
        coefficients, squares, *_ = np.linalg.lstsq(full, outcomes, rcond=None)
        t = coefficients[1] / np.sqrt(squares / 4 * np.linalg.inv(full.T @ full)[1, 1])
        yield f"permutation given gdp/{name}/t", t[0]
        yield f"permutation given gdp/{name}/p", np.mean(np.abs(t) > abs(t[0]) - 1e-9)


def kazakhstan() -> Iterator[tuple[str, float]]:
    cells = [PRINTED["3", "xenophobia", "estimate"]]
    cells += [PRINTED["3", "xenophobia_x_ethnic_diversity", "estimate"]]
    cells += [PRINTED["3", "xenophobia", "std_error"]]
    cells += [PRINTED["3", "xenophobia_x_ethnic_diversity", "std_error"]]
    cells += [PRINTED["1", "xenophobia", "std_error"], PRINTED["2", "xenophobia", "std_error"]]

    def p_value(b1: float, b3: float, s1: float, s3: float, a: float, m: float, d: float) -> float:
        cov = -math.sqrt(1 - (a / m) ** 2) * s1 * s3
        covariance = np.array([[s1 * s1, cov], [cov, s3 * s3]])
        at = np.array([1.0, d])
        return 2 * stats.norm.sf(abs(at @ [b1, b3]) / math.sqrt(at @ covariance @ at))

    certain = possible = 0
    for iso3, d in zip(COUNTRIES, X, strict=True):
        boxes = product(*[(c - 0.0005, c, c + 0.0005) for c in cells])
        p_values = [p_value(*box, d) for box in boxes]
        if iso3 == "KAZ":
            yield "Kazakhstan/p", p_value(*cells, d)
            yield "Kazakhstan/least p", min(p_values)
            yield "Kazakhstan/greatest p", max(p_values)
        if cells[0] + cells[1] * d > 0:
            certain += max(p_values) < 0.05
            possible += min(p_values) < 0.05
    yield "positive countries/least", certain
    yield "positive countries/most", possible


def memo() -> Iterator[tuple[str, float]]:
    table = {
        (row["subgroup"], row["quantity"]): float(row["value"])
        for row in rows_of("published/memo806_table1.csv")
    }

    def share(group: str) -> float:
        return table[group, "sample_percent"] / 100

    def contrast(first: list[str], second: list[str], percents: dict[str, float]) -> list[float]:
        sides = []
        for groups in (first, second):
            sizes = [share(group) for group in groups]
            values = [percents.get(g, table[g, "support_percent"]) for g in groups]
            sides.append((np.average(values, weights=sizes) / 100, sum(sizes)))
        variance = sum(1 / (size * arm) for _, size in sides for arm in (197, 203))
        return [sides[0][0] - sides[1][0], math.sqrt(variance)]

    def all_contrasts(percents: dict[str, float]) -> dict[str, list[float]]:
        cities = ["almaty", "nur_sultan"]
        pairs = {"gender": (["male"], ["female"])}
        pairs |= {"education": (["secondary_or_less"], ["university"])}
        pairs |= {"ethnicity": (["russian"], ["kazakh"]), "capitals": (["all_others"], cities)}
        pairs |= {city: (["all_others"], [city]) for city in cities}
        return {name: contrast(*pair, percents) for name, pair in pairs.items()}

    cuts = {"as read": {}, "other cut": {"nur_sultan": 9.2}}
    for cut, percents in cuts.items():
        family = all_contrasts(percents)
        gaps, scales = np.array(list(family.values())).T

        def p_values(sd: float, gaps: np.ndarray = gaps, scales: np.ndarray = scales) -> np.ndarray:
            return 2 * stats.norm.sf(np.abs(gaps) / (sd * scales))

        def holm(sd: float, of: Callable[[float], np.ndarray] = p_values) -> np.ndarray:
            """Closed testing: the worst Bonferroni test of any set of contrasts with it."""
            p = of(sd)
            sets = [np.flatnonzero(s) for s in product((0, 1), repeat=len(p)) if any(s)]
            worst = [(s, len(s) * p[s].min()) for s in sets]
            return np.array([max(w for s, w in worst if i in s) for i in range(len(p))])

        for index, name in enumerate(family):
            yield f"memo/{cut}/{name}/gap", 100 * gaps[index]
            for kind, test in (("unadjusted", p_values), ("holm", holm)):
                sd = optimize.bisect(lambda s, t=test, i=index: t(s)[i] - 0.05, 0.01, 10)
                yield f"memo/{cut}/{name}/{kind}/sd", sd
                yield f"memo/{cut}/{name}/{kind}/design effect at 1", sd**2


def main() -> None:
    parts = (floors, groups_needed, two_step, permutation_given_gdp, kazakhstan, memo)
    with threadpool_limits(1):  # matrices of seven rows: threads only wait for each other
        for part in parts:
            for name, value in part():
                print(f"{name},{value:.7g}")


if __name__ == "__main__":
    main()
