"""The build as tasks: pytask decides by content which of them must run again."""

import json
import platform
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from lib.book.analysis import analysis
from lib.book.attestation import ATTESTATION, attestation
from lib.book.collect import findings, write_exhibit
from lib.book.execute import Job, execute
from lib.book.leaks import refuse_leaks
from lib.book.lineage import (
    DICTIONARY,
    LISTING,
    Lineage,
    dictionary,
    lineage,
    listing,
    publish_files,
)
from lib.book.notebooks import Chapter
from lib.book.printed import STYLE, target, what_is_printed, write_pdf
from lib.book.project import Project
from lib.book.publish import tree
from lib.book.redirects import write_entrance, write_redirects
from lib.book.render import PAGES, Renderer, pages_and_files, stage
from lib.book.respondent_files import (
    describe,
    prepared_files,
    respondents_files,
    synthetic_file,
    synthetic_text,
)
from lib.book.search import write_numbers
from lib.book.variant import Variant
from lib.book.version import Version
from lib.core.closure import closure
from lib.core.errors import BuildError
from lib.core.hashes import file_hash
from lib.core.text_files import read_yaml
from lib.evidence.report import (
    FILES,
    PROBLEMS,
    PUBLISHED,
    SCHEMA,
    Analysis,
    build_report,
    read_report,
)

EXECUTOR = "import lib.book.execute, lib.book.kernel"
GENERATOR = "import lib.respondents.studies"
GRADER = "import lib.evidence.report, lib.book.collect"
RENDERER = (
    "import lib.book.render, lib.book.exhibits, lib.book.web, lib.book.publish, "
    "lib.book.attestation, lib.book.leaks, lib.book.search, lib.book.printed"
)
LOCK = "requirements.lock"
DRAWN_FROM = ("data/open/", "data/codebook/")


@dataclass(frozen=True)
class Plan:
    """A book to build and where its parts are kept."""

    project: Project
    variant: Variant
    made_from: Version  # version of the sources
    renderer: Renderer  # runs Jupyter Book
    seconds: int  # how long a cell may run

    @property
    def folder(self) -> Path:
        """What this book keeps for the next build."""
        return self.project.work / "books" / self.variant.key

    @property
    def results(self) -> Path:
        """The graded results, before they are published."""
        return self.folder / "results"

    @property
    def release(self) -> Path:
        """What is published: html/, results/ and notebooks/."""
        return self.folder / "release"

    @property
    def pdf(self) -> str:
        """The name of the book's PDF; empty if it has none or there is nothing to print it with."""
        printed = self.variant.is_site and self.renderer.typesetter
        return target(self.project) if printed else ""

    @property
    def url(self) -> str:
        """Where the pages will be published: only the site is."""
        return self.renderer.url if self.variant.is_site else ""

    @property
    def listing(self) -> Path:
        """The hashes of the release's files."""
        return self.folder / "release.sha256"

    def notebook(self, chapter: Chapter) -> Path:
        """Say where an executed chapter is kept."""
        label = self.variant.label(chapter)
        return self.project.work / "executed" / label / f"{chapter.name}.ipynb"


@dataclass(frozen=True)
class Step:
    """A part of the build."""

    name: str  # what the table of progress calls it
    # What it rests on; repeated if one of them changes, appears or goes away.
    files: tuple[Path, ...]
    setting: dict[str, Any]  # other values that it rests on
    produces: Path | dict[str, Path]  # files that receive what the action returns
    # Does it; returns the content of the file, or of each file by name.
    action: Callable[[], str | bytes | dict[str, str]]


def steps(plan: Plan) -> list[Step]:
    """Lay out a build; InputError if a chapter declares a file that does not exist."""
    executed = plan.variant.executed
    surveys = {str(each.survey) for each in executed if each.survey and not each.file}
    generated = sorted(surveys) if plan.variant.graded else []
    return [
        *(_synthetic_step(plan, survey) for survey in generated),
        *(_chapter_step(plan, chapter) for chapter in executed),
        *([_report_step(plan)] if plan.variant.graded else []),
        _release_step(plan),
    ]


