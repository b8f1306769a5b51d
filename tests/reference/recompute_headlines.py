"""
Recompute the numbers in the book's answers, without lib and its formulas.

    python tests/reference/recompute_headlines.py _build/html

Reads data/published and data/open, and the grades in results/replication.json beside the pages,
and compares with the numbers in each page's answer, found by the words around them. Prints a line
for each that differs, for each sentence not found and for each decimal number that nothing here
covers; the exit code is then 1. Intervals are enumerated, integrals are sums over fine grids,
bounds are linear programs, tests list every order and every draw. Only the optima that random
starts found with fixed nodes are not recomputed.
"""

import csv
import html
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path

import numpy as np
import recompute_floors as floors
import recompute_open as counts
from scipy import optimize, stats
from statsmodels.tools.numdiff import approx_hess
from threadpoolctl import threadpool_limits

DATA = Path(__file__).resolve().parents[2] / "data"
NUMBER = r"(-?\d[\d,]*(?:\.\d+)?)"
WORDS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
Claim = tuple[str, str, tuple]


def published(name: str) -> dict[str, dict[str, str]]:
    with (DATA / "published" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"].split(".", 2)[2]: row for row in csv.DictReader(file)}


def half_unit(row: dict[str, str]) -> float:
    return 0.5 * 10.0 ** -int(row["decimals"])


# -- the memo --------------------------------------------------------------------------------------

MEMO = published("memo806_table1")
GROUPS = [key.rsplit(".", 1)[0] for key in MEMO if key.endswith("support_percent")]


def memo(group: str, quantity: str) -> float:
    return float(MEMO[f"{group}.{quantity}"]["value"])


def can_be_the_difference(group: str) -> bool:
    """Try every pair of means that print as printed, on a grid that includes the ends."""
    first, second = (MEMO[f"{group}.{arm}_mean"] for arm in ("control", "treatment"))
    grids = [
        float(row["value"]) + half_unit(row) * np.linspace(-1, 1, 201) for row in (first, second)
    ]
    gaps = 100 * (grids[1][:, None] - grids[0])
    return bool(np.any(abs(gaps - memo(group, "support_percent")) <= 0.05 + 1e-9))


def totals(mean: float, size: int) -> range:
    low, high = (mean - 0.005) * size, (mean + 0.005) * size
    return range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)


def arms() -> set[tuple[int, int]]:
    """Sizes of the arms for which whole people give the rows of men, women and everybody."""
    men, women = (round(4 * memo(f"gender.{sex}", "sample_percent")) for sex in ("male", "female"))
    found = set()

    def cells(group: str, size: int) -> dict[int, list[tuple[int, int]]]:
        of = [memo(group, f"{arm}_mean") for arm in ("control", "treatment")]
        percent = memo(group, "support_percent")
        return {
            n: [
                (a, b)
                for a in totals(of[0], n)
                for b in totals(of[1], size - n)
                if abs(100 * (b / (size - n) - a / n) - percent) <= 0.05 + 1e-9
            ]
            for n in range(1, size)
        }

    male, female = cells("gender.male", men), cells("gender.female", women)
    for m, f in product(male, female):
        n = m + f
        for (a, b), (c, d) in product(male[m], female[f]):
            control, treatment = (a + c) / n, (b + d) / (400 - n)
            if (
                abs(control - memo("entire_sample", "control_mean")) <= 0.005 + 1e-9
                and abs(treatment - memo("entire_sample", "treatment_mean")) <= 0.005 + 1e-9
                and abs(100 * (treatment - control) - memo("entire_sample", "support_percent"))
                <= 0.05 + 1e-9
            ):
                found.add((n, 400 - n))
    return found


Y0, Y1 = np.tile(np.arange(5), 2), np.concatenate([np.arange(5), np.arange(1, 6)])
Side = tuple[list[float], list[float], list[float]]  # of both arms: mean, how far off, size


def side(groups: list[str], control: int, treatment: int) -> Side:
    """One group, or several taken as one, with their printed share of both arms."""
    shares = np.array(
        [1.0 if g == "entire_sample" else memo(g, "sample_percent") / 100 for g in groups]
    )
    weights = shares / shares.sum()
    rows = [[MEMO[f"{g}.{arm}_mean"] for g in groups] for arm in ("control", "treatment")]
    means = [float(weights @ [float(r["value"]) for r in row]) for row in rows]
    off = [float(weights @ [half_unit(r) for r in row]) for row in rows]
    return (means, off, [control * shares.sum(), treatment * shares.sum()])


