"""Keep committed notebooks free of outputs, counts and editors' traces."""

import json
import sys
from pathlib import Path
from typing import Any

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT_IN_CELL = ("tags", "mystnb")


def stripped(notebook: dict[str, Any]) -> dict[str, Any]:
    """
    Drop what a notebook's source does not need.

    The same without outputs, execution counts and the metadata that editors leave.
    """
    metadata = {"book": notebook["metadata"].get("book", {}), "kernelspec": KERNEL}
    language = {"language_info": {"name": "python"}}
    cells = [_stripped_cell(cell) for cell in notebook["cells"]]
    return notebook | {"metadata": metadata | language, "cells": cells}


def written(notebook: dict[str, Any]) -> str:
    """Write a notebook the way Jupyter does."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Strip the notebooks named on the command line, in place."""
    for path in map(Path, sys.argv[1:]):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(written(stripped(notebook)), encoding="utf-8")


def _stripped_cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in cell["metadata"].items() if name in KEPT_IN_CELL}
    bare = cell | {"metadata": kept}
    return bare | ({"outputs": [], "execution_count": None} if "outputs" in cell else {})


if __name__ == "__main__":
    main()
