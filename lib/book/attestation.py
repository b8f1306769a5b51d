"""What a build on a licensed file tells others: hashes, sizes, grades; no respondent, no path."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from lib.book.publish import tree
from lib.book.software import software
from lib.book.version import Version
from lib.core.hashes import file_hash
from lib.evidence.report import read_report

ATTESTATION = "attestation.json"
FORMAT = 2
COPIED = (
    *("id", "printed", "computed", "low", "high", "evidence", "verdict"),
    *("source", "grade", "chapter", "cell"),
)


def attestation(root: Path, release: Path, inputs: list[dict[str, Any]], made_from: Version) -> str:
    """Write what a finished build found, for others to see."""
    results = release / "results"
    numbers = [{name: row[name] for name in COPIED} for row in read_report(results)]
    content = {
        "format": FORMAT,
        "sender": "",
        "archive": made_from.name,
        "inputs": inputs,
        "outputs": {
            "files": {path.name: file_hash(path) for path in sorted(results.glob("*.*"))},
            "results": _tree_hash(results),
            "pages": _tree_hash(release / "html"),
            "notebooks": _tree_hash(release / "notebooks"),
        },
        "software": software(root),
        "numbers": numbers,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _tree_hash(folder: Path) -> str:
    return sha256(tree(folder).encode()).hexdigest()
