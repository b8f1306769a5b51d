"""One model under every combination of documented choices."""

import warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, product
from math import nan
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
from patsy import dmatrices  # type: ignore[import-untyped]

from .errors import ConvergenceError, ConvergenceWarning, InputError, did_you_mean
from .multilevel import MixedLogit, MixedOrderedLogit
from .regression_table import complete_rows

Choices = Mapping[str, Mapping[str, Mapping[str, Any]]]
CHUNKS_PER_PROCESS = 8
ESTIMATED = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True)
class Specification:
    """
    One way to fit a model.

    Attributes
    ----------
    formula : str
        The model.
    groups : str
        Column of the group labels.
    model : type
        `MixedLogit` or `MixedOrderedLogit`.
    columns : mapping of str to str
        Column that takes the place of a variable of the formula, by variable.
    without : label, optional
        Group that is left out.
    sampling_weights : str, optional
        Column of weights.
    random_slopes : str, optional
        Regressor with a random slope.
    quadrature : {"adaptive", "nonadaptive"}
        Kind of quadrature.
    n_points : int
        Its points.
    """

    formula: str
    groups: str
    model: type[MixedLogit] | type[MixedOrderedLogit] = MixedLogit
    columns: Mapping[str, str] = field(default_factory=dict)
    without: Any = None
    sampling_weights: str | None = None
    random_slopes: str | None = None
    quadrature: str = "adaptive"
    n_points: int = 25


def every_combination(choices: Choices) -> pd.DataFrame:
    """
    Combine every option of every choice.

    Parameters
    ----------
    choices : mapping of str to mapping
        By choice and option: the fields of `Specification` that the option changes.

    Returns
    -------
    pandas.DataFrame
        One row a combination, one column a choice, holding the names of the options; the first
        row has the first option of every choice.
    """
    return pd.DataFrame(product(*choices.values()), columns=list(choices), dtype=object)


def one_at_a_time(choices: Choices) -> pd.DataFrame:
    """
    Change one choice at a time.

    Parameters
    ----------
    choices : mapping of str to mapping
        As in `every_combination`; the first option of each choice is what the others depart from.

    Returns
    -------
    pandas.DataFrame
        As from `every_combination`: the row of the first options, then a row for every other one.
    """
    first = {choice: next(iter(options)) for choice, options in choices.items()}
    changed = [
        first | {choice: option} for choice, options in choices.items() for option in [*options][1:]
    ]
    return pd.DataFrame([first, *changed], dtype=object)


def fit_specifications(
    rows: pd.DataFrame,
    base: Specification,
    choices: Choices,
    combinations: pd.DataFrame,
    terms: Iterable[str],
    n_processes: int = 1,
) -> pd.DataFrame:
    """
    Fit a model under each combination of choices (Simonsohn, Simmons & Nelson 2020).

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a respondent; each fit takes those without missing values in what it uses.
    base : Specification
        What the options change.
    choices : mapping of str to mapping
        As in `every_combination`. Columns of several options add up.
    combinations : pandas.DataFrame
        From `every_combination` or `one_at_a_time`.
    terms : iterable of str
        Coefficients to report.
    n_processes : int
        Processes to fit in.

    Returns
    -------
    pandas.DataFrame
        One row a combination and term, in their order: specification (its number, from 0), the
        choices, term, estimate, std_error, statistic, p_value, conf_low, conf_high, n
        (respondents), log_likelihood, at_boundary, converged and problem. A fit that fails has
        converged False and its reason as the problem, and no estimates.

    Raises
    ------
    InputError
        If an option names a column or a group that is not there.
    """
    specifications = [
        _specification(base, choices, each) for each in combinations.to_dict("records")
    ]
    for specification in specifications:
        _check(rows, specification)
    tables = pd.concat(
        _fit_in_processes(rows, specifications, list(terms), n_processes),
        keys=range(len(specifications)),
        names=["specification", None],
    ).reset_index("specification")
    labels = combinations.loc[combinations.index[tables["specification"]]]
    places = range(1, 1 + labels.shape[1])
    for place, (choice, options) in zip(places, labels.items(), strict=True):
        tables.insert(place, choice, options.to_numpy())
    return tables.reset_index(drop=True)


