"""Hashes of files."""

from hashlib import sha256
from pathlib import Path


def file_hash(path: Path) -> str:
    """Hash a file."""
    return sha256(path.read_bytes()).hexdigest()
