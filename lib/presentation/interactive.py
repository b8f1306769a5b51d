"""Places on a page that a script fills, and what stands there without one and in print."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

STATIC = "../_static"
SHARED = ("interactive.css", "interactive.js")  # what every such place needs, loaded first


@dataclass(frozen=True)
class Interactive:
    """A place that a script fills; the last expression of a notebook cell shows it."""

    name: str  # part of its id on the page, ``interactive-NAME``, by which the script finds it
    # Scripts (.js, run in this order once the page is read) and style sheets (.css) of
    # chapters/_static beside the shared ones, loaded by this page only.
    files: Sequence[str]
    given: Mapping[str, Any]  # what the script starts from; anything that JSON can hold
    instead: str  # what a reader without the script, or of the printed book, is told

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        given = escape(json.dumps(self.given, ensure_ascii=False))
        place = (
            f'<div class="interactive" id="interactive-{escape(self.name)}" data-given="{given}">'
            f"<p>{escape(self.instead)}</p></div>"
        )
        loaded = "".join(_loaded(file) for file in dict.fromkeys([*SHARED, *self.files]))
        return {
            "text/html": place + loaded,
            "text/markdown": self.instead,
            "text/plain": self.instead,
        }


def _loaded(file: str) -> str:
    path = escape(f"{STATIC}/{file}")
    if file.endswith(".css"):
        return f'<link rel="stylesheet" href="{path}">'
    return f'<script src="{path}" defer></script>'
