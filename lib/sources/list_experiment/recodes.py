"""How answers become the groups of the printed table: notes 3 to 5 of the memo."""

from collections.abc import Mapping

import pandas as pd

from lib.core.errors import InputError
from lib.sources.list_experiment.schema import Variable

LEVELS = {True: "university", False: "secondary_or_less"}
ATTRIBUTES = ["gender", "education", "ethnicity", "region"]
REGRESSORS = ("male", "university", "russian", "almaty", "nur_sultan")


def in_treatment(arm: pd.Series) -> pd.Series:
    """Tell who saw the list with the sensitive item."""
    return (arm == "treatment").astype(int)


def education_level(education: pd.Series, university_from: int) -> pd.Series:
    """Group answers on education as note 3 of Jones and Smyth (2022, PONARS Memo 806) does."""
    levels = (education >= university_from).map(LEVELS)
    return levels.mask(education.isna()).astype(object)


def group_of(answers: pd.Series, groups: Mapping[str, str]) -> pd.Series:
    """Group answers as a schema says; ethnicity after note 4 of the memo, cities after note 5."""
    return answers.map(lambda answer: groups.get(answer, answer), na_action="ignore")


def recode(
    frame: pd.DataFrame, schema: Mapping[str, Variable], university_from: int = 5
) -> pd.DataFrame:
    """
    Make the variables of the printed table from the respondents' answers.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a respondent, from `lib.sources.list_experiment.reading.read_list_experiment`.
    schema : mapping of str to Variable
        The variables, with the groups of their answers.
    university_from : int, default 5
        Lowest code of education that counts as university.

    Returns
    -------
    pandas.DataFrame
        One row a respondent: count, treatment (0 or 1), gender, education, ethnicity, region
        (groups by the names of data/published, missing without an answer) and weight.
    """
    return pd.DataFrame(
        {
            "count": frame["count"],
            "treatment": in_treatment(frame["arm"]),
            "gender": group_of(frame["gender"], schema["gender"].groups),
            "education": education_level(frame["education"], university_from),
            "ethnicity": group_of(frame["ethnicity"], schema["ethnicity"].groups),
            "region": group_of(frame["city"], schema["city"].groups),
            "weight": frame["weight"],
        }
    )


def complete_cases(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Pick the respondents of the regressions, with a variable of 0 and 1 for each group.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a respondent, from `recode`.

    Returns
    -------
    pandas.DataFrame
        The respondents who answered on gender, education, ethnicity and region, with one column
        (1 or 0) for each group and capital for Almaty and Nur-Sultan together.

    Raises
    ------
    InputError
        If none of them is in a group that the regressions compare.
    """
    complete = rows.dropna(subset=ATTRIBUTES)
    ones = pd.get_dummies(complete[ATTRIBUTES], prefix="", prefix_sep="", dtype=int)
    for group in REGRESSORS:
        if group not in ones:
            raise InputError(
                f"Nobody who answered on {', '.join(ATTRIBUTES)} is in the group {group!r}: check "
                "the file's answers against the schema."
            )
    return complete.join(ones).assign(capital=ones["almaty"] + ones["nur_sultan"])


def comparisons(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """
    Pick the respondents of each comparison that the memo makes, or that its regions allow.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a respondent, from `recode`.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name, the respondents in either of two groups, with a column group: gender, education,
        ethnicity (Kazakh, Russian) and capitals (both together against all others), which the
        text of the memo speaks of; almaty and nur_sultan, each against all others.
    """
    region, ethnicity = rows["region"], rows["ethnicity"]
    groups = {
        "gender": rows["gender"],
        "education": rows["education"],
        "ethnicity": ethnicity.where(ethnicity.isin(["kazakh", "russian"])),
        "capitals": region.replace(["almaty", "nur_sultan"], "both_capitals"),
        "almaty": region.where(region != "nur_sultan"),
        "nur_sultan": region.where(region != "almaty"),
    }
    return {name: rows.assign(group=each).dropna(subset="group") for name, each in groups.items()}
