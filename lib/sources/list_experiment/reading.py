"""Files of a list experiment: its respondents as columns of answers, or one sentence why not."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.parameters import whole_number
from lib.sources.list_experiment.schema import ANY_OTHER, Variable, read_schema
from lib.sources.survey_files import column_names, read_survey_file

ARMS = ("control", "treatment")
COUNT, ARM, EDUCATION, WEIGHT = "count", "arm", "education", "weight"


def read_list_experiment(path: Path, schema_path: Path, n_items: int) -> pd.DataFrame:
    """
    Read the respondents of a list experiment.

    Parameters
    ----------
    path : pathlib.Path
        Stata, SPSS, CSV or R file (`lib.sources.survey_files.read_survey_file`), one row a
        respondent, with the columns of the schema. An answer is a code, text or label of the
        schema; an empty cell is no answer, and so is a negative code but for the count.
    schema_path : pathlib.Path
        What the file must hold (`lib.sources.list_experiment.schema.read_schema`).
    n_items : int
        Number of control items, J.

    Returns
    -------
    pandas.DataFrame
        One row a respondent: count (whole number), arm ("control" or "treatment"), gender,
        education (code), ethnicity, city (texts of the schema) and weight (1 if the file has
        none); what was not answered is missing, but never the arm and the weight.

    Raises
    ------
    InputError
        If the file cannot be read or lacks a column, an arm is empty, a count is no whole number
        from 0 to J (control) or J + 1 (treatment), an answer is not in the schema, or a weight is
        not above zero; the sentence names file, row (from 1, without a header) and column.
    """
    schema = read_schema(schema_path)
    present = {name.casefold() for name in column_names(path)}
    wanted = [n for n, variable in schema.items() if variable.required or n in present]
    frame = read_answers(path, {name: schema[name] for name in wanted}, n_items)
    return frame.assign(education=frame[EDUCATION].astype("Int64"))


def read_answers(
    path: Path,
    schema: Mapping[str, Variable],
    n_items: int,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """
    Read the variables of any list experiment.

    Parameters
    ----------
    path : pathlib.Path
        A file as for `read_list_experiment`.
    schema : mapping of str to Variable
        The variables: count, arm, those that respondents are grouped by and, if the file has
        weights, weight.
    n_items : int
        Number of control items, J.
    columns : mapping of str to str
        Column of the file by variable, for those that it names otherwise.

    Returns
    -------
    pandas.DataFrame
        One row a respondent: count, arm, the variables (texts of the schema, missing without an
        answer) and weight.

    Raises
    ------
    InputError
        As `read_list_experiment` does.
    """
    whole_number("n_items", n_items, at_least=1)
    named = {name: columns.get(name, name) for name in schema}
    raw = read_survey_file(path, list(dict.fromkeys(named.values()))).reset_index(drop=True)
    frame = pd.DataFrame(
        {
            name: _answers(raw[named[name]], variable, path)
            for name, variable in schema.items()
            if name not in (COUNT, WEIGHT)
        }
    )
    _require_arms(frame[ARM].rename(named[ARM]), path)
    frame.insert(0, COUNT, _counts(raw[named[COUNT]], frame[ARM], n_items, path))
    return frame.assign(weight=_weights(raw[named[WEIGHT]], path) if WEIGHT in named else 1.0)


def _answers(values: pd.Series, variable: Variable, path: Path) -> pd.Series:
    spellings = values.map(_spelling, na_action="ignore")
    spellings = spellings.mask(spellings == "")
    answers = spellings.map(variable.answer, na_action="ignore")
    unknown = spellings[answers.isna() & spellings.notna()]
    if not unknown.empty:
        known = [spelling for spelling in variable.spellings if spelling != ANY_OTHER]
        raise InputError(
            f"{_cell(path, unknown)} holds {str(values[unknown.index[0]])!r}, which is no answer "
            f"of the schema: {did_you_mean(unknown.iloc[0], known)}"
        )
    return answers


def _spelling(value: object) -> str:
    text = str(value).strip().casefold().removesuffix(".0")
    return "" if text.startswith("-") else text  # a negative code is no answer


def _require_arms(arms: pd.Series, path: Path) -> None:
    missing = arms[arms.isna()]
    if not missing.empty:
        raise InputError(f"{_cell(path, missing)} is empty: state every respondent's arm.")
    for arm in ARMS:
        if not (arms == arm).any():
            raise InputError(
                f"{path} has no respondent in the {arm} arm: a list experiment needs two arms."
            )


def _counts(values: pd.Series, arms: pd.Series, n_items: int, path: Path) -> pd.Series:
    counts = _numbers(values, path)
    broken = counts[counts.notna() & (counts != counts.round())]
    if not broken.empty:
        raise InputError(
            f"{_cell(path, broken)} holds {broken.iloc[0]:g} where a whole number belongs: it is "
            "the number of items, or empty."
        )
    highest = n_items + (arms == ARMS[1])
    outside = counts[(counts < 0) | (counts > highest)]
    if not outside.empty:
        raise InputError(_outside(outside, arms, highest, n_items, path))
    if not counts.groupby(arms).count().reindex(ARMS).all():
        raise InputError(f"{path} has an arm in which nobody gave a count: both need answers.")
    return counts.astype("Int64")


def _outside(
    outside: pd.Series, arms: pd.Series, highest: pd.Series, n_items: int, path: Path
) -> str:
    row = outside.index[0]
    beyond = outside.iloc[0] > 0
    advice = "check the number of control items" if beyond else "leave a missing answer empty"
    return (
        f"{_cell(path, outside)} holds {outside.iloc[0]:g} in the {arms[row]} arm, where a count "
        f"from 0 to {highest[row]} belongs with {n_items} control items: {advice}."
    )


def _weights(values: pd.Series, path: Path) -> pd.Series:
    weights = _numbers(values, path)
    wrong = weights[~(weights > 0)]
    if not wrong.empty:
        held = "nothing" if pd.isna(wrong.iloc[0]) else f"{wrong.iloc[0]:g}"
        raise InputError(
            f"{_cell(path, wrong)} holds {held} where a weight above zero belongs: "
            "give every respondent one, or leave the column out."
        )
    return weights


def _numbers(values: pd.Series, path: Path) -> pd.Series:
    """Finite numbers; an empty cell is missing."""
    given = values.mask(values.astype(str).str.strip() == "")
    numbers = pd.to_numeric(given, errors="coerce").astype(float)
    wrong = given[given.notna() & ~np.isfinite(numbers)]
    if not wrong.empty:
        raise InputError(
            f"{_cell(path, wrong)} holds {str(wrong.iloc[0])!r} where a number belongs: "
            "mend the cell."
        )
    return numbers


def _cell(path: Path, found: pd.Series) -> str:
    return f"{path}, row {int(found.index[0]) + 1}, column {found.name!r},"