def peaks(mode: int, counts_of: np.ndarray, size: int) -> np.ndarray:
    """Rows that say that shares rise to the mode and fall after it."""
    sums = np.array([counts_of == k for k in range(size)], dtype=float)
    steps = sums[:-1] - sums[1:]
    return np.array([steps[k] if k < mode else -steps[k] for k in range(size - 1)])


def errors(of: Side, kind: str, ends: int = 5) -> tuple[float, float]:
    """Least and greatest standard error in points, by linear programs over shares of types."""
    means, off, sizes = of
    found = []
    where = np.linspace(-1, 1, ends) if ends > 1 else [0.0]
    modes = list(product(range(5), range(6))) if kind == "mode" else [(None, None)]
    for u, v in product(where, where):
        m0, m1 = means[0] + u * off[0], means[1] + v * off[1]
        for mode0, mode1 in modes:
            equal, totals_ = np.array([np.ones(10), Y0, Y1]), [1, m0, m1]
            above, most = None, None
            if mode0 is not None:
                above = np.vstack([peaks(mode0, Y0, 5), peaks(mode1, Y1, 6)])
                most = np.zeros(len(above))
            if kind == "deviation":
                above = np.array([-(Y0**2), Y0**2])
                most = [-(0.81 + m0 * m0), 1.21 + m0 * m0]
            cost = Y0**2 / sizes[0] + Y1**2 / sizes[1]
            for sign in (1, -1):
                done = optimize.linprog(sign * cost, above, most, equal, totals_)
                if done.status == 0:
                    at = sign * done.fun - m0 * m0 / sizes[0] - m1 * m1 / sizes[1]
                    found.append(100 * math.sqrt(max(at, 0)))
    return min(found), max(found)


def any_counts(of: Side) -> tuple[float, float]:
    """The same if each arm may have any counts."""
    least = most = 0.0
    for mean, off, size, top in zip(*of, (4, 5), strict=True):
        spreads = []
        for m in mean + off * np.linspace(-1, 1, 41):
            for sign in (1, -1):
                k = np.arange(top + 1)
                done = optimize.linprog(sign * k**2, None, None, [k * 0 + 1, k], [1, m])
                spreads.append(sign * done.fun - m * m)
        least, most = least + min(spreads) / size, most + max(spreads) / size
    return 100 * math.sqrt(least), 100 * math.sqrt(most)


def expected_errors(of: Side) -> np.ndarray:
    """The middle of errors if all shares of types with nearly these means are equally likely."""
    rng, kept = np.random.default_rng(1), []
    for _ in range(15):
        shares = rng.exponential(size=(200_000, 10))
        shares /= shares.sum(axis=1, keepdims=True)
        near = (abs(shares @ Y0 - of[0][0]) < 0.02) & (abs(shares @ Y1 - of[0][1]) < 0.02)
        kept.append(shares[near])
    shares = np.concatenate(kept)
    spread = [shares @ y**2 - (shares @ y) ** 2 for y in (Y0, Y1)]
    return np.quantile(100 * np.sqrt(spread[0] / of[2][0] + spread[1] / of[2][1]), [0.025, 0.975])


def memo_claims() -> Iterator[Claim]:
    agree = [group for group in GROUPS if can_be_the_difference(group)]
    as_read = [g for g in agree if MEMO[f"{g}.support_percent"]["tag"] == "as read"]
    certain = (len(agree) - len(as_read), len(GROUPS) - len(as_read))
    yield "front_page", r"(\w+) of (\w+) percentages follow", certain
    gap = memo("region.all_others", "support_percent") - memo("region.almaty", "support_percent")
    yield "percentages", rf"percentages they differ by {NUMBER} points", (gap,)
    ((control, treatment),) = arms()
    whole = side(["entire_sample"], control, treatment)
    wide = any_counts(whole)
    critical = stats.norm.isf(0.025)
    text = rf"at least ± ?{NUMBER} points and could be ± ?{NUMBER}"
    for page in ("front_page", "uncertainty"):
        yield page, text, [critical * end for end in wide]
    yield (
        "uncertainty",
        rf"error on its {NUMBER} percent",
        (memo("entire_sample", "support_percent"),),
    )
    known = dict(floors.memo())
    sd = known["memo/as read/gender/unadjusted/sd"]
    effect = known["memo/as read/gender/unadjusted/design effect at 1"]
    text = rf"standard deviation below {NUMBER}; at 1, a design effect of {NUMBER}"
    yield "uncertainty", text, (sd, effect)
    kinds = [wide, errors(whole, "types"), errors(whole, "mode", 3), errors(whole, "deviation")]
    text = "Entire Sample " + " ".join([rf"{NUMBER} to {NUMBER}"] * len(kinds))
    yield "uncertainty", text, [end for ends in kinds for end in ends]


