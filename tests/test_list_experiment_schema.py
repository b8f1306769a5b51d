"""The schema of a list-experiment file: spellings, groups, slips of the pen."""

import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.list_experiment import read_schema

SCHEMA = DATA / "codebook" / "list_experiment_variables.csv"


@pytest.fixture(scope="module")
def schema():
    return read_schema(SCHEMA)


def test_all_variables_but_the_weight_are_required(schema):
    assert [name for name, variable in schema.items() if not variable.required] == ["weight"]


@pytest.mark.parametrize(
    ("variable", "spelling", "answer"),
    [
        ("arm", "1", "treatment"),
        ("arm", "control", "control"),
        ("gender", "2", "female"),
        ("education", "full higher education", "6"),
        ("education", "6", "6"),
        ("ethnicity", "other groups", "other"),
        ("city", "astana", "Nur-Sultan"),
        ("city", "nur-sultan (astana)", "Nur-Sultan"),
        ("city", "shymkent", "other"),
        ("city", "almaty region", "other"),
    ],
)
def test_codes_texts_and_labels_are_answers(schema, variable, spelling, answer):
    assert schema[variable].answer(spelling) == answer


@pytest.mark.parametrize(
    ("variable", "spelling"),
    [
        ("gender", "3"),
        ("ethnicity", "uzbek"),
        ("city", "almatty"),
        ("city", "nursultan"),
        ("city", "4"),
        ("education", "7"),
    ],
)
def test_other_codes_unknown_texts_and_slips_are_not(schema, variable, spelling):
    assert schema[variable].answer(spelling) is None


def test_a_group_not_reported_is_in_no_group(schema):
    assert "other" not in schema["ethnicity"].groups
    assert schema["city"].groups["other"] == "all_others"


def test_a_schema_without_a_column_is_refused(tmp_path):
    path = tmp_path / "schema.csv"
    path.write_text("variable,code,label\narm,0,control\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column 'required'"):
        read_schema(path)
