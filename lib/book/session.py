"""The tasks of a build, run by pytask: nothing that it notes is trusted if it may be wrong."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytask
from pytask import ExitCode, TaskOutcome, Traceback
from rich.console import ConsoleRenderable, RenderHook

from lib.core.errors import BuildError, InputError

SETTINGS = "[tool.pytask.ini_options]\n"
REMEMBERED = (".pytask", "file_hashes.json")
IN_MEMORY = "sqlite://"
DAMAGED = "The notes on earlier builds are damaged: everything is made anew.\n"


class CapturedTracebacks(RenderHook):
    """Keeps the tracebacks off the terminal that pytask prints when it fails itself."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Take the tracebacks out of what is printed."""
        tracebacks = [each for each in renderables if isinstance(each, Traceback)]
        self.found += [
            f"{type(each.exc_info[1]).__name__}: {each.exc_info[1]}" for each in tracebacks
        ]
        return [each for each in renderables if not isinstance(each, Traceback)]


def run_tasks(folder: Path, tasks: list[Any], jobs: int, force: bool) -> tuple[str, ...]:
    """Run the tasks whose inputs or products have changed."""
    captured = CapturedTracebacks()
    pytask.console.push_render_hook(captured)
    try:
        session = _session(folder, tasks, jobs, force)
        if session.exit_code == ExitCode.CONFIGURATION_FAILED:
            sys.stdout.write(DAMAGED)
            shutil.rmtree(folder)
            session = _session(folder, tasks, jobs, force)
    finally:
        pytask.console.pop_render_hook()
    _require_success(session, captured)
    reports = session.execution_reports
    return tuple(_name(report) for report in reports if report.outcome == TaskOutcome.SUCCESS)


def _session(folder: Path, tasks: list[Any], jobs: int, force: bool) -> Any:
    """Hash every file anew: the hashes that pytask keeps miss a change that keeps a file's time."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(SETTINGS)
    folder.joinpath(*REMEMBERED).unlink(missing_ok=True)
    return pytask.build(
        tasks=tasks,
        paths=[folder],
        config=folder / "pyproject.toml",
        n_workers=jobs,
        parallel_backend="threads",
        database_url=IN_MEMORY,
        capture="no",
        show_traceback=False,
        force=force,
    )


def _require_success(session: Any, captured: CapturedTracebacks) -> None:
    failures = [report for report in session.execution_reports if report.exc_info]
    problems = [_problem(report) for report in failures if report.outcome == TaskOutcome.FAIL]
    if problems:
        raise BuildError("\n".join(problems))
    if session.exit_code:
        why = captured.found[-1] if captured.found else f"pytask says {session.exit_code.name}"
        raise BuildError(f"the tasks could not be run ({why}).")


def _problem(report: Any) -> str:
    error = report.exc_info[1]
    if isinstance(error, BuildError | InputError):
        return str(error)
    return f"{_name(report)}: {type(error).__name__}: {error}"


def _name(report: Any) -> str:
    return str(report.task.name).rpartition("::")[2]
