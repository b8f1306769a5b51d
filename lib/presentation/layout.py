"""How wide a printed table's columns are, and in which size of type it fits the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Widths = NDArray[np.float64]

PORTRAIT, LANDSCAPE = 440.0, 680.0
SIZES = {"footnotesize": 9.0, "scriptsize": 8.0}
GAP = 8.0
STEP = 0.5
WHOLE, BROKEN = 12.0, 7.0
CROWDED = 4.0  # lines a row, on average; of tables with more, smaller type reads better
BREAK = "\u200b"
BREAK_AFTER = "/_.-=:@"
LONGEST_WORD = 12
RAGGED = 1.1  # lines of 40 signs that break at words are longer by 10 percent (of 20, by 20)
WIDTHS = {
    0.29: " ,.:;`·|’'li/\\t",
    0.38: 'I!()-[]rjsfJ“”"',
    0.46: "zaceg?v^",
    0.51: "yxnubohdqk{}#$*0123456789_p~–S\u2007",
    0.57: "+<=>F−×≠✗P",
    0.62: "TELZ",
    0.68: "BRCw",
    0.73: "VYKHXDAUGQON",
    0.78: "&m✓○",
    0.95: "%@№MW",
    1.0: "—…",
}
WIDTH_OF = {sign: width for width, signs in WIDTHS.items() for sign in signs} | {BREAK: 0.0}
OTHER, OTHER_CAPITAL = 0.58, 0.8


@dataclass(frozen=True)
class Layout:
    """How a table is set."""

    size: str  # LaTeX's name of the size of its type
    # Share of the line that each column takes, gaps apart; empty if every cell fits on a line.
    widths: tuple[float, ...]
    landscape: bool  # True if the table needs the page turned
    lines: int  # about how many lines of type it has


def lay_out(cells: pd.DataFrame) -> Layout:
    """Find the largest type in which a table fits the width of a page, and its columns' widths."""
    columns = [[str(head), *column] for head, column in cells.items()]
    natural = np.array([[text_width(text) for text in texts] for texts in columns]).T
    whole, broken = (
        np.array([_least(texts, label) for texts in columns]) for label in (WHOLE, BROKEN)
    )
    for page, size in product((PORTRAIT, LANDSCAPE), SIZES):
        room = (page - GAP * (len(columns) - 1)) / SIZES[size]
        fitting = [least for least in (whole, broken) if least.sum() <= room]
        tried = [_narrowed(natural, least, room) for least in fitting]
        widths = min(tried, key=lambda each: _lines(natural, each), default=broken)
        if fitting and _lines(natural, widths) <= CROWDED * len(natural):
            break
    wraps = widths.sum() > room or bool((widths < natural.max(axis=0)).any())
    shares = widths * min(1.0, room / widths.sum()) * SIZES[size] / page
    return Layout(
        size=size,
        widths=tuple(shares.tolist()) if wraps else (),
        landscape=page == LANDSCAPE,
        lines=_lines(natural, widths),
    )


def text_width(text: str) -> float:
    """Measure a text in a serif type such as Times; other alphabets are estimated."""
    return sum(WIDTH_OF.get(sign, OTHER_CAPITAL if sign.isupper() else OTHER) for sign in text)


def with_breaks(text: str) -> str:
    """Mark where a long word such as a path or a hash may be broken."""
    return " ".join(_broken(word) if len(word) > LONGEST_WORD else word for word in text.split(" "))


def _broken(word: str) -> str:
    """Break after signs that join words, and inside what is no word at all."""
    pieces = [""]
    for sign in word:
        pieces[-1] += sign
        unspeakable = len(pieces[-1]) >= LONGEST_WORD and not word.isalpha()
        if sign in BREAK_AFTER or unspeakable:
            pieces.append("")
    return BREAK.join(piece for piece in pieces if piece)


def _least(texts: Sequence[str], label: float) -> float:
    """Width that the longest word needs, and the texts up to the width of a label."""
    words = [word for text in texts for word in with_breaks(text).replace(BREAK, " ").split(" ")]
    widest = max(map(text_width, texts[1:]), default=0.0)
    return max(STEP, *map(text_width, words), min(label, widest))


def _narrowed(natural: Widths, least: Widths, room: float) -> Widths:
    """Take from the widest of the columns that can give without costing more lines than others."""
    widths: Widths = np.maximum(natural.max(axis=0), least)
    while widths.sum() > room:
        able = [column for column in range(len(widths)) if widths[column] > least[column]]
        if not able:
            break
        tried = [np.maximum(widths - STEP * np.eye(len(widths))[column], least) for column in able]
        costs = [_lines(natural, each) for each in tried]
        cheapest = zip(costs, -widths[able], range(len(able)), strict=True)
        widths = tried[min(cheapest)[2]]
    return widths


def _lines(natural: Widths, widths: Widths) -> int:
    """About how many lines all rows take, the heads included."""
    tight = np.where(natural <= widths, 1.0, RAGGED)
    return int(np.maximum(np.ceil(natural * tight / widths), 1).max(axis=1).sum())
