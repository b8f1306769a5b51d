"""Stand-in respondents on the way to their targets."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lib.respondents.standin.influence import Influence, Integers, influence_on_estimates
from lib.respondents.standin.targets import PRODUCT, PrintedModel, WvsTargets


@dataclass(frozen=True)
class Draft:
    """Respondents on the way to the targets."""

    targets: WvsTargets  # what they are calibrated to
    frame: pd.DataFrame  # their answers, one row a respondent

    @cached_property
    def variables(self) -> pd.DataFrame:
        """Variables of the article."""
        return self.targets.variables(self.frame)

    @cached_property
    def country(self) -> Integers:
        """Position of each respondent's country."""
        positions = self.targets.country_level.index.get_indexer(pd.Index(self.frame["iso3"]))
        return np.asarray(positions, dtype=np.int64)

    def rearranged(self, item: str, origin: Integers) -> "Draft":
        """Give respondents the answers of others."""
        answers = self.frame[item].to_numpy()[origin]
        return Draft(self.targets, self.frame.assign(**{item: answers}))

    def influence(self, model: PrintedModel) -> Influence:
        """Influence of every answer to the outcome upon the printed estimates of a model."""
        rows = np.flatnonzero(self.variables[model.variables].notna().all(axis=1))
        complete = self.variables.iloc[rows]
        terms = model.terms[model.terms["individual"]]
        regressors = [complete[term.split(PRODUCT)].prod(axis=1) for term in terms.index]
        found = influence_on_estimates(
            complete[model.outcome].to_numpy().astype(np.int64),
            np.column_stack(regressors),
            self.country[rows],
            terms["estimate"].to_numpy(),
            terms["std_error"].to_numpy(),
        )
        return found.among(rows, len(self.frame))
