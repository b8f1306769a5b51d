"""The respondents that chapters read: generated ones, or those of the user's own file."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lib.book.notebooks import Chapter
from lib.book.project import Project
from lib.core.errors import InputError
from lib.core.hashes import file_hash
from lib.core.paths import REMARKS_SUFFIX

PREPARED = "data/raw/prepared"
RELEASE = re.compile(r"(?<![A-Za-z0-9])v_?\d+(?:[_.-]\d+)*", re.IGNORECASE)


def respondents_file(project: Project, chapter: Chapter) -> Path | None:
    """Say where the respondents of a chapter are kept; None if the chapter reads no respondents."""
    if chapter.survey is None:
        return None
    if chapter.file:
        return project.root / PREPARED / f"{chapter.survey}.csv"
    return synthetic_file(project, chapter.survey)


def respondents_files(project: Project, chapter: Chapter) -> list[Path]:
    """List what a chapter reads of respondents."""
    rows = respondents_file(project, chapter)
    if rows is None:
        return []
    remarks = rows.with_suffix(REMARKS_SUFFIX)
    return [rows, remarks] if chapter.file or remarks.is_file() else [rows]


def synthetic_file(project: Project, survey: str) -> Path:
    """Say where generated respondents are kept."""
    return project.work / "respondents" / f"{survey}.csv"


def synthetic_text(project: Project, survey: str) -> str:
    """Generate respondents."""
    from lib.respondents.studies import as_csv, synthetic_rows

    return as_csv(synthetic_rows(survey, project.root))


def prepare(
    project: Project, chapters: Iterable[Chapter], overrides: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Read the licensed files, before anything is executed, into the form that chapters read."""
    said = []
    for readers in _by_survey(chapters).values():
        corrections = _release_corrections(readers, overrides)
        for name, text in _licensed_texts(project, readers[0], corrections).items():
            write_if_new(project.root / PREPARED / name, text)
            said += text.splitlines() if name.endswith(REMARKS_SUFFIX) else []
    return said


def prepared_files(project: Project) -> list[Path]:
    """List the rows that were read from licensed files."""
    return sorted((project.root / PREPARED).glob("*.csv"))


def require_files(named: Mapping[str, Path | None]) -> dict[str, Path]:
    """Refuse licensed files that are not there."""
    files = {survey: path.absolute() for survey, path in named.items() if path is not None}
    for path in files.values():
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist"
            raise InputError(f"{path} {what}: name the survey file itself.")
    return files


def describe(
    project: Project, chapters: Iterable[Chapter], overrides: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Describe the licensed files of a build."""
    return [
        _described(project, readers[0])
        | {"release_corrections": _release_corrections(readers, overrides)}
        for _, readers in sorted(_by_survey(chapters).items())
    ]


def _by_survey(chapters: Iterable[Chapter]) -> dict[str, list[Chapter]]:
    """Group the chapters that read a licensed file."""
    reading = [chapter for chapter in chapters if chapter.file]
    surveys = {str(chapter.survey) for chapter in reading}
    return {name: [each for each in reading if each.survey == name] for name in surveys}


def _release_corrections(
    readers: Iterable[Chapter], overrides: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Take the parameters that correct a file; every chapter that has one is given the same."""
    changed = ((each.release_corrections, overrides.get(each.name, {})) for each in readers)
    return {name: values[name] for names, values in changed for name in names if name in values}


def _licensed_texts(
    project: Project, chapter: Chapter, corrections: Mapping[str, Any]
) -> dict[str, str]:
    from lib.respondents.studies import licensed_texts

    assert chapter.file is not None
    how = {**corrections, "encoding": chapter.encoding} if chapter.encoding else corrections
    return licensed_texts(str(chapter.survey), chapter.file, project.root, **how)


def write_if_new(path: Path, text: str) -> None:
    """Write a text, but leave an equal file alone, so that nothing runs again."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _described(project: Project, chapter: Chapter) -> dict[str, Any]:
    file, rows = chapter.file, respondents_file(project, chapter)
    assert file is not None
    assert rows is not None
    release = RELEASE.search(file.stem)
    return {
        "survey": chapter.survey,
        "form": file.suffix.lower(),
        "release": release[0] if release else None,
        "bytes": file.stat().st_size,
        "sha256": file_hash(file),
        "respondents": len(rows.read_text(encoding="utf-8").splitlines()) - 1,
    }
