"""A question to the World Values Survey as a profile: organisation, countries, wave, regressors."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.respondents.profiles.common import COMMON, CommonProfile, common_values
from lib.respondents.profiles.part import Part, require_name
from lib.sources.wvs import Codebook, Item, read_codebook, read_wave_file

NAMES = (*COMMON, "items", "outcome", "regressors")
FOR_COUNTRIES = ("moderated", "country_level", "countries", "n_points")
MISSING_CODES, TIME_SERIES_CODES = "wvs6_codes.csv", "wvs6_time_series_codes.csv"
CODEBOOK = "data/codebook"
LEAST_COUNTRIES = 4
RESERVED = ("iso3", "respondents", "complete", "percent", "const")
HIGHEST_COUNTRY_CODE = 999


@dataclass(frozen=True)
class Measure:
    """
    A variable made of an item.

    Attributes
    ----------
    item : Item
        The item.
    ones : tuple of int
        Codes that count as 1, the other valid ones being 0; if none, the answer itself is taken.
    """

    item: Item
    ones: tuple[int, ...]

    def values(self, codes: "pd.Series[int]") -> "pd.Series[float]":
        """
        Make the variable.

        Parameters
        ----------
        codes : pandas.Series of int
            Answers, negative if missing.

        Returns
        -------
        pandas.Series of float
            The variable, missing where the answer is.
        """
        values = codes.isin(self.ones) if self.ones else codes
        return values.astype(float).mask(codes < 0)


@dataclass(frozen=True)
class Country:
    """
    A country of the analysis.

    Attributes
    ----------
    code : int
        ISO 3166 numeric code, as the survey writes it.
    value : float
        Value of the country-level regressor.
    """

    code: int
    value: float


@dataclass(frozen=True)
class SurveyProfile(CommonProfile):
    """
    A question to the World Values Survey.

    Attributes
    ----------
    codebook : Codebook
        The items of the wave.
    items : str
        The file that lists them, seen from the project.
    outcome : str
        Name of the outcome.
    measures : mapping of str to Measure
        The outcome and the regressors by name.
    moderated : str
        The regressor whose effect may differ with the country-level one.
    country_level : str
        Name of the country-level regressor.
    countries : mapping of str to Country
        The countries by ISO 3166 alpha-3 code.
    n_points : int
        Points of adaptive quadrature.
    """

    codebook: Codebook
    items: str
    outcome: str
    measures: Mapping[str, Measure]
    moderated: str
    country_level: str
    countries: Mapping[str, Country]
    n_points: int

    @property
    def regressors(self) -> list[str]:
        """Names of the individual-level regressors."""
        return [name for name in self.measures if name != self.outcome]

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the respondents' columns that hold text."""
        return ("iso3",)

    @property
    def formulas(self) -> dict[str, str]:
        """The models: individual level, with the country-level regressor, with its product."""
        individual = f"{self.outcome} ~ " + " + ".join(self.regressors)
        countries = f"{individual} + {self.country_level}"
        product = f"{countries} + {self.moderated}:{self.country_level}"
        names = ("individual level", "with countries", "cross-level")
        return dict(zip(names, (individual, countries, product), strict=True))

    def read(self, file: Path) -> tuple[pd.DataFrame, list[str]]:
        """
        Read the respondents of a file.

        Parameters
        ----------
        file : pathlib.Path
            A file of the wave or of the time series.

        Returns
        -------
        frame : pandas.DataFrame
            One row a respondent of these countries: iso3, outcome, regressors and the
            country-level regressor, missing where there is no answer.
        remarks : list of str
            What a reader should know, a sentence each.

        Raises
        ------
        InputError
            If the file is not what the profile says.
        """
        codes = {iso3: country.code for iso3, country in self.countries.items()}
        wave = read_wave_file(file, self._asked(), codes, self.encoding)
        items = wave.frame
        columns = {
            name: measure.values(items[measure.item.name])
            for name, measure in self.measures.items()
        }
        level = items["iso3"].map({iso3: each.value for iso3, each in self.countries.items()})
        frame = pd.DataFrame({"iso3": items["iso3"]} | columns | {self.country_level: level})
        _require_variation(file, frame, self.measures)
        held = (
            f"The file holds {wave.n_in_file:,} respondents, {len(frame):,} of them of this wave "
            "and of these countries."
        )
        return frame, [held, f"Its items are named as in the {wave.naming}.", *wave.remarks]

    def _asked(self) -> Codebook:
        """Let the codebook ask for the items of this profile alone."""
        wanted = {measure.item.name for measure in self.measures.values()}
        items = {
            name: item
            if item.role in ("wave", "country")
            else replace(item, role="answer" if name in wanted else "other")
            for name, item in self.codebook.items.items()
        }
        return replace(self.codebook, items=items)


def survey_profile(whole: Part, name: str, root: Path) -> SurveyProfile:
    """
    Read what a question to the World Values Survey is made of.

    Parameters
    ----------
    whole : Part
        The profile.
    name : str
        Its name.
    root : pathlib.Path
        Folder that the profile's paths start from.

    Returns
    -------
    SurveyProfile
        The profile.

    Raises
    ------
    InputError
        If something is missing, unknown or not what it must be; the sentence says where.
    """
    whole.only((*NAMES, *FOR_COUNTRIES))
    items = whole.text("items")
    codebook = read_item_map(root, items)
    outcome, measures = _measures(whole, codebook, items)
    level = whole.text("country_level")
    _require_new_name(whole.place, level, measures)
    return SurveyProfile(
        **common_values(whole, name),
        codebook=codebook,
        items=items,
        outcome=outcome,
        measures=measures,
        moderated=_moderated(whole, outcome, measures),
        country_level=level,
        countries=_countries(whole),
        n_points=whole.whole("n_points", 25, 7, 100),
    )