def source_hashes(project: Project, planned: Iterable[Step]) -> dict[str, str]:
    """Hash the files that a build rests on and does not make itself."""
    files = {path for step in planned for path in step.files}
    sources = [path for path in files if not path.is_relative_to(project.work)]
    return {
        project.relative(path): file_hash(path) if path.is_file() else ""
        for path in sorted(sources)
    }


def as_task(project: Project, step: Step, hashes: Mapping[str, str]) -> Any:
    """Hand a step to pytask."""
    from pytask import PythonNode, task

    files = {project.relative(path): path for path in step.files}
    begun = {name: hashes.get(name) for name in sorted(files)}
    compared = step.setting | {"files": begun, "python": platform.python_version()}
    setting = PythonNode(value=json.dumps(compared, sort_keys=True, default=str), hash=True)
    inputs = {"files": files, "setting": setting}

    @task(name=step.name, kwargs=inputs, produces=step.produces)
    def run(files: Any, setting: Any) -> Any:  # noqa: ARG001
        return step.action()

    return run


def _synthetic_step(plan: Plan, survey: str) -> Step:
    project = plan.project
    inputs = [path for folder in DRAWN_FROM for path in project.files(folder)]
    modules = closure(project.root, [GENERATOR])
    return Step(
        name=f"generate {survey}",
        files=(*inputs, *modules, project.root / LOCK),
        setting={},
        produces=synthetic_file(project, survey),
        action=partial(synthetic_text, project, survey),
    )


def _chapter_step(plan: Plan, chapter: Chapter) -> Step:
    project, changed = plan.project, plan.variant.changed(chapter)
    declared = [path for name in chapter.data for path in project.files(name)]
    declared += respondents_files(project, chapter)
    graded = [plan.results / name for name in FILES] if chapter.reads_results else []
    modules = closure(project.root, [*chapter.code(), EXECUTOR])
    label = plan.variant.label(chapter)
    readable = (*declared, *graded)
    job = Job(project, chapter, label, changed, readable, plan.results, plan.seconds)
    return Step(
        name=label,
        files=(chapter.path, *declared, *graded, *modules, project.root / LOCK),
        setting={"parameters": chapter.defaults | changed, "source": chapter.source},
        produces=plan.notebook(chapter),
        action=partial(execute, job),
    )


def _report_step(plan: Plan) -> Step:
    project, variant = plan.project, plan.variant
    chapters = [chapter for chapter in variant.executed if not chapter.reads_results]
    notebooks = [plan.notebook(chapter) for chapter in chapters]
    analyses = {
        chapter.name: analysis(project, chapter, variant.changed(chapter)) for chapter in chapters
    }
    grader = closure(project.root, [GRADER])
    schema = project.root / "lib" / "evidence" / SCHEMA.name
    return Step(
        name=f"grade {variant.name}",
        files=(*notebooks, *project.files(PUBLISHED), project.root / PROBLEMS, *grader, schema),
        setting={name: vars(run) for name, run in analyses.items()},
        produces={name: plan.results / name for name in FILES},
        action=partial(_report, project, analyses, notebooks),
    )


def _release_step(plan: Plan) -> Step:
    project, variant = plan.project, plan.variant
    executed = {chapter.name: plan.notebook(chapter) for chapter in variant.shown}
    results = [plan.results / name for name in FILES] if variant.graded else []
    inputs = describe(project, variant.executed, variant.overrides) if variant.is_site else []
    style = project.root / "lib" / "book" / STYLE.name
    renderer = [*closure(project.root, [RENDERER]), project.root / LOCK, style]
    templates = project.files("lib/book/templates/")
    return Step(
        name=f"render {variant.name}",
        files=(*executed.values(), *results, *_pages(project), *renderer, *templates),
        setting={
            "version": plan.made_from.name,
            "chapters": list(executed),
            "inputs": inputs,
            "pdf": plan.pdf and plan.renderer.typesetter,
            "url": plan.url,
        },
        produces=plan.listing,
        action=partial(_release, plan, executed, results, inputs),
    )


