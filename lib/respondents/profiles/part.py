"""Parts of a profile: each value is checked when it is taken, and its fault told in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from math import inf
from typing import Any

from lib.core.errors import InputError, did_you_mean
from lib.core.parameters import list_of, number, one_of, whole_number

MOST_CHARACTERS = 40


@dataclass(frozen=True)
class Part:
    """
    A mapping in a profile.

    Attributes
    ----------
    place : str
        Where it stands: the file and, within it, the names that lead there.
    values : mapping
        What it holds.
    """

    place: str
    values: Mapping[Any, Any]

    def only(self, names: Collection[str]) -> None:
        """
        Refuse what a profile does not know.

        Parameters
        ----------
        names : collection of str
            Names that it may hold.

        Raises
        ------
        InputError
            If it holds another one.
        """
        for name in self.values:
            if name not in names:
                advice = did_you_mean(str(name), names)
                raise InputError(f"{self.place} has {name!r}, which no profile knows: {advice}")

    def name_of(self, name: str) -> str:
        """
        Name a value in a sentence.

        Parameters
        ----------
        name : str
            Its name in this part.

        Returns
        -------
        str
            Where it stands.
        """
        return f"{self.place}{'.' if ': ' in self.place else ': '}{name}"

    def text(self, name: str, default: str | None = None) -> str:
        """
        Take a text.

        Parameters
        ----------
        name : str
            Its name.
        default : str, optional
            What a missing or empty one means; without it one must be there.

        Returns
        -------
        str
            The text.

        Raises
        ------
        InputError
            If there is none, or something else.
        """
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        _require_text(self.name_of(name), self._take(name))
        return str(value)

    def texts(self, name: str, at_least: int) -> tuple[str, ...]:
        """
        Take a list of texts.

        Parameters
        ----------
        name : str
            Its name.
        at_least : int
            The least length.

        Returns
        -------
        tuple of str
            The texts.

        Raises
        ------
        InputError
            If it is missing, no list, too short, or holds something else.
        """
        values = self._take(name)
        list_of(self.name_of(name), values, _require_text, at_least)
        return tuple(values)

    def answers(self, name: str, at_least: int = 1) -> tuple[str, ...]:
        """
        Take the answers of a file that mean the same.

        Parameters
        ----------
        name : str
            Name of what they mean.
        at_least : int
            How many there must be; if none, they may be left out.

        Returns
        -------
        tuple of str
            Codes and texts as a file may write them.

        Raises
        ------
        InputError
            If it is no list, or holds something else.
        """
        values = self._take(name) if at_least else self.values.get(name) or []
        list_of(self.name_of(name), values, _require_answer, at_least)
        return tuple(str(value) for value in values)

    def codes(self, name: str, low: float, high: float) -> tuple[int, ...]:
        """
        Take codes of an item.

        Parameters
        ----------
        name : str
            Name of the list; it may be left out.
        low, high : float
            The lowest and the highest code that the item has.

        Returns
        -------
        tuple of int
            The codes; none if left out.

        Raises
        ------
        InputError
            If it is no list of such codes.
        """
        values = self.values.get(name) or []

        def is_code(each: str, value: object) -> None:
            whole_number(each, value, low, high)

        list_of(self.name_of(name), values, is_code, at_least=0)
        return tuple(values)

    def number(self, name: str, default: float, low: float = -inf, high: float = inf) -> float:
        """
        Take a number.

        Parameters
        ----------
        name : str
            Its name.
        default : float
            What a missing one means.
        low, high : float
            Ends of its range.

        Returns
        -------
        float
            The number.

        Raises
        ------
        InputError
            If it is no number in this range.
        """
        value = self.values.get(name, default)
        number(self.name_of(name), value, low, high)
        return float(value)

    def whole(self, name: str, default: int | None, low: float, high: float = inf) -> int:
        """
        Take a whole number.

        Parameters
        ----------
        name : str
            Its name.
        default : int or None
            What a missing one means; None if it must be there.
        low, high : float
            Ends of its range.

        Returns
        -------
        int
            The number.

        Raises
        ------
        InputError
            If it is no whole number in this range.
        """
        value = self._take(name) if default is None else self.values.get(name, default)
        whole_number(self.name_of(name), value, low, high)
        return int(value)

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """
        Take one of a few texts.

        Parameters
        ----------
        name : str
            Its name.
        allowed : collection of str
            What it may be.

        Returns
        -------
        str
            The text.

        Raises
        ------
        InputError
            If it is missing or none of them.
        """
        value = self._take(name)
        one_of(self.name_of(name), value, allowed)
        return str(value)

    def part(self, name: str) -> Part:
        """
        Take a mapping.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Part
            The mapping.

        Raises
        ------
        InputError
            If it is missing or no mapping.
        """
        value = self._take(name)
        if not isinstance(value, dict):
            raise InputError(f"{self.name_of(name)} is {_short(value)}; it must be a mapping.")
        return Part(self.name_of(name), value)

    def parts(self, name: str, at_least: int = 1) -> dict[str, Part]:
        """
        Take mappings by name.

        Parameters
        ----------
        name : str
            Name of all of them.
        at_least : int
            How many there must be.

        Returns
        -------
        dict of str to Part
            The mappings; each name is one that a formula can hold.

        Raises
        ------
        InputError
            If there are too few, a name cannot stand in a formula, or one is no mapping.
        """
        holder = self.part(name)
        if len(holder.values) < at_least:
            raise InputError(f"{holder.place} names {len(holder.values)}: name {at_least} or more.")
        for each in holder.values:
            require_name(holder.place, each)
        return {each: holder.part(each) for each in holder.values}

    def _take(self, name: str) -> Any:
        if self.values.get(name) is None:
            raise InputError(f"{self.place} lacks {name!r}: add it.")
        return self.values[name]


def require_name(place: str, name: object) -> None:
    """
    Refuse what cannot name a variable in a formula.

    Parameters
    ----------
    place : str
        Where it stands.
    name : object
        The name.

    Raises
    ------
    InputError
        If it is no word of letters, digits and underscores that starts with a letter.
    """
    fits = isinstance(name, str) and name.isidentifier() and name.isascii() and name[0] != "_"
    if not fits or iskeyword(str(name)):
        raise InputError(
            f"{place} has the name {name!r}: use letters, digits and underscores, a letter first "
            "(and quote yes, no, on and off)."
        )


def _require_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise InputError(f"{name} is {_short(value)}; it must be a text.")


def _require_answer(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise InputError(f"{name} is {_short(value)}; it must be a code or a text of the file.")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
