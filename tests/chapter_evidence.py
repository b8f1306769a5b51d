"""Run chapters' code outside the book and write down the evidence that they record.

    python chapter_evidence.py ROOT OUTPUT CHAPTER ...

A cell that fails on changed data is passed over: what it would have recorded is then missing.
"""

import json
import os
import sys
from contextlib import redirect_stdout, suppress
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any


def run(root: Path, chapters: list[str]) -> list[dict[str, Any]]:
    """Run the code cells of each chapter; return the evidence in the order it was recorded."""
    from lib.evidence import records

    recorded: list[dict[str, Any]] = []
    records.display = lambda rows: recorded.extend(asdict(row) for row in rows.rows)
    records.glue = lambda *_, **__: None
    for chapter in chapters:
        names: dict[str, Any] = {"__name__": "__main__"}
        cells = json.loads((root / "chapters" / f"{chapter}.ipynb").read_text())["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                with redirect_stdout(StringIO()), suppress(Exception):
                    exec("".join(cell["source"]), names)
    return recorded


if __name__ == "__main__":
    here, output = Path(sys.argv[1]), Path(sys.argv[2])
    os.chdir(here)
    sys.path.insert(0, str(here))
    output.write_text(json.dumps(run(here, sys.argv[3:])))
