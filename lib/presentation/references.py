"""References that readers copy in the format they need: tabs on the website, text in print."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEXERS = {"BibTeX": "bibtex", "CSL-JSON": "json"}
ADDRESS = re.compile(r"(https?://\S+)")
MARKS = re.compile(r"([\\`*_\[\]<>$&])")


@dataclass(frozen=True)
class References:
    """References of some works; the last expression of a notebook cell shows them."""

    works: Sequence[Mapping[str, str]]  # for each, the reference by format; the first is for print

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        texts = [next(iter(formats.values())) for formats in self.works]
        tabs = "\n".join(_tabs(formats) for formats in self.works)
        printed = "\n\n".join(_plain(text) for text in texts)
        return {
            "text/markdown": f":::::{{only}} html\n{tabs}:::::\n\n"
            f":::::{{only}} latex\n{printed}\n:::::\n",
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


def _plain(text: str) -> str:
    """Write a reference as Markdown that shows it as it is, with its addresses as links."""
    parts = ADDRESS.split(text)
    return "".join(
        f"<{part}>" if odd % 2 else MARKS.sub(r"\\\1", part) for odd, part in enumerate(parts)
    )
