"""
Whether an output repeats the answers of consecutive respondents, or counts too few of them.

Tables found in an output are laid over every run of consecutive respondents, in any order of
columns, row by row and column by column. A cell that agrees counts as many bits as its value is
rare among the respondents after the one before it, less the bits of choosing its column. An output
is a finding when half of a table's columns agree with one run and their bits, as well as those that
the cells hold by themselves, exceed what chance would give.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import log2

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]

LENGTHS = (3, 5, 12, 48)
WIDEST = 60
AGREEING = 0.5
FEWEST = 10
BITS_BEYOND_CHANCE = 16.0
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
TOKEN = re.compile(r"(?:(?<![\w.])[-\u2212])?(?<![\w.])\d+(?:\.\d+)?|[^\W\d_]+(?:[-'][^\W\d_]+)*")
BREAKS = (re.compile(r"\n|\\n"), re.compile(r"</tr>|</text>|<br */?>"), re.compile(r"[\])}]"))
COUNTING = re.compile(r"(.*_)?(n|count|counts|observations|respondents|interviews)")


@dataclass(frozen=True)
class _Runs:
    """The runs of one length in one column: hashed, sorted, with the bits of each."""

    length: int
    known: Hashes
    firsts: Places
    bounds: Places
    bits: Array

    def look_up(self, codes: Hashes) -> Places:
        """Find which known run starts at each row of each column; -1 for none."""
        hashes = _hash_runs(codes, self.length)
        found = np.full(hashes.shape, -1)
        whole = hashes > 0
        if whole.any() and self.known.size:
            place = np.minimum(np.searchsorted(self.known, hashes[whole]), len(self.known) - 1)
            found[whole] = np.where(self.known[place] == hashes[whole], place, -1)
        return found

    def respondents(self, run: int) -> Places:
        """List the first respondents of a known run."""
        return self.firsts[self.bounds[run] : self.bounds[run + 1]]


class RespondentSearch:
    """
    A search for the answers of consecutive respondents.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a respondent, in the order of the file; numbers, or labels as texts.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
        labels = sorted({str(label).lower() for name in texts for label in frame[name].dropna()})
        self._labels = {label: -1e6 - code for code, label in enumerate(labels)}
        self._count = len(frame)
        self._threshold = log2(max(len(frame), 2)) + BITS_BEYOND_CHANCE
        columns = [self._numbers(frame[name]) for name in frame]
        self._distinct = [np.unique(values[np.isfinite(values)]) for values in columns]
        codes = [_codes(v, d)[:, None] for v, d in zip(columns, self._distinct, strict=True)]
        lengths = [length for length in LENGTHS if length <= len(frame)]
        self._runs = [[_runs(column, length) for column in codes] for length in lengths]

    def tables(self, text: str) -> Iterator[Array]:
        """
        Find what may be a table in a text.

        Parameters
        ----------
        text : str
            A page, a table, a log.

        Yields
        ------
        ndarray of float, shape (r, k)
            Neighbouring lines, rows of a table or brackets that hold equally many values: numbers,
            and labels that respondents have as numbers that stand for them.
        """
        for mark in BREAKS:
            rows = [self._values(line) for line in mark.split(text)]
            for width, group in groupby((row for row in rows if row), key=len):
                yield np.array(list(group)).reshape(-1, width)

    def possible(self, values: Array) -> bool:
        """
        Say whether half of some values are answers that respondents gave.

        Parameters
        ----------
        values : ndarray of float
            Any values.

        Returns
        -------
        bool
            False if no table made of them can be a finding.
        """
        known = np.isin(values, np.concatenate(self._distinct))
        return bool(known.mean() >= AGREEING) if values.size else False

    def in_table(self, table: Array) -> bool:
        """
        Say whether a table repeats consecutive respondents, as rows or as columns.

        Parameters
        ----------
        table : ndarray of float, shape (r, k)
            Values in the order of the output.

        Returns
        -------
        bool
            True if three or more consecutive respondents are found in it.
        """
        ways = (table, table.T, table.T[::2], table.T[1::2])
        return any(self._repeats(way, runs) for way in ways for runs in self._runs)

    def _repeats(self, table: Array, runs: list[_Runs]) -> bool:
        length = runs[0].length
        if len(table) < length or table.shape[1] > WIDEST:
            return False
        found = np.array(
            [r.look_up(_codes(table, d)) for r, d in zip(runs, self._distinct, strict=True)]
        )
        gains = np.array([self._gains(r, f) for r, f in zip(runs, found, strict=True)])
        matching = found.max(axis=0) >= 0
        promising = gains.max(axis=0).sum(axis=1) > self._threshold
        promising &= matching.mean(axis=1) >= AGREEING
        return any(
            _variety(table[row : row + length, matching[row]]) > self._threshold
            and self._evidence(runs, found[:, row], gains[:, row]) > self._threshold
            for row in np.flatnonzero(promising)
        )

    def _gains(self, runs: _Runs, found: Places) -> Array:
        bits = np.append(runs.bits, 0.0)[found] - log2(len(self._distinct))
        return np.where(found >= 0, np.maximum(bits, 0.0), 0.0)

    def _evidence(self, runs: list[_Runs], found: Places, gains: Array) -> float:
        """Most bits that one run of respondents gathers; each of their columns counts once."""
        total, agreeing = np.zeros(self._count), np.zeros(self._count)
        for run, known, gain in zip(runs, found, gains, strict=True):
            here = np.full(self._count, -1.0)
            for place in np.flatnonzero(known >= 0):
                here[run.respondents(known[place])] = gain[place]
            agreeing += here >= 0
            total += np.maximum(here, 0.0)
        return float(np.where(agreeing >= AGREEING * found.shape[1], total, 0.0).max())

    def _values(self, line: str) -> list[float]:
        found = (self._value(token) for token in TOKEN.findall(line))
        return [value for value in found if value is not None]

    def _value(self, token: str) -> float | None:
        if token[-1].isdigit():
            return float(token.replace("\u2212", "-"))
        return self._labels.get(token.lower())

    def _numbers(self, column: pd.Series) -> Array:
        if pd.api.types.is_numeric_dtype(column):
            return column.to_numpy(dtype=float, na_value=np.nan)
        return np.array([self._labels.get(str(v).lower(), np.nan) for v in column], dtype=float)


