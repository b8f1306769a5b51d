"""Execute one chapter with papermill; keep of the outcome only what does not vary."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.book.notebooks import Chapter, text
from lib.book.project import Project, require_room
from lib.book.respondent_files import respondents_file
from lib.core.errors import BuildError, InputError

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
FORCED = dict.fromkeys(THREADS, "1") | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")
TEMPORARY_CELL = re.compile(r"\S*ipykernel_\d+/\d+\.py")
LINES_OF_ERROR = 6
WITHOUT_HISTORY = "--HistoryManager.enabled=False"  # it prints into the chapter when it fails
PATIENCE, USUAL_PATIENCE = "BOOK_CELL_SECONDS", "3600"


@dataclass(frozen=True)
class Job:
    """One execution of a chapter."""

    project: Project
    chapter: Chapter
    label: str  # name of this execution, unique among those that may run at once
    parameters: dict[str, Any]  # values that differ from the published ones
    readable: tuple[Path, ...]  # files that the chapter may read
    results: Path  # folder of the graded results
    seconds: int  # how long a cell may run


def seconds_a_cell() -> int:
    """Say how long a cell may run before the build gives up."""
    given = os.environ.get(PATIENCE) or USUAL_PATIENCE
    if not (given.isascii() and given.isdigit() and int(given)):
        raise InputError(f"{PATIENCE} is {given!r}; it must be a whole number of at least 1.")
    return int(given)


@contextmanager
def kernels(project: Project) -> Iterator[None]:
    """Let Jupyter find the kernels of this build, and none of the user's settings."""
    folder = project.work / "jupyter"
    changed = {
        "JUPYTER_PATH": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def execute(job: Job) -> str:
    """Execute a chapter."""
    import nbformat

    log = _write_kernel(job)
    source = nbformat.read(job.chapter.path, as_version=4)  # type: ignore[no-untyped-call]
    executed = _executed(job, source)
    require_room(job.project.work)
    if log.exists():
        refusal = log.read_text(encoding="utf-8").splitlines()[0]
        raise BuildError(f"chapter {job.chapter.name}: {refusal}")
    source.metadata["book"]["source"] = job.chapter.source
    settled = _settled(executed, source, job.project.root)
    return str(nbformat.writes(settled))  # type: ignore[no-untyped-call]


def _executed(job: Job, source: Any) -> Any:
    """Run the cells; if one cannot be run, say which and why."""
    from nbclient.exceptions import CellTimeoutError
    from papermill import PapermillExecutionError, execute_notebook

    started = [""]
    try:
        return execute_notebook(
            deepcopy(source),
            None,
            parameters=job.parameters,
            kernel_name=job.label,
            language="python",
            progress_bar=False,
            resources={"metadata": {"path": str(job.project.root)}},
            coalesce_streams=True,
            record_timing=False,
            execution_timeout=job.seconds,
            on_cell_start=lambda cell, **_: started.append(cell.source),
        )
    except PapermillExecutionError as error:
        what = f"{error.ename}: {error.evalue}"
        raise BuildError(_cell_error(job, source, error.source, what)) from error
    except CellTimeoutError as error:
        what = f"it ran for more than {job.seconds} seconds, which {PATIENCE} can change."
        raise BuildError(_cell_error(job, source, started[-1], what)) from error
    except RuntimeError as error:  # DeadKernelError, or the kernel died before the first cell
        what = f"{error}: the memory may not have sufficed."
        raise BuildError(_cell_error(job, source, started[-1], what)) from error


def _write_kernel(job: Job) -> Path:
    """Write the kernel's specification and policy; return the log of its refusals."""
    work = job.project.work
    folder = work / "jupyter" / "kernels" / job.label
    folder.mkdir(parents=True, exist_ok=True)
    (work / "scratch").mkdir(exist_ok=True)
    log = work / "jupyter" / f"{job.label}.refused"
    log.unlink(missing_ok=True)
    (folder / "policy.json").write_text(json.dumps(_policy(job, log)))
    command = [sys.executable, "-m", "lib.book.kernel", str(folder / "policy.json")]
    specification = {
        "argv": [*command, "-f", "{connection_file}", WITHOUT_HISTORY],
        "display_name": "Book",
        "language": "python",
        "env": FORCED
        | {
            "BOOK_RESULTS": str(job.results),
            "BOOK_RESPONDENTS": str(respondents_file(job.project, job.chapter) or ""),
            "IPYTHONDIR": str(work / "scratch" / "ipython"),
            "MPLCONFIGDIR": str(work / "scratch" / "matplotlib"),
        },
    }
    (folder / "kernel.json").write_text(json.dumps(specification))
    return log


def _policy(job: Job, log: Path) -> dict[str, Any]:
    root = Path(os.path.realpath(job.project.root))
    work = Path(os.path.realpath(job.project.work))
    prefix = os.path.realpath(sys.prefix)
    return {
        "root": str(root),
        "readable": [
            f"{root}/lib/",
            f"{prefix}/",
            *(os.path.realpath(path) for path in job.readable),
        ],
        "writable": [f"{work}/jupyter/", f"{work}/scratch/"],
        "log": os.path.realpath(log),
        "noise": f"{work}/jupyter/{job.label}.noise",
    }


def _cell_error(job: Job, source: Any, code: str, what: str) -> str:
    """Chapter, cell and error in a few lines."""
    cells = enumerate(source.cells, start=1)
    place = next(
        (f"cell {number} (id {cell.id})" for number, cell in cells if cell.source == code),
        "the injected parameters",
    )
    first = next(iter(code.strip().splitlines()), "")
    told = what.strip().splitlines()[:LINES_OF_ERROR]
    return "\n  ".join([f"chapter {job.chapter.name}, {place}: {first}", *told])


def _settled(executed: Any, source: Any, root: Path) -> Any:
    """Drop times, random ids, memory addresses and folders from an executed notebook."""
    language = executed.metadata.get("language_info", {})
    executed.metadata = source.metadata | {"language_info": language}
    for cell in executed.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        for output in cell.get("outputs", []):
            _settle_output(output, root)
    return executed


def _settle_output(output: Any, root: Path) -> None:
    holders = [(output, "text")] if output.output_type == "stream" else []
    holders += [(output.data, "text/plain")] if "text/plain" in output.get("data", {}) else []
    for holder, key in holders:
        stable = ADDRESS.sub("", text(holder[key])).replace(f"{root}{os.sep}", "")
        holder[key] = TEMPORARY_CELL.sub("cell", stable)
