"""The printed numbers as the site's search finds them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

NUMBERS = "_static/printed_numbers.js"


def write_numbers(report: Iterable[Mapping[str, Any]], html: Path) -> None:
    """Write id, text and place of every printed number, as a script: pages may lie in a folder."""
    numbers = [[row["id"], row["printed"], row["place"]] for row in report if row["printed"]]
    listed = json.dumps(numbers, ensure_ascii=False, separators=(",", ":"))
    path = html / NUMBERS
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"globalThis.printedNumbers = {listed};\n", encoding="utf-8")
