"""Checks of parameters say what was found and what is allowed."""

from functools import partial
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.errors import InputError
from lib.core.parameters import list_of, number, one_of, optional_file, whole_number

TWO_TO_NINE = partial(whole_number, at_least=2, at_most=9)


@pytest.mark.parametrize(
    ("check", "value", "sentence"),
    [
        (TWO_TO_NINE, 1, "1; it must be a whole number from 2 to 9."),
        (partial(whole_number, at_least=2), 1, "1; it must be a whole number of at least 2."),
        (partial(whole_number, at_most=2), 3, "3; it must be a whole number of at most 2."),
        (whole_number, 2.0, "2.0; it must be a whole number."),
        (whole_number, True, "True; it must be a whole number."),
        (partial(number, at_least=0, at_most=1), 1.5, "1.5; it must be a number from 0 to 1."),
        (number, "1", "'1'; it must be a number."),
        (number, nan, "nan; it must be a number."),
        (number, inf, "inf; it must be a number."),
        (partial(number, at_most=1), 10**250, f"1{'0' * 199}…; it must be a number of at most 1."),
        (number, False, "False; it must be a number."),
        (partial(one_of, allowed=["a", "b"]), "c", "'c'; it must be one of 'a', 'b'."),
        (partial(one_of, allowed=[1, 2]), True, "True; it must be one of 1, 2."),
        (optional_file, 1, "1; it must be empty or the path of a file."),
        (optional_file, "nowhere.csv", "'nowhere.csv'; it must be empty or the path of a file."),
        (partial(list_of, check=number), 1, "1; it must be a list with a length of at least 1."),
        (partial(list_of, check=number), [], "[]; it must be a list with a length of at least 1."),
    ],
)  # fmt: skip
def test_a_bad_value_gets_one_sentence(check, value, sentence):
    with pytest.raises(InputError) as caught:
        check("x", value)
    assert str(caught.value) == f"x is {sentence}"


def test_a_number_that_python_does_not_write_out_is_told():
    with pytest.raises(InputError, match=r"^x is a number of thousands of digits; it must be a wh"):
        TWO_TO_NINE("x", 16**9000)


def test_an_item_of_a_list_is_named():
    with pytest.raises(InputError, match=r"^item 2 of x is 1; it must be a whole number of at le"):
        list_of("x", [2, 1], partial(whole_number, at_least=2))


def test_good_values_pass():
    whole_number("x", 2, at_least=2, at_most=2)
    number("x", 1, at_least=1)
    one_of("x", None, [None, 1])
    list_of("x", (1, 2), number, at_most=2)


@given(st.integers(), st.integers(), st.integers())
def test_a_range_includes_its_ends_and_nothing_else(value, low, high):
    inside = low <= value <= high
    try:
        whole_number("x", value, at_least=low, at_most=high)
    except InputError:
        assert not inside
    else:
        assert inside


def test_a_file_may_be_named_or_not(tmp_path):
    optional_file("table", "")
    path = tmp_path / "table.csv"
    path.touch()
    optional_file("table", str(path))
