"""Bounds without the no-liars assumption (Li 2019), by brute force over distributions of types."""

from collections import defaultdict

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import linprog

from lib.core.errors import InputError
from lib.estimators.list_experiment import liar_bounds

TRUTHFUL, LIAR = 1, 2  # what somebody is beside one without the trait, 0


def compositions(total, parts):
    """All ways to distribute people among types."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield first, *rest


def populations(people, n_items, pooled):
    """Populations in which nobody lies more often than those with the most control items."""
    for flat in compositions(people, 3 * (n_items + 1)):
        types = np.array(flat).reshape(n_items + 1, 3)
        truthful, liars = types[:, TRUTHFUL], types[:, LIAR]
        holders, exposed = truthful + liars, (truthful + liars)[-pooled:].sum()
        lying = liars[-pooled:].sum()
        if (liars[:-pooled] * exposed <= lying * holders[:-pooled]).all():
            yield types


def counts_by_arm(types):
    """What a survey of all of them in both arms would find."""
    treatment = np.zeros(len(types) + 1, dtype=int)
    treatment[:-1] += types[:, 0] + types[:, LIAR]
    treatment[1:] += types[:, TRUTHFUL]
    return tuple(types.sum(axis=1)), tuple(treatment)


@pytest.mark.parametrize(("people", "n_items", "pooled"), [(9, 1, 1), (6, 2, 1), (6, 2, 2)])
def test_every_population_lies_within_and_the_bounds_are_reached(people, n_items, pooled):
    shares = defaultdict(list)
    for types in populations(people, n_items, pooled):
        shares[counts_by_arm(types)].append(int(types[:, TRUTHFUL:].sum()))
    assert len(shares) > 50
    for arms, having in shares.items():
        bounds = liar_bounds(*arms, pooled, draws=2)
        assert bounds.low * people == pytest.approx(min(having))
        whole = np.floor(people * bounds.types["most_liars"] + 1e-9)  # no part of a person
        assert max(having) == pytest.approx(people * bounds.low + whole.sum())
        assert max(having) <= people * bounds.high + 1e-9


def by_linear_program(control, treatment, pooled=1):
    """Liars are at most the silent, and, cleared of fractions, lie no more often."""
    control, treatment = np.array(control) / sum(control), np.array(treatment) / sum(treatment)
    n = len(control)
    truthful = np.cumsum(control) - np.cumsum(treatment)[:n]
    silent = control - truthful
    rows = [
        np.where(np.arange(n) >= n - pooled, -truthful[k], 0)
        + np.where(np.arange(n) == k, truthful[-pooled:].sum(), 0)
        for k in range(n - pooled)
    ]
    most = linprog(
        -np.ones(n), A_ub=rows, b_ub=np.zeros(len(rows)), bounds=[(0, s) for s in silent]
    )
    return truthful.sum() - most.fun


@pytest.mark.parametrize("pooled", [1, 2])
def test_the_greatest_share_of_a_linear_program(pooled):
    arms = [80, 420, 350, 150], [50, 300, 350, 230, 70]
    bounds = liar_bounds(*arms, pooled)
    means = [np.average(np.arange(len(arm)), weights=arm) for arm in arms]
    assert bounds.low == pytest.approx(means[1] - means[0])
    assert bounds.high == pytest.approx(by_linear_program(*arms, pooled))
    assert bounds.conf_low < bounds.low < bounds.high <= bounds.conf_high <= 1
    assert bounds.types[["truthful", "silent"]].to_numpy().sum() == pytest.approx(1)


def test_what_is_hidden_may_be_not_to_have_the_trait():
    """Counting what does not apply turns both arms round."""
    control, treatment = [20, 30, 50], [10, 25, 30, 35]
    bounds = liar_bounds(control[::-1], treatment[::-1])
    assert bounds.low == pytest.approx(1 - liar_bounds(control, treatment).low)


def test_the_interval_is_that_of_imbens_and_manski():
    arms = [80, 420, 350, 150], [50, 300, 350, 230, 70]
    bounds = liar_bounds(*arms, draws=4_000, alpha=0.1)
    rows = [np.repeat(np.arange(len(arm)), arm) for arm in arms]
    difference = np.sqrt(sum(y.var() / len(y) for y in rows))
    one_sided = (bounds.low - bounds.conf_low) / difference
    assert stats.norm.isf(0.1) - 0.05 < one_sided < stats.norm.isf(0.05) + 0.05
    point = liar_bounds([0, 500, 500], [0, 0, 500, 500], draws=4_000, alpha=0.1)
    assert point.low == point.high == pytest.approx(1)


BAD = {
    "lengths": (([1, 2], [1, 2]), {}, "Counts of 2 and 2 numbers of items"),
    "negative": (([1, -2], [1, 2, 3]), {}, "give respondents with 0 to J"),
    "nobody": (([0, 0], [1, 2, 3]), {}, "Both arms need respondents"),
    "pooled": (([1, 1], [1, 2, 3]), {"pooled": np.int64(3)}, "and 3 pooled numbers"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_counts(name):
    arms, options, sentence = BAD[name]
    with pytest.raises(InputError, match=sentence):
        liar_bounds(*arms, **options)


def test_the_lie_of_a_known_population():
    """Half have the trait; of those with all items 40 percent lie, of the others 10 percent."""
    control, honest = np.array([250, 500, 250]), np.array([112, 225, 75])
    treatment = np.append(control, 0) - np.append(honest, 0) + np.append(0, honest)
    bounds = liar_bounds(control, treatment)
    assert bounds.low == pytest.approx(0.412)
    assert bounds.low < 0.5 < bounds.high
