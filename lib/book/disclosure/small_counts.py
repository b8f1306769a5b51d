"""Whether a table counts so few respondents that they could be known."""

import re
from collections.abc import Sequence

import pandas as pd

FEWEST = 10
COUNTING = {"n", "nobs", "count", "counts", "counted", "frequency", "frequencies", "cases"}
COUNTING |= {"observations", "respondents", "interviews", "interviewed", "people", "persons"}
COUNTING |= {"answers", "answered", "unanswered", "missing", "complete"}
OTHER_UNITS = {"items", "codes", "inequalities", "points", "starts", "draws", "fits", "countries"}


def small_counts(table: pd.DataFrame, fewest: int) -> list[str]:
    """
    Find columns of a table that count fewer respondents than may be shown.

    Names of the columns of counts with such a cell. A column counts if its first or last word does,
    such as n, respondents or answered, as in ``n_control``, unless another word says that it counts
    something else, as in ``n_items``, and if its numbers are whole.
    """
    counted = table.select_dtypes(exclude=bool)
    counting = [name for name in counted if _counts_respondents(str(name))]
    numbers = {str(name): pd.to_numeric(table[name], errors="coerce") for name in counting}
    return [
        name
        for name, n in numbers.items()
        if (n.dropna() % 1 == 0).all() and ((n > 0) & (n < fewest)).any()
    ]


def hide_small_counts(
    table: pd.DataFrame, counts: Sequence[str], by: str | None = None
) -> pd.DataFrame:
    """Leave out small counts of respondents, and those that would give them away."""
    counted = table[list(counts)]
    small = ((counted > 0) & (counted < FEWEST)).any(axis=1)
    totals = pd.Series("", table.index) if by is None else table[by]
    hidden = small.groupby(totals).transform("any")
    return table.assign(**{name: table[name].astype("Int64").mask(hidden) for name in counts})


def _counts_respondents(name: str) -> bool:
    words = re.findall(r"[^\W_]+", name.lower())
    return bool({*words[:1], *words[-1:]} & COUNTING) and not set(words) & OTHER_UNITS
