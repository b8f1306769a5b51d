"""How each chapter is run, for the replication report."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from lib.book.notebooks import Chapter
from lib.book.project import Project
from lib.core.hashes import file_hash
from lib.evidence.report import Analysis


def analysis(project: Project, chapter: Chapter, changed: Mapping[str, Any]) -> Analysis:
    """Describe how a chapter is run."""
    files = [path for name in chapter.data for path in project.files(name)]
    names = [*chapter.data, *([chapter.file.name] if chapter.file else [])]
    return Analysis(
        source=chapter.source,
        published=not chapter.departs(changed),
        parameters=chapter.defaults | dict(changed),
        input=" ".join(names),
        input_sha256=_input_hash(project, [*files, *([chapter.file] if chapter.file else [])]),
    )


def _input_hash(project: Project, files: list[Path]) -> str:
    if len(files) == 1:
        return file_hash(files[0])
    listing = "".join(f"{file_hash(path)}  {project.name(path)}\n" for path in sorted(files))
    return sha256(listing.encode()).hexdigest()
