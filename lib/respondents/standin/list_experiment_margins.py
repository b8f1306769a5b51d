"""Whole numbers of respondents and items behind a printed list experiment: an integer program."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array

from lib.consistency.consistency import (
    ARM_COLUMNS,
    Interval,
    PrintedRow,
    arm_solutions,
    integer_sums,
    printed_rows,
)
from lib.core.errors import InputError

WHOLE = "entire_sample"
UNLISTED = "unlisted"


@dataclass(frozen=True)
class _Program:
    """
    Choice of one option a row at the least cost, as scipy.optimize.milp takes it.

    The variables are whether each option is chosen (0 or 1) and, for each grouping, by how many
    respondents the arms of those in no row differ.
    """

    options: pd.DataFrame
    groupings: Mapping[str, list[str]]
    n_items: int

    def solve(self) -> pd.DataFrame:
        """Chosen options and those in no row, one row each: grouping, subgroup, numbers."""
        unlisted = len(self.groupings)
        unlisted_rows = [self._unlisted(position) for position in range(unlisted)]
        found = milp(
            np.append(self.options["cost"], np.ones(unlisted)),
            integrality=np.append(np.ones(len(self.options)), np.zeros(unlisted)),
            constraints=[self._one_option_a_row(), *unlisted_rows],
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise InputError(
                "The printed rows cannot be met together, whatever the sizes of the arms; "
                "allow more respondents who did not answer."
            )
        return self._chosen(found.x[: len(self.options)] > 0.5)

    def _one_option_a_row(self) -> LinearConstraint:
        subgroups = self.options["subgroup"].to_numpy()
        choices = (np.unique(subgroups)[:, None] == subgroups).astype(float)
        rest = np.zeros((len(choices), len(self.groupings)))
        return LinearConstraint(csr_array(np.hstack([choices, rest])), 1, 1)

    def _unlisted(self, position: int) -> LinearConstraint:
        """Those in no row are not fewer than none, and count from none to all of their items."""
        rest = self._rest(list(self.groupings)[position]).T
        items = np.array([[self.n_items], [self.n_items + 1]])
        gap = rest[0] - rest[1]
        chosen = np.vstack([rest, items * rest[:2] - rest[2:], gap, -gap])
        differing = np.zeros((len(chosen), len(self.groupings)))
        differing[-2:, position] = 1
        return LinearConstraint(csr_array(np.hstack([chosen, differing])), 0, inf)

    def _rest(self, grouping: str) -> np.ndarray:
        """Give what each option adds to those in no row of a grouping, shape (options, 4)."""
        signs = (self.options["subgroup"] == WHOLE).astype(int)
        signs -= self.options["subgroup"].isin(self.groupings[grouping])
        rest: np.ndarray = self.options[ARM_COLUMNS].to_numpy() * signs.to_numpy()[:, None]
        return rest

    def _chosen(self, chosen: np.ndarray) -> pd.DataFrame:
        rows = self.options.loc[chosen, ["grouping", "subgroup", *ARM_COLUMNS]]
        sums = [self._rest(name)[chosen].sum(axis=0) for name in self.groupings]
        rest = pd.DataFrame(sums, columns=ARM_COLUMNS)
        rest = rest.assign(grouping=list(self.groupings), subgroup=UNLISTED)
        table = pd.concat([rows, rest[rest["control_n"] + rest["treatment_n"] > 0]])
        return table.reset_index(drop=True)


def integer_margins(
    table: pd.DataFrame, n: int, n_items: int, answered: Mapping[str, int]
) -> pd.DataFrame:
    """
    Find whole numbers behind every row of a printed list experiment.

    Each row is met in all its cells if any split of its respondents meets them; if none does, its
    percentage contradicts its means, and share and means are met. Of all choices that make the rows
    of each grouping, with those in no row, the whole sample, the one taken has the least sum of
    points by which percentages are missed and respondents by which the two arms of a row, or of
    those in no row, differ in size.

    One row a printed row, then one a grouping for those in none ("unlisted") if there are any:
    grouping, subgroup, control_n, treatment_n, control_sum, treatment_sum (items).
    """
    rows = printed_rows(table)
    groupings = {
        str(name): list(members["subgroup"].unique())
        for name, members in table.groupby("grouping", sort=False)
    }
    options = [
        _options(rows[group], answered.get(name, n)).assign(grouping=name, subgroup=group)
        for name, members in groupings.items()
        for group in members
    ]
    del groupings[WHOLE]
    return _Program(pd.concat(options, ignore_index=True), groupings, n_items).solve()


def _options(row: PrintedRow, answered: int) -> pd.DataFrame:
    """Every split of a row's respondents that meets its cells, with its cost."""
    sizes = integer_sums(row.share * 0.01, answered)
    found = [_splits(row, size) for size in sizes]
    if not any(len(splits) for splits in found):
        raise InputError(
            f"No split of {answered} respondents gives the share {row.share.middle:g} percent "
            f"with the means {row.control.middle:g} and {row.treatment.middle:g}; state how many "
            "answered."
        )
    options = pd.concat(found, ignore_index=True)
    means = options["treatment_sum"] / options["treatment_n"]
    means -= options["control_sum"] / options["control_n"]
    missed = (100 * means - row.percent.middle).abs()
    uneven = (options["control_n"] - options["treatment_n"]).abs()
    return options.assign(cost=missed + uneven)


def _splits(row: PrintedRow, size: int) -> pd.DataFrame:
    """List the splits that meet all cells; if there is none, those that meet the means."""
    splits = arm_solutions(row, size)
    if len(splits):
        return splits
    return arm_solutions(replace(row, percent=Interval(-inf, inf)), size)