# -- the article -----------------------------------------------------------------------------------

TABLE_1, TABLE_2 = published("kc2018_table1"), published("kc2018_table2")
TEXT = published("kc2018_text")


def equal(row: dict[str, str], value: float) -> bool:
    return abs(float(row["value"]) - value) <= half_unit(row) + 1e-9


def moments(values: np.ndarray, numbers: np.ndarray) -> dict[str, float]:
    n = numbers.sum()
    mean = numbers @ values / n
    spread = math.sqrt(numbers @ (values - mean) ** 2 / (n - 1))
    found = {"observations": n, "mean": mean, "standard_deviation": spread}
    present = values[numbers > 0]
    return found | {"minimum": present.min(), "maximum": present.max()}


def determined() -> dict[str, float]:
    """What counts settle of Table 1."""
    settled = {}

    def add(variable: str, found: dict[str, float]) -> None:
        settled.update({f"{variable}.{name}": value for name, value in found.items()})

    rows = counts.read("wvs_confidence_answers.csv")
    answers = [
        [int(r[name]) for name in counts.ANSWERS]
        for r in rows
        if r["item"] == "E069_43" and r["wave"] == "6" and r["iso3"] in counts.SEVEN
    ]
    add("trust_levels_cis", moments(np.arange(4), np.sum(answers, axis=0)))
    items = {"trust_cis": "V125_07", "xenophobia": "V39", "immigrant": "V245", "gender": "V240"}
    for variable, item in items.items():
        yes, n = floors.counts(item, "counted").sum(), floors.counts(item, "n_valid").sum()
        add(variable, moments(np.arange(2), np.array([n - yes, yes])))
    for variable, item in (("age", "V242"), ("personal_financial_situation", "V59")):
        n = floors.counts(item, "n_valid").sum()
        found = dict(counts.pooled_deviation(item))
        spread = found[f"{item} standard deviation"]
        add(
            variable,
            {"observations": n, "mean": found[f"{item} mean"], "standard_deviation": spread},
        )
    codes = {"manual_worker": ("V231", 10, {1, 2, 3}), "unemployed": ("V229", 8, {7})}
    codes |= {"upper_class": ("V238", 5, {1})}
    for variable, (item, most, chosen) in codes.items():
        n = floors.counts(item, "n_valid").sum()
        ends = dict(counts.code_bounds(item, range(1, most + 1), chosen))
        add(variable, {"observations": n})
        if ends[f"{item} high"] < n:
            add(variable, {"minimum": 0})
        if ends[f"{item} low"] > 0:
            add(variable, {"maximum": 1})
    interviews = floors.counts("V125_07", "n_interviewed")
    add("ethnic_diversity", moments(floors.X, interviews))
    add("ln_gdp_per_capita", {"observations": interviews.sum()})
    return settled


def stars_follow(key: str) -> bool:
    """Try the corners of what estimate and error may have been before rounding."""
    estimate, error = (float(TABLE_2[f"{key}.{q}"]["value"]) for q in ("estimate", "std_error"))
    possible = set()
    sizes = np.linspace(max(abs(estimate) - 0.0005, 0), abs(estimate) + 0.0005, 21)
    for size, spread in product(sizes, np.linspace(error - 0.0005, error + 0.0005, 21)):
        p = 2 * stats.norm.sf(size / spread)
        possible.add(sum(p < level for level in (0.1, 0.05, 0.01)))
    return int(float(TABLE_2[f"{key}.stars"]["value"])) in possible


