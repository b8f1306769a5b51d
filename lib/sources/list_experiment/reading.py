"""Files of a list experiment: its respondents as columns of answers, or one sentence why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
STRATUM, CLUSTER = "stratum", "cluster"
NO_ANSWERS = {COUNT, WEIGHT, STRATUM, CLUSTER}
NEGATIVE_CODE = re.compile(r"-\d+")
MOST_SHOWN = 4
FEWEST = 10  # as in `lib.book.disclosure`: a text of fewer respondents is counted and not shown
LONGEST_TEXT = 30


@dataclass(frozen=True)
class ListExperimentFile:
    """Respondents of a list experiment."""

    frame: pd.DataFrame
    remarks: tuple[str, ...]


def read_list_experiment(
    path: Path, schema_path: Path, n_items: int, encoding: str | None = None
) -> ListExperimentFile:
    """Read the respondents of a list experiment."""
    schema = read_schema(schema_path)
    present = {name.casefold() for name in column_names(path, encoding)}
    wanted = [n for n, variable in schema.items() if variable.required or n in present]
    variables = {name: schema[name] for name in wanted}
    file = read_answers(path, variables, n_items, encoding=encoding)
    frame = file.frame.assign(education=file.frame[EDUCATION].astype("Int64"))
    return ListExperimentFile(frame, file.remarks)


def read_answers(
    path: Path,
    schema: Mapping[str, Variable],
    n_items: int,
    columns: Mapping[str, str] = MappingProxyType({}),
    encoding: str | None = None,
) -> ListExperimentFile:
    """Read the variables of any list experiment."""
    whole_number("n_items", n_items, at_least=1)
    named = {name: columns.get(name, name) for name in schema}
    file = read_survey_file(path, list(dict.fromkeys(named.values())), encoding)
    raw = file.frame.reset_index(drop=True)
    texts = {name: raw[named[name]] for name in schema if name not in NO_ANSWERS}
    frame = pd.DataFrame({n: _answers(texts[n], schema[n], path) for n in texts})
    _require_arms(frame[ARM].rename(named[ARM]), path)
    frame.insert(0, COUNT, _counts(raw[named[COUNT]], frame[ARM], n_items, path))
    frame[WEIGHT] = _weights(raw[named[WEIGHT]], path) if WEIGHT in named else 1.0
    for name in (STRATUM, CLUSTER):
        if name in named:
            frame[name] = _units(raw[named[name]], path)
    for name, values in texts.items():
        _require_groups(values, frame[name], schema[name], path)
    remarks = [remark for name in texts for remark in _remarks(texts[name], schema[name])]
    return ListExperimentFile(frame, (*file.remarks, *remarks))


def _answers(values: pd.Series, variable: Variable, path: Path) -> pd.Series:
    spellings = values.map(spelling, na_action="ignore")
    spellings = spellings.mask(spellings == "")
    answers = spellings.map(variable.answer, na_action="ignore")
    unknown = spellings[answers.isna() & spellings.notna()]
    if not unknown.empty:
        known = {each.casefold(): each for each in variable.spellings if each != ANY_OTHER}
        raise InputError(
            f"{_cell(path, unknown)} holds {_quoted(values[unknown.index[0]])}, which is no answer "
            f"of the schema: {did_you_mean(unknown.iloc[0], known.values())}"
        )
    return answers


def spelling(value: object) -> str:
    """Write an answer as it is compared."""
    text = str(value).strip().casefold().removesuffix(".0")
    return "" if NEGATIVE_CODE.fullmatch(text) else text  # a negative code is no answer


def _text(value: object) -> str:
    return str(value).removesuffix(".0")


def _require_groups(values: pd.Series, answers: pd.Series, variable: Variable, path: Path) -> None:
    """Refuse a group in which nobody is: more often than not its spelling is another one."""
    for group in dict.fromkeys(variable.groups.values()):
        if not answers.isin([a for a, each in variable.groups.items() if each == group]).any():
            texts = values[answers.notna()].map(_text).value_counts()
            shown = ", ".join(_quoted(text) for text in texts.index[:MOST_SHOWN]) or "no answer"
            more = " and more" if len(texts) > MOST_SHOWN else ""
            raise InputError(
                f"{path} has nobody in the group {group!r}: column {values.name!r} holds {shown}"
                f"{more}. Compare the spelling, or name the encoding."
            )


def _remarks(values: pd.Series, variable: Variable) -> list[str]:
    """Say which texts were read without regard to case or blanks, and which are any other."""
    texts = values.dropna().map(_text)
    spellings = texts.map(spelling)
    known = spellings.isin(list(variable.folded))
    folded = texts[known & ~texts.isin(list(variable.spellings))]
    others = texts[~known & (spellings != "")]
    remarks = []
    if not folded.empty:
        shown = _listed(folded.value_counts(), 0)
        remarks.append(f"Read without regard to case and blanks ({variable.name}): {shown}.")
    if not others.empty:
        n = f"{len(others):,}" if len(others) >= FEWEST else f"Fewer than {FEWEST}"
        remarks.append(
            f"{n} answers on {variable.name} that are not listed became {variable.others!r}: "
            f"{_listed(others.value_counts(), FEWEST)}."
        )
    return remarks


def _listed(counts: pd.Series, fewest: int) -> str:
    """List the most frequent texts, with their numbers if none may be small."""
    shown = counts[counts >= fewest][:MOST_SHOWN]
    words = [f"{_quoted(t)} ({n:,})" if fewest else _quoted(t) for t, n in shown.items()]
    rest = len(counts) - len(shown)
    words += (
        [f"{rest:,} {'more' if words else 'rare'} text{'s' if rest > 1 else ''}"] if rest else []
    )
    return ", ".join(words)


def _quoted(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…")


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


def _units(values: pd.Series, path: Path) -> pd.Series:
    units = values.map(_text, na_action="ignore").str.strip()
    missing = units[units.isna() | (units == "")]
    if not missing.empty:
        raise InputError(f"{_cell(path, missing)} is empty: every respondent is of one.")
    return units


def _numbers(values: pd.Series, path: Path) -> pd.Series:
    """Finite numbers; an empty cell is missing."""
    given = values.mask(values.astype(str).str.strip() == "")
    numbers = pd.to_numeric(given, errors="coerce").astype(float)
    wrong = given[given.notna() & ~np.isfinite(numbers)]
    if not wrong.empty:
        raise InputError(
            f"{_cell(path, wrong)} holds {_quoted(wrong.iloc[0])} where a number belongs: "
            "correct the cell, or leave it empty if there is no answer."
        )
    return numbers


def _cell(path: Path, found: pd.Series) -> str:
    return f"{path}, row {int(found.index[0]) + 1}, column {found.name!r},"
