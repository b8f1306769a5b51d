"""Where a book's sources and its built parts are."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.core.errors import BuildError, InputError

MEBIBYTE = 2**20
LEAST_ROOM = 16


@dataclass(frozen=True)
class Project:
    """A folder that holds a book."""

    # Holds _toc.yml, _config.yml, chapters/, lib/ and data/; what is built goes to _build/.
    root: Path

    @property
    def chapters(self) -> Path:
        """Folder of the notebooks and the pages written by hand."""
        return self.root / "chapters"

    @property
    def build(self) -> Path:
        """Folder that holds everything built."""
        return self.root / "_build"

    @property
    def work(self) -> Path:
        """What builds keep for the next build."""
        return self.build / "work"

    @property
    def site(self) -> Path:
        """The published release: html/ and results/."""
        return self.build / "current"

    def relative(self, path: Path) -> str:
        """Name a file as a reader of the project knows it."""
        return path.relative_to(self.root).as_posix()

    def name(self, path: Path) -> str:
        """Name a file that may be the user's own, without telling where it is kept."""
        return self.relative(path) if path.is_relative_to(self.root) else path.name

    def files(self, name: str) -> list[Path]:
        """Find the files that a declared name stands for."""
        path = self.root / name
        if name.endswith("/") and path.is_dir():
            return sorted(_visible(path))
        if not name.endswith("/") and path.is_file():
            return [path]
        raise InputError(f"{name} does not exist: restore it, or declare the file that is meant.")


def require_room(folder: Path) -> None:
    """Refuse to go on when the disk is full: what is made then may have been cut off in silence."""
    free = shutil.disk_usage(folder).free // MEBIBYTE
    if free < LEAST_ROOM:
        raise BuildError(
            f"the disk of {folder} has room for {free} MiB: free {LEAST_ROOM} at least and build "
            "again."
        )


def _visible(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        inner = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inner.parts)
        if path.is_file() and not hidden:
            yield path
