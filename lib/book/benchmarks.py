"""Timings that were measured elsewhere and written down with their date and machine."""

import json
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from lib.core.errors import InputError

SIDES = ("ours", "theirs")
SPACE = ("memory_gigabytes", "packages_gigabytes", "book_gigabytes")
COLUMNS = ("name", "date", "compared", "rows", *SIDES, "ratio", "target_ratio", "exponent", *SPACE)
MACHINE = ("cpu", "cores", "system", "python", "r")


def read_benchmarks(folder: Path) -> pd.DataFrame:
    """Read the newest result of each benchmark."""
    results = [_result(path) for path in sorted(folder.glob("*.json"))]
    table = pd.DataFrame(results, columns=[*COLUMNS, *MACHINE])
    newest = table.sort_values("date", kind="stable").drop_duplicates("name", keep="last")
    return newest.sort_values("name", ignore_index=True)


def _result(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        named = {"name": content["name"], "date": content["date"]}
        machine = {name: content["machine"].get(name) for name in MACHINE}
        sides = {side: (content.get(side) or {}).get("median", nan) for side in SIDES}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is no result of a benchmark: write it anew (make bench)."
        ) from error
    return {name: content.get(name) for name in COLUMNS} | named | machine | sides
