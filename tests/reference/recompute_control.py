"""
Recompute the negative control, the other waves and the countries needed, without lib.

    python tests/reference/recompute_control.py

Reads data/open and data/published and prints one line a number, its name and its value parted by a
tab. Slopes come from normal equations in exact fractions, intervals from t by numerical
integration of its density, the order of countries from every permutation, bounds for the silent
from every combination of extremes, power from simulated surveys of countries.
"""

import csv
import math
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "data"
CIS, UN = "Commonwealth of Independent States", "United Nations"
VALUES = {"a_great_deal": 3, "quite_a_lot": 2, "not_very_much": 1, "none_at_all": 0}
DRAWS = 200_000


def read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ANSWERS = read("open/wvs_confidence_answers.csv")
SIXTH = [row for row in ANSWERS if row["wave"] == "6"]
SEVEN = sorted({row["iso3"] for row in SIXTH})
STATES = read("open/fractionalization.csv")
DIVERSITY = {row["iso3"]: Fraction(row["ethnic_fractionalization"]) for row in STATES}


def mean(row):
    n = sum(int(row[name]) for name in VALUES)
    return Fraction(sum(value * int(row[name]) for name, value in VALUES.items()), n)


MEANS = {}
for each in SIXTH:
    MEANS.setdefault(each["institution"], {})[each["iso3"]] = mean(each)


def solve(matrix, vector):
    """Gauss and Jordan in fractions."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for i in range(len(rows)):
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(len(rows)):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[-1] for row in rows]


def t_tail(x, df):
    """P(T > x) by Simpson's rule on the angle whose tangent is x over the root of df."""
    end, steps = math.atan(x / math.sqrt(df)), 2000
    grid = [end + (math.pi / 2 - end) * k / steps for k in range(steps + 1)]
    heights = [math.cos(angle) ** (df - 1) for angle in grid]
    area = heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
    area *= (math.pi / 2 - end) / steps / 3
    return area * math.gamma((df + 1) / 2) / (math.sqrt(math.pi) * math.gamma(df / 2))


def t_critical(df):
    low, high = 0.0, 100.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, df) > 0.025 else (low, middle)
    return low


def slope(outcome, countries, control=None):
    """Estimate, standard error, p-value and ends of the first regressor beside the constant."""
    design = [[Fraction(1), DIVERSITY[c]] + ([control[c]] if control else []) for c in countries]
    k = len(design[0])
    gram = [[sum(row[i] * row[j] for row in design) for j in range(k)] for i in range(k)]
    sums = [
        sum(row[i] * outcome[c] for row, c in zip(design, countries, strict=True)) for i in range(k)
    ]
    found = solve(gram, sums)
    rest = [
        outcome[c] - sum(b * v for b, v in zip(found, row, strict=True))
        for row, c in zip(design, countries, strict=True)
    ]
    df = len(countries) - k
    unit = solve(gram, [Fraction(int(i == 1)) for i in range(k)])[1]
    error = math.sqrt(sum(r * r for r in rest) / df * unit)
    estimate, half = float(found[1]), t_critical(df) * error
    p_value = 2 * t_tail(abs(estimate) / error, df)
    return estimate, error, p_value, estimate - half, estimate + half


def named(name, numbers):
    ends = ("estimate", "std_error", "p_value", "conf_low", "conf_high")
    for end, number in zip(ends, numbers, strict=True):
        yield f"{name} {end}", number


def control():
    difference = {c: MEANS[CIS][c] - MEANS[UN][c] for c in SEVEN}
    for institution, means in MEANS.items():
        yield from named(f"slope {institution}", slope(means, SEVEN))
        yield from named(f"six {institution}", slope(means, [c for c in SEVEN if c != "UZB"]))
    yield from named("difference", slope(difference, SEVEN))
    for left_out in SEVEN:
        rest = [c for c in SEVEN if c != left_out]
        yield from named(f"difference without {left_out}", slope(difference, rest))
    others = [means for name, means in MEANS.items() if name != CIS]
    average = {c: sum(means[c] for means in others) / len(others) for c in SEVEN}
    controls = {name: means for name, means in MEANS.items() if name != CIS}
    for name, means in (controls | {"mean of the others": average}).items():
        less = {c: MEANS[CIS][c] - means[c] for c in SEVEN}
        yield from named(f"minus {name}", slope(less, SEVEN))
        yield from named(f"given {name}", slope(MEANS[CIS], SEVEN, means))


