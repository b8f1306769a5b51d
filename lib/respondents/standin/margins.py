"""How many respondents of each country give each answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from lib.core.errors import InputError
from lib.sources.published import PrintedNumber
from lib.sources.wvs.recodes import Recode

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
PARTS = 2**20


@dataclass(frozen=True)
class KnownAnswers:
    """What is known of the answers to an item in one country."""

    country: str
    codes: Integers  # codes in increasing order
    n_valid: int  # valid answers
    sum_of_codes: float  # sum of the valid codes, not a number if unknown
    is_counted: NDArray[np.bool_]  # codes whose answers were counted; none if no answers were
    counted: int  # answers counted

    @property
    def constraints(self) -> tuple[Array, Array]:
        """Features of the codes, shape (F, C), and their totals; linearly independent."""
        features, totals = [np.ones(len(self.codes))], [float(self.n_valid)]
        for feature, total in (
            (self.is_counted.astype(float), float(self.counted)),
            (self.codes.astype(float), self.sum_of_codes),
        ):
            if not np.isnan(total) and not spans(np.array(features), feature):
                features.append(feature)
                totals.append(total)
        return np.array(features), np.array(totals)


def spans(features: Array, feature: Array) -> bool:
    """Say whether a feature is a linear combination of others."""
    return bool(np.linalg.matrix_rank(np.vstack([features, feature])) == len(features))


def known_answers(counts: pd.DataFrame, codes: Sequence[int]) -> list[KnownAnswers]:
    """
    Take apart what is known of an item by country.

    `counts`: One row a country, as read by `lib.sources.wvs.read_counts`.
    """
    ordered = np.array(sorted(codes), dtype=np.int64)
    return [_known(row, ordered) for row in counts.to_dict("records")]


def code_counts(
    known: Sequence[KnownAnswers],
    recodes: Sequence[Recode],
    summaries: Sequence[Mapping[str, PrintedNumber]],
) -> Integers:
    """
    Count the answers of each code in each country, as the open and the printed figures require.

    Where they leave a choice, the counts of maximum entropy are taken (Jaynes 1957, Physical Review
    106:620): codes are as equally frequent as the figures of each country, and the printed mean and
    standard deviation over all countries, allow.
    """
    shared, totals = [], []
    for recode, printed in zip(recodes, summaries, strict=True):
        values = np.array([recode.values[code] for code in known[0].codes.tolist()])
        if not all(spans(country.constraints[0], values**2) for country in known):
            shared.append(values**2)
            totals.append(_sum_of_squares(values, known, printed))
    features = np.array(shared).reshape(-1, len(known[0].codes))
    expected = _maximum_entropy(known, features, np.array(totals))
    return np.array([_whole(each, row) for each, row in zip(known, expected, strict=True)])


def _known(row: Mapping[Any, Any], codes: Integers) -> KnownAnswers:
    counted = [] if pd.isna(row["counted"]) else [int(c) for c in row["counted_codes"].split()]
    return KnownAnswers(
        country=row["country"],
        codes=codes,
        n_valid=row["n_valid"],
        sum_of_codes=row["sum_of_codes"],
        is_counted=np.isin(codes, counted),
        counted=int(row["counted"]) if counted else 0,
    )


def _sum_of_squares(
    values: Array, known: Sequence[KnownAnswers], printed: Mapping[str, PrintedNumber]
) -> float:
    """Sum of squares that prints as the mean and the standard deviation do."""
    n = sum(country.n_valid for country in known)
    if set(values.tolist()) <= {0.0, 1.0}:
        return _count_of_ones(n, printed)
    total = sum(_determined_total(values, country) for country in known)
    return (n - 1) * printed["standard_deviation"].value ** 2 + total**2 / n


def _count_of_ones(n: int, printed: Mapping[str, PrintedNumber]) -> float:
    """Middle of the counts whose mean and standard deviation print as given."""
    ones = np.arange(n + 1)
    means = ones / n
    deviations = np.sqrt(means * (1 - means) * n / (n - 1))
    fits = _prints(means, printed["mean"]) & _prints(deviations, printed["standard_deviation"])
    if not fits.any():
        raise InputError(
            f"No count of {n} answers has the mean {printed['mean'].value:g} and the standard "
            f"deviation {printed['standard_deviation'].value:g}: correct the printed figures."
        )
    return float(np.median(ones[fits]))


def _prints(values: Array, printed: PrintedNumber) -> NDArray[np.bool_]:
    return (values >= printed.low) & (values <= printed.high)


def _determined_total(values: Array, country: KnownAnswers) -> float:
    features, totals = country.constraints
    if not spans(features, values):
        raise InputError(
            f"The sum of the answers of {country.country} is not known: fill its sum of codes."
        )
    return float(np.linalg.lstsq(features.T, values, rcond=None)[0] @ totals)


def _maximum_entropy(known: Sequence[KnownAnswers], shared: Array, totals: Array) -> Array:
    """Find the counts of largest entropy by Newton's method on the dual; shape (G, C)."""
    sizes = np.array([country.n_valid for country in known], dtype=float)
    design, targets = _design(known, shared, totals)

    def dual(tilt: Array) -> tuple[float, Array]:
        logits = design @ tilt
        moments = np.einsum("g,gc,gcp->p", sizes, softmax(logits, axis=1), design)
        value = sizes @ logsumexp(logits, axis=1) - tilt @ targets
        return float(value), moments - targets

    def curvature(tilt: Array) -> Array:
        shares = softmax(design @ tilt, axis=1)
        centred = design - np.einsum("gc,gcp->gp", shares, design)[:, None]
        return np.asarray(np.einsum("g,gc,gcp,gcq->pq", sizes, shares, centred, centred))

    start = np.zeros(design.shape[2])
    found = minimize(dual, start, jac=True, hess=curvature, method="trust-exact")
    if np.abs(dual(found.x)[1]).max() > 0.01:
        raise InputError(
            f"The counts of {known[0].country} and the other countries contradict the printed "
            "mean and standard deviation: restore the files."
        )
    return np.asarray(sizes[:, None] * softmax(design @ found.x, axis=1))


