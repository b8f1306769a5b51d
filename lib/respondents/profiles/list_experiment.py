"""A list experiment as a profile: its items, arms and groups, and where a file holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError
from lib.respondents.profiles.common import COMMON, CommonProfile, common_values
from lib.respondents.profiles.part import Part
from lib.sources.list_experiment.reading import ARM, ARMS, COUNT, WEIGHT, read_answers
from lib.sources.list_experiment.schema import ANY_OTHER, Variable

NAMES = (*COMMON, "items", "sensitive", "count", "arm", "weight", "groups")
RESERVED = (COUNT, ARM, WEIGHT, "treatment")
LEFT_OUT = "left out"
LEAST_ITEMS, LEAST_GROUPS = 2, 2


@dataclass(frozen=True)
class Grouping:
    """
    A column of a file that groups respondents.

    Attributes
    ----------
    column : str
        Its name in the file.
    labels : mapping of str to tuple of str
        Answers of the file by group; "*" for any other text.
    left_out : tuple of str
        Answers that make no group.
    """

    column: str
    labels: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]

    def variable(self, name: str) -> Variable:
        """
        Say which answers make which group.

        Parameters
        ----------
        name : str
            Name of the variable.

        Returns
        -------
        Variable
            What a reader of files needs.
        """
        groups = {**self.labels, LEFT_OUT: self.left_out}
        spelled = {answer: label for label, answers in groups.items() for answer in answers}
        others = spelled.pop(ANY_OTHER, None)
        labels = {label: label for label in self.labels}
        return Variable(name, True, spelled, labels, others)


@dataclass(frozen=True)
class ListExperimentProfile(CommonProfile):
    """
    A list experiment.

    Attributes
    ----------
    items : tuple of str
        Wording of the control items.
    sensitive : str
        Wording of the sensitive item.
    count : str
        Column of the item count.
    arm : Grouping
        Column of the arm.
    weight : str
        Column of the sampling weight; empty if there is none.
    groups : mapping of str to Grouping
        What respondents are grouped by.
    """

    items: tuple[str, ...]
    sensitive: str
    count: str
    arm: Grouping
    weight: str
    groups: Mapping[str, Grouping]

    @property
    def n_items(self) -> int:
        """Number of control items, J."""
        return len(self.items)

    @property
    def formula(self) -> str:
        """The regression on all groupings."""
        return f"{COUNT} ~ " + " + ".join(f"C({name})" for name in self.groups)

    @property
    def weight_column(self) -> str | None:
        """Name of the weight among the respondents' columns; None if there is none."""
        return WEIGHT if self.weight else None

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the respondents' columns that hold text, whatever it looks like."""
        return (ARM, *self.groups)

    @property
    def columns(self) -> dict[str, str]:
        """Column of the file by variable."""
        columns = {COUNT: self.count, ARM: self.arm.column}
        columns |= {name: grouping.column for name, grouping in self.groups.items()}
        return columns | ({WEIGHT: self.weight} if self.weight else {})

    def read(self, file: Path) -> tuple[pd.DataFrame, list[str]]:
        """
        Read the respondents of a file.

        Parameters
        ----------
        file : pathlib.Path
            A survey file with the columns of the profile.

        Returns
        -------
        frame : pandas.DataFrame
            One row a respondent: count, arm, the groupings (missing where there is no answer, or
            one that makes no group) and weight.
        remarks : list of str
            What a reader should know, a sentence each.

        Raises
        ------
        InputError
            If the file is not what the profile says.
        """
        variables = {name: grouping.variable(name) for name, grouping in self.groups.items()}
        plain = {name: Variable(name, True, {}, {}, None) for name in self.columns}
        schema = plain | {ARM: self.arm.variable(ARM)} | variables
        read = read_answers(file, schema, self.n_items, self.columns, self.encoding)
        left_out = {name: int((read.frame[name] == LEFT_OUT).sum()) for name in self.groups}
        remarks = [_remark(name, n) for name, n in left_out.items() if n]
        return read.frame.replace({LEFT_OUT: None}), [*read.remarks, *remarks]


def list_experiment_profile(whole: Part, name: str) -> ListExperimentProfile:
    """
    Read what a list experiment is made of.

    Parameters
    ----------
    whole : Part
        The profile.
    name : str
        Its name.

    Returns
    -------
    ListExperimentProfile
        The profile.

    Raises
    ------
    InputError
        If something is missing, unknown or not what it must be; the sentence says where.
    """
    whole.only(NAMES)
    return ListExperimentProfile(
        **common_values(whole, name),
        items=whole.texts("items", LEAST_ITEMS),
        sensitive=whole.text("sensitive"),
        count=whole.text("count"),
        arm=_arm(whole.part("arm")),
        weight=whole.text("weight", ""),
        groups=_groups(whole),
    )


def read_grouping(part: Part) -> Grouping:
    """
    Read how a column groups respondents.

    Parameters
    ----------
    part : Part
        Its column, the labels with their answers, and what is left out.

    Returns
    -------
    Grouping
        The grouping.

    Raises
    ------
    InputError
        If something is missing, unknown or not what it must be; the sentence says where.
    """
    part.only(("column", "labels", "left_out"))
    labels = part.part("labels")
    if len(labels.values) < LEAST_GROUPS:
        raise InputError(f"{labels.place} has fewer than two groups: give two or more.")
    for label in labels.values:
        if not isinstance(label, str) or label == LEFT_OUT:
            raise InputError(
                f"{labels.place} has the label {label!r}: it must be a text of its own "
                "(quote numbers, yes, no, on and off)."
            )
    groups = {label: labels.answers(label) for label in labels.values}
    left_out = part.answers("left_out", at_least=0)
    _require_distinct(part, groups | {LEFT_OUT: left_out})
    return Grouping(part.text("column"), groups, left_out)


def _arm(part: Part) -> Grouping:
    part.only(("column", *ARMS))
    arms = {arm: part.answers(arm) for arm in ARMS}
    _require_distinct(part, arms)
    return Grouping(part.text("column"), arms, ())


def _groups(whole: Part) -> dict[str, Grouping]:
    groups = {name: read_grouping(part) for name, part in whole.parts("groups").items()}
    for name in groups:
        if name in RESERVED:
            raise InputError(
                f"{whole.name_of('groups')} has {name!r}, which names a column of its own: "
                "choose another name."
            )
    return groups


def _require_distinct(part: Part, groups: Mapping[str, tuple[str, ...]]) -> None:
    answers = [answer.casefold() for each in groups.values() for answer in each]
    repeated = [answer for answer in answers if answers.count(answer) > 1]
    if repeated:
        raise InputError(f"{part.place} uses {repeated[0]!r} twice: give it one meaning.")


def _remark(name: str, n: int) -> str:
    return f"Answers on {name} that make no group, as the profile says: {n}."
