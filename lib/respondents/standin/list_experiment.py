"""Stand-in respondents of a list experiment, drawn to agree with its printed table."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from lib.core.errors import InputError
from lib.estimators.power import count_distribution
from lib.respondents.standin.list_experiment_margins import UNLISTED, WHOLE, integer_margins
from lib.sources.list_experiment import Variable, read_schema
from lib.sources.published import read_table

ARMS = ("control", "treatment")
N, N_ITEMS, SEED = 400, 4, 806
ANSWERED = {"education": 385}
SD = 0.85
STEP_COST = 1000


def generate_list_experiment(data: Path) -> pd.DataFrame:
    """
    Generate respondents who agree with Table 1 of Jones and Smyth (2022, PONARS Policy Memo 806).

    All cells are met but the percentages of three rows, which contradict the means beside them;
    there the means are. `ANSWERED` is the largest number of answers on education with which its
    rows are met and the arms of each row are nearly even; the memo prints no such number.
    """
    table = read_table(data / "published" / "memo806_table1.csv")
    schema = read_schema(data / "codebook" / "list_experiment_variables.csv")
    margins = integer_margins(table, N, N_ITEMS, ANSWERED)
    return draw_respondents(margins, schema, N_ITEMS, SD, SEED)


def draw_respondents(
    margins: pd.DataFrame, schema: Mapping[str, Variable], n_items: int, sd: float, seed: int
) -> pd.DataFrame:
    """
    Draw respondents who make up given numbers of respondents and items.

    Within an arm the groupings are independent of each other but for chance. Counts are drawn for
    the rows of the first grouping: control counts with the mean of the row and a given standard
    deviation (`lib.estimators.power.count_distribution`), in the treatment arm one more with the
    probability that the two means imply. They are then changed as little as the sums of all rows
    demand (least sum of squares), an integer program.

    One row a respondent, in random order: count, arm, gender, education (code), ethnicity, city
    (text, missing without an answer) and weight (1), as a file of the schema holds them.
    """
    generator = np.random.default_rng(seed)
    arms = [_draw_arm(arm, margins, n_items, sd, generator) for arm in range(2)]
    drawn = pd.concat(arms, ignore_index=True)
    frame = drawn[["count", "arm"]].assign(count=drawn["count"].astype("Int64"))
    for grouping in margins["grouping"].unique()[1:]:
        name, answers = _answers(margins, grouping, schema)
        choices = [answers[group] for group in drawn[grouping]]
        frame[name] = [among[generator.integers(len(among))] for among in choices]
    frame["education"] = frame["education"].astype("Int64")
    return frame.assign(weight=1.0).sample(frac=1, random_state=generator, ignore_index=True)


def _draw_arm(
    arm: int, margins: pd.DataFrame, n_items: int, sd: float, generator: np.random.Generator
) -> pd.DataFrame:
    """Respondents of an arm: their row in each grouping, count and arm."""
    size, total = f"{ARMS[arm]}_n", f"{ARMS[arm]}_sum"
    rows = margins[margins["grouping"] != WHOLE]
    groups = pd.DataFrame(
        {
            name: generator.permutation(np.repeat(members["subgroup"], members[size]))
            for name, members in rows.groupby("grouping", sort=False)
        }
    )
    draft = _draft(groups.iloc[:, 0], rows.set_index("subgroup"), arm, n_items, sd, generator)
    pairs = zip(rows["grouping"], rows["subgroup"], strict=True)
    members = np.array([groups[name] == group for name, group in pairs], dtype=float)
    counts = _adjusted(draft, members, rows[total].to_numpy(), n_items + arm, generator)
    return groups.assign(count=counts, arm=ARMS[arm])


def _draft(
    groups: pd.Series,
    rows: pd.DataFrame,
    arm: int,
    n_items: int,
    sd: float,
    generator: np.random.Generator,
) -> np.ndarray:
    """Draw counts about the means of each respondent's group."""
    counts = np.zeros(len(groups), dtype=int)
    for group in groups.unique():
        row, members = rows.loc[group], groups.to_numpy() == group
        control_mean = row["control_sum"] / row["control_n"]
        support = row["treatment_sum"] / row["treatment_n"] - control_mean
        shares = count_distribution(control_mean, sd, n_items)
        counts[members] = generator.choice(n_items + 1, members.sum(), p=shares)
        counts[members] += arm * (generator.random(members.sum()) < support)
    return counts


def _adjusted(
    draft: np.ndarray,
    members: np.ndarray,
    sums: np.ndarray,
    highest: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """
    Change counts, shape (n,), so that those of all groups, shape (groups, n), meet their sums.

    Each step of each count up or down is a variable, 0 or 1, that costs more the longer the way
    from the draft; a random part of the cost leaves one solution the best.
    """
    respondents, signs, distances = _steps(draft, highest)
    needed = sums - members @ draft
    found = milp(
        STEP_COST * (2 * distances - 1) + generator.random(len(distances)),
        integrality=np.ones(len(distances), dtype=int),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(csr_array(members[:, respondents] * signs), needed, needed),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise InputError("No counts meet the sums for these draws; choose another seed.")
    changes = np.bincount(respondents, signs * np.round(found.x), len(draft))
    counts: np.ndarray = draft + changes.astype(int)
    return counts


def _steps(draft: np.ndarray, highest: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List the steps that counts can take: respondent, direction (1, -1), distance from draft."""
    up = np.argwhere(draft[:, None] + np.arange(1, highest + 1) <= highest)
    down = np.argwhere(draft[:, None] - np.arange(1, highest + 1) >= 0)
    steps = np.concatenate([up, down])
    return steps[:, 0], np.repeat([1, -1], [len(up), len(down)]), steps[:, 1] + 1


def _answers(
    margins: pd.DataFrame, grouping: str, schema: Mapping[str, Variable]
) -> tuple[str, dict[str, list[str | None]]]:
    """Variable behind a grouping, and the answers of each of its rows and of those in none."""
    rows = set(margins.loc[margins["grouping"] == grouping, "subgroup"]) - {UNLISTED}
    for name, variable in schema.items():
        if rows <= set(variable.groups.values()):
            answers: dict[str, list[str | None]] = {row: [] for row in [*rows, UNLISTED]}
            for answer in dict.fromkeys(variable.spellings.values()):
                answers[variable.groups.get(answer, UNLISTED)].append(answer)
            return name, answers | {UNLISTED: answers[UNLISTED] or [None]}
    raise InputError(f"No variable of the schema makes the rows of {grouping}; add its recodes.")
