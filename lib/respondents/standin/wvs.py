"""Stand-in respondents of the World Values Survey, wave 6, in the seven countries."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.core.errors import ConvergenceError
from lib.respondents.standin.draft import Draft
from lib.respondents.standin.exchange import exchange
from lib.respondents.standin.influence import UNIT, Array, Integers
from lib.respondents.standin.margins import code_counts, known_answers
from lib.respondents.standin.missing import missing_answers, missing_counts
from lib.respondents.standin.targets import PrintedModel, WvsTargets

SEED = 2018
TOLERANCE = UNIT // 100  # a hundredth of a printed standard error
LARGEST_DEVIATION = 0.5  # printed standard errors


def generate_wvs(
    targets: WvsTargets,
    seed: int = SEED,
    weight: str = "V258",
    missing_codes: Sequence[int] = (-1, -2),
) -> pd.DataFrame:
    """
    Generate stand-in respondents whose margins and individual-level estimates are the known ones.

    By country the answers to each item are dealt out at random (`code_counts` says how many of
    each); then regressors are exchanged within countries until the models with and without
    covariates can both hold, and answers to the outcome until the individual-level coefficients of
    all models are the printed ones. The country-level coefficients follow from the counts.

    One row a respondent: iso3, the items (int codes) and the weight (float).

    InputError if the targets contradict each other; ConvergenceError if no exchange brings the
    estimates near the printed ones.
    """
    generator = np.random.default_rng(seed)
    draft = Draft(targets, _independent_answers(targets, missing_codes, generator))
    draft = _relate_regressors(draft, generator)
    draft = _draw_outcome(draft, generator)
    draft = _exchange_binary(draft, generator)
    for model in targets.ordered_models:
        draft = _exchange_ordered(draft, model, generator)
    _require_near(draft)
    return draft.frame.assign(**{weight: 1.0})


def _independent_answers(
    targets: WvsTargets, missing_codes: Sequence[int], generator: np.random.Generator
) -> pd.DataFrame:
    """Deal out the answers of each country, item by item."""
    sizes = targets.n_interviewed
    country = np.repeat(np.arange(len(sizes)), sizes)
    missing = missing_counts(targets.counts, targets.n_valid, sizes)
    is_missing = missing_answers(missing, country, targets.samples, generator)
    frame = pd.DataFrame({"iso3": sizes.index.to_numpy()[country]})
    for item in targets.items:
        names = targets.variables_of(item)
        recodes = [targets.recodes[name] for name in names]
        known = known_answers(_counts(targets, item, missing[item]), list(recodes[0].values))
        numbers = code_counts(known, recodes, [targets.summaries[name] for name in names])
        answers = generator.choice(missing_codes, len(frame))
        for row, here in enumerate(numbers):
            places = (country == row) & ~is_missing[item].to_numpy()
            answers[places] = generator.permutation(np.repeat(known[0].codes, here))
        frame[item] = answers
    return frame


def _counts(targets: WvsTargets, item: str, missing: pd.Series) -> pd.DataFrame:
    """Take the counts of an item by country, or its valid answers alone."""
    if item in targets.counts:
        return targets.counts[item]
    return pd.DataFrame(
        {
            "country": missing.index,
            "n_valid": targets.n_interviewed - missing,
            "sum_of_codes": np.nan,
            "counted_codes": "",
            "counted": np.nan,
        }
    )


def _relate_regressors(draft: Draft, generator: np.random.Generator) -> Draft:
    """
    Exchange covariates so that models with and without them can both have the printed estimates.

    Each covariate on a numeric scale takes a part in proportion to the variance it explains.
    """
    full = min(draft.targets.binary_models, key=lambda model: model.n)
    larger = [model for model in draft.targets.binary_models if model.n > full.n]
    sparse = max(larger, key=lambda model: len(model.terms))
    carriers = _carriers(draft.targets, sparse, full)
    explained = (full.terms.loc[carriers, "estimate"] * draft.variables[carriers].std()) ** 2
    shares = explained / explained[::-1].cumsum()
    for variable in carriers:
        draft = _relate(draft, sparse, full, variable, shares[variable], generator)
    return draft


def _carriers(targets: WvsTargets, sparse: PrintedModel, full: PrintedModel) -> list[str]:
    """Covariates of the full model that are the answer itself."""
    added = [name for name in full.variables if name not in sparse.variables]
    recodes = {name: targets.recodes[name].values for name in added if name in targets.recodes}
    return [name for name, values in recodes.items() if all(c == v for c, v in values.items())]


def _relate(
    draft: Draft,
    sparse: PrintedModel,
    full: PrintedModel,
    variable: str,
    share: float,
    generator: np.random.Generator,
) -> Draft:
    """Exchange a covariate until a share of the models' disagreement is gone."""
    smaller, larger = draft.influence(sparse), draft.influence(full)
    answer = smaller.influence[:, 1] - smaller.influence[:, 0]
    none, trusts = larger.probabilities.T
    disagreement = np.where(none + trusts > 0, trusts - smaller.probabilities[:, 1], 0)
    slope = full.terms.loc[variable, "estimate"] * trusts * none
    item = draft.targets.recodes[variable].item
    values = draft.frame[item].to_numpy()
    origin = exchange(
        values,
        2 * draft.country + (values < 0),
        _rounded(slope[:, None] * answer),
        _rounded(share * (disagreement @ answer)),
        TOLERANCE,
        generator,
    )
    return draft.rearranged(item, origin)


