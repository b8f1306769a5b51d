"""How wide texts are, and where words may break."""

import numpy as np
from fontTools.ttLib import TTFont
from matplotlib import font_manager

from lib.presentation.layout import BREAK, text_width, with_breaks

SENTENCE = "The difference of the two means printed in the same row, within their rounding. "


def test_paths_and_hashes_may_be_broken_and_words_may_not():
    assert with_breaks("data/open/sources.csv") == "data/​open/​sources.​csv"
    pieces = with_breaks("a6d10c1212030123456789abcdef").split(BREAK)
    assert "".join(pieces) == "a6d10c1212030123456789abcdef"
    assert max(map(len, pieces)) <= 12
    assert with_breaks("representativeness of fractionalization") == (
        "representativeness of fractionalization"
    )


def test_widths_are_those_of_the_type():
    font = TTFont(font_manager.findfont("STIXGeneral"))
    known, metrics, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    samples = [SENTENCE, "Тому, кто доверяет СНГ", "10,023.00 ≈ −0.5 … ✓ reproduced", "Nur-Sultan"]
    for sample in samples:
        true = sum(metrics[known[ord(sign)]][0] for sign in sample) / units
        assert true <= text_width(sample) <= 1.3 * true
    assert np.isclose(text_width(BREAK), 0)
