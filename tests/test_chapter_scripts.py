"""The scripts for other software that a chapter offers for download."""

import io
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from lib.core.paths import ROOT
from lib.estimators.multilevel import GROUP_VARIANCE, MixedLogit, MixedOrderedLogit

SCRIPTS = ROOT / "chapters" / "scripts"
KEY = "xenophobia + immigrant + manual_worker + unemployed"
CONTROLS = "gender + age + college_educated + upper_class + personal_financial_situation"
LEVELS = "ethnic_diversity + xenophobia:ethnic_diversity"


def recoded_rows() -> pd.DataFrame:
    """Seven countries with 60 respondents each, some answers missing."""
    draws = np.random.default_rng(7)
    country = np.repeat(np.arange(7), 60)
    binary = ["xenophobia", "immigrant", "manual_worker", "unemployed", "gender"]
    binary += ["college_educated", "upper_class"]
    rows = pd.DataFrame(draws.integers(0, 2, (420, 7)).astype(float), columns=binary)
    rows["age"] = draws.integers(18, 80, 420).astype(float)
    rows["personal_financial_situation"] = draws.integers(1, 11, 420).astype(float)
    rows["ethnic_diversity"] = draws.uniform(0.1, 0.7, 7)[country]
    rows["ln_gdp_per_capita"] = draws.uniform(6, 9, 7)[country]
    rows["iso3"] = np.array(["ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB"])[country]
    latent = draws.normal(0, 0.7, 7)[country] - rows["xenophobia"] + draws.logistic(size=420)
    rows["trust_cis"] = (latent > 0).astype(float)
    rows["trust_levels_cis"] = np.digitize(latent, [-1.5, 0, 1.5]).astype(float)
    rows.loc[draws.random(420) < 0.05, ["trust_cis", "trust_levels_cis"]] = np.nan
    rows.loc[draws.random(420) < 0.05, "manual_worker"] = np.nan
    return rows


def has_r_packages() -> bool:
    if shutil.which("Rscript") is None:
        return False
    command = ["Rscript", "-e", "library(lme4); library(ordinal)"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_r_packages(), reason="R with lme4 and ordinal is not installed")
def test_the_r_script_gives_the_adaptive_column(tmp_path):
    rows = recoded_rows()
    rows.to_csv(tmp_path / "rows.csv", index=False)
    command = ["Rscript", str(SCRIPTS / "models.R"), str(tmp_path / "rows.csv"), "2", "4"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = pd.read_csv(io.StringIO(done.stdout), dtype={"model": str})
    theirs = theirs.replace({"term": {"(Intercept)": "Intercept"}}).set_index(["model", "term"])
    used = rows.dropna()
    logit = MixedLogit.from_formula(f"trust_cis ~ {KEY} + {LEVELS}", used, groups="iso3")
    formula = f"trust_levels_cis ~ {KEY} + {CONTROLS} + {LEVELS} + ln_gdp_per_capita"
    ordered = MixedOrderedLogit.from_formula(formula, used, groups="iso3")
    for model, fit in {"2": logit.fit(), "4": ordered.fit(n_points=1)}.items():
        estimates = theirs.loc[model, "estimate"]
        assert set(estimates.index) == set(fit.params.index)
        np.testing.assert_allclose(estimates[fit.params.index], fit.params, atol=0.01)
        errors = theirs.loc[model, "std_error"].drop(GROUP_VARIANCE)
        individual = [term for term in errors.index if term in f"{KEY} + {CONTROLS}".split(" + ")]
        np.testing.assert_allclose(errors[individual], fit.bse[individual], rtol=0.01)


@pytest.mark.parametrize("name", ["models.R", "models_gllamm.do", "models_melogit.do"])
def test_each_script_names_every_variable_of_the_four_models(name):
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    columns = [*recoded_rows().columns]
    assert [column for column in columns if column not in text] == []
    assert max(len(line) for line in text.splitlines()) <= 125
