"""Build a book: nothing of the old site is touched before the new one is finished."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.book.execute import kernels, seconds_a_cell
from lib.book.project import Project, require_room
from lib.book.publish import publish_run, publish_site, tree
from lib.book.render import Renderer, read_configuration
from lib.book.respondent_files import prepare
from lib.book.tasks import Plan, as_task, source_hashes, steps
from lib.book.variant import Variant
from lib.book.version import version
from lib.core.errors import BuildError, InputError
from lib.evidence.report import counts, headline, read_report
from lib.sources.manifest import check_manifest

LOCK = ".lock"


@dataclass(frozen=True)
class Built:
    """What a build has made."""

    page: Path  # the page to open first
    pdf: Path | None  # the book as one PDF, if it was typeset
    # How many printed numbers have each grade; none in the book of a profile.
    grades: dict[str, int]
    headline: str  # what the grades come to, in a few sentences
    # Names of the tasks that ran: one for each chapter executed, the grading, the rendering.
    executed: tuple[str, ...]


def build(project: Project, variant: Variant, jobs: int, force: bool, renderer: Renderer) -> Built:
    """Execute what has changed, grade, render and publish."""
    seconds = seconds_a_cell()
    check_manifest(project.root)
    read_configuration(project)
    with locked(project):
        require_room(project.build)
        if variant.profile:
            variant.profile.prepare(project)
            said = []
        else:
            said = prepare(project, variant.executed, variant.overrides)
        for sentence in said:
            sys.stdout.write(f"{sentence}\n")
        plan = Plan(project, variant, version(project.root), renderer, seconds)
        _distrust(plan)
        executed = _run(plan, jobs, force)
        if variant.is_site:
            html = publish_site(project, plan.release)
        else:
            html = publish_run(project, plan.release, variant.place)
        rows = read_report(html.parent / "results") if variant.graded else []
        pdf = html / plan.pdf if plan.pdf else None
        return Built(
            html / "index.html", pdf, counts(rows), headline(rows) if rows else "", executed
        )


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """Keep every other build of the project out."""
    from filelock import FileLock, Timeout

    _require_writable(project.build)
    try:
        with FileLock(project.build / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise InputError(
            f"another build of {project.root} is running: wait until it ends."
        ) from error


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}): give yourself the right to, "
            "or build in a copy of the project."
        ) from error


def _distrust(plan: Plan) -> None:
    """Render anew if the kept release is not what its listing says."""
    if plan.listing.is_file() and tree(plan.release) != plan.listing.read_text(encoding="utf-8"):
        plan.listing.unlink()


def _run(plan: Plan, jobs: int, force: bool) -> tuple[str, ...]:
    """Run the tasks on sources that stay as they are; return the names of those that had to run."""
    from lib.book.session import run_tasks

    planned = steps(plan)
    hashes = source_hashes(plan.project, planned)
    tasks = [as_task(plan.project, step, hashes) for step in planned]
    with kernels(plan.project):
        executed = run_tasks(plan.project.work / "pytask", tasks, jobs, force)
    for name, found in source_hashes(plan.project, planned).items():
        if found != hashes[name]:
            raise BuildError(f"{name} was changed while the book was built: build it again.")
    return executed


def default_jobs() -> int:
    """Count the cores that a build may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
