"""Generated survey files of the form that a profile describes; nothing is built into them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from lib.core.errors import InputError
from lib.respondents.profiles.list_experiment import Grouping, ListExperimentProfile
from lib.respondents.profiles.reading import Profile
from lib.respondents.profiles.survey import Measure, SurveyProfile, code_range
from lib.sources.list_experiment.schema import ANY_OTHER

MARK = "synthetic"
MISSING = 0.03
SUPPORT = 0.5
STRATA, CLUSTER_SIZE = 4, 10  # of generated samples, in the order of their rows
OTHER_TEXT = "elsewhere"
COUNTRY_SD = 0.6
OPEN_RANGE = (18, 90)  # of an item without a highest code, such as age
ABROAD = 200
CODE = re.compile("0|[1-9][0-9]*")

Generator = np.random.Generator


def write_synthetic_file(profile: Profile, path: Path) -> None:
    """Write a file of generated respondents, as a profile describes it."""
    if path.suffix not in (".dta", ".csv"):
        raise InputError(f"{path} has another ending than .dta and .csv: choose one of them.")
    if path.exists():
        raise InputError(f"{path} exists and is not overwritten: choose another name.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}: make it, or choose another one.")
    generator = np.random.default_rng(profile.synthetic.seed)
    if isinstance(profile, ListExperimentProfile):
        frame = _list_experiment(profile, generator)
    else:
        frame = _survey(profile, generator)
    frame = frame.assign(**{MARK: 1})
    if path.suffix == ".dta":
        frame.to_stata(path, write_index=False)
    else:
        frame.to_csv(path, index=False, lineterminator="\n")


def _list_experiment(profile: ListExperimentProfile, generator: Generator) -> pd.DataFrame:
    """Half of all have the trait, whatever their group; each control item applies to half."""
    n = profile.synthetic.n
    arms = generator.permutation(np.arange(n) % 2)
    counts = generator.binomial(profile.n_items, 0.5, n) + arms * (generator.random(n) < SUPPORT)
    columns: dict[str, object] = {profile.count: _with_missing(counts, generator)}
    columns[profile.arm.column] = np.array(_answers(profile.arm.grouping))[arms]
    for grouping in profile.groups.values():
        columns[grouping.column] = _groups(grouping, n, generator)
    if profile.weight:
        columns[profile.weight] = generator.uniform(0.5, 2, n).round(3)
    if profile.strata:
        columns[profile.strata] = np.arange(n) * STRATA // n
    if profile.clusters:
        columns[profile.clusters] = np.arange(n) // CLUSTER_SIZE
    return pd.DataFrame(columns)


def _with_missing(values: np.ndarray, generator: Generator) -> np.ndarray:
    missing = generator.random(len(values)) < MISSING
    return np.where(missing, np.nan, values)


def _groups(grouping: Grouping, n: int, generator: Generator) -> np.ndarray:
    """Draw answers, those that make no group among them; some give none."""
    answers = np.array(_answers(grouping))
    drawn = answers[generator.integers(len(answers), size=n)]
    none = "" if answers.dtype.kind == "U" else -1
    return np.where(generator.random(n) < MISSING, none, drawn)


def _answers(grouping: Grouping) -> list[str] | list[int]:
    """Write each group as a file does: numbers if all of them are codes, and none is like 01."""
    first = [answers[0] for answers in grouping.labels.values()]
    words = [OTHER_TEXT if each == ANY_OTHER else each for each in (*first, *grouping.left_out)]
    return [int(word) for word in words] if all(CODE.fullmatch(word) for word in words) else words


def _survey(profile: SurveyProfile, generator: Generator) -> pd.DataFrame:
    """Countries differ by chance alone, and nothing else is related to the outcome."""
    wave, country = (profile.codebook.with_role(role)[0] for role in ("wave", "country"))
    sizes = {each.code: profile.synthetic.n for each in profile.countries.values()}
    abroad = next(code for code in range(1, 999) if code not in sizes)
    codes = np.repeat([*sizes, abroad], [*sizes.values(), ABROAD])
    columns = {wave.name: np.full(len(codes), int(wave.lowest)), country.name: codes}
    for name, measure in profile.measures.items():
        drawn = generator.integers(*_ends(measure), size=len(codes), endpoint=True)
        if name == profile.outcome.name:
            drawn = _outcome(measure, codes, generator)
        missing = generator.random(len(codes)) < MISSING
        given = np.where(missing, -1 - generator.integers(2, size=len(codes)), drawn)
        columns.setdefault(measure.item.name, given)
    return pd.DataFrame(columns).sample(frac=1, random_state=generator, ignore_index=True)


def _ends(measure: Measure) -> tuple[int, int]:
    return code_range(measure.item, OPEN_RANGE)


def _outcome(measure: Measure, codes: np.ndarray, generator: Generator) -> np.ndarray:
    """Draw answers whose share of ones differs between countries on the logit scale."""
    low, high = _ends(measure)
    others = [code for code in range(low, high + 1) if code not in measure.ones]
    _, positions = np.unique(codes, return_inverse=True)
    shares = expit(generator.normal(0, COUNTRY_SD, positions.max() + 1))
    yes = generator.random(len(codes)) < shares[positions]
    return np.where(
        yes,
        generator.choice(measure.ones, len(codes)),
        generator.choice(others, len(codes)),
    )