def order():
    by_un = sorted(SEVEN, key=MEANS[UN].get)
    ranks = {c: by_un.index(c) for c in SEVEN}
    own = [ranks[c] for c in sorted(SEVEN, key=MEANS[CIS].get)]
    gaps = sum((i - rank) ** 2 for i, rank in enumerate(own))
    all_gaps = [sum((i - r) ** 2 for i, r in enumerate(p)) for p in permutations(range(7))]
    yield "order", sum(each <= gaps for each in all_gaps) / len(all_gaps)
    for name, countries in (("seven", SEVEN), ("six", [c for c in SEVEN if c != "UZB"])):
        table = np.array([[float(m[c]) for m in MEANS.values()] for c in countries])
        pair = np.array([[float(MEANS[i][c]) for c in countries] for i in (CIS, UN)])
        yield f"correlation {name}", float(np.corrcoef(pair)[0, 1])
        values = np.linalg.eigvalsh(np.cov(table.T))
        yield f"component {name}", float(values[-1] / values.sum())


def silent():
    """Slopes at every combination of what the silent of each country could have said on average."""
    rows = {(r["institution"], r["iso3"]): r for r in SIXTH}

    def had_all(institution, country, said):
        row = rows[institution, country]
        n, asked = sum(int(row[name]) for name in VALUES), int(row["n_interviewed"])
        return (n * MEANS[institution][country] + (asked - n) * said) / asked

    options = {
        "first": [{c: had_all(CIS, c, a) for c in SEVEN} for a in (0, 3)],
        "alike": [{c: had_all(CIS, c, a) - had_all(UN, c, a) for c in SEVEN} for a in (0, 3)],
        "any": [
            {c: had_all(CIS, c, a) - had_all(UN, c, b) for c in SEVEN}
            for a, b in ((0, 3), (3, 0), (0, 0), (3, 3))
        ],
    }
    x = np.array([float(DIVERSITY[c]) for c in SEVEN])
    for name, tables in options.items():
        values = np.array([[float(table[c]) for c in SEVEN] for table in tables])
        chosen = np.array(list(product(range(len(tables)), repeat=7)))
        slopes = np.polyfit(x, values[chosen, np.arange(7)].T, 1)[0]
        yield f"silent {name} low", slopes.min()
        yield f"silent {name} high", slopes.max()


def waves():
    table = read("published/kc2018_table2.csv")
    terms = {
        row["term"]: float(row["value"])
        for row in table
        if row["model"] == "1" and row["quantity"] == "estimate"
    }
    for row in ANSWERS:
        if row["wave"] == "6":
            continue
        name = f"{row['iso3']} {row['wave']}"
        odds = terms["intercept"] + terms["ethnic_diversity"] * float(DIVERSITY[row["iso3"]])
        share, trusting = 1 / (1 + math.exp(-odds)), int(row["counted"])
        yield f"wave {name} predicted", share
        if row["n_valid"]:
            found = trusting / int(row["n_valid"])
            yield f"wave {name} low", found
            yield f"wave {name} high", found
            yield f"wave {name} miss", math.log(found / (1 - found)) - odds
        else:
            possible = range(trusting, int(row["n_interviewed"]) + 1)
            shares = [trusting / n for n in possible]
            yield f"wave {name} low", min(shares)
            yield f"wave {name} high", max(shares)
            answering = trusting / share
            yield f"wave {name} needed", 1 - answering / int(row["n_interviewed"])


def simulated_power():
    """Share of simulated surveys of countries whose slope is significant; and mean half width."""
    generator = np.random.default_rng(7)
    for name, codes in (("seven", SEVEN), ("twelve", sorted(DIVERSITY))):
        x = np.array([float(DIVERSITY[c]) for c in codes])
        centred, critical = x - x.mean(), t_critical(len(x) - 2)
        for size, variance in product((1.603, 1.199), (0.508, 0.711, 0.13)):
            effects = size * x + math.sqrt(variance) * generator.normal(size=(DRAWS, len(x)))
            slopes = effects @ centred / (centred @ centred)
            rest = effects - effects.mean(axis=1, keepdims=True) - slopes[:, None] * centred
            errors = np.sqrt((rest**2).sum(axis=1) / (len(x) - 2) / (centred @ centred))
            case = f"{name} {size} {variance}"
            yield f"power {case}", float((np.abs(slopes) > critical * errors).mean())
            yield f"width {case}", float(critical * errors.mean())


def main():
    for part in (control(), order(), silent(), waves(), simulated_power()):
        for name, value in part:
            print(f"{name}\t{value}")


if __name__ == "__main__":
    main()
