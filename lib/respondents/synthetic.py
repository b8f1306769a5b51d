"""Synthetic respondents: margins are open figures, effects are stated and built in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from lib.sources.countries import read_covariates
from lib.sources.wvs.counts import read_counts
from lib.sources.wvs.recodes import read_recodes, recode_respondents

ITEMS = ("V125_07", "V39", "V245", "V231", "V229", "V240", "V242", "V238", "V59")
OUTCOME, EDUCATION, WEIGHT = "V125_07", "V248", "V258"
RANGES = {"V231": (1, 10), "V229": (1, 8), "V242": (18, 91), "V238": (1, 5), "V59": (1, 10)}
COLLEGE = (8, 9)  # codes of V248 that count as college here; the article names none
DIVERSITY, INCOME = "ethnic_fractionalization", "gdp_per_capita_2010_release_2015"
CORRELATION = 0.2  # of any two regressors' latent variables, so that they are never orthogonal
EFFECTS = {
    "xenophobia": 0.5,
    "xenophobia_x_ethnic_diversity": -1.0,
    "immigrant": -0.5,
    "manual_worker": 0.25,
    "unemployed": 0.5,
    "ethnic_diversity": -1.0,
    "gender": 0.4,
    "age": -0.02,
    "college_educated": 0.3,
    "upper_class": 0.5,
    "personal_financial_situation": -0.1,
    "ln_gdp_per_capita": 0.5,
}
"""Log odds of trust: round, and in sign or size not those of the article."""
COUNTRY_SD = 0.5
CUT_POINTS = (-1.5, 0.0, 1.5)  # of the logistic outcome, about its mean
WVS_SEED, LIST_SEED = 2018, 806

N, ARMS = 400, ("control", "treatment")
ITEM_SHARES = (0.7, 0.55, 0.5, 0.35)  # share that each control item applies to
SUPPORT = {"constant": 0.0, "male": -0.8, "university": 0.8, "russian": -0.4, "capital": 0.4}
"""Log odds of the sensitive item: round, and in sign not those of the memo."""
ATTRIBUTES = tuple(name for name in SUPPORT if name != "constant")

Floats = NDArray[np.float64]
Generator = np.random.Generator


def synthetic_wvs(
    data: Path, seed: int = WVS_SEED, slope_sd: float = 0.0, country_sd: float = COUNTRY_SD
) -> pd.DataFrame:
    """
    Generate respondents in the form of a file of wave 6.

    Interviews and valid answers by country are the open ones. Answers to the regressors' items are
    drawn about the open means, spreads and shares of each country and are correlated
    (`CORRELATION`); trust follows from `EFFECTS`, a normal country effect and logistic noise.
    Nothing is forced on it.

    One row a respondent: iso3, the items (int codes, -1 or -2 without an answer) and the weight 1.

    `slope_sd`: standard deviation between countries of the effect of xenophobia, which the
    article's models take for none.
    """
    generator = np.random.default_rng(seed)
    items = regressor_items(data, generator)
    trust = draw_trust(regressors(items, data), generator, slope_sd, country_sd)
    counts = read_counts(_counts_file(data), OUTCOME)
    items[OUTCOME] = _with_missing(4 - trust, items["iso3"], counts, generator)
    return items[["iso3", *ITEMS, EDUCATION]].assign(**{WEIGHT: 1.0})


def regressor_items(data: Path, generator: Generator) -> pd.DataFrame:
    """
    Draw answers to the regressors' items.

    One row a respondent: iso3, the items and the outcome's, whose answers are not drawn yet.
    """
    counts = {item: read_counts(_counts_file(data), item) for item in ITEMS}
    sizes = counts["V240"].set_index("iso3")["n_interviewed"]
    frame = pd.DataFrame({"iso3": np.repeat(sizes.index.to_numpy(), sizes)})
    common = np.sqrt(CORRELATION) * generator.standard_normal(len(frame))
    for item in (*ITEMS[1:], EDUCATION):
        own = np.sqrt(1 - CORRELATION) * generator.standard_normal(len(frame))
        latent = common + own
        if item == EDUCATION:
            frame[item] = np.clip(np.rint(5.5 + 2.2 * latent), 1, 9).astype(int)
            continue
        answers = np.zeros(len(frame), dtype=int)
        for row in counts[item].to_dict("records"):
            here = (frame["iso3"] == row["iso3"]).to_numpy()
            answers[here] = _answers(item, row, latent[here])
        frame[item] = _with_missing(answers, frame["iso3"], counts[item], generator)
    return frame.assign(**{OUTCOME: 1})


def regressors(items: pd.DataFrame, data: Path) -> pd.DataFrame:
    """Make the article's variables, with the product of xenophobia and diversity."""
    variables = recode_respondents(
        items,
        read_covariates(data / "open" / "country_covariates.csv"),
        read_recodes(data / "codebook" / "recodes.csv"),
        college_codes=COLLEGE,
        diversity=DIVERSITY,
        gdp_per_capita=INCOME,
    )
    product = variables["xenophobia"] * variables["ethnic_diversity"]
    return variables.assign(xenophobia_x_ethnic_diversity=product)