def individual_errors() -> list[bool]:
    """Whether an error is at least what the most informative answers could give."""
    grid = np.linspace(0.001, 0.999, 999)
    binary = max(grid * (1 - grid))
    x = floors.country_means()["xenophobia"]
    n = floors.counts("V39", "n_valid")
    product_squares = n @ (x * floors.X**2) - (n @ (x * floors.X)) ** 2 / n.sum()
    large = []
    for key, row in TABLE_2.items():
        model, term, quantity = [*key.split("."), ""][:3]
        crossed = term == "xenophobia_x_ethnic_diversity"
        between = term in ("ethnic_diversity", "ln_gdp_per_capita")
        if quantity != "std_error" or not (crossed or f"{term}.mean" in TABLE_1) or between:
            continue
        if crossed:
            squares = product_squares
        else:
            spread = TABLE_1[f"{term}.standard_deviation"]
            most = float(spread["value"]) + half_unit(spread)
            squares = float(TABLE_1[f"{term}.observations"]["value"]) * most**2
        information = binary * squares * (2 if model == "model4" else 1)
        large.append(float(row["value"]) + half_unit(row) >= information**-0.5)
    return large


U = np.linspace(-6, 6, 2401)


def adaptive() -> tuple[float, float]:
    """Slope and error of the logit with a random intercept, integrated over a fine grid."""

    def minus(theta: np.ndarray) -> float:
        eta = theta[0] + theta[1] * floors.X[:, None] + math.exp(theta[2]) * U
        no = (floors.VALID - floors.TRUST)[:, None]
        given = (
            -floors.TRUST[:, None] * np.logaddexp(0, -eta) - no * np.logaddexp(0, eta) - U**2 / 2
        )
        top = given.max(axis=1)
        area = np.exp(given - top[:, None]).sum(axis=1) * (U[1] - U[0]) / math.sqrt(2 * math.pi)
        return -float((top + np.log(area)).sum())

    at = optimize.minimize(minus, [0, 1, -0.3], method="Nelder-Mead", options={"xatol": 1e-7}).x
    return at[1], math.sqrt(np.linalg.inv(approx_hess(at, minus))[1, 1])


def plain(points: int) -> tuple[float, float]:
    """Slope and error with fixed nodes, from pooled estimates and a deviation of 0.5."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    log_weights = np.log(weights / weights.sum())
    no = (floors.VALID - floors.TRUST)[:, None]

    def minus(theta: np.ndarray) -> float:
        eta = theta[0] + theta[1] * floors.X[:, None] + theta[2] * nodes
        given = (
            log_weights - floors.TRUST[:, None] * np.logaddexp(0, -eta) - no * np.logaddexp(0, eta)
        )
        top = given.max(axis=1)
        return -float((top + np.log(np.exp(given - top[:, None]).sum(axis=1))).sum())

    at = optimize.minimize(minus, [-0.3, 1.44, 0.5], method="BFGS").x
    return at[1], math.sqrt(np.linalg.inv(approx_hess(at, minus))[1, 1])


def orders() -> list[float]:
    """p-values of six statistics over every order of the countries' diversity."""
    x = np.array(list(permutations(floors.X)))
    share = floors.TRUST / floors.VALID
    weights = 1 / floors.SAMPLING

    def slope(y: np.ndarray, w: np.ndarray) -> np.ndarray:
        centred = x - (x @ w / w.sum())[:, None]
        return (centred * w) @ y / (centred**2 @ w)

    ranks = stats.rankdata(x, axis=1) - 4
    found = [slope(floors.EFFECTS, np.ones(7)), slope(floors.EFFECTS, weights)]
    found += [ranks @ stats.rankdata(floors.EFFECTS), slope(share, np.ones(7))]
    theta = np.zeros((len(x), 2))
    for _ in range(25):
        p = 1 / (1 + np.exp(-(theta[:, :1] + theta[:, 1:] * x)))
        left, v = floors.TRUST - floors.VALID * p, floors.VALID * p * (1 - p)
        a, b, c = v.sum(1), (v * x).sum(1), (v * x * x).sum(1)
        g, h = left.sum(1), (left * x).sum(1)
        theta += np.column_stack([c * g - b * h, a * h - b * g]) / (a * c - b * b)[:, None]
    eta = theta[:, :1] + theta[:, 1:] * x
    gain = (floors.TRUST * eta - floors.VALID * np.logaddexp(0, eta)).sum(1)
    pooled = math.log(floors.TRUST.sum() / (floors.VALID - floors.TRUST).sum())
    gain = gain - floors.TRUST.sum() * pooled + floors.VALID.sum() * np.logaddexp(0, pooled)
    return [float(np.mean(abs(s) >= abs(s[0]) - 1e-9)) for s in (*found, theta[:, 1], gain)]


