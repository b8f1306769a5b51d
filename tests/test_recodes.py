"""Recodes: what the article states, and one sentence for a file that is wrong."""

import pytest

from lib.errors import InputError
from lib.paths import DATA
from lib.recodes import read_recodes

HEADER = "variable,item,codes,values,stated\n"


def test_the_recodes_of_the_article():
    recodes = read_recodes(DATA / "codebook" / "recodes.csv")
    assert recodes["trust_levels_cis"].values == {1: 3, 2: 2, 3: 1, 4: 0}
    assert recodes["trust_cis"].item == "V125_07"
    manual = recodes["manual_worker"].values
    assert [code for code, value in manual.items() if value == 1] == [1, 2, 3]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("trust,V1,1 2 3,1 0,x\n", "trust"),
        ("trust,V1,1 two,1 0,x\n", "trust"),
        ("trust,V1,1 2,1 0,x\ntrust,V2,1 2,1 0,x\n", "line 3"),
        ("trust,V1,1 2,1 0\n", "line 2"),
    ],
)
def test_a_wrong_file_gets_a_sentence(tmp_path, line, named):
    file = tmp_path / "recodes.csv"
    file.write_text(HEADER + line)
    with pytest.raises(InputError, match=named):
        read_recodes(file)
