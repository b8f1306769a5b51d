"""The parameters that chapters offer: one meaning and one range each, wherever a name stands."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from lib.core.errors import InputError
from lib.core.parameters import Check, list_of, number, one_of, optional_file, whole_number

COUNTRIES = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB")
DIVERSITY = ("ethnic_fractionalization", "linguistic_fractionalization")
INCOME = tuple(
    f"gdp_per_capita_{release}"
    for release in ("2010_release_2015", "2010_release_2018", "2011_release_2015")
)
GROUPS = ("male", "university", "russian", "capital", "almaty", "nur_sultan")
PAPERS = ("memo806", "kc2018")
MISSING_CODES = (-1, -2, -3, -4, -5)

country = partial(one_of, allowed=COUNTRIES)
level = partial(whole_number, at_least=1, at_most=9)
some = partial(list_of, at_least=0)

CHOICES: dict[str, Check] = {
    # Samples and codings of the World Values Survey.
    "countries": partial(list_of, check=country, at_least=5, at_most=7),
    "diversity": partial(one_of, allowed=DIVERSITY),
    "cis_stat": optional_file,
    "income": partial(one_of, allowed=INCOME),
    "manual_threshold": partial(one_of, allowed=[*range(1, 10), None]),
    "college_codes": partial(some, check=level, at_most=8),
    "no_trust_codes": partial(some, check=partial(one_of, allowed=MISSING_CODES), at_most=5),
    "reversed_finances": partial(some, check=country, at_most=7),
    # Samples and codings of the list experiment.
    "n": partial(whole_number, at_least=100, at_most=2000),
    "n_items": partial(whole_number, at_least=2, at_most=9),
    "control_n": partial(whole_number, at_least=100, at_most=300),
    "control_sd": partial(
        list_of, check=partial(number, at_least=0.6, at_most=1.6), at_least=2, at_most=2
    ),
    "education_answered": partial(whole_number, at_least=100, at_most=2000),
    "university_from": partial(whole_number, at_least=2, at_most=6),
    "weighted": partial(one_of, allowed=[True, False]),
    "at_random": partial(number, at_least=0, at_most=0.5),
    "deflation": partial(number, at_least=0, at_most=40),
    "regressors": partial(list_of, check=partial(one_of, allowed=GROUPS), at_most=5),
    # The next survey.
    "sample_sizes": partial(
        list_of, check=partial(whole_number, at_least=200, at_most=20_000), at_least=3
    ),
    "prevalence": partial(number, at_least=0.2, at_most=0.8),
    "control_sds": partial(list_of, check=partial(number, at_least=0.6, at_most=1.5)),
    "capital_share": partial(number, at_least=0.1, at_most=0.3),
    "oversample": partial(number, at_least=0.1, at_most=0.8),
    "list_correlation": partial(number, at_least=0, at_most=0.9),
    "withheld": partial(number, at_least=0, at_most=0.9),
    "surveys": partial(whole_number, at_least=1000, at_most=100_000),
    # What the archive lists.
    "papers": partial(list_of, check=partial(one_of, allowed=PAPERS)),
    "least_power": partial(number, at_least=0.05, at_most=0.9),
    "studies": partial(list_of, check=partial(one_of, allowed=["jones2022", "chacha2018"])),
    # Estimation and inference.
    "alpha": partial(number, at_least=0.001, at_most=0.2),
    "step": partial(number, at_least=0.01, at_most=0.2),
    "target_power": partial(number, at_least=0.5, at_most=0.99),
    "n_points": partial(whole_number, at_least=5, at_most=100),
    "grid": partial(list_of, check=partial(number, at_least=0, at_most=1), at_least=2, at_most=10),
    "thresholds": partial(list_of, check=level),
    "other_codes": partial(list_of, check=partial(list_of, check=level)),
    "points": partial(list_of, check=partial(whole_number, at_least=2, at_most=60)),
    "n_starts": partial(whole_number, at_least=10, at_most=5000),
    "n_placebos": partial(whole_number, at_least=100, at_most=10_000),
    "live": partial(whole_number, at_least=2, at_most=1000),
    "draws": partial(whole_number, at_least=200, at_most=1_000_000),
    "seed": partial(whole_number, at_least=0),
    "profile": optional_file,
}


def check(chosen: Mapping[str, Any]) -> None:
    """Check the values of a chapter's parameters."""
    for name, value in chosen.items():
        if name not in CHOICES:
            raise InputError(
                f"{name} is no parameter of the book: add it, with its range, to lib.core.choices."
            )
        CHOICES[name](name, value)
