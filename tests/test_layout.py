"""Layout of printed tables: what fits a page, and how columns share its width."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.presentation.layout import (
    BREAK,
    CROWDED,
    LANDSCAPE,
    PORTRAIT,
    SIZES,
    lay_out,
    text_width,
    with_breaks,
)

SENTENCE = "The difference of the two means printed in the same row, within their rounding. "
FREE_SERIF = Path("/usr/share/fonts/opentype/freefont/FreeSerif.otf")
WORDS = st.text("abcdefgh ,.0123456789", max_size=60)


def table(*columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({f"head {number}": texts for number, texts in enumerate(columns)})


def test_a_small_table_keeps_its_lines():
    layout = lay_out(table(["men", "women"], ["2.62", "2.87"]))
    assert layout == type(layout)("footnotesize", (), landscape=False, lines=3)


def test_a_sentence_wraps_and_a_label_does_not():
    layout = lay_out(table(["Model 1, estimate"] * 9, [SENTENCE * 2] * 9))
    label, sentence = (width * PORTRAIT / SIZES[layout.size] for width in layout.widths)
    assert label >= text_width("Model 1, estimate")
    assert text_width(SENTENCE) / 2 < sentence < text_width(SENTENCE * 2)
    assert not layout.landscape


def test_heads_wrap_before_numbers_do():
    columns = {f"standard error of measure {number}": ["0.1234"] for number in range(9)}
    layout = lay_out(pd.DataFrame(columns))
    assert not layout.landscape
    assert min(layout.widths) * PORTRAIT / SIZES[layout.size] >= text_width("0.1234")


def test_a_crowded_table_turns_the_page():
    layout = lay_out(table(*[[SENTENCE] * 5 for _ in range(7)]))
    assert layout.landscape
    assert lay_out(table(*[[SENTENCE] * 5 for _ in range(2)])).landscape is False


def test_what_fits_no_page_is_scaled_to_one():
    layout = lay_out(table(*[["unbreakableword"] for _ in range(40)]))
    assert layout.landscape
    assert sum(layout.widths) <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_columns_never_exceed_the_line_and_hold_their_longest_word(columns):
    cells = table(*columns)
    layout = lay_out(cells)
    page = LANDSCAPE if layout.landscape else PORTRAIT
    if layout.widths:
        assert sum(layout.widths) < 1
        for width, (head, texts) in zip(layout.widths, cells.items(), strict=True):
            words = with_breaks(" ".join([head, *texts])).replace(BREAK, " ").split()
            assert width * page / SIZES[layout.size] >= max(map(text_width, words)) - 1e-9
    assert layout.lines >= len(cells) + 1
    assert layout.landscape or layout.lines <= CROWDED * (len(cells) + 1)


def test_paths_and_hashes_may_be_broken_and_words_may_not():
    assert with_breaks("data/open/sources.csv") == "data/​open/​sources.​csv"
    pieces = with_breaks("a6d10c1212030123456789abcdef").split(BREAK)
    assert "".join(pieces) == "a6d10c1212030123456789abcdef"
    assert max(map(len, pieces)) <= 12
    assert with_breaks("representativeness of fractionalization") == (
        "representativeness of fractionalization"
    )


@pytest.mark.skipif(not FREE_SERIF.is_file(), reason="FreeSerif is not installed")
def test_widths_are_those_of_the_type():
    font = TTFont(FREE_SERIF)
    known, metrics, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    samples = [SENTENCE, "Тому, кто доверяет СНГ", "10,023.00 ≈ −0.5 … ✓ reproduced", "Nur-Sultan"]
    for sample in samples:
        true = sum(metrics[known[ord(sign)]][0] for sign in sample) / units
        assert true <= text_width(sample) <= 1.3 * true
    assert np.isclose(text_width(BREAK), 0)