def _design(known: Sequence[KnownAnswers], shared: Array, totals: Array) -> tuple[Array, Array]:
    """Features of every country and code, shape (G, C, P), scaled to 1, and their totals."""
    blocks, targets = [], []
    for position, country in enumerate(known):
        features, own = country.constraints
        block = np.zeros((len(known), len(country.codes), len(features) - 1))
        block[position] = features[1:].T
        blocks.append(block)
        targets.append(own[1:])
    everywhere = np.broadcast_to(shared.T, (len(known), *shared.T.shape))
    design = np.concatenate([*blocks, everywhere], axis=2)
    scale = np.abs(design).max(axis=(0, 1))
    return design / scale, np.concatenate([*targets, totals]) / scale


def _whole(country: KnownAnswers, expected: Array) -> Integers:
    """Round the counts of a country so that number, counted answers and sum of codes hold."""
    blocks = _blocks(country)
    cumulative = [expected[codes].cumsum()[:-1] for codes, _ in blocks]
    rounded = _rounded(np.concatenate(cumulative), _cumulative_total(country, blocks))
    ends = np.split(rounded, np.cumsum([len(each) for each in cumulative])[:-1])
    counts = np.zeros(len(expected), dtype=np.int64)
    for (codes, total), inner in zip(blocks, ends, strict=True):
        counts[codes] = np.diff(inner, prepend=0, append=total)
    if not np.isnan(country.sum_of_codes) and counts @ country.codes != country.sum_of_codes:
        raise InputError(
            f"The counted codes of {country.country} are no neighbours, so that their sum cannot "
            "be met: count neighbouring codes."
        )
    return counts


def _blocks(country: KnownAnswers) -> list[tuple[Integers, int]]:
    """Positions of the counted and of the other codes, and their answers."""
    counted, other = country.is_counted, country.n_valid - country.counted
    blocks = ((counted, country.counted), (~counted, other))
    return [(np.flatnonzero(block), total) for block, total in blocks if block.any()]


def _cumulative_total(country: KnownAnswers, blocks: list[tuple[Integers, int]]) -> float:
    """
    Sum of the cumulative counts below the last code of each block.

    It follows from the sum of codes, as the codes of a block are neighbours.
    """
    return sum(int(country.codes[codes[-1]]) * n for codes, n in blocks) - country.sum_of_codes


def _rounded(cumulative: Array, total: float) -> Integers:
    """Round cumulative counts by largest remainders, to a total if there is one."""
    parts = np.rint(cumulative * PARTS).astype(np.int64)
    whole, remainders = np.divmod(parts, PARTS)
    wanted = round(parts.sum() / PARTS) if np.isnan(total) else int(total)
    last = np.argsort(-remainders, kind="stable")[: wanted - int(whole.sum())]
    whole[last] += 1
    return np.asarray(whole, dtype=np.int64)