def wild(keep: np.ndarray) -> float:
    """Every draw of Webb's six weights for what the mean leaves, with a clustered error."""
    x, y = floors.X[keep] - floors.X[keep].mean(), floors.EFFECTS[keep]
    six = np.sqrt([0.5, 1.0, 1.5])
    draws = np.array(list(product([*six, *-six], repeat=len(y))))
    outcomes = np.vstack([y, y.mean() + draws * (y - y.mean())])
    centred = outcomes - outcomes.mean(axis=1, keepdims=True)
    slopes = centred @ x / (x @ x)
    t = slopes / np.sqrt((centred - slopes[:, None] * x) ** 2 @ x**2)
    return float(np.mean(abs(t[1:]) >= abs(t[0]) - 1e-9))


def limits() -> tuple[float, float]:
    """Where the effect of xenophobia stops being negative, and starts being positive."""
    one, two, three = (
        [floors.PRINTED[m, t, q] for t in ("xenophobia", "xenophobia_x_ethnic_diversity")]
        for m, q in (("2", "std_error"), ("3", "std_error"), ("3", "estimate"))
    )
    least = floors.PRINTED["1", "xenophobia", "std_error"]
    d = np.linspace(0, 1, 100_001)

    def variance(of: list[float], r: float) -> np.ndarray:
        return of[0] ** 2 + 2 * r * of[0] * of[1] * d + (of[1] * d) ** 2

    r = optimize.bisect(lambda r: variance(one, r).min() - least**2, -0.999, -0.5)
    z = (three[0] + three[1] * d) / np.sqrt(variance(two, r))
    limit = stats.norm.isf(0.025)
    return d[np.flatnonzero(z > -limit)[0]], d[np.flatnonzero(z > limit)[0]]


def article_claims() -> Iterator[Claim]:
    settled = determined()
    matched = [key for key, value in settled.items() if equal(TABLE_1[key], value)]
    yield "sample", rf"Of the {NUMBER} cells .*? determine {NUMBER}", (len(TABLE_1), len(settled))
    assert len(matched) == len(settled)
    text = rf"says that {NUMBER} percent are unemployed, the table prints a mean of {NUMBER}"
    unemployed = (
        float(TEXT["unemployed_percent"]["value"]),
        float(TABLE_1["unemployed.mean"]["value"]),
    )
    yield "sample", text, unemployed

    marks = [key.removesuffix(".stars") for key in TABLE_2 if key.endswith(".stars")]
    follow, large = sum(map(stars_follow, marks)), individual_errors()
    yield "table_2", rf"{NUMBER} of {NUMBER} star marks", (follow, len(marks))
    text = rf"{NUMBER} of {NUMBER} individual-level standard errors"
    yield "table_2", text, (sum(large), len(large))

    slope, error = adaptive()
    printed = floors.PRINTED["1", floors.DIVERSITY, "std_error"]
    variance = floors.PRINTED["1", "variance_intercept", "estimate"] - 0.0005
    floor = floors.model_based(floors.design("1")[1], variance)[1]
    text = rf"slope is {NUMBER} with a standard error of {NUMBER}, not the printed {NUMBER}"
    yield "seven_countries", text, (slope, error, printed)
    yield "seven_countries", rf"could not be below {NUMBER}", (floor,)
    p = orders()
    everyone, rest = np.ones(7, bool), np.array(floors.COUNTRIES) != "UZB"
    text = rf"gives p from {NUMBER} to {NUMBER}, the wild bootstrap {NUMBER}, and {NUMBER} without"
    yield "seven_countries", text, (min(p), max(p), wild(everyone), wild(rest))

    first, second = limits()
    yield "hypotheses", rf"at a diversity of about {NUMBER}", (first,)
    approximately = float(TEXT["marginal_effect_loses_significance"]["value"])
    yield "hypotheses", rf"approximately {NUMBER}", (approximately,)
    yield "hypotheses", rf"significant from about {NUMBER}", (second,)
    text = (
        rf"error of {NUMBER}, where adaptive quadrature gives {NUMBER} and Model 1 prints {NUMBER}"
    )
    yield "fixed_nodes", text, (plain(7)[1], error, printed)

    text = rf"rests on {NUMBER} answers from {NUMBER} countries"
    yield "article", text, (floors.VALID.sum(), len(floors.VALID))
    before, after = (float(TEXT[f"immigrants_{year}"]["value"]) for year in (2010, 2015))
    yield "article", rf"from {NUMBER} to {NUMBER} between 2010", (before, after)
    steady = optimize.bisect(lambda g: before * (1 + g / 100) ** 5 - after, 0, 100)
    yield (
        "article",
        rf"factor of {NUMBER}; that is {NUMBER} percent a year",
        (after / before, steady),
    )