def _rounded(values: Array) -> Integers:
    return np.rint(values).astype(np.int64)


def _draw_outcome(draft: Draft, generator: np.random.Generator) -> Draft:
    """
    Give the higher answers of each stratum to those with the higher latent trust.

    Latent trust is a printed linear predictor plus logistic noise; the binary model decides
    first, then the ordered one between the answers that the binary outcome does not tell apart.
    """
    targets, predictor = draft.targets, np.zeros(len(draft.frame))
    for model in sorted(targets.binary_models, key=lambda model: -model.n):
        found = draft.influence(model)
        predictor = np.where(found.probabilities.sum(axis=1) > 0, found.predictor, predictor)
    draft = _ranked(draft, _strata(draft), predictor, generator)
    for model in targets.ordered_models:
        strata = 2 * _strata(draft) + _category(draft, targets.binary_models[0].outcome)
        draft = _ranked(draft, strata, draft.influence(model).predictor, generator)
    return draft


def _strata(draft: Draft) -> Integers:
    """Countries, divided by the samples that respondents belong to."""
    outcomes = {model.outcome for model in draft.targets.models}
    needed = [sorted(outcomes), *(model.variables for model in draft.targets.models)]
    complete = [draft.variables[names].notna().all(axis=1).to_numpy() for names in needed]
    return np.asarray((len(complete) + 1) * draft.country + np.sum(complete, axis=0))


def _category(draft: Draft, outcome: str) -> Integers:
    """Outcome of each respondent, 0 if missing."""
    return draft.variables[outcome].fillna(0).to_numpy().astype(np.int64)


def _ranked(
    draft: Draft, strata: Integers, predictor: Array, generator: np.random.Generator
) -> Draft:
    """Give the higher answers of each stratum to those with the higher latent trust."""
    ordered = draft.targets.ordered_models[0].outcome
    latent = predictor + generator.logistic(size=len(predictor))
    origin = np.empty(len(predictor), dtype=np.int64)
    origin[np.lexsort((latent, strata))] = np.lexsort((_category(draft, ordered), strata))
    return draft.rearranged(draft.targets.recodes[ordered].item, origin)


def _exchange_binary(draft: Draft, generator: np.random.Generator) -> Draft:
    """Exchange answers on the two sides of the binary outcome until its models hold."""
    targets = draft.targets
    found = [draft.influence(model) for model in targets.binary_models]
    outcome = targets.binary_models[0].outcome
    origin = exchange(
        _category(draft, outcome),
        _strata(draft),
        np.hstack([each.influence[:, 1] - each.influence[:, 0] for each in found]),
        np.concatenate([each.deviation for each in found]),
        TOLERANCE,
        generator,
    )
    return draft.rearranged(targets.recodes[outcome].item, origin)


def _exchange_ordered(draft: Draft, model: PrintedModel, generator: np.random.Generator) -> Draft:
    """Exchange answers that the binary outcome does not tell apart until an ordered model holds."""
    targets, found = draft.targets, draft.influence(model)
    binary = _category(draft, targets.binary_models[0].outcome)
    category = _category(draft, model.outcome)
    lower = np.array([category[binary == value].min() for value in (0, 1)])[binary]
    origin = exchange(
        category - lower,
        2 * _strata(draft) + binary,
        found.of(lower + 1) - found.of(lower),
        found.deviation,
        TOLERANCE,
        generator,
    )
    return draft.rearranged(targets.recodes[model.outcome].item, origin)


def _require_near(draft: Draft) -> None:
    """Refuse respondents whose estimates would be far from the printed ones."""
    for model in draft.targets.models:
        distance = np.abs(draft.influence(model).deviation).max() / UNIT
        if distance > LARGEST_DEVIATION:
            raise ConvergenceError(
                f"An estimate of {model.name} stays {distance:.2f} printed standard errors from "
                "the printed one: choose another seed."
            )
