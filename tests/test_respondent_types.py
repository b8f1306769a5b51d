"""What printed means allow, against brute force, other formulas and exact distributions."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from lib.consistency.bounds import ceiling_share_bounds, standard_error_bounds, variance_bounds
from lib.consistency.consistency import PrintedRow
from lib.consistency.respondent_types import (
    respondent_types,
    standard_error_table,
    standard_errors,
    type_counts,
)
from lib.core.errors import InputError
from lib.core.intervals import Interval
from lib.sources.published import PrintedNumber

WHOLE = PrintedRow(PrintedNumber(2.76, 2), PrintedNumber(3.32, 2), PrintedNumber(55.9, 1))
ARMS = (197, 203)
COUNTS = {n_items: np.array(type_counts(n_items)) for n_items in (1, 2, 4)}
EVERYBODY = np.ones(10, dtype=bool)
ALL_ITEMS = COUNTS[4][0] == 4
TRAIT = COUNTS[4][1] > COUNTS[4][0]


def point(value):
    return Interval(value, value)


def ends(interval):
    return interval.low, interval.high


@pytest.fixture(scope="module")
def whole():
    return respondent_types(WHOLE.control, WHOLE.treatment, 4)


@pytest.fixture(scope="module")
def two_items():
    """All shares, in twelfths, of the six types of two items."""
    parts = np.array([c for c in product(range(13), repeat=5) if sum(c) <= 12])
    return np.column_stack([parts, 12 - parts.sum(1)]) / 12


def has_one_mode(shares):
    changes = np.sign(np.diff(np.round(shares, 9)))
    return not (np.diff(changes[changes != 0]) > 0).any()


def arm_shares(shares, n_items):
    return [
        np.array([shares[counts == value].sum() for value in np.unique(counts)])
        for counts in COUNTS[n_items]
    ]


@pytest.mark.parametrize("means", [(1.0, 1.5), (0.75, 1.25), (1.5, 2.25)])
@pytest.mark.parametrize("one_mode", [False, True])
def test_bounds_hold_for_all_shares_on_a_grid_and_are_nearly_reached(two_items, means, one_mode):
    shares = two_items[np.isclose(two_items @ COUNTS[2].T, means).all(axis=1)]
    types = respondent_types(point(means[0]), point(means[1]), 2)
    if one_mode:
        shares = shares[[all(map(has_one_mode, arm_shares(each, 2))) for each in shares]]
        types = types.unimodal()
    errors = standard_errors(shares, 2, (40, 60))
    bounds = types.standard_error_bounds((40, 60))
    assert bounds.low - 1e-9 <= errors.min() <= 1.1 * bounds.low
    assert 0.9 * bounds.high <= errors.max() <= bounds.high + 1e-9


def test_share_bounds_hold_for_all_shares_on_a_grid_and_are_reached(two_items):
    shares = two_items[np.isclose(two_items @ COUNTS[2].T, (1.0, 1.5)).all(axis=1)]
    types = respondent_types(point(1.0), point(1.5), 2)
    control, treatment = COUNTS[2]
    both, trait = control == 2, treatment > control
    bounds = types.share_bounds(both, trait)
    ratio = shares @ (both & trait) / (shares @ trait)
    assert ends(bounds) == pytest.approx((ratio.min(), ratio.max()))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.01, 1), min_size=10, max_size=10))
def test_any_shares_lie_within_the_bounds_of_their_means(weights):
    shares = np.array(weights) / sum(weights)
    means = shares @ COUNTS[4].T
    types = respondent_types(*(Interval(m - 0.005, m + 0.005) for m in means), 4)
    (error,) = standard_errors(shares[None], 4, ARMS)
    assert types.standard_error_bounds(ARMS).contains(error)
    variances = shares @ COUNTS[4].T ** 2 - means**2
    for bounds, variance in zip(types.variance_bounds(), variances, strict=True):
        assert bounds.contains(variance)
    observed = shares[ALL_ITEMS & TRAIT].sum() / shares[TRAIT].sum()
    assert types.share_bounds(ALL_ITEMS, TRAIT).contains(observed)
    sd = float(np.sqrt(shares @ (COUNTS[4][0] - means[0]) ** 2))
    assert types.with_control_sd(Interval(sd, sd)).standard_error_bounds(ARMS).contains(error)
    if all(map(has_one_mode, arm_shares(shares, 4))):
        assert types.unimodal().standard_error_bounds(ARMS).contains(error)


def test_types_say_nothing_new_of_the_control_arm_alone(whole):
    """Only the treatment arm is limited: nobody without all control items can count five."""
    control, treatment = whole.variance_bounds()
    assert ends(control) == pytest.approx(ends(variance_bounds(WHOLE.control, 4)), abs=1e-4)
    alone = variance_bounds(WHOLE.treatment, 5)
    assert treatment.low == pytest.approx(alone.low, abs=1e-4)
    assert treatment.high < alone.high - 0.4
    ceiling = whole.share_bounds(ALL_ITEMS, EVERYBODY)
    assert ends(ceiling) == pytest.approx(ends(ceiling_share_bounds(WHOLE.control, 4)))


def test_both_arms_together_are_bounded_more_tightly(whole):
    alone = standard_error_bounds(
        [variance_bounds(WHOLE.control, 4), variance_bounds(WHOLE.treatment, 5)], ARMS
    )
    together = whole.standard_error_bounds(ARMS)
    assert together.low == pytest.approx(alone.low, abs=1e-5)
    assert together.high < alone.high - 0.005


def test_support_is_identified_and_what_lies_behind_it_is_not(whole):
    support = whole.share_bounds(TRAIT, EVERYBODY)
    assert ends(support) == pytest.approx((0.55, 0.57))
    for value in range(5):
        among = whole.share_bounds(TRAIT, COUNTS[4][0] == value)
        assert ends(among) == pytest.approx((0, 1), abs=1e-9)


def test_turning_the_items_round_changes_nothing():
    """Items denied instead of affirmed: y becomes J - y, and z becomes 1 - z."""
    types = respondent_types(Interval(2.755, 2.765), Interval(3.315, 3.325), 4)
    turned = respondent_types(Interval(1.235, 1.245), Interval(1.675, 1.685), 4)
    for first, second in ((types, turned), (types.unimodal(), turned.unimodal())):
        bounds = [each.standard_error_bounds(ARMS) for each in (first, second)]
        assert ends(bounds[0]) == pytest.approx(ends(bounds[1]))
    mirrored = turned.share_bounds((COUNTS[4][0] == 0) & ~TRAIT, ~TRAIT)
    assert ends(types.share_bounds(ALL_ITEMS & TRAIT, TRAIT)) == pytest.approx(ends(mirrored))


def test_standard_errors_fall_with_the_root_of_the_sizes(whole):
    bounds = whole.unimodal().standard_error_bounds(ARMS)
    quarter = whole.unimodal().standard_error_bounds([4 * arm for arm in ARMS])
    assert ends(bounds) == pytest.approx((2 * quarter.low, 2 * quarter.high), rel=1e-3)


def one_item(concentration):
    """Draws of the share that has the item and the trait: 0.6 have the item, 0.3 the trait."""
    types = respondent_types(point(0.6), point(0.9), 1)
    return types.sample(4_000, concentration, np.random.default_rng(7))


@pytest.mark.parametrize("concentration", [0.5, 1.0, 3.0])
def test_draws_have_the_exact_distribution_where_it_is_known(concentration):
    """With one item and both means given, one share is free."""
    shares = one_item(concentration)
    both = shares[:, 3]

    def density(x):
        return ((0.6 - x) * (0.3 - x) * (0.1 + x) * x) ** (concentration - 1)

    total = quad(density, 0, 0.3)[0]
    grid = 0.3 * np.sin(np.linspace(0, np.pi / 2, 241)) ** 2
    parts = [quad(density, low, high)[0] for low, high in pairwise(grid)]
    distribution = np.concatenate([[0], np.cumsum(parts)]) / total
    test = stats.kstest(both, lambda x: np.interp(x, grid, distribution))
    assert test.pvalue > 0.01
    np.testing.assert_allclose(shares @ COUNTS[1].T, [[0.6, 0.9]] * len(shares))


def test_draws_agree_with_rejection(whole):
    """Draws of the Dirichlet distribution whose means come out near the printed ones."""
    generator = np.random.default_rng(3)
    prior = generator.dirichlet(np.ones(10), 400_000)
    kept = prior[(np.abs(prior @ COUNTS[4].T - (2.76, 3.32)) < 0.06).all(axis=1)]
    drawn = whole.sample(2_000, 1.0, generator)
    first, second = (standard_errors(each, 4, ARMS) for each in (kept, drawn))
    assert len(kept) > 500
    assert stats.ks_2samp(first, second).pvalue > 0.01
    assert whole.standard_error_bounds(ARMS).low < second.min()


def test_draws_are_those_of_their_seed(whole):
    first, second = (whole.sample(5, 1.0, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_table_of_the_whole_sample(whole):
    """Published means of the memo; every assumption narrows what stands before it."""
    draws = whole.sample(1_000, 1.0, np.random.default_rng(1))
    table = standard_error_table(WHOLE, ARMS, 4, Interval(0.9, 1.1), draws)
    found = {name: (100 * low, 100 * high) for name, low, high in table.to_numpy()}
    assert found["any counts"] == pytest.approx((4.44, 21.20), abs=0.01)
    assert found["types"] == pytest.approx((4.44, 20.62), abs=0.01)
    assert found["one mode"] == pytest.approx((4.44, 16.60), abs=0.01)
    assert found["control deviation"] == pytest.approx((7.19, 13.49), abs=0.01)
    assert found["prior"] == pytest.approx((10, 17), abs=0.5)
    halved = standard_error_table(WHOLE, np.array(ARMS) / 2, 4, Interval(0.9, 1.1), draws)
    np.testing.assert_allclose(halved["high"], np.sqrt(2) * table["high"], rtol=1e-3)


BAD = {
    "support below 0": (lambda: respondent_types(point(2.0), point(1.9), 4), "like that"),
    "support above 1": (lambda: respondent_types(point(2.0), point(3.1), 4), "like that"),
    "mean off the scale": (lambda: respondent_types(point(4.2), point(4.4), 4), "like that"),
    "impossible deviation": (
        lambda: respondent_types(point(2.0), point(2.5), 4).with_control_sd(Interval(2.1, 3.0)),
        "No counts of 4 control items with means of 2 and 2.5",
    ),
    "nobody": (
        lambda: respondent_types(point(2.0), point(2.0), 4).share_bounds(ALL_ITEMS, TRAIT),
        "no respondents of these types",
    ),
    "prior without inside": (
        lambda: respondent_types(point(2.0), point(2.0), 4).sample(5, 1.0, np.random.default_rng()),
        "leave some types without respondents",
    ),
    "concentration": (
        lambda: respondent_types(point(2.0), point(2.5), 4).sample(5, 0.1, np.random.default_rng()),
        "A concentration of 0.1 puts",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name):
    call, sentence = BAD[name]
    with pytest.raises(InputError, match=sentence):
        call()
