"""A few questions, each answer checked at once, that end in a profile with comments."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import typer
import yaml

from lib.book.project import Project
from lib.core.errors import InputError, did_you_mean
from lib.respondents.profiles import read_profile
from lib.respondents.profiles.list_experiment import LEAST_ITEMS, read_grouping
from lib.respondents.profiles.part import Part, require_name
from lib.respondents.profiles.reading import KINDS, require_profile_name
from lib.respondents.profiles.survey import (
    LEAST_COUNTRIES,
    read_country,
    read_item_map,
    read_measure,
)
from lib.sources.list_experiment.reading import ARMS
from lib.sources.survey_files import column_names
from lib.sources.wvs import Codebook

FOLDER = "params"
WIDTH = 96
COMMENTS = {
    "kind": "What the evidence is: list_experiment, or wvs for the World Values Survey.",
    "title": "What it is about; the title of the book.",
    "file": "Your file, seen from the project; while there is none, respondents are generated.",
    "items": "The control items; of the World Values Survey, the file that lists the wave's items.",
    "sensitive": "The sensitive item, which only the treatment group sees.",
    "count": "Column of the number of items approved; an empty cell is no answer.",
    "arm": "Column of the arm, and the codes or texts of each arm.",
    "weight": "Column of the sampling weight; empty if there is none.",
    "groups": "What respondents are grouped by: column, and the codes or texts of each group\n"
    '# ("*" for any other text). Answers that make no group are left_out.',
    "outcome": "The outcome: name in the models, item, and the codes that count as 1.",
    "regressors": "Individual-level regressors; without ones the answer itself is taken.",
    "moderated": "The regressor of 0 and 1 whose effect may differ with the country-level one.",
    "country_level": "Name of the country-level regressor.",
    "countries": "The countries: number in the survey (ISO 3166 numeric), country-level value.",
    "n_points": "Points of adaptive quadrature: 7 to 100.",
    "alpha": "Level of the tests: 0.001 to 0.2.",
    "standin": "Generated respondents: how many (in the survey, a country), and the seed.",
}

Answer = TypeVar("Answer")


def ask_for_profile(project: Project) -> Path:
    """
    Ask on the terminal what a profile shall say, and write it.

    Parameters
    ----------
    project : Project
        The project.

    Returns
    -------
    pathlib.Path
        The new file, seen from the project; no file is ever overwritten.

    Raises
    ------
    InputError
        If all answers together make no profile; nothing is left behind then.
    """
    name = _ask("Name of the profile (its file is params/NAME.yml)", _free_name(project))
    kind = _ask(f"Kind of evidence ({' or '.join(KINDS)})", _one_of(KINDS))
    values: dict[str, Any] = {
        "kind": kind,
        "title": _ask("What is it about, in a few words?", _text),
    }
    file = _ask("Your file of respondents (empty if there is none yet)", _file(project), "")
    values["file"] = file or None
    ask = _list_experiment if kind == KINDS[0] else _survey
    values |= ask(project, project.root / file if file else None)
    values |= {"alpha": 0.05, "standin": {"n": 1000, "seed": 1}}
    return _write(project, f"{FOLDER}/{name}.yml", _commented(values))


def _list_experiment(_: Project, file: Path | None) -> dict[str, Any]:
    column = _column(file)
    items: list[str] = []
    for item in _asked("A control item", _text, lambda: len(items) >= LEAST_ITEMS):
        items.append(item)
    values: dict[str, Any] = {"items": items, "sensitive": _ask("The sensitive item", _text)}
    values["count"] = _ask("Column of the number of items approved", column)
    values["arm"] = {"column": _ask("Column of the arm", column)}
    for arm in ARMS:
        values["arm"][arm] = _ask(f"Codes or texts of the {arm} arm, such as 0", _answers)
    weight = _ask("Column of the sampling weight (empty if there is none)", _or_empty(column), "")
    return values | {"weight": weight or None, "groups": _groupings(column)}


def _groupings(column: Callable[[str], str]) -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for name in _asked("A variable to group by, such as gender", _variable, lambda: bool(groups)):
        grouping = {"column": _ask(f"Column of {name}", column)}
        question = f"Groups of {name} and their codes or texts, such as men=1; women=2"
        groups[name] = grouping | {"labels": _ask(question, _labels)}
        left_out = _ask("Answers that make no group (empty if there are none)", _none_or_more, "")
        groups[name] |= {"left_out": left_out} if left_out else {}
    return groups


def _survey(project: Project, _: Path | None) -> dict[str, Any]:
    items = _ask("Wave, such as 6", _wave(project))
    measure = partial(_measure, read_item_map(project.root, items), items)
    outcome = _ask("Name of the outcome, such as trust_eu", _variable)
    values = {"items": items, "outcome": {"name": outcome} | measure(outcome, binary=True)}
    values["regressors"] = regressors = _regressors(measure)
    binary = [name for name, each in regressors.items() if "ones" in each]
    question = f"Whose effect may differ with the country ({', '.join(binary)})?"
    values["moderated"] = _ask(question, _one_of(binary))
    values["country_level"] = _ask("Name of the country-level regressor", _variable)
    return values | {"countries": _countries(), "n_points": 25}


def _measure(codebook: Codebook, items: str, name: str, binary: bool) -> dict[str, Any]:
    """Ask how a variable is made of an item; unless it must be 0 or 1, of the answer itself."""
    item = _ask(f"Item of {name}", _one_of(codebook.items))
    found = codebook.items[item]

    def ones(text: str) -> list[Any]:
        codes = _answers(text) if binary else _none_or_more(text)
        read_measure(Part(name, {"item": item, "ones": codes}), codebook, items)
        return codes

    question = f"Codes of {found} from {found.span} that count as 1"
    question += "" if binary else " (empty: the answer itself)"
    codes = _ask(question, ones, None if binary else "")
    return {"item": item} | ({"ones": codes} if codes else {})


def _regressors(measure: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Ask for one regressor after the other; one of them must be 0 or 1."""
    found: dict[str, Any] = {}
    enough = lambda: any("ones" in each for each in found.values())  # noqa: E731
    for name in _asked("A regressor, such as male", _variable, enough):
        found[name] = measure(name, binary=False)
    return found


