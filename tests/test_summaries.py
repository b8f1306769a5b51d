"""Summary statistics of respondents."""

from math import nan, sqrt

import pandas as pd
import pytest

from lib.estimators.summaries import summary_statistics


def test_statistics_of_those_who_answered():
    variables = pd.DataFrame({"iso3": ["ARM"] * 4, "age": [20.0, 30.0, 70.0, nan], "gender": 1.0})
    table = summary_statistics(variables).set_index(["variable", "statistic"])["value"]
    assert len(table) == 2 * 5
    assert table["age"].to_dict() == {
        "observations": 3,
        "mean": 40,
        "standard_deviation": pytest.approx(sqrt(700)),
        "minimum": 20,
        "maximum": 70,
    }
    assert table["gender", "observations"] == 4
