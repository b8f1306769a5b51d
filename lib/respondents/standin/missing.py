"""Who leaves an item unanswered: numbers by country and item, and complete cases."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.core.errors import InputError

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Sample = tuple[Sequence[str], int]


def apportion(total: int, weights: Integers) -> Integers:
    """Divide whole units in proportion to weights by largest remainders."""
    whole, remainders = np.divmod(total * weights, max(int(weights.sum()), 1))
    whole[np.argsort(-remainders, kind="stable")[: total - int(whole.sum())]] += 1
    return np.asarray(whole, dtype=np.int64)


def missing_counts(
    counts: Mapping[str, pd.DataFrame], n_valid: Mapping[str, int], n_interviewed: pd.Series
) -> pd.DataFrame:
    """
    Count the missing answers by country and item.

    Where only the valid answers of all countries together are known, the missing ones are divided
    in proportion to those of the other items.

    Countries (rows) by items, in the order of ``n_valid``.
    """
    known = {
        item: (table["n_interviewed"] - table["n_valid"]).to_numpy()
        for item, table in counts.items()
    }
    others = np.sum(list(known.values()), axis=0)
    total = int(n_interviewed.sum())
    columns = {
        item: known[item] if item in known else apportion(total - n, others)
        for item, n in n_valid.items()
    }
    return pd.DataFrame(columns, index=n_interviewed.index)


def missing_answers(
    missing: pd.DataFrame,
    country: Integers,
    samples: Sequence[Sample],
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Choose who does not answer, so that each sample has its number of complete cases."""
    is_missing = pd.DataFrame(False, index=range(len(country)), columns=missing.columns)
    incomplete = np.zeros(len(country), dtype=bool)
    for items, n_complete in _stages(missing, samples, len(country)):
        totals = missing[items].to_numpy().T
        newly = _newly_incomplete(len(country) - n_complete - int(incomplete.sum()), totals)
        for item, first, all_ in zip(items, newly, totals, strict=True):
            chosen = _respondents(country, incomplete, first, all_ - first, generator)
            is_missing.loc[chosen, item] = True
            incomplete[chosen] = True
    return is_missing


def _stages(
    missing: pd.DataFrame, samples: Sequence[Sample], n: int
) -> Iterator[tuple[list[str], int]]:
    """Yield the items that each sample adds; first the one with most missing answers alone."""
    sums = missing[list(samples[0][0])].sum()
    first = str(sums.idxmax())
    yield [first], n - int(sums.max())
    placed = {first}
    for items, n_complete in samples:
        yield [item for item in items if item not in placed], n_complete
        placed |= set(items)


def _newly_incomplete(lost: int, totals: Integers) -> Integers:
    """Missing answers that are their respondent's first, shape (items, countries)."""
    if not 0 <= lost <= totals.sum():
        raise InputError(
            f"The printed samples differ by {lost} complete cases where {totals.sum()} answers "
            "are missing: correct the printed numbers of respondents or the counts."
        )
    return apportion(lost, totals.ravel()).reshape(totals.shape)


def _respondents(
    country: Integers,
    incomplete: Flags,
    newly: Integers,
    again: Integers,
    generator: np.random.Generator,
) -> Integers:
    """Choose complete and incomplete respondents, a number of each by country."""
    chosen = []
    for row, numbers in enumerate(zip(newly, again, strict=True)):
        for flags, number in zip((~incomplete, incomplete), numbers, strict=True):
            candidates = np.flatnonzero(flags & (country == row))
            if number > len(candidates):
                raise InputError(
                    f"{number} answers are missing among {len(candidates)} respondents of a "
                    "country: correct the printed numbers of respondents or the counts."
                )
            chosen.append(generator.choice(candidates, number, replace=False))
    return np.concatenate(chosen)
