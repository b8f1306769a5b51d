"""Hashes of files, and lists of them in the format of sha256sum."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path


def file_hash(path: Path) -> str:
    """Hash a file."""
    return sha256(path.read_bytes()).hexdigest()


def read_hashes(path: Path) -> dict[str, str]:
    """Read hashes by name; OSError without a file, ValueError if it has another format."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def differences(listed: Mapping[str, str], present: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Name each file that differs, by name, and whether it is missing, added or changed."""
    for name in sorted(listed.keys() | present.keys()):
        if listed.get(name) != present.get(name):
            yield (
                name,
                "missing" if name not in present else "changed" if name in listed else "added",
            )
