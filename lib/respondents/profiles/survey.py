"""A question to the World Values Survey as a profile: organisation, countries, wave, regressors."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from lib.core.errors import InputError, did_you_mean
from lib.respondents.profiles.common import CommonProfile, Name, Strict, Text, repeated, wanted
from lib.sources.wvs import Codebook, Item, read_codebook, read_wave_file

Info = ValidationInfo[Any]
MISSING_CODES, TIME_SERIES_CODES = "wvs6_codes.csv", "wvs6_time_series_codes.csv"
CODEBOOK = "data/codebook"
HIGHEST_COUNTRY_CODE = 999


def _items(name: str, info: Info) -> str:
    """Read the list of items where it is named, for all that follows."""
    info.context["codebook"] = read_item_map(info.context["root"], name)
    return name


def _item(name: object, info: Info) -> Item:
    """Look an item up in the list of them; a fault in `items` is told before one in an item."""
    items: dict[str, Item] = getattr(info.context.get("codebook"), "items", {})
    if not isinstance(name, str):
        raise wanted("the name of an item")
    if name not in items:
        advice = did_you_mean(name, items)
        raise ValueError(f"is {name!r}, which the list of items lacks: {advice}")
    if items[name].role in ("wave", "country"):
        raise ValueError(f"is {items[name]}, which is no answer: choose another item.")
    return items[name]


def _country(iso3: str) -> str:
    if not re.fullmatch("[A-Z]{3}", iso3):
        raise wanted("three capital letters (ISO 3166)")
    return iso3


Iso3 = Annotated[str, AfterValidator(_country)]


class Measure(Strict):
    """A variable made of an item."""

    item: Annotated[Item, PlainValidator(_item)]
    ones: list[int] = Field(default=[])

    @model_validator(mode="after")
    def _codes(self) -> "Measure":
        item, ones = self.item, set(self.ones)
        for code in self.ones:
            if not item.lowest <= code <= item.highest:
                raise ValueError(f"has {code} in ones, but codes of {item} are {item.span}.")
        if len(ones) > item.highest - item.lowest:
            raise ValueError(f"has every code of {item} in ones: leave some out.")
        return self

    def values(self, codes: "pd.Series[int]") -> "pd.Series[float]":
        """Make the variable."""
        values = codes.isin(self.ones) if self.ones else codes
        return values.astype(float).mask(codes < 0)


class Outcome(Measure):
    """The outcome: a measure of 0 and 1, and its name."""

    name: Name
    ones: Annotated[list[int], Field(min_length=1)]


class Country(Strict):
    """A country of the analysis."""

    code: int = Field(ge=1, le=HIGHEST_COUNTRY_CODE)
    value: float = Field(allow_inf_nan=False)


class SurveyProfile(CommonProfile):
    """A question to the World Values Survey."""

    items: Annotated[Text, AfterValidator(_items)]
    outcome: Outcome
    regressors: Annotated[dict[Name, Measure], Field(min_length=1)]
    moderated: str
    country_level: Name
    countries: Annotated[dict[Iso3, Country], Field(min_length=4)]
    n_points: int = Field(25, ge=7, le=100)
    _codebook: Codebook = PrivateAttr()

    def model_post_init(self, context: dict[str, Any]) -> None:
        """Keep the codebook beside the name."""
        super().model_post_init(context)
        self._codebook = context["codebook"]

    @field_validator("regressors")
    @classmethod
    def _independent(cls, regressors: dict[str, Measure], info: Info) -> dict[str, Measure]:
        outcome = info.data.get("outcome")
        by_item: dict[Item, list[str]] = {}
        for name, measure in regressors.items():
            by_item.setdefault(measure.item, []).append(name)
        if outcome and outcome.name in regressors:
            raise ValueError(f"has the name of the outcome, {outcome.name!r}: rename one.")
        if outcome and outcome.item in by_item:
            raise ValueError(f"has the outcome's item, {outcome.item}: leave it out.")
        for item, names in by_item.items():
            if _dependent(item, [regressors[name] for name in names]):
                listed = ", ".join(names)
                raise ValueError(f"makes {listed} of {item} so that one follows from the others.")
        return regressors

    @field_validator("moderated")
    @classmethod
    def _moderated(cls, name: str, info: Info) -> str:
        regressors = info.data.get("regressors", {name: None})
        if name not in regressors:
            raise ValueError(f"is {name!r}, no regressor: {did_you_mean(name, regressors)}")
        if regressors[name] and not regressors[name].ones:
            raise ValueError(f"is {name!r}, which is not 0 or 1: give its ones, or choose another.")
        return name

    @field_validator("country_level")
    @classmethod
    def _new_name(cls, name: str, info: Info) -> str:
        outcome = info.data.get("outcome")
        if name in info.data.get("regressors", ()) or (outcome and name == outcome.name):
            raise ValueError(f"is {name!r}, which names another variable: rename one.")
        return name

    @field_validator("countries")
    @classmethod
    def _different(cls, countries: dict[str, Country]) -> dict[str, Country]:
        if twice := repeated(str(country.code) for country in countries.values()):
            raise ValueError(f"has the code {twice} twice: correct one.")
        if len({country.value for country in countries.values()}) < 2:
            raise ValueError("has one value for all: a slope needs two.")
        return countries

    @property
    def codebook(self) -> Codebook:
        """The items of the wave."""
        return self._codebook

    @property
    def measures(self) -> dict[str, Measure]:
        """The outcome and the regressors by name."""
        return {self.outcome.name: self.outcome, **self.regressors}

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the respondents' columns that hold text."""
        return ("iso3",)

    @property
    def formulas(self) -> dict[str, str]:
        """The models: individual level, with the country-level regressor, with its product."""
        individual = f"{self.outcome.name} ~ " + " + ".join(self.regressors)
        countries = f"{individual} + {self.country_level}"
        product = f"{countries} + {self.moderated}:{self.country_level}"
        names = ("individual level", "with countries", "cross-level")
        return dict(zip(names, (individual, countries, product), strict=True))

    def read(self, file: Path) -> tuple[pd.DataFrame, list[str]]:
        """Read the respondents of a file."""
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


def read_item_map(root: Path, items: str) -> Codebook:
    """Read the items of a wave."""
    codebook = root / CODEBOOK
    return read_codebook(root / items, codebook / MISSING_CODES, codebook / TIME_SERIES_CODES)


def code_range(item: Item, open_range: tuple[int, int]) -> tuple[int, int]:
    """Give the codes that an item can take."""
    return open_range if item.highest == inf else (int(item.lowest), int(item.highest))


def _dependent(item: Item, measures: list[Measure]) -> bool:
    """Tell whether measures of one item, whatever its codes, are collinear with a constant."""
    top = max([item.lowest + 1, *(code + 1 for each in measures for code in each.ones)])
    codes = pd.Series(np.arange(item.lowest, min(item.highest, top) + 1))
    columns = [np.ones(len(codes)), *(each.values(codes).to_numpy() for each in measures)]
    return int(np.linalg.matrix_rank(np.array(columns))) < len(columns)


def _require_variation(file: Path, frame: pd.DataFrame, names: Mapping[str, Measure]) -> None:
    for name in names:
        if frame[name].nunique() < 2:
            raise InputError(
                f"{file} has but one value of {name}: check its item and ones in the profile."
            )