def read_item_map(root: Path, items: str) -> Codebook:
    """
    Read the items of a wave.

    Parameters
    ----------
    root : pathlib.Path
        Folder that holds data/codebook.
    items : str
        The file that lists them, seen from there, in the form of
        data/codebook/wvs6_items.csv.

    Returns
    -------
    Codebook
        The items; codes of missing answers, and numberings of the time series, are those of
        wave 6.

    Raises
    ------
    InputError
        If a file is wrong.
    """
    codebook = root / CODEBOOK
    return read_codebook(root / items, codebook / MISSING_CODES, codebook / TIME_SERIES_CODES)


def read_measure(part: Part, codebook: Codebook, items: str) -> Measure:
    """
    Read how a variable is made of an item.

    Parameters
    ----------
    part : Part
        Its item and the codes that count as 1.
    codebook : Codebook
        The items of the wave.
    items : str
        The file that lists them, for the message.

    Returns
    -------
    Measure
        The variable.

    Raises
    ------
    InputError
        If there is no such item, or a code is none of the item's.
    """
    name = part.text("item")
    if name not in codebook.items:
        advice = did_you_mean(name, codebook.items)
        raise InputError(f"{part.place} asks for {name!r}, which {items} does not list: {advice}")
    item = codebook.items[name]
    if item.role in ("wave", "country"):
        raise InputError(f"{part.place} asks for {item}, which is no answer: choose another item.")
    ones = part.codes("ones", item.lowest, item.highest)
    if len(set(ones)) > item.highest - item.lowest:
        raise InputError(f"{part.name_of('ones')} lists every code of {item}: leave some out.")
    return Measure(item, ones)


def read_country(part: Part) -> Country:
    """
    Read what a profile says of a country.

    Parameters
    ----------
    part : Part
        Its code in the survey and the value of the country-level regressor.

    Returns
    -------
    Country
        The country.

    Raises
    ------
    InputError
        If one is missing or not what it must be.
    """
    part.only(("code", "value"))
    code = part.whole("code", None, 1, HIGHEST_COUNTRY_CODE)
    return Country(code, part.number("value", np.nan))


def code_range(item: Item, open_range: tuple[int, int]) -> tuple[int, int]:
    """
    Give the codes that an item can take.

    Parameters
    ----------
    item : Item
        The item.
    open_range : tuple of int
        The lowest and the highest code of an item whose codes the codebook leaves open.

    Returns
    -------
    tuple of int
        The lowest and the highest code.
    """
    return open_range if item.highest == inf else (int(item.lowest), int(item.highest))


def _measures(whole: Part, codebook: Codebook, items: str) -> tuple[str, dict[str, Measure]]:
    """Take the outcome and the regressors."""
    part = whole.part("outcome")
    part.only(("name", "item", "ones"))
    outcome = part.text("name")
    _require_new_name(part.place, outcome, ())
    measures = {outcome: read_measure(part, codebook, items)}
    if not measures[outcome].ones:
        raise InputError(f"{part.place} lacks 'ones': list the codes that count as 1.")
    for name, each in whole.parts("regressors").items():
        each.only(("item", "ones"))
        _require_new_name(whole.place, name, measures)
        measures[name] = read_measure(each, codebook, items)
    return outcome, measures


def _require_new_name(place: str, name: str, taken: Collection[str]) -> None:
    require_name(place, name)
    if name in taken:
        raise InputError(f"{place} has two variables named {name!r}: rename one.")
    if name in RESERVED:
        raise InputError(
            f"{place} has a variable named {name!r}, which the tables use themselves: rename it."
        )


def _moderated(whole: Part, outcome: str, measures: Mapping[str, Measure]) -> str:
    name = whole.text("moderated")
    if name == outcome or name not in measures:
        advice = did_you_mean(name, [each for each in measures if each != outcome])
        raise InputError(f"{whole.name_of('moderated')} is {name!r}, no regressor: {advice}")
    if not measures[name].ones:
        raise InputError(
            f"{whole.name_of('moderated')} is {name!r}, which is no variable of 0 and 1: "
            "give its ones, or choose another one."
        )
    return name


def _countries(whole: Part) -> dict[str, Country]:
    parts = whole.parts("countries", LEAST_COUNTRIES)
    countries = {}
    for iso3, part in parts.items():
        if len(iso3) != 3 or not iso3.isupper():
            raise InputError(
                f"{whole.name_of('countries')} has {iso3!r}: use three capital letters (ISO 3166)."
            )
        countries[iso3] = read_country(part)
    _require_countries(whole.name_of("countries"), countries)
    return countries


def _require_countries(place: str, countries: Mapping[str, Country]) -> None:
    codes = [country.code for country in countries.values()]
    repeated = [code for code in codes if codes.count(code) > 1]
    if repeated:
        raise InputError(f"{place} uses the code {repeated[0]} twice: mend one.")
    if len({country.value for country in countries.values()}) < 2:
        raise InputError(f"{place} gives all the same value: a slope needs two.")


def _require_variation(file: Path, frame: pd.DataFrame, names: Mapping[str, Measure]) -> None:
    for name in names:
        if frame[name].nunique() < 2:
            raise InputError(
                f"{file} has but one value of {name}: check its item and ones in the profile."
            )
