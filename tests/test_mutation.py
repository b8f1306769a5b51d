"""Whether the tests find faults put into the estimators, grading and consistency modules."""

import json
import warnings

import pandas as pd
import pytest

from lib.core.paths import DATA
from tests.bench.mutation import (
    JUDGED,
    Survivor,
    is_reworded,
    judge,
    mutation_sample,
    read_judgements,
    score,
)

TARGET = 0.85


def test_score_weighs_modules_by_their_mutants():
    small, large = {"mutants": 100, "run": 10, "killed": 5}, {"mutants": 300, "run": 10}
    found = score([small, large | {"killed": 8, "timeout": 1, "survived": 1}])
    assert found["score"] == pytest.approx((100 * 0.5 + 300 * 0.9) / 400)
    assert (found["mutants"], found["run"]) == (400, 20)
    assert found["conf_low"] < found["score"] < found["conf_high"]
    surer = score([each | {"run": 100, "killed": 80} for each in (small, large)])
    assert surer["conf_high"] - surer["conf_low"] < found["conf_high"] - found["conf_low"]


def test_survivors_without_judgement_are_listed():
    known = Survivor("lib.a.f", "x < 1", "x <= 1")
    unknown = Survivor("lib.a.f", "x < 1", "x < 2")
    worded = Survivor("lib.a.f", 'raise E("Give a number.")', 'raise E("XXGive a number.XX")')
    found = judge([known, unknown, worded], {known: "equal at 1"})
    assert found["not_judged"] == [vars(unknown)]
    assert sum(found["judged"].values()) == 2
    assert not is_reworded(Survivor("lib.a.f", '"estimate": x', '"XXestimateXX": x'))
    assert not is_reworded(Survivor("lib.a.f", '["estimate", "n"]', '["XXestimateXX", "n"]'))


def test_a_judgement_is_a_reason_and_not_given_twice():
    rows = pd.read_csv(JUDGED, dtype=str)
    assert rows.notna().all(axis=None)
    assert not rows.duplicated(["function", "before", "after"]).any()
    assert len(read_judgements()) == len(rows)


def test_the_newest_result_reaches_the_target_and_every_survivor_is_judged():
    newest = max((DATA / "benchmarks").glob("*-mutation-sample.json"))
    found = json.loads(newest.read_text(encoding="utf-8"))
    assert found["scores"].keys() == {"grading", "consistency", "estimators"}
    assert all(group["score"] >= TARGET for group in found["scores"].values())
    assert found["not_judged"] == []


@pytest.mark.long
def test_faults_are_found():
    """Survivors of a new sample that nobody has judged yet are shown, and named in a warning."""
    found = mutation_sample()
    assert all(group["score"] >= TARGET for group in found["scores"].values()), found["scores"]
    for each in found["not_judged"]:
        warnings.warn(f"not judged: {each}", stacklevel=1)
