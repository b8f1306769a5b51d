"""Runs of consecutive values in the columns of a table: indexed, and looked up elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Codes = NDArray[np.uint32]

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Matches:
    """Where the runs of one length and one column start in a sequence."""

    starts: Places  # places in the sequence, ascending
    runs: Places  # number of the run that starts there
    bits: Array  # how surprising it is, at least 0
    firsts: Places  # rows of the table where runs start, run after run
    bounds: Places  # where each run begins in ``firsts``

    def among(self, places: Places) -> Iterator[tuple[Places, float]]:
        """List the runs that start at some places."""
        at = np.searchsorted(self.starts, places)
        at = at[at < len(self.starts)]
        at = at[np.isin(self.starts[at], places)]
        numbers, first = np.unique(self.runs[at], return_index=True)
        for number, bits in zip(numbers, self.bits[at[first]], strict=True):
            yield self.firsts[self.bounds[number] : self.bounds[number + 1]], float(bits)


class RunIndex:
    """All runs of some lengths in the columns of a table."""

    def __init__(self, columns: Sequence[Array], lengths: Sequence[int]) -> None:
        self.lengths = [length for length in lengths if length <= len(columns[0])]
        self._distinct = [np.unique(values[np.isfinite(values)]) for values in columns]
        self._values = np.unique(np.concatenate(self._distinct))
        codes = [_codes(v, d) for v, d in zip(columns, self._distinct, strict=True)]
        choice = log2(len(columns))
        self._runs = [[_runs(column, each, choice) for column in codes] for each in self.lengths]

    def known(self, values: Array) -> NDArray[np.bool_]:
        """Say which values stand somewhere in the table."""
        return np.asarray(_codes(values, self._values) > 0)

    def codes(self, values: Array) -> Codes:
        """Give values the numbers that each column of the table has for them."""
        distinct, inverse = np.unique(values, return_inverse=True)
        return np.array([_codes(distinct, known)[inverse] for known in self._distinct])

    def matches(self, codes: Codes, left: Places) -> Iterator[tuple[int, list[Matches]]]:
        """Look up the runs that start in a sequence."""
        starts = [np.flatnonzero(column) for column in codes]
        hashes = [np.zeros(len(places), dtype=np.uint64) for places in starts]
        done = 0
        for length, runs in zip(self.lengths, self._runs, strict=True):
            found = []
            for number, (column, run) in enumerate(zip(codes, runs, strict=True)):
                whole = left[starts[number]] >= length
                places, begun = starts[number][whole], hashes[number][whole]
                hashed = _hashed(begun, column, places, done, length)
                match, places, hashed = run.look_up(places, hashed)
                starts[number], hashes[number] = places, hashed
                found.append(match)
            yield length, found
            done = length


@dataclass(frozen=True)
class _Runs:
    """The runs of one length in one column: hashed, sorted, with the bits of each."""

    known: Hashes
    bits: Array
    firsts: Places
    bounds: Places

    def look_up(self, places: Places, hashes: Hashes) -> tuple[Matches, Places, Hashes]:
        """Keep the places where a known run starts, and their hashes."""
        if not self.known.size:
            places, hashes = places[:0], hashes[:0]
        run = np.minimum(np.searchsorted(self.known, hashes), max(len(self.known) - 1, 0))
        same = self.known[run] == hashes
        places, run, hashes = places[same], run[same], hashes[same]
        return Matches(places, run, self.bits[run], self.firsts, self.bounds), places, hashes


def _runs(codes: Codes, length: int, choice: float) -> _Runs:
    """Index the runs of a column that have no missing value."""
    within = np.append(0, np.cumsum(codes == 0))
    whole = np.flatnonzero(within[length:] == within[:-length])
    hashes = _hashed(np.zeros(len(whole), dtype=np.uint64), codes, whole, 0, length)
    order = np.argsort(hashes, kind="stable")
    known, starts = np.unique(hashes[order], return_index=True)
    firsts = whole[order]
    surprise = np.append(0.0, np.cumsum(_surprise(codes)))
    bits = surprise[firsts[starts] + length] - surprise[firsts[starts]]
    return _Runs(known, np.maximum(bits - choice, 0.0), firsts, np.append(starts, len(firsts)))


def _surprise(codes: Codes) -> Array:
    """Bits of each value: how rare it is in its column, or after the value before if likelier."""
    numbers = pd.Series(codes.astype(np.int64))
    share = numbers.groupby(numbers).transform("size") / len(numbers)
    pairs = pd.DataFrame({"before": numbers.shift(fill_value=0), "value": numbers})
    together = pairs.groupby(["before", "value"])["value"].transform("size") - 1
    after = together / (pairs.groupby("before")["value"].transform("size") - 1).clip(lower=1)
    return np.asarray(-np.log2(np.maximum(share, after)), dtype=float)


def _codes(values: Array, distinct: Array) -> Codes:
    """Give the values numbers from 1; 0 stands for what the column never holds."""
    if not distinct.size:
        return np.zeros(values.shape, dtype=np.uint32)
    place = np.minimum(np.searchsorted(distinct, values), len(distinct) - 1)
    return np.where(distinct[place] == values, place + 1, 0).astype(np.uint32)


def _hashed(begun: Hashes, codes: Codes, starts: Places, first: int, last: int) -> Hashes:
    """Go on hashing the runs that start at some places."""
    hashes = begun
    for step in range(first, last):
        hashes = (hashes + codes[starts + step]) * MULTIPLIER
    return hashes
