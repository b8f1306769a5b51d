"""What a file of a list experiment must hold, and how its answers make groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError
from lib.core.text_files import read_csv

ANY_OTHER = "*"
SCHEMA_COLUMNS = ["variable", "required", "code", "text", "label", "recoded_to"]
NEEDED = ("count", "arm")
NEAR = 0.8


@dataclass(frozen=True)
class Variable:
    """A variable of the schema."""

    name: str
    required: bool
    spellings: Mapping[str, str]
    groups: Mapping[str, str]
    others: str | None

    @cached_property
    def folded(self) -> dict[str, str]:
        """Answer by code, text or label in lower case."""
        return {spelling.casefold(): answer for spelling, answer in self.spellings.items()}

    def answer(self, spelling: str) -> str | None:
        """Look an answer up."""
        if spelling in self.folded or self.others is None:
            return self.folded.get(spelling)
        slip = spelling.isdigit() or get_close_matches(spelling, self.folded, 1, NEAR)
        return None if slip else self.others


def read_schema(path: Path) -> dict[str, Variable]:
    """
    Read what a file of the list experiment must hold.

    Parameters
    ----------
    path : pathlib.Path
        CSV file, one row an answer: variable, required ("yes" or "no"), code, text (spellings
        separated by semicolons, the first of which the frame holds; "*" for any other text; the
        code if empty), label and recoded_to.

    Returns
    -------
    dict of str to Variable
        The variables by name.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column or describes no count or no arm.
    """
    rows = read_csv(path, SCHEMA_COLUMNS)
    for name in NEEDED:
        if name not in set(rows["variable"]):
            raise InputError(f"{path} has no variable {name!r}: describe it.")
    return {
        str(name): _variable(str(name), answers)
        for name, answers in rows.groupby("variable", sort=False)
    }


def _variable(name: str, rows: pd.DataFrame) -> Variable:
    texts = [text.split("; ") if text else [] for text in rows["text"]]
    answers = [text[0] if text else code for text, code in zip(texts, rows["code"], strict=True)]
    spellings: dict[str, str] = {}
    for answer, code, label, text in zip(answers, rows["code"], rows["label"], texts, strict=True):
        spellings |= dict.fromkeys([code, label, *text], answer)
    others = [a for a, text in zip(answers, texts, strict=True) if ANY_OTHER in text]
    groups = {a: group for a, group in zip(answers, rows["recoded_to"], strict=True) if group}
    required = bool((rows["required"] == "yes").any())
    return Variable(name, required, spellings, groups, others[0] if others else None)
