"""Numbers without a layout, such as bytes give: cut into windows, and laid out in every width."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lib.book.disclosure.runs import Array, Codes, Places, RunIndex

Flags = NDArray[np.bool_]

WINDOWS = (24, 96)
STEPS = 4  # windows that begin within the length of one
WIDTHS = range(3, 13)
LONGEST_PIECE = 1_000_000


def pieces(values: Array) -> Iterator[Array]:
    """Cut long sequences into pieces that overlap by the longest window."""
    for first in range(0, max(len(values) - WINDOWS[-1], 1), LONGEST_PIECE):
        yield values[first : first + LONGEST_PIECE + WINDOWS[-1]]


def windows(values: Array, length: int, known: Flags, share: float) -> Array:
    """Cut a sequence into overlapping windows, of which enough values must be known."""
    firsts = np.arange(0, len(values), length // STEPS)
    lasts = np.minimum(firsts + length, len(values))
    within = np.append(0, np.cumsum(known))
    possible = firsts[within[lasts] - within[firsts] >= share * (lasts - firsts)]
    filled = np.append(values, np.full(length, np.nan))
    return np.asarray(filled[possible[:, None] + np.arange(length)])


def variety(parts: Array, known: Flags) -> Array:
    """Bound the bits that the values of any table in a window hold by themselves."""
    values = np.sort(np.where(known, parts, np.nan), axis=1)
    places = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    first = np.diff(values, axis=1, prepend=np.nan) != 0
    rank = places - np.maximum.accumulate(np.where(first, places, 0), axis=1)
    added = _bits_of(rank + 1) - _bits_of(rank)
    repeated = np.where(np.isnan(values), 0.0, added).sum(axis=1)
    return np.asarray(_bits_of(known.sum(axis=1)) - repeated)


def layouts(window: Array, widths: Iterable[int]) -> Iterator[Array]:
    """Lay a window out in rows of some widths, from every start."""
    values = window[~np.isnan(window)]
    for width in widths:
        for phase in range(width):
            part = values[phase:]
            yield part[: len(part) // width * width].reshape(-1, width)


def telling_widths(parts: Array, index: RunIndex, threshold: float, share: float) -> Flags:
    """Say in which layouts of windows a row, or a row of the columns, may hold enough bits."""
    telling = np.zeros((len(parts), WIDTHS[-1] + 1), dtype=bool)
    codes = index.codes(parts.ravel())
    codes = codes.reshape(len(codes), *parts.shape)
    for stride in (1, 2, *WIDTHS):
        for bits, most in _bits(codes, index, stride):
            promising = np.flatnonzero(most > threshold)
            filled = (~np.isnan(parts[promising])).sum(axis=1)[:, None]
            for width, held, agreeing, cells in _rows(bits[promising], filled, stride):
                enough = (held > threshold) & (agreeing >= share * cells)
                telling[promising[enough.any(axis=1)], width] = True
    return telling


def _bits(codes: Codes, index: RunIndex, stride: int) -> Iterator[tuple[Array, Array]]:
    """Bits of the runs of every so many values, -1 for none; and how many all columns can give."""
    columns, count, length = codes.shape
    order = np.concatenate([np.arange(phase, length, stride) for phase in range(stride)])
    left = np.tile((length - 1 - order) // stride + 1, count)
    for _, matches in index.matches(codes[:, :, order].reshape(columns, -1), left):
        bits, most = np.full((count, length), -1.0), np.zeros(count)
        for each in matches:
            window, place = each.starts // length, order[each.starts % length]
            bits[window, place] = np.maximum(bits[window, place], each.bits)
            best = np.zeros(count)
            np.maximum.at(best, window, each.bits)
            most += best
        yield bits, most


def _rows(
    bits: Array, filled: Places, stride: int
) -> Iterator[tuple[int, Array, Places, Places | int]]:
    """Width, bits and agreeing cells of rows: neighbours, or for columns what lies apart."""
    held, agree = np.maximum(bits, 0.0), bits >= 0
    if stride >= WIDTHS[0]:
        summed = [sliding_window_view(each, stride, axis=1).sum(axis=2) for each in (held, agree)]
        yield stride, summed[0], summed[1], stride
        return
    yield 1, held, agree.astype(int), 1
    for width in WIDTHS:
        apart = [_apart(each, width) for each in (held, agree)]
        yield width, apart[0], apart[1], (filled - width + 1) // width


def _bits_of(counts: Places) -> Array:
    return np.asarray(counts * np.log2(np.maximum(counts, 1)))


def _apart(values: NDArray[Any], width: int) -> NDArray[Any]:
    """Add up what lies a width apart in each window."""
    count, length = values.shape
    padded = np.pad(values, ((0, 0), (0, -length % width)))
    return np.asarray(padded.reshape(count, -(-length // width), width).sum(axis=1))
