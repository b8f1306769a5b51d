"""A licensed file becomes what chapters and users of other software analyse."""

import io

import pandas as pd
import pytest

from lib.paths import DATA, ROOT
from lib.published import read_table
from lib.respondents import WVS, licensed_tables, wvs_college_codings
from tests import wave_files


@pytest.fixture(scope="module")
def wave():
    """Give 2,891 of 11,119 respondents a university degree, which is 0.26, and 16 no answer."""
    frame = wave_files.wave()
    seven = frame["V2"] != 76
    education = pd.Series([9] * 2_891 + [8] * 900 + [5] * 7_328 + [-2] * 16)
    return frame.assign(V248=pd.Series(education.to_numpy(), index=frame.index[seven])).fillna(
        {"V248": 5}
    )


def test_the_coding_that_fits_table_1_is_found(wave):
    fitting = wvs_college_codings(wave.loc[wave["V2"] != 76, "V248"], DATA).query("fits")
    assert set(fitting["codes"]) == {"9", "7 9"}
    assert "every negative code" in set(fitting["missing"])


def test_a_licensed_file_gives_items_and_recoded_variables(wave, tmp_path):
    path = wave_files.write(wave, tmp_path / "wave.dta")
    tables = {
        name: pd.read_csv(io.StringIO(text))
        for name, text in licensed_tables(WVS, path, ROOT).items()
    }
    assert set(tables) == {"wvs", "wvs_recoded"}
    recoded = tables["wvs_recoded"]
    assert len(tables["wvs"]) == len(recoded) == 11_135
    printed = read_table(DATA / "published" / "kc2018_table1.csv")
    printed = printed[printed["statistic"] == "observations"].set_index("variable")["value"]
    assert dict(recoded.drop(columns="iso3").count()) == dict(printed)
    assert round(recoded["college_educated"].mean(), 2) == 0.26
