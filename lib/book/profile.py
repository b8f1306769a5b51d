"""The short book of a profile: which chapters, on which respondents."""

from dataclasses import dataclass, replace
from pathlib import Path

from lib.book.notebooks import Chapter, read_chapter
from lib.book.project import Project
from lib.book.respondent_files import PREPARED, require_files, synthetic_file, write_if_new
from lib.book.variant import Variant
from lib.core.errors import InputError
from lib.respondents.profiles import (
    ListExperimentProfile,
    Profile,
    SurveyProfile,
    is_generated,
    profile_texts,
    read_profile,
)

FOLDER = "chapters/profile"
CHAPTERS = {
    ListExperimentProfile: ("list_rows", "list_estimates"),
    SurveyProfile: ("survey_rows", "survey_models", "survey_countries"),
}
PARAMETER = "profile"


@dataclass(frozen=True)
class ProfileBook:
    """A profile and the respondents that its book analyses."""

    profile: Profile
    file: Path | None  # their file; None for generated ones

    @property
    def title(self) -> str:
        """Title of the book."""
        return self.profile.title

    @property
    def licensed(self) -> bool:
        """Whether the respondents are real: a generated file carries a mark."""
        return self.file is not None and not is_generated(self.file, self.profile.encoding)

    @property
    def survey(self) -> str:
        """Name of the respondents among all that the build keeps."""
        return f"profile_{self.profile.name}"

    def prepare(self, project: Project) -> None:
        """Read or generate the respondents, into the form that chapters read."""
        generated = synthetic_file(project, self.survey).parent
        folder = project.root / PREPARED if self.licensed else generated
        for name, text in profile_texts(self.profile, self.file, self.survey).items():
            write_if_new(folder / name, text)


def profile_variant(
    project: Project, path: Path, file: Path | None, encoding: str | None = None
) -> Variant:
    """Say which book a profile makes."""
    if not path.resolve().is_relative_to(project.root.resolve()):
        raise InputError(f"{path} lies outside of {project.root}: keep profiles in params/.")
    path = project.root / path.resolve().relative_to(project.root.resolve())
    profile = read_profile(path, project.root)
    profile = profile.model_copy(update={"encoding": encoding or profile.encoding})
    own = {"file": project.root / profile.file if profile.file else None}
    book = ProfileBook(profile, file or require_files(own).get("file"))
    chapters = tuple(_chapter(project, book, path, name) for name in CHAPTERS[type(profile)])
    given = project.relative(path)
    changed = [each.name for each in chapters if each.defaults[PARAMETER] != given]
    overrides = {name: {PARAMETER: given} for name in changed}
    return Variant(profile.name, chapters, chapters, overrides, partial=True, profile=book)


def _chapter(project: Project, book: ProfileBook, path: Path, name: str) -> Chapter:
    """Read a chapter and let it read the profile and the respondents."""
    chapter = read_chapter(project, project.root / FOLDER / f"{name}.ipynb")
    own = [project.relative(path)]
    own += [book.profile.items] if isinstance(book.profile, SurveyProfile) else []
    return replace(
        chapter,
        data=tuple(dict.fromkeys([*chapter.data, *own])),
        survey=book.survey,
        source="licensed" if book.licensed else "synthetic",
        file=book.file if book.licensed else None,
    )