def draw_trust(
    variables: pd.DataFrame,
    generator: Generator,
    slope_sd: float = 0.0,
    country_sd: float = COUNTRY_SD,
) -> NDArray[np.int64]:
    """Draw levels of trust, 0 to 3; who left a regressor open is taken at its mean."""
    known = variables[list(EFFECTS)].fillna(variables[list(EFFECTS)].mean())
    linear = (known * pd.Series(EFFECTS)).sum(axis=1).to_numpy()
    codes, countries = pd.factorize(variables["iso3"])
    levels = country_sd * generator.standard_normal(len(countries))
    slopes = slope_sd * generator.standard_normal(len(countries))
    linear = linear - linear.mean() + levels[codes] + slopes[codes] * known["xenophobia"].to_numpy()
    outcome = linear + generator.logistic(size=len(linear))
    return np.asarray(np.searchsorted(CUT_POINTS, outcome), dtype=np.int64)


def synthetic_list_experiment(
    n: int = N,
    seed: int = LIST_SEED,
    deflation: float = 0.0,
    item_shares: Sequence[float] = ITEM_SHARES,
) -> pd.DataFrame:
    """
    Generate respondents of a list experiment, in the form of a file of the schema.

    Attributes are independent; each control item applies with its own share, the sensitive one with
    the log odds of `SUPPORT`.

    One row a respondent: count, arm, gender, education (code), ethnicity, city and weight (1).

    `deflation`: share of those with the longer list who pass over one item that applies.
    """
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame({"arm": np.array(ARMS)[generator.permutation(np.arange(n) % 2)]})
    frame["gender"] = generator.choice(["male", "female"], n)
    frame["education"] = generator.integers(1, 7, n)
    frame["ethnicity"] = generator.choice(["kazakh", "russian", "other"], n, p=[0.6, 0.3, 0.1])
    frame["city"] = generator.choice(["Almaty", "Nur-Sultan", "other"], n, p=[0.2, 0.2, 0.6])
    trait = generator.random(n) < support_share(frame)
    items = generator.random((n, len(item_shares))) < np.array(item_shares)
    treated = frame["arm"] == "treatment"
    counts = items.sum(axis=1) + (trait & treated)
    counts -= treated & (counts > 0) & (generator.random(n) < deflation)
    return frame.assign(weight=1.0, count=counts.astype(int))[["count", *frame, "weight"]]


def attributes(frame: pd.DataFrame) -> pd.DataFrame:
    """Tell who has which attribute of `SUPPORT`, 0 or 1."""
    return pd.DataFrame(
        {
            "male": frame["gender"] == "male",
            "university": frame["education"] >= 5,
            "russian": frame["ethnicity"] == "russian",
            "capital": frame["city"] != "other",
        }
    ).astype(int)


def support_share(frame: pd.DataFrame) -> Floats:
    """Give the built-in probability of the sensitive item, one a respondent."""
    log_odds = attributes(frame).assign(constant=1) @ pd.Series(SUPPORT)[[*ATTRIBUTES, "constant"]]
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=float)


def _counts_file(data: Path) -> Path:
    return data / "open" / "wvs6_country_counts.csv"


def _answers(item: str, row: Mapping[Any, Any], latent: Floats) -> NDArray[np.int64]:
    """Turn latent variables into answers with about the open share, or mean and spread."""
    n = row["n_valid"]
    if item not in RANGES:  # one of two codes, of which one was counted
        counted = int(row["counted_codes"])
        chosen = norm.cdf(latent) < row["counted"] / n
        return np.asarray(np.where(chosen, counted, 3 - counted), dtype=np.int64)
    mean = row["sum_of_codes"] / n
    sd = np.sqrt(max(row["sum_of_squares"] / n - mean**2, 0))
    answers: NDArray[np.int64] = np.clip(np.rint(mean + sd * latent), *RANGES[item]).astype(int)
    return answers


def _with_missing(
    answers: NDArray[np.int64], iso3: pd.Series, counts: pd.DataFrame, generator: Generator
) -> NDArray[np.int64]:
    """Take away answers at random, as many in each country as are missing there."""
    left = np.array(answers)
    for row in counts.to_dict("records"):
        here = np.flatnonzero(iso3 == row["iso3"])
        silent = generator.permutation(here)[: row["n_interviewed"] - row["n_valid"]]
        left[silent] = generator.choice([-1, -2], len(silent))
    return left
