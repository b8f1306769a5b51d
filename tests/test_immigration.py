"""Tables of immigration: read strictly, added up by hand."""

import pytest

from lib.core.errors import InputError
from lib.sources.immigration import read_immigration, yearly_totals

TEXT = """year,country,origin,immigrants
2011,Russia,cis,300
2010,Russia,cis,150
2010,Russia,other,50
2010,Kazakhstan,cis,50
2011,Russia,other,200
"""


def table(folder, text):
    path = folder / "immigration.csv"
    path.write_text(text, encoding="utf-8")
    return read_immigration(path)


def test_totals_by_hand(tmp_path):
    totals = yearly_totals(table(tmp_path, TEXT))
    assert totals.index.tolist() == [2010, 2011]
    assert totals["immigrants"].tolist() == [250, 500]
    assert totals["from_cis"].tolist() == [80, 60]
    assert totals["countries"].tolist() == [2, 1]
    assert totals["growth"].iloc[1] == pytest.approx(100)
    later = yearly_totals(table(tmp_path, TEXT.replace("2011", "2012")))
    assert later["growth"].iloc[1] == pytest.approx(100 * (2**0.5 - 1))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("immigrants\n", "people\n", "no column 'immigrants'"),
        ("2011,Russia,cis", "2010,Russia,cis", "repeats 2010, Russia, cis"),
        ("other,50", "others,50", "did you mean 'other'"),
        (",300", ",-300", "negative number of immigrants"),
        (",300", ",many", "where a number belongs"),
        ("2011,Russia,cis", "2011.5,Russia,cis", "whole number"),
    ],
)
def test_a_wrong_table_is_refused_in_a_sentence(tmp_path, old, new, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        table(tmp_path, TEXT.replace(old, new, 1))
    assert "\n" not in str(caught.value)
