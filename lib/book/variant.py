"""Which book is built: the published one, another analysis, or some chapters only."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from lib.book.notebooks import Chapter
from lib.book.overrides import Overrides
from lib.book.project import Project
from lib.core.errors import InputError

SITE = "site"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class _OwnBook(Protocol):
    """What a book on other respondents than those of the two studies tells of itself."""

    @property
    def title(self) -> str:
        """Title of the book."""

    def prepare(self, project: Project) -> None:
        """Read or generate the respondents, into the form that chapters read."""


@dataclass(frozen=True)
class Variant:
    """A book to build."""

    name: str  # ``site``, or the name of the run
    shown: tuple[Chapter, ...]  # chapters that it shows
    # Chapters that run: a chapter that shows the graded results needs every other one.
    executed: tuple[Chapter, ...]
    overrides: Overrides  # for each chapter, the parameters that differ from the published ones
    partial: bool  # True if it does not show every page of the book
    # What a profile's own book is about; None for the book on the two studies.
    profile: _OwnBook | None = None

    @property
    def graded(self) -> bool:
        """Whether it speaks of printed numbers: a profile has none."""
        return self.profile is None

    @property
    def place(self) -> str:
        """Where it is published if it is not the site, seen from the folder of all builds."""
        return f"{'runs' if self.graded else 'profiles'}/{self.name}"

    @property
    def title(self) -> str:
        """A title of its own; empty for that of the book."""
        return self.profile.title if self.profile else ""

    @property
    def licensed(self) -> bool:
        """Whether some chapter that runs reads a licensed file."""
        return any(chapter.file for chapter in self.executed)

    @property
    def key(self) -> str:
        """Name under which its parts are kept: a book on licensed files has its own."""
        name = self.name if self.graded else f"profile-{self.name}"
        return f"{name}-licensed" if self.licensed else name

    @property
    def is_site(self) -> bool:
        """Whether it is the published book."""
        return self.name == SITE

    def changed(self, chapter: Chapter) -> dict[str, Any]:
        """Look up what a chapter's parameters are set to."""
        return self.overrides.get(chapter.name, {})

    def label(self, chapter: Chapter) -> str:
        """Name one execution of a chapter; equal executions share it between books."""
        changed = self.changed(chapter)
        parts = [chapter.name, *([digest(changed)[:12]] if changed else [])]
        parts += ["licensed"] if chapter.file else []
        own = chapter.reads_results or not self.graded
        return "-".join([*parts, *([self.key] if own else [])]).lower()


def make_variant(
    chapters: list[Chapter],
    selected: list[Chapter],
    overrides: Overrides,
    name: str | None,
    file: Path | None,
) -> Variant:
    """Say which book is built; InputError if the name cannot be that of a folder."""
    partial = len(selected) < len(chapters)
    departs = any(chapter.departs(overrides.get(chapter.name, {})) for chapter in selected)
    if name is None:
        name = _name(selected, overrides, file) if partial or departs else SITE
    elif name == SITE or not NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name a run: use letters, digits, dots, underscores and hyphens, "
            f"and not {SITE!r}, which is the published book."
        )
    reports = any(chapter.reads_results for chapter in selected)
    executed = [
        chapter
        for chapter in chapters
        if chapter in selected or (reports and not chapter.reads_results)
    ]
    return Variant(name, tuple(selected), tuple(executed), overrides, partial)


def digest(values: Mapping[str, Any]) -> str:
    """Hash plain values."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def _name(selected: list[Chapter], overrides: Overrides, file: Path | None) -> str:
    if file is not None:
        words = [file.stem]
    elif overrides:
        chosen = {name: value for values in overrides.values() for name, value in values.items()}
        words = [f"{name}-{value}" for name, value in sorted(chosen.items())]
    else:
        words = [chapter.name for chapter in selected]
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", "_".join(words)).strip("-._")
    return slug if 0 < len(slug) <= 80 and slug != SITE else f"run-{digest({'': words})[:12]}"
