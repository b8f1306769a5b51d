"""What is built into the stand-in respondents of the World Values Survey, and what is not."""

from collections.abc import Iterator
from math import isnan

import pandas as pd

from lib.estimators.multilevel import MixedLogit, MixedOrderedLogit
from lib.estimators.summaries import summary_statistics
from lib.respondents.standin.targets import PRODUCT, PrintedModel, WvsTargets

COLUMNS = ["kind", "place", "name", "quantity", "standin", "target", "within", "built_in"]
TOLERANCE = 1e-9
Row = tuple[str, str, str, str, float, float, float, bool]


def describe_wvs(frame: pd.DataFrame, targets: WvsTargets) -> pd.DataFrame:
    """
    Compare stand-in respondents with everything they are calibrated to.

    One row a figure: kind (counts, summaries, complete cases, coefficients), place (country or
    model, may be empty), name (item, variable or coefficient), quantity, standin and target (the
    two values), within (how far apart they may be: 0, half a printed unit, one printed standard
    error), built_in (False for coefficients that follow from the counts by country) and holds
    (whether they are that near).

    `frame`: One row a respondent, as generated or in the same form.
    """
    variables = targets.variables(frame)
    rows = [
        *_counts(frame, targets),
        *_summaries(variables, targets),
        *_complete_cases(variables, targets),
        *(row for model in targets.models for row in _coefficients(variables, model)),
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    near = (table["standin"] - table["target"]).abs() <= table["within"] + TOLERANCE
    return table.assign(holds=near)


def _counts(frame: pd.DataFrame, targets: WvsTargets) -> Iterator[Row]:
    for item, counts in targets.counts.items():
        for row in counts.to_dict("records"):
            answers = frame.loc[frame["iso3"] == row["iso3"], item]
            valid = answers[answers >= 0]
            counted = [int(code) for code in str(row["counted_codes"]).split()]
            figures = {
                "n_interviewed": len(answers),
                "n_valid": len(valid),
                "sum_of_codes": valid.sum(),
                "counted": valid.isin(counted).sum(),
            }
            for quantity, figure in figures.items():
                if not isnan(row[quantity]):
                    yield "counts", row["iso3"], item, quantity, figure, row[quantity], 0, True


def _summaries(variables: pd.DataFrame, targets: WvsTargets) -> Iterator[Row]:
    figures = summary_statistics(variables).set_index(["variable", "statistic"])["value"]
    for name, printed in targets.summaries.items():
        for quantity, number in printed.items():
            figure = figures[name, quantity]
            within = number.half_unit if number.decimals else 0
            yield "summaries", "", name, quantity, figure, number.value, within, True


def _complete_cases(variables: pd.DataFrame, targets: WvsTargets) -> Iterator[Row]:
    for model in targets.models:
        n = len(variables[model.variables].dropna())
        yield "complete cases", model.name, "", "n", n, model.n, 0, True


def _coefficients(variables: pd.DataFrame, model: PrintedModel) -> Iterator[Row]:
    complete = variables[["iso3", *model.variables]].dropna()
    binary = complete[model.outcome].nunique() == 2
    kind = MixedLogit if binary else MixedOrderedLogit
    fit = kind.from_formula(model.formula, complete, groups="iso3").fit()
    for term, row in model.terms.iterrows():
        estimate = fit.params[str(term).replace(PRODUCT, ":")]
        target, within, built_in = row["estimate"], row["std_error"], row["individual"]
        yield "coefficients", model.name, str(term), "estimate", estimate, target, within, built_in
