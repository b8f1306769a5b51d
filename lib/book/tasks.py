"""The build as tasks: pytask decides by content which of them must run again."""

import json
import platform
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.book.closure import closure
from lib.book.collect import findings, write_exhibits
from lib.book.execute import Job, execute
from lib.book.notebooks import Chapter
from lib.book.project import Project
from lib.book.publish import tree
from lib.book.render import Renderer, pages_and_files, stage
from lib.book.report import FILES, PUBLISHED, SCHEMA, analysis, build_report
from lib.book.variant import Variant
from lib.book.version import Version

EXECUTOR = "import lib.book.execute, lib.book.kernel"
GRADER = "import lib.book.report, lib.book.collect"
RENDERER = "import lib.book.render, lib.book.publish"
LOCK = "requirements.lock"

Task = Any


@dataclass(frozen=True)
class Plan:
    """
    A book to build and where its parts are kept.

    Attributes
    ----------
    project : Project
        The book's folder.
    variant : Variant
        Which book.
    made_from : Version
        Version of the sources.
    renderer : Renderer
        Runs Jupyter Book.
    """

    project: Project
    variant: Variant
    made_from: Version
    renderer: Renderer

    @property
    def folder(self) -> Path:
        """What this book keeps for the next build."""
        return self.project.work / "books" / self.variant.name

    @property
    def results(self) -> Path:
        """The graded results, before they are published."""
        return self.folder / "results"

    @property
    def release(self) -> Path:
        """What is published: html/ and results/."""
        return self.folder / "release"

    @property
    def listing(self) -> Path:
        """The hashes of the release's files."""
        return self.folder / "release.sha256"

    def notebook(self, chapter: Chapter) -> Path:
        """
        Say where an executed chapter is kept.

        Parameters
        ----------
        chapter : Chapter
            The chapter.

        Returns
        -------
        pathlib.Path
            The executed notebook.
        """
        label = self.variant.label(chapter)
        return self.project.work / "executed" / label / f"{chapter.name}.ipynb"


def tasks(plan: Plan) -> list[Task]:
    """
    Lay out the tasks of a build.

    Parameters
    ----------
    plan : Plan
        The book to build.

    Returns
    -------
    list of callable
        For pytask: one a chapter, the grading, the rendering.
    """
    chapters = [_chapter_task(plan, chapter) for chapter in plan.variant.executed]
    return [*chapters, _report_task(plan), _release_task(plan)]


def _chapter_task(plan: Plan, chapter: Chapter) -> Task:
    from pytask import task

    project, changed = plan.project, plan.variant.changed(chapter)
    declared = [path for name in chapter.data for path in project.files(name)]
    graded = [plan.results / name for name in FILES] if chapter.reads_results else []
    modules = closure(project.root, [*chapter.code(), EXECUTOR])
    label = plan.variant.label(chapter)
    job = Job(project, chapter.path, label, changed, (*declared, *graded), plan.results)
    files = [chapter.path, *declared, *graded, *modules, project.root / LOCK]
    setting = {"parameters": chapter.defaults | changed, "source": chapter.source}

    @task(name=label, kwargs=_inputs(project, files, setting), produces=plan.notebook(chapter))
    def run(files: Any, setting: Any) -> str:  # noqa: ARG001
        return execute(job)

    return run


def _report_task(plan: Plan) -> Task:
    from pytask import task

    project = plan.project
    chapters = [chapter for chapter in plan.variant.executed if not chapter.reads_results]
    notebooks = [plan.notebook(chapter) for chapter in chapters]
    analyses = {
        chapter.name: analysis(project, chapter, plan.variant.changed(chapter))
        for chapter in chapters
    }
    grader = closure(project.root, [GRADER])
    schema = project.root / "lib" / "book" / SCHEMA.name
    files = [*notebooks, *project.files(PUBLISHED), *grader, schema]
    setting = {name: vars(run) for name, run in analyses.items()}

    @task(
        name=f"grade {plan.variant.name}",
        kwargs=_inputs(project, files, setting),
        produces={name: plan.results / name for name in FILES},
    )
    def run(files: Any, setting: Any) -> dict[str, str]:  # noqa: ARG001
        found = [finding for notebook in notebooks for finding in findings(notebook)]
        return build_report(project, analyses, found)

    return run


def _release_task(plan: Plan) -> Task:
    from pytask import task

    project, variant = plan.project, plan.variant
    executed = {chapter.name: plan.notebook(chapter) for chapter in variant.shown}
    pages = [project.root / "_toc.yml", project.root / "_config.yml", *pages_and_files(project)]
    results = [plan.results / name for name in FILES]
    files = [*executed.values(), *results, *pages, *closure(project.root, [RENDERER])]
    files.append(project.root / LOCK)
    setting = {"version": plan.made_from.name, "chapters": list(executed)}

    @task(
        name=f"render {variant.name}",
        kwargs=_inputs(project, files, setting),
        produces=plan.listing,
    )
    def run(files: Any, setting: Any) -> str:  # noqa: ARG001
        return _release(plan, executed, results)

    return run


def _release(plan: Plan, executed: dict[str, Path], results: Iterable[Path]) -> str:
    """Lay out html/ and results/ anew; return the hashes of their files."""
    shutil.rmtree(plan.release, ignore_errors=True)
    (plan.release / "results").mkdir(parents=True)
    for path in results:
        shutil.copyfile(path, plan.release / "results" / path.name)
    for name, notebook in executed.items():
        write_exhibits(notebook, plan.release / "results" / name)
    staged = plan.folder / "staged"
    stage(plan.project, executed, plan.made_from, plan.variant.partial, staged)
    html = plan.renderer.render(staged, plan.made_from, strict=not plan.variant.partial)
    html.rename(plan.release / "html")
    return tree(plan.release)


def _inputs(project: Project, files: Iterable[Path], setting: dict[str, Any]) -> dict[str, Any]:
    """Name what pytask compares: each file's content, which files there are, the settings."""
    from pytask import PythonNode

    named = {project.relative(path): path for path in files}
    compared = setting | {"files": sorted(named), "python": platform.python_version()}
    return {
        "files": named,
        "setting": PythonNode(value=json.dumps(compared, sort_keys=True, default=str), hash=True),
    }
