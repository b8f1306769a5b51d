"""
Whether an output repeats the answers of consecutive respondents.

Tables found in an output are laid over every run of consecutive respondents, in any order of
columns, row by row and column by column. A cell that agrees counts as many bits as its value is
rare among the respondents after the one before it, less the bits of choosing its column. An output
is a finding when half of a table's columns agree with one run and their bits, as well as those that
the cells hold by themselves, exceed what chance would give. Tables that cannot hold so many bits
are left out beforehand; the others are looked up together, their columns one after the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from html import escape
from math import log2

import numpy as np
import pandas as pd

from lib.book.disclosure.runs import Array, Matches, Places, RunIndex
from lib.book.disclosure.windows import WINDOWS, layouts, pieces, telling_widths, variety, windows

LENGTHS = (3, 5, 12, 48)
AGREEING = 0.5
BITS_BEYOND_CHANCE = 16.0
MOST_CELLS, CELLS_OF_WINDOWS = 1_000_000, 100_000  # looked at together
NUMBER = r"(?:(?<![\w.])-)?(?<![\w.])\d+(?:\.\d+)?"
WORD = r"[^\W\d_]+(?:[-'][^\W\d_]+)*"
EMPTY = re.compile(
    r"(?m:^)(?=[,;\t])|(?<=[,;\t])(?=[,;\t])|(?<=[^\s\]})\"'][,;\t])(?=\r?\n)|(?<=<td>)(?=</td>)"
)
WORD_BREAK = re.compile(r"<wbr>|\\+hspace\{0pt\}")  # of tables on the site and in print
MISSING, ABSENT = -1e5, ("nan", "none", "null", "<na>")
BREAKS = (re.compile(r"\n"), re.compile(r"</tr>|</text>|<br */?>"), re.compile(r"[\])}]"))


@dataclass(frozen=True)
class _Sequence:
    """Columns of tables one after the other; of each cell the cells from it down, and its row."""

    values: Array
    left: Places
    rows: Places
    widths: Places

    @cached_property
    def _by_row(self) -> tuple[Places, Places]:
        order = np.argsort(self.rows, kind="stable")
        return order, np.searchsorted(self.rows[order], np.arange(len(self.widths) + 1))

    def cells(self, row: int) -> Places:
        """List the cells of a row."""
        order, bounds = self._by_row
        return order[bounds[row] : bounds[row + 1]]

    def promising(self, bits: Array, matches: list[Matches], threshold: float) -> Places:
        """List the rows that can hold enough bits, half of whose cells agree (-1: does not)."""
        count = len(self.widths)
        held = np.bincount(self.rows, np.maximum(bits, 0.0), count)
        agreeing = np.bincount(self.rows, bits >= 0, count)
        most = np.zeros(count)
        for each in matches:
            best = np.zeros(count)
            np.maximum.at(best, self.rows[each.starts], each.bits)
            most += best
        enough = np.minimum(held, most) > threshold
        return np.flatnonzero(enough & (agreeing >= AGREEING * self.widths))


class RespondentSearch:
    """A search for the answers of consecutive respondents."""

    def __init__(self, frame: pd.DataFrame) -> None:
        texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
        labels = sorted({str(label).lower() for name in texts for label in frame[name].dropna()})
        self._labels = {label: _code(label, place) for place, label in enumerate(labels)}
        self._gaps = bool(frame.isna().any(axis=None))
        self._labels |= dict.fromkeys(ABSENT, MISSING) if self._gaps else {}
        self._labels |= {escape(label): code for label, code in self._labels.items()}
        self._token = re.compile(_pattern(self._labels), re.IGNORECASE)
        self._shape = frame.shape
        self._threshold = log2(max(len(frame), 2)) + BITS_BEYOND_CHANCE
        self._index = RunIndex([self._numbers(frame[name]) for name in frame], LENGTHS)
        self._harmless: set[bytes] = set()

    def in_text(self, text: str) -> bool:
        """Say whether a text repeats consecutive respondents."""
        text = text.replace("\u2212", "-").replace("\\n", "\n")
        text = WORD_BREAK.sub("", text)
        return self._in_tables(self._tables(EMPTY.sub(ABSENT[0], text) if self._gaps else text))

    def in_numbers(self, sequences: Iterable[Array]) -> bool:
        """Say whether numbers without any layout repeat consecutive respondents."""
        long = [part for each in sequences if self._enough(len(each)) for part in pieces(each)]
        known = [self._index.known(part) for part in long]
        for length in WINDOWS:
            possible = [
                windows(part, length, answers, AGREEING)
                for part, answers in zip(long, known, strict=True)
            ]
            if self._in_windows(np.concatenate([np.empty((0, length)), *possible])):
                return True
        return False

    def _in_windows(self, possible: Array) -> bool:
        """Lay windows out in the widths in which they may hold enough bits."""
        distinct = np.unique(possible, axis=0)
        known = self._index.known(distinct.ravel()).reshape(distinct.shape)
        distinct = distinct[variety(distinct, known) > self._threshold]
        return any(
            self._in_tables(self._telling(part))
            for part in np.array_split(distinct, distinct.size // CELLS_OF_WINDOWS + 1)
        )

    def _telling(self, part: Array) -> Iterator[Array]:
        widths = telling_widths(part, self._index, self._threshold, AGREEING)
        for number in np.flatnonzero(widths.any(axis=1)):
            yield from layouts(part[number], np.flatnonzero(widths[number]))

    def _tables(self, text: str) -> Iterator[Array]:
        """Group neighbouring lines of equally many values."""
        tokens = [(each.start(), self._value(each[0])) for each in self._token.finditer(text)]
        known = [token for token in tokens if token[1] is not None]
        places, values = np.array(known, dtype=float).reshape(-1, 2).T
        for mark in BREAKS:
            ends = np.array([each.start() for each in mark.finditer(text)])
            widths = np.unique(np.searchsorted(ends, places), return_counts=True)[1]
            changes = np.flatnonzero(np.diff(widths, prepend=0, append=0))
            bounds = np.append(0, np.cumsum(widths))[changes]
            for first, last, line in zip(bounds, bounds[1:], changes, strict=False):
                if self._enough(last - first):
                    yield values[first:last].reshape(-1, widths[line])

    def _in_tables(self, tables: Iterable[Array]) -> bool:
        """Look at tables as rows and as columns; at those that held nothing before, not again."""
        new = {_key(table): table for table in tables if self._enough(table.size)}
        ways = [way for key in new.keys() - self._harmless for way in _ways(new[key])]
        widest = self._shape[1] / AGREEING
        usable = [way for way in ways if len(way) >= min(LENGTHS) and way.shape[1] <= widest]
        batches = _batches([way for way in usable if self._enough(way.size)])
        found = any(self._in_sequence(_sequence(batch)) for batch in batches)
        self._harmless.update(() if found else new)
        return found

    def _enough(self, size: int) -> bool:
        """Say whether so many cells could hold the bits of a finding."""
        return size * log2(max(size, 1)) > self._threshold

    def _in_sequence(self, cells: _Sequence) -> bool:
        found = self._index.matches(self._index.codes(cells.values), cells.left)
        return any(self._repeats(cells, length, matches) for length, matches in found)

    def _repeats(self, cells: _Sequence, length: int, matches: list[Matches]) -> bool:
        bits = np.full(len(cells.values), -1.0)
        for each in matches:
            bits[each.starts] = np.maximum(bits[each.starts], each.bits)
        for row in cells.promising(bits, matches, self._threshold):
            here = cells.cells(row)
            block = cells.values[here[bits[here] >= 0, None] + np.arange(length)]
            if (
                _variety(block) > self._threshold
                and self._evidence(here, matches) > self._threshold
            ):
                return True
        return False

    def _evidence(self, here: Places, matches: list[Matches]) -> float:
        """Most bits that one run of respondents gathers; each of their columns counts once."""
        total, agreeing = np.zeros(self._shape[0]), np.zeros(self._shape[0])
        for respondents, bits in (run for each in matches for run in each.among(here)):
            agreeing[respondents] += 1
            total[respondents] += bits
        return float(np.where(agreeing >= AGREEING * len(here), total, 0.0).max())

    def _value(self, token: str) -> float | None:
        known = self._labels.get(token.lower())
        return float(token) if known is None and re.fullmatch(NUMBER, token) else known

    def _numbers(self, column: pd.Series) -> Array:
        if pd.api.types.is_numeric_dtype(column):
            return column.to_numpy(dtype=float, na_value=MISSING)
        labels = (MISSING if pd.isna(v) else self._labels[str(v).lower()] for v in column)
        return np.array(list(labels), dtype=float)


def _code(label: str, place: int) -> float:
    """Give a label a number: its own, if it is one."""
    return float(label) if re.fullmatch(NUMBER, label) else -1e6 - place


def _pattern(labels: Iterable[str]) -> str:
    """Write what matches numbers and words; labels of several words first, as a whole."""
    phrases = sorted((each for each in labels if not re.fullmatch(WORD, each)), key=len)
    whole = "|".join(re.escape(each) for each in reversed(phrases))
    words = f"{NUMBER}|{WORD}" if labels else NUMBER
    return rf"(?<!\w)(?:{whole})(?!\w)|{words}" if phrases else words


def _key(table: Array) -> bytes:
    return blake2b(repr(table.shape).encode() + table.tobytes()).digest()


def _ways(table: Array) -> tuple[Array, ...]:
    """Lay a table out by rows, by columns, and by every second column."""
    return table, table.T, table.T[::2], table.T[1::2]


def _batches(tables: list[Array]) -> Iterator[list[Array]]:
    """Group tables so that each group has a bearable number of cells."""
    batch = np.cumsum([table.size for table in tables], dtype=int) // MOST_CELLS
    for number in np.unique(batch):
        yield [tables[each] for each in np.flatnonzero(batch == number)]


def _sequence(tables: list[Array]) -> _Sequence:
    """Put the columns of tables one after the other."""
    rows = [np.tile(np.arange(len(table)), table.shape[1]) for table in tables]
    firsts = np.cumsum([0] + [len(table) for table in tables])
    return _Sequence(
        values=np.concatenate([table.T.ravel() for table in tables]),
        left=np.concatenate([len(t) - row for t, row in zip(tables, rows, strict=True)]),
        rows=np.concatenate([first + row for first, row in zip(firsts, rows, strict=False)]),
        widths=np.repeat([t.shape[1] for t in tables], [len(t) for t in tables]),
    )


def _variety(values: Array) -> float:
    """Bits that the values of a block hold by themselves: a number repeated tells nothing."""
    counts = np.unique(values, return_counts=True)[1]
    return float(-(counts * np.log2(counts / values.size)).sum())
