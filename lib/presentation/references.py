"""References that readers copy in the format they need: tabs on the website, text in print."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from lib.presentation.latex import escaped

LEXERS = {"BibTeX": "bibtex", "CSL-JSON": "json"}
ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class References:
    """References of some works; the last expression of a notebook cell shows them."""

    works: Sequence[Mapping[str, str]]  # for each, the reference by format; the first is for print

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        texts = [next(iter(formats.values())) for formats in self.works]
        return {
            "text/markdown": "\n\n".join(_tabs(formats) for formats in self.works),
            "text/latex": "\n\n".join(_printed(text) for text in texts),
            "text/plain": "\n\n".join(texts),
        }


def _tabs(formats: Mapping[str, str]) -> str:
    """Write a tab a format, each a block with a button that copies it; all works turn together."""
    items = (
        f":::{{tab-item}} {name}\n:sync: {name}\n\n"
        f"```{LEXERS.get(name, 'text')}\n{written}\n```\n:::\n"
        for name, written in formats.items()
    )
    return f"::::{{tab-set}}\n:sync-group: reference\n\n{''.join(items)}::::\n"


def _printed(text: str) -> str:
    """Write a reference in LaTeX, in which addresses may break."""
    plain = (escaped(words) for words in ADDRESS.split(text))
    addresses = (rf"\url{{{address}}}" for address in ADDRESS.findall(text))
    return "".join(chain.from_iterable(zip_longest(plain, addresses, fillvalue=""))) + r"\par"
