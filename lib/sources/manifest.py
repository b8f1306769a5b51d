"""The SHA-256 manifest of the data: nothing in data/ changes unnoticed."""

import argparse
from pathlib import Path

from lib.core.errors import InputError
from lib.core.hashes import differences, file_hash, read_hashes
from lib.core.paths import ROOT

MANIFEST = Path("data/MANIFEST.sha256")
KINDS = ("published", "open", "codebook", "remarks", "releases", "attestations")
FOLDERS = tuple(f"data/{kind}" for kind in KINDS)
ADVICE = (
    "restore it with git, or run `python -m lib.sources.manifest --write` if the change is meant."
)
SAID = {
    "missing": f"is listed in {MANIFEST} but missing: {ADVICE}",
    "added": f"is not listed in {MANIFEST}: remove it, "
    "or run `python -m lib.sources.manifest --write` if it is meant.",
    "changed": f"differs from its hash in {MANIFEST}: {ADVICE}",
}


def check_manifest(root: Path) -> None:
    """
    Compare the data with their manifest.

    Parameters
    ----------
    root : pathlib.Path
        The project's root, which holds data/.

    Raises
    ------
    InputError
        If a file is missing, changed or not listed, or the manifest itself is missing or damaged.
    """
    for name, how in differences(_read_manifest(root), _hashes(root)):
        raise InputError(f"{name} {SAID[how]}")


def write_manifest(root: Path) -> None:
    """Write the manifest of the data as they are, in the format of sha256sum."""
    lines = [f"{digest}  {name}\n" for name, digest in sorted(_hashes(root).items())]
    (root / MANIFEST).write_text("".join(lines), encoding="utf-8", newline="\n")


def _read_manifest(root: Path) -> dict[str, str]:
    try:
        return read_hashes(root / MANIFEST)
    except OSError as error:
        raise InputError(f"{MANIFEST} cannot be read ({error.strerror}): {ADVICE}") from error
    except ValueError as error:
        raise InputError(f"{MANIFEST} is not in the format of sha256sum: {ADVICE}") from error


def _hashes(root: Path) -> dict[str, str]:
    paths = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): file_hash(path)
        for path in paths
        if not path.name.startswith(".")
    }


def _main() -> None:
    parser = argparse.ArgumentParser(description="Check the data against their SHA-256 manifest.")
    parser.add_argument("--write", action="store_true", help="write the manifest anew")
    if parser.parse_args().write:
        write_manifest(ROOT)
    try:
        check_manifest(ROOT)
    except InputError as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    _main()
