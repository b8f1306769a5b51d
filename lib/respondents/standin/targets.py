"""What stand-in respondents of the World Values Survey are calibrated to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_csv
from lib.sources.countries import read_covariates
from lib.sources.published import PrintedNumber, printed_number, read_table
from lib.sources.wvs import read_counts
from lib.sources.wvs.recodes import Recode, read_recodes

PRODUCT = "_x_"
NUISANCE = ("intercept", "cut_point", "variance")


@dataclass(frozen=True)
class PrintedModel:
    """A printed regression."""

    name: str  # name of the model, as ``model1``
    outcome: str  # name of the outcome: two values, or several that are ordered
    # One row a coefficient, in printed order, the index its name (products of two variables are
    # joined by ``_x_``): estimate, std_error (float) and individual (bool, False for a variable
    # that only countries have).
    terms: pd.DataFrame
    n: int

    @property
    def variables(self) -> list[str]:
        """Outcome and regressors, products taken apart."""
        regressors = [variable for term in self.terms.index for variable in term.split(PRODUCT)]
        return list(dict.fromkeys([self.outcome, *regressors]))

    @property
    def formula(self) -> str:
        """The model as a formula."""
        terms = [term.replace(PRODUCT, ":") for term in self.terms.index]
        return f"{self.outcome} ~ {' + '.join(terms)}"


@dataclass(frozen=True)
class WvsTargets:
    """What is printed and what is open of the respondents."""

    recodes: dict[str, Recode]  # individual-level variables by name
    # For each item what `lib.sources.wvs.read_counts` gives, countries always in the same order;
    # items of which nothing is known by country are left out.
    counts: dict[str, pd.DataFrame]
    # Country-level variables (columns) by country (index, ISO 3166 alpha-3).
    country_level: pd.DataFrame
    # Printed summary statistics by variable and statistic.
    summaries: dict[str, dict[str, PrintedNumber]]
    models: list[PrintedModel]  # printed regressions

    @property
    def n_interviewed(self) -> pd.Series:
        """Respondents by country."""
        return next(iter(self.counts.values())).set_index("iso3")["n_interviewed"]

    @property
    def items(self) -> list[str]:
        """Items in the order of the variables."""
        return list(dict.fromkeys(recode.item for recode in self.recodes.values()))

    @property
    def n_valid(self) -> dict[str, int]:
        """Valid answers of every item, as printed."""
        return {
            recode.item: int(self.summaries[name]["observations"].value)
            for name, recode in self.recodes.items()
        }

    @property
    def binary_models(self) -> list[PrintedModel]:
        """Models of an outcome with two values."""
        return [model for model in self.models if self._n_values(model.outcome) == 2]

    @property
    def ordered_models(self) -> list[PrintedModel]:
        """Models of an outcome with several values."""
        return [model for model in self.models if self._n_values(model.outcome) > 2]

    @property
    def samples(self) -> list[tuple[list[str], int]]:
        """Items that a sample needs, and its size: nested, from the largest sample."""
        sizes = {model.n: self._items_of(model) for model in self.models}
        return [(sizes[n], n) for n in sorted(sizes, reverse=True)]

    def variables(self, frame: pd.DataFrame) -> pd.DataFrame:
        """
        Make the article's variables from answers.

        `frame`: One row a respondent: iso3 and the items, negative codes missing.
        """
        individual = {
            name: frame[recode.item].map(recode.values) for name, recode in self.recodes.items()
        }
        country_level = self.country_level.loc[frame["iso3"]].set_index(frame.index)
        return frame[["iso3"]].assign(**individual).join(country_level)

    def variables_of(self, item: str) -> list[str]:
        """Name the variables that are made from an item."""
        return [name for name, recode in self.recodes.items() if recode.item == item]

    def _n_values(self, variable: str) -> int:
        return len(set(self.recodes[variable].values.values()))

    def _items_of(self, model: PrintedModel) -> list[str]:
        names = [name for name in model.variables if name in self.recodes]
        return [self.recodes[name].item for name in names]


def read_wvs_targets(
    table1: Path,
    table2: Path,
    counts: Path,
    recodes: Sequence[Path],
    covariates: Path,
    diversity: str = "ethnic_fractionalization",
    gdp_per_capita: str = "gdp_per_capita_2010_release_2015",
    binary_outcome: str = "trust_cis",
    ordered_outcome: str = "trust_levels_cis",
) -> WvsTargets:
    """Read what the stand-in respondents are calibrated to."""
    summaries = _summaries(read_table(table1))
    read = {name: recode for path in recodes for name, recode in read_recodes(path).items()}
    variables = {name: read[name] for name in summaries if name in read and read[name].values}
    level = _country_level(read_covariates(covariates), diversity, gdp_per_capita)
    models = _models(read_table(table2), variables, binary_outcome, ordered_outcome)
    _require_defined(models, [*variables, *level])
    known = set(read_csv(counts, ["item"])["item"])
    items = [recode.item for recode in variables.values() if recode.item in known]
    return WvsTargets(
        recodes=variables,
        counts={item: read_counts(counts, item, list(level.index)) for item in items},
        country_level=level,
        summaries=summaries,
        models=models,
    )


def _require_defined(models: Iterable[PrintedModel], defined: Sequence[str]) -> None:
    for model in models:
        for name in model.variables:
            if name not in defined:
                raise InputError(
                    f"{model.name} has the variable {name!r}, which is not both recoded and "
                    f"summarised: {did_you_mean(name, defined)}"
                )


def _country_level(covariates: pd.DataFrame, diversity: str, gdp: str) -> pd.DataFrame:
    columns = {
        "ethnic_diversity": covariates[diversity],
        "ln_gdp_per_capita": np.log(covariates[gdp]),
    }
    return pd.DataFrame(columns).set_index(covariates["iso3"])


def _summaries(table: pd.DataFrame) -> dict[str, dict[str, PrintedNumber]]:
    return {
        str(variable): {str(row["statistic"]): printed_number(row) for _, row in rows.iterrows()}
        for variable, rows in table.groupby("variable", sort=False)
    }


def _models(
    table: pd.DataFrame, individual: Iterable[str], binary: str, ordered: str
) -> list[PrintedModel]:
    return [
        _model(f"model{name}", rows, set(individual), binary, ordered)
        for name, rows in table.groupby("model", sort=False)
    ]


def _model(
    name: str, rows: pd.DataFrame, individual: set[str], binary: str, ordered: str
) -> PrintedModel:
    cells = rows.pivot(index="term", columns="quantity", values="value")
    names = [term for term in dict.fromkeys(rows["term"]) if term != "n"]
    terms = cells.loc[[term for term in names if not term.startswith(NUISANCE)]]
    terms = terms[["estimate", "std_error"]].astype(float)
    varies = [not individual.isdisjoint(term.split(PRODUCT)) for term in terms.index]
    has_cut_points = any(term.startswith("cut_point") for term in names)
    return PrintedModel(
        name=name,
        outcome=ordered if has_cut_points else binary,
        terms=terms.assign(individual=varies),
        n=int(rows.loc[rows["term"] == "n", "value"].iloc[0]),
    )
