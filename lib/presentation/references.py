"""References that readers copy in the format they need: tabs, of which print shows the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEXERS = {"BibTeX": "bibtex", "CSL-JSON": "json"}


@dataclass(frozen=True)
class References:
    """References of some works; the last expression of a notebook cell shows them."""

    works: Sequence[Mapping[str, str]]  # for each, the reference by format; the first is for print

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        texts = [next(iter(formats.values())) for formats in self.works]
        return {
            "text/markdown": "\n".join(_tabs(formats) for formats in self.works),
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