def _specification(
    base: Specification, choices: Choices, labels: Mapping[Any, str]
) -> Specification:
    """Change the base by each chosen option."""
    columns = dict(base.columns)
    changes: dict[str, Any] = {}
    for choice, options in choices.items():
        option = dict(options[labels[choice]])
        columns |= option.pop("columns", {})
        changes |= option
    return replace(base, columns=columns, **changes)


def _check(rows: pd.DataFrame, specification: Specification) -> None:
    needed = [specification.groups, *specification.columns.values()]
    if specification.sampling_weights is not None:
        needed.append(specification.sampling_weights)
    for column in needed:
        if column not in rows:
            advice = did_you_mean(column, map(str, rows))
            raise InputError(f"The rows have no column {column!r}: {advice}")
    labels = rows[specification.groups].unique()
    if specification.without is not None and specification.without not in labels:
        advice = did_you_mean(str(specification.without), map(str, labels))
        raise InputError(f"No group is called {specification.without!r}: {advice}")


def _fit_in_processes(
    rows: pd.DataFrame, specifications: list[Specification], terms: list[str], n_processes: int
) -> list[pd.DataFrame]:
    """Fit all, in this process or in several."""
    if n_processes == 1:
        return _fit_in_turn(rows, terms, specifications)
    size = -(-len(specifications) // (n_processes * CHUNKS_PER_PROCESS))
    chunks = [specifications[i : i + size] for i in range(0, len(specifications), size)]
    with ProcessPoolExecutor(n_processes, get_context("spawn")) as pool:
        return list(chain.from_iterable(pool.map(partial(_fit_in_turn, rows, terms), chunks)))


def _fit_in_turn(
    rows: pd.DataFrame, terms: list[str], specifications: list[Specification]
) -> list[pd.DataFrame]:
    """Fit one after the other; neighbours are alike, so that the last estimates are near."""
    tables, last = [], None
    for specification in specifications:
        used = _used_rows(rows, specification)
        try:
            results = _fit(used, specification, last)
        except (InputError, ConvergenceError) as error:
            tables.append(_failure(terms, len(used), str(error)))
        else:
            tables.append(_success(results, terms))
            last = results
    return tables


def _fit(rows: pd.DataFrame, specification: Specification, last: Any) -> Any:
    """Fit from the last estimates where that cannot matter: the integral is exact and unimodal."""
    model = _model(rows, specification)
    how = (specification.quadrature, specification.n_points)
    exact = specification.quadrature == "adaptive" and specification.random_slopes is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if not exact or last is None or last.at_boundary:
            return model.fit(*how)
        if list(last.params.index) != model.data.param_names:
            return model.fit(*how)
        try:
            return model.fit(*how, start=last.params.to_numpy())
        except ConvergenceError:
            return model.fit(*how)


def _failure(terms: list[str], n: int, problem: str) -> pd.DataFrame:
    failed = dict.fromkeys(ESTIMATED, nan)
    failed |= {"n": n, "log_likelihood": nan, "at_boundary": False, "converged": False}
    return pd.DataFrame({"term": terms}).assign(**failed, problem=problem)


def _success(results: Any, terms: list[str]) -> pd.DataFrame:
    tidy: pd.DataFrame = results.tidy().set_index("term").loc[terms].reset_index()
    return tidy.assign(
        n=results.nobs,
        log_likelihood=results.llf,
        at_boundary=results.at_boundary,
        converged=results.converged,
        problem="",
    )


def _used_rows(rows: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """Rows of the groups that are kept, without missing values in what the fit uses."""
    replaced = {variable: rows[column] for variable, column in specification.columns.items()}
    rows = rows.assign(**replaced)
    if specification.without is not None:
        rows = rows[rows[specification.groups] != specification.without]
    weights = specification.sampling_weights or specification.groups
    return complete_rows(rows, specification.formula, specification.groups, weights)


def _model(rows: pd.DataFrame, specification: Specification) -> MixedLogit | MixedOrderedLogit:
    """Make the model; from arrays patsy is several times as fast as from a table."""
    arrays = {name: rows[name].to_numpy() for name in rows}
    response, design = dmatrices(specification.formula, arrays)
    regressors = pd.DataFrame(np.asarray(design), columns=design.design_info.column_names)
    return specification.model(
        np.asarray(response)[:, 0],
        regressors,
        arrays[specification.groups],
        sampling_weights=arrays.get(specification.sampling_weights),
        random_slopes=specification.random_slopes,
    )