def _countries() -> dict[str, Any]:
    countries: dict[str, Any] = {}
    question = "A country: ISO code, number in the survey, value, such as EST 233 0.8"
    for country in _asked(question, _country, lambda: len(countries) >= LEAST_COUNTRIES):
        countries.update(country)
    return countries


def _asked(
    question: str, check: Callable[[str], Answer], enough: Callable[[], bool]
) -> Iterator[Answer]:
    """Ask again and again; an empty answer ends it once there is enough."""
    while True:
        if not enough():
            yield _ask(question, check)
            continue
        answer = _ask(f"{question} (empty to end)", _or_empty(check), "")
        if not answer:
            return
        yield answer


def _ask(question: str, check: Callable[[str], Answer], default: str | None = None) -> Answer:
    """Ask until the answer passes its check."""

    def checked(text: str) -> Answer:
        try:
            return check(text.strip())
        except InputError as error:
            raise typer.BadParameter(str(error)) from error

    answer: Answer = typer.prompt(question, default=default, show_default=False, value_proc=checked)
    return answer


def _free_name(project: Project) -> Callable[[str], str]:
    def check(text: str) -> str:
        path = project.root / FOLDER / f"{text}.yml"
        require_profile_name(path)
        if path.exists():
            raise InputError(f"{project.relative(path)} exists and is not overwritten.")
        return text

    return check


def _one_of(allowed: Any) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed:
            raise InputError(f"{text!r} is none of them: {did_you_mean(text, allowed)}")
        return text

    return check


def _text(text: str) -> str:
    if not text:
        raise InputError("write something.")
    return text


def _or_empty(check: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: check(text) if text else ""


def _variable(text: str) -> str:
    require_name("the answer", text)
    return text


def _file(project: Project) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text:
            column_names(project.root / text)
        return text

    return check


def _column(file: Path | None) -> Callable[[str], str]:
    """Check columns if there is a file to look at."""
    names = column_names(file) if file else None

    def check(text: str) -> str:
        if names is not None and text.casefold() not in map(str.casefold, names):
            raise InputError(f"the file has no column {text!r}: {did_you_mean(text, names)}")
        return _text(text)

    return check


def _answers(text: str) -> list[Any]:
    """Codes as numbers, anything else as text, separated by commas."""
    answers = [each.strip() for each in text.split(",")]
    if not all(answers):
        raise InputError("write codes or texts, separated by commas.")
    return [int(each) if each.isdigit() else each for each in answers]


def _none_or_more(text: str) -> list[Any]:
    return _answers(text) if text else []


def _labels(text: str) -> dict[str, list[Any]]:
    pairs = [each.partition("=") for each in text.split(";") if each.strip()]
    labels = {label.strip(): _answers(answers) for label, _, answers in pairs}
    read_grouping(Part("the answer", {"column": "any", "labels": labels}))
    return labels


def _wave(project: Project) -> Callable[[str], str]:
    def check(text: str) -> str:
        items = f"data/codebook/wvs{text}_items.csv"
        if not (project.root / items).is_file():
            raise InputError(f"there is no {items}: write it, or name another wave.")
        return items

    return check


def _country(text: str) -> dict[str, Any]:
    words = text.split()
    if len(words) != 3 or len(words[0]) != 3 or not words[0].isupper():
        raise InputError("write three capital letters, a whole number and a number.")
    try:
        values = {"code": int(words[1]), "value": float(words[2])}
    except ValueError as error:
        raise InputError("write three capital letters, a whole number and a number.") from error
    read_country(Part(words[0], values))
    return {words[0]: values}


def _commented(values: dict[str, Any]) -> str:
    return "\n".join(f"# {COMMENTS[name]}\n{_dumped(name, each)}" for name, each in values.items())


def _dumped(name: str, value: Any) -> str:
    """Write the innermost lists and mappings on one line."""
    flow = None if isinstance(value, dict | list) else False
    text: str = yaml.safe_dump(
        {name: value}, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=WIDTH
    )
    return text


def _write(project: Project, name: str, text: str) -> Path:
    """Write a file that does not exist; take it away again if it is no profile."""
    path = project.root / name
    path.parent.mkdir(exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    try:
        read_profile(path, project.root)
    except InputError:
        path.unlink()
        raise
    return path.relative_to(project.root)