def _pages(project: Project) -> list[Path]:
    """List what a book rests on beside its notebooks."""
    named = [project.root / name for name in ("_toc.yml", "_config.yml")]
    return [*named, *pages_and_files(project)]


def _report(
    project: Project, analyses: Mapping[str, Analysis], notebooks: Iterable[Path]
) -> dict[str, str]:
    found = [finding for notebook in notebooks for finding in findings(notebook)]
    return build_report(project.root, analyses, found)


def _release(
    plan: Plan, executed: dict[str, Path], results: list[Path], inputs: list[dict[str, Any]]
) -> str:
    """Lay out html/, results/ and notebooks/ anew; return the hashes of their files."""
    shutil.rmtree(plan.release, ignore_errors=True)
    lineages = [
        lineage(plan.project, each, plan.variant.changed(each), executed[each.name], results)
        for each in plan.variant.shown
    ]
    _write_results(lineages, results, plan.release)
    _render(plan, lineages, _new_folder(plan, "staged")).rename(plan.release / "html")
    if inputs:
        text = attestation(plan.project.root, plan.release, inputs, plan.made_from)
        (plan.release / "results" / ATTESTATION).write_text(text, encoding="utf-8")
    if plan.variant.licensed:
        _refuse_leaks(plan, executed.values())
    return tree(plan.release)


def _new_folder(plan: Plan, name: str) -> Path:
    """Give a folder that no other build writes to: Sphinx outlives a build that was killed."""
    for leftover in plan.folder.glob(f"{name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    return Path(mkdtemp(dir=plan.folder, prefix=f"{name}-"))


def _render(plan: Plan, lineages: list[Lineage], staged: Path) -> Path:
    """Make the pages in a staging folder, with all that readers download from them."""
    variant, pdf = plan.variant, plan.pdf
    stage(
        plan.project,
        lineages,
        plan.made_from,
        variant.partial,
        staged,
        pdf=pdf,
        title=variant.title,
        url=plan.url,
    )
    strict = not (variant.partial and variant.graded)
    html = plan.renderer.render(staged, plan.made_from, strict=strict)
    publish_files(lineages, html)
    write_entrance(html)
    if pdf:
        contents = read_yaml(staged / "_toc.yml")
        told = what_is_printed(plan.project, plan.made_from, plan.url)
        (html / pdf).write_bytes(write_pdf(html, contents, told))
    if variant.graded:
        write_numbers(read_report(plan.results), html)
    if variant.graded and not variant.partial:
        write_redirects(plan.project.root, html / PAGES)
    return html


def _write_results(lineages: list[Lineage], results: Iterable[Path], release: Path) -> None:
    folder = release / "results"
    for part in (folder, release / "notebooks"):
        part.mkdir(parents=True)
    for path in results:
        shutil.copyfile(path, folder / path.name)
    for each in lineages:
        shutil.copyfile(each.notebook, release / "notebooks" / each.notebook.name)
        for exhibit in each.exhibits:
            write_exhibit(exhibit, folder / exhibit.chapter)
    (folder / LISTING).write_text(listing(lineages), encoding="utf-8")
    (folder / DICTIONARY).write_text(dictionary(lineages), encoding="utf-8")


def _refuse_leaks(plan: Plan, notebooks: Iterable[Path]) -> None:
    """Look through all that is made of licensed rows; take the pages away if they show some."""
    project = plan.project
    logs = sorted((project.work / "jupyter").glob("*.noise"))
    try:
        refuse_leaks(project, prepared_files(project), [plan.release, *notebooks, *logs])
    except BuildError:
        shutil.rmtree(plan.release)
        raise