def small_counts(table: pd.DataFrame, fewest: int) -> list[str]:
    """
    Find columns of a table that count fewer respondents than may be shown.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of the book.
    fewest : int
        The least count that may be shown; nobody at all may be shown too.

    Returns
    -------
    list of str
        Names of the columns of counts (called n, count, observations, respondents or interviews,
        or ending so) with such a cell; a column of true and false counts nobody.
    """
    counted = table.select_dtypes(exclude=bool)
    counting = [name for name in counted if COUNTING.fullmatch(str(name).lower())]
    numbers = {str(name): pd.to_numeric(table[name], errors="coerce") for name in counting}
    return [name for name, n in numbers.items() if ((n > 0) & (n < fewest)).any()]


def _runs(codes: Hashes, length: int) -> _Runs:
    """Index the runs of a column that have no missing value."""
    hashes = _hash_runs(codes, length)[:, 0]
    whole = np.flatnonzero(hashes)
    order = whole[np.argsort(hashes[whole], kind="stable")]
    known, starts = np.unique(hashes[order], return_index=True)
    bounds = np.append(starts, len(order))
    surprise = np.concatenate([[0.0], np.cumsum(_surprise(codes[:, 0]))])
    bits = surprise[order[starts] + length] - surprise[order[starts]]
    return _Runs(length, known, order, bounds, bits)


def _surprise(codes: Hashes) -> Array:
    """Bits of each value: how rare it is in its column, or after the value before if likelier."""
    numbers = pd.Series(codes.astype(np.int64))
    share = numbers.groupby(numbers).transform("size") / len(numbers)
    pairs = pd.DataFrame({"before": numbers.shift(fill_value=0), "value": numbers})
    together = pairs.groupby(["before", "value"])["value"].transform("size")
    after = together / pairs.groupby("before")["value"].transform("size")
    return np.asarray(-np.log2(np.maximum(share, after)), dtype=float)


def _variety(values: Array) -> float:
    """Bits that the values of a block hold by themselves: a number repeated tells nothing."""
    counts = np.unique(values, return_counts=True)[1]
    return float(-(counts * np.log2(counts / values.size)).sum())


def _codes(values: Array, distinct: Array) -> Hashes:
    """Give the values numbers from 1; 0 stands for what the column never holds."""
    if not distinct.size:
        return np.zeros(values.shape, dtype=np.uint64)
    place = np.minimum(np.searchsorted(distinct, values), len(distinct) - 1)
    return np.where(distinct[place] == values, place + 1, 0).astype(np.uint64)


def _hash_runs(codes: Hashes, length: int) -> Hashes:
    """Hash the codes of each row and those below it; 0 if one of them is no value at all."""
    starts = len(codes) - length + 1
    hashes = np.zeros((starts, codes.shape[1]), dtype=np.uint64)
    whole = np.ones_like(hashes, dtype=bool)
    for step in range(length):
        part = codes[step : step + starts]
        whole &= part > 0
        hashes = (hashes + part) * MULTIPLIER
    return np.where(whole, hashes, np.uint64(0))
