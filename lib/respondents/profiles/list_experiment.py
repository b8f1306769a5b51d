"""A list experiment as a profile: its items, arms and groups, and where a file holds them."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from lib.respondents.profiles.common import CommonProfile, Name, Strict, Text, repeated, wanted
from lib.sources.list_experiment.reading import (
    ARM,
    ARMS,
    CLUSTER,
    COUNT,
    STRATUM,
    WEIGHT,
    read_answers,
    spelling,
)
from lib.sources.list_experiment.schema import ANY_OTHER, Variable

LEFT_OUT = "left out"
MOST_ITEMS = 20  # respondents cannot count more, and the likelihoods' tables grow with them


def _answer(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise wanted("a code or a text of the file")
    text = str(value).strip().removesuffix(".0")
    if not spelling(text):
        raise wanted("a code or a text: blanks and negative codes are no answer")
    if text.isdigit() and not text.isascii():
        raise wanted("written in digits from 0 to 9")
    return text


def _require_distinct(groups: Iterable[str], answers: Iterable[list[str]]) -> None:
    twice = repeated(groups) or repeated(spelling(each) for each in chain.from_iterable(answers))
    if twice:
        raise ValueError(f"uses {twice!r} twice: give it one meaning.")


Answer = Annotated[str, BeforeValidator(_answer)]
Answers = Annotated[list[Answer], Field(min_length=1)]


class Grouping(Strict):
    """A column of a file that groups respondents."""

    column: Text
    labels: Annotated[dict[Text, Answers], Field(min_length=2)]
    left_out: list[Answer] = Field(default=[])

    @model_validator(mode="after")
    def _distinct(self) -> "Grouping":
        _require_distinct([*self.labels, LEFT_OUT], [*self.labels.values(), self.left_out])
        return self

    def variable(self, name: str) -> Variable:
        """Say which answers make which group."""
        groups = {**self.labels, LEFT_OUT: self.left_out}
        spelled = {answer: label for label, answers in groups.items() for answer in answers}
        others = spelled.pop(ANY_OTHER, None)
        labels = {label: label for label in self.labels}
        return Variable(name, True, spelled, labels, others)


class Arms(Strict):
    """The column of the arm, and the answers of both."""

    column: Text
    control: Answers
    treatment: Answers

    @model_validator(mode="after")
    def _distinct(self) -> "Arms":
        _require_distinct(ARMS, [self.control, self.treatment])
        return self

    @property
    def grouping(self) -> Grouping:
        """The arm as a grouping."""
        arms = zip(ARMS, (self.control, self.treatment), strict=True)
        return Grouping(column=self.column, labels=dict(arms))


class ListExperimentProfile(CommonProfile):
    """A list experiment."""

    items: Annotated[list[Text], Field(min_length=2, max_length=MOST_ITEMS)]
    sensitive: Text
    count: Text
    arm: Arms
    weight: Text | None = None
    strata: Text | None = None
    clusters: Text | None = None
    groups: Annotated[dict[Name, Grouping], Field(min_length=1)]

    @model_validator(mode="after")
    def _distinct(self) -> "ListExperimentProfile":
        if twice := repeated([*self.items, self.sensitive]):
            raise ValueError(f"has the item {twice!r} twice: leave one out.")
        if twice := repeated(self.columns.values()):  # no regression can tell such groups apart
            raise ValueError(f"uses the column {twice!r} twice: name another one.")
        return self

    @property
    def n_items(self) -> int:
        """Number of control items, J."""
        return len(self.items)

    @property
    def formula(self) -> str:
        """The regression on all groupings."""
        return f"{COUNT} ~ " + " + ".join(f"C({name})" for name in self.groups)

    @property
    def sampling(self) -> dict[str, str | None]:
        """Respondents' columns of weights, strata and clusters, as estimators take them."""
        names = {"weights": WEIGHT, "strata": STRATUM, "clusters": CLUSTER}
        return {key: name if name in self.columns else None for key, name in names.items()}

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the respondents' columns that hold text, whatever it looks like."""
        return (ARM, STRATUM, CLUSTER, *self.groups)

    @property
    def columns(self) -> dict[str, str]:
        """Column of the file by variable."""
        columns = {COUNT: self.count, ARM: self.arm.column}
        columns |= {name: grouping.column for name, grouping in self.groups.items()}
        sample = {WEIGHT: self.weight, STRATUM: self.strata, CLUSTER: self.clusters}
        return columns | {name: column for name, column in sample.items() if column}

    def read(self, file: Path) -> tuple[pd.DataFrame, list[str]]:
        """Read the respondents of a file."""
        variables = {name: grouping.variable(name) for name, grouping in self.groups.items()}
        plain = {name: Variable(name, True, {}, {}, None) for name in self.columns}
        schema = plain | {ARM: self.arm.grouping.variable(ARM)} | variables
        read = read_answers(file, schema, self.n_items, self.columns, self.encoding)
        left_out = {name: int((read.frame[name] == LEFT_OUT).sum()) for name in self.groups}
        remarks = [_remark(name, n) for name, n in left_out.items() if n]
        return read.frame.replace({LEFT_OUT: None}), [*read.remarks, *remarks]


def _remark(name: str, n: int) -> str:
    return f"Answers on {name} that make no group, as the profile says: {n}."
