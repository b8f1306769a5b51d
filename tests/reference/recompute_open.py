"""
What the open counts say, recomputed by brute force, without lib and without its formulas.

    python tests/reference/recompute_open.py

Reads data/open and prints a name and a number a line. Extremes of whole numbers of respondents come
from exact fractions: every basis of the linear program is tried, then every whole solution near the
best one. The ordered logit is integrated over the country effect by a sum over a fine grid, and
maximized by Newton's method on finite differences.
"""

import csv
from fractions import Fraction
from itertools import combinations
from math import ceil, floor, log, pi
from pathlib import Path
from statistics import mean, pstdev, stdev

import numpy as np
from scipy.special import expit

OPEN = Path(__file__).resolve().parents[2] / "data" / "open"
SEVEN = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB")
ANSWERS = ("none_at_all", "not_very_much", "quite_a_lot", "a_great_deal")
ARTICLE = 11_119  # observations of College Educated in Table 1
STEP = 0.01
GRID = np.arange(-5, 5 + STEP, STEP)  # of the country effect in standard deviations

Matrix = list[list[Fraction]]


def read(name):
    with (OPEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# -- extremes of whole numbers of respondents ------------------------------------------------------


def inverse(matrix: Matrix) -> Matrix | None:
    """Invert by Gauss and Jordan; None if there is no inverse."""
    size = len(matrix)
    rows = [row + [Fraction(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for r in range(size):
            if r != column and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    return [row[size:] for row in rows]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def best_basis(objective, equations, totals):
    """The optimal basis of the linear program: its columns, inverse and reduced costs."""
    size, codes = len(equations), range(len(objective))
    for basis in combinations(codes, size):
        inverted = inverse([[Fraction(row[j]) for j in basis] for row in equations])
        if inverted is None or min(times(inverted, totals)) < 0:
            continue
        prices = times(zip(*inverted, strict=True), [objective[j] for j in basis])
        costs = [
            objective[j] - sum(p * row[j] for p, row in zip(prices, equations, strict=True))
            for j in codes
        ]
        if min(costs) >= 0:
            return basis, inverted, costs
    return None


def whole_minimum(objective, equations, totals):
    """Least value over whole numbers, none negative; None if there are none."""
    found = best_basis(objective, equations, totals)
    if found is None:
        return None
    basis, inverted, costs = found
    others = [j for j in range(len(objective)) if j not in basis]
    base = times(inverted, totals)
    least = sum(objective[j] * x for j, x in zip(basis, base, strict=True))
    effects = {j: times(inverted, [Fraction(row[j]) for row in equations]) for j in others}

    def fits(index, slack, basic):
        """Spend the slack exactly on codes outside the basis; the basic numbers must be whole."""
        if index == len(others):
            return slack == 0 and all(x.denominator == 1 and x >= 0 for x in basic)
        j, most = others[index], int(totals[0])
        if costs[others[index]]:
            most = min(most, floor(slack / costs[j]))
        return any(
            fits(
                index + 1,
                slack - count * costs[j],
                [x - count * effect for x, effect in zip(basic, effects[j], strict=True)],
            )
            for count in range(most + 1)
        )

    others.sort(key=lambda j: -costs[j])
    for value in range(ceil(least), ceil(least) + 50):
        if fits(0, value - least, base):
            return value
    return None


def whole_extremes(chosen, equations, totals):
    """Least and greatest whole number with a chosen code."""
    totals = [Fraction(total) for total in totals]
    least = whole_minimum(chosen, equations, totals)
    most = whole_minimum([-x for x in chosen], equations, totals)
    return least, None if most is None else -most


def code_bounds(item, codes, chosen):
    low = high = 0
    equations = [[c**power for c in codes] for power in (0, 1, 2)]
    for row in read("wvs6_country_counts.csv"):
        if row["item"] == item:
            totals = [row[k] for k in ("n_valid", "sum_of_codes", "sum_of_squares")]
            ends = whole_extremes([int(c in chosen) for c in codes], equations, totals)
            low, high = low + ends[0], high + ends[1]
            yield f"{item} {row['iso3']} low", ends[0]
            yield f"{item} {row['iso3']} high", ends[1]
    yield f"{item} low", low
    yield f"{item} high", high


# -- education -------------------------------------------------------------------------------------


def level_system(row, lower_to, middle_to):
    codes = range(1, 9)
    equations = [
        [int(c <= lower_to) for c in codes],
        [int(lower_to < c <= middle_to) for c in codes],
        [int(c > middle_to) for c in codes],
        list(codes),
        [c * c for c in codes],
    ]
    names = ("lower", "middle", "upper", "sum_of_codes", "sum_of_squares")
    return equations, [Fraction(row[name]) for name in names]


def is_possible(row, cuts):
    """Whether real numbers, none negative, exist: some basis has them."""
    equations, totals = level_system(row, *cuts)
    return best_basis([0] * 8, equations, totals) is not None


def education():
    rows = {row["iso3"]: row for row in read("wvs6_education.csv")}
    pairs = list(combinations(range(1, 8), 2))
    for name, countries in (("seven", SEVEN), ("nine", list(rows))):
        common = [cuts for cuts in pairs if all(is_possible(rows[c], cuts) for c in countries)]
        yield f"common cuts {name}", " ".join(f"{a},{b}" for a, b in common)
    yield "upper", sum(int(rows[c]["upper"]) for c in SEVEN) / ARTICLE
    for cuts in ((1, 6), (2, 6), (3, 6)):
        ends = []
        for country in SEVEN:
            equations, totals = level_system(rows[country], *cuts)
            ends.append(whole_extremes([0] * 7 + [1], equations, totals))
        for side, name in enumerate(("low", "high")):
            yield f"degree {cuts[0]},{cuts[1]} {name}", sum(e[side] for e in ends) / ARTICLE


# -- moments and missing answers -------------------------------------------------------------------


def trust_levels():
    rows = [r for r in read("wvs_confidence_answers.csv") if r["wave"] == "6"]
    levels = [
        level
        for row in rows
        if row["item"] == "E069_43"
        for level, name in enumerate(ANSWERS)
        for _ in range(int(row[name]))
    ]
    yield "trust_levels observations", len(levels)
    yield "trust_levels mean", mean(levels)
    yield "trust_levels standard deviation", stdev(levels)
    yield "trust_levels standard deviation, divisor n", pstdev(levels)
    yield "trust_levels minimum", min(levels)
    yield "trust_levels maximum", max(levels)


def pooled_deviation(item):
    rows = [row for row in read("wvs6_country_counts.csv") if row["item"] == item]
    n, total, squares = (
        sum(int(row[k]) for row in rows) for k in ("n_valid", "sum_of_codes", "sum_of_squares")
    )
    spread = Fraction(squares) - Fraction(total) ** 2 / n
    yield f"{item} mean", total / n
    yield f"{item} standard deviation", float(spread / (n - 1)) ** 0.5
    yield f"{item} standard deviation, divisor n", float(spread / n) ** 0.5


def without_answer():
    for item in ("E069_43", "E069_20", "E069_06"):
        for row in read("wvs_confidence_answers.csv"):
            if row["item"] == item and row["wave"] == "6":
                trusting = int(row["a_great_deal"]) + int(row["quite_a_lot"])
                asked = int(row["n_interviewed"])
                silent = asked - sum(int(row[name]) for name in ANSWERS)
                yield f"{item} {row['iso3']} no answer", silent / asked
                yield f"{item} {row['iso3']} low", trusting / asked
                yield f"{item} {row['iso3']} high", (trusting + silent) / asked


# -- the ordered logit with a random intercept -----------------------------------------------------


def ordered_logit(with_income):
    covariates = {row["iso3"]: row for row in read("country_covariates.csv")}
    answers, regressors = [], []
    for row in read("wvs_confidence_answers.csv"):
        if row["item"] == "E069_43" and row["wave"] == "6":
            country = covariates[row["iso3"]]
            answers.append([int(row[name]) for name in ANSWERS])
            income = log(float(country["gdp_per_capita_2010_release_2015"]))
            diversity = float(country["ethnic_fractionalization"])
            regressors.append([diversity, income] if with_income else [diversity])
    answers, regressors = np.array(answers, float), np.array(regressors)

    def minus_loglik(parameters):
        cuts, slopes, variance = parameters[:3], parameters[3:-1], parameters[-1]
        location = (regressors @ slopes)[:, None, None] + np.sqrt(variance) * GRID[:, None]
        above = expit(location - cuts)
        edges = np.ones((*above.shape[:2], 1))
        shares = -np.diff(np.concatenate([edges, above, 0 * edges], axis=2), axis=2)
        given = (answers[:, None, :] * np.log(shares)).sum(axis=2) - GRID**2 / 2
        top = given.max(axis=1)
        areas = np.exp(given - top[:, None]).sum(axis=1) * STEP / np.sqrt(2 * pi)
        return -(top + np.log(areas)).sum()

    start = np.array([-6.0, -4.5, -2.0, 0.5, -0.5, 0.5] if with_income else [-1.5, 0, 2, 1, 0.6])
    best = start
    for _ in range(8):
        gradient, hessian = derivatives(minus_loglik, best)
        best = best - np.linalg.solve(hessian, gradient)
    errors = np.sqrt(np.diag(np.linalg.inv(derivatives(minus_loglik, best)[1])))
    names = ["cut 1", "cut 2", "cut 3", "diversity", *["ln_gdp"] * with_income, "variance"]
    model = "with income" if with_income else "alone"
    for name, estimate, error in zip(names, best, errors, strict=True):
        yield f"ordered {model} {name}", estimate
        yield f"ordered {model} {name} SE", error
    yield f"ordered {model} log-likelihood", -minus_loglik(best)


def derivatives(function, point, step=1e-3):
    """Gradient and Hessian by central differences."""
    moves = step * np.eye(len(point))
    gradient = [(function(point + m) - function(point - m)) / (2 * step) for m in moves]
    hessian = [
        [
            function(point + a + b)
            - function(point + a - b)
            - function(point - a + b)
            + function(point - a - b)
            for a in moves
        ]
        for b in moves
    ]
    return np.array(gradient), np.array(hessian) / (4 * step**2)


def main():
    parts = [trust_levels(), pooled_deviation("V242"), pooled_deviation("V59"), without_answer()]
    parts += [code_bounds("V231", range(1, 11), {1, 2, 3})]
    parts += [code_bounds("V229", range(1, 9), {7}), code_bounds("V238", range(1, 6), {1})]
    parts += [education(), ordered_logit(False), ordered_logit(True)]
    for part in parts:
        for name, value in part:
            print(f"{name}\t{value}")


if __name__ == "__main__":
    main()