def report_claims(folder: Path) -> Iterator[Claim]:
    rows = json.loads((folder.parent / "results" / "replication.json").read_text(encoding="utf-8"))
    of = Counter(row["grade"] for row in rows)
    bad = [row for row in rows if row["grade"] in ("contradicted", "in doubt")]
    problems = len({row["problem"] for row in bad})
    rest = of["follows"] + of["by definition"] + of["wording"]
    for page in ("front_page", "report"):
        yield (
            page,
            rf"{NUMBER} problems concern {NUMBER} of {NUMBER} printed numbers",
            (problems, len(bad), len(rows)),
        )
        text = rf"{NUMBER} contradicted, {NUMBER} in doubt"
        yield page, text, (of["contradicted"], of["in doubt"])
        text = rf"{NUMBER} are reproduced from .*?, {NUMBER} are consistent .*?, {NUMBER} are open"
        yield page, text, (of["reproduced"], of["consistent"], of["open"])
        yield page, rf"The other {NUMBER} tell nothing new", (rest,)


# -- the pages -------------------------------------------------------------------------------------


def text_of(source: str) -> str:
    """What a reader sees of a piece of a page."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", source, flags=re.S)
    text = re.sub(r"\s+", " ", html.unescape(text)).replace("\N{MINUS SIGN}", "-")
    return re.sub(r" ([,.;:)])", r"\1", text.replace("\N{FIGURE SPACE}", ""))


def page_text(page: Path) -> tuple[str, str]:
    """The text of a page, and that of its answer."""
    source = page.read_text(encoding="utf-8")
    article = re.search(r"<article.*?</article>", source, re.S)
    answer = re.search(r"<strong>Answer\.</strong>.*?</p>", source, re.S)
    return text_of(article[0] if article else ""), text_of(answer[0] if answer else "")


def agrees(printed: str, value: object) -> bool:
    if value is None or isinstance(value, str):
        return value is None or printed == value
    if printed.lower() in WORDS:
        return WORDS.index(printed.lower()) == value
    try:
        number = float(printed.replace(",", ""))
    except ValueError:
        return False
    decimals = len(printed.partition(".")[2])
    return abs(number - value) <= 0.5 * 10.0**-decimals + 1e-6


def differences(folder: Path) -> Iterator[str]:
    covered: dict[str, set[str]] = {}
    texts: dict[str, tuple[str, str]] = {}
    for page, pattern, values in (*memo_claims(), *article_claims(), *report_claims(folder)):
        whole, _ = texts.setdefault(page, page_text(folder / "chapters" / f"{page}.html"))
        found = re.search(pattern, whole)
        if not found:
            yield f"{page}: the page has no sentence like {pattern!r}"
            continue
        for index, value in enumerate(values, start=1):
            covered.setdefault(page, set()).add(found[index])
            if not agrees(found[index], value):
                yield f"{page}: printed {found[index]}, recomputed {value} ({found[0]!r})"
    for page, (_, answer) in texts.items():
        for number in re.findall(r"\d[\d,]*\.\d+", answer):
            if number not in covered.get(page, set()):
                yield f"{page}: nothing here recomputes {number}"


def main() -> int:
    with threadpool_limits(1):
        found = list(differences(Path(sys.argv[1])))
    print("\n".join(found) or "Every number agrees.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
