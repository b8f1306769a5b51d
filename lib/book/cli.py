"""The command line, ``python -m lib.book``."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from lib.book.build import LOCK, Built, build, default_jobs, locked
from lib.book.claims import disagreements, other_version, read_attestation, summary
from lib.book.deposit import make_deposit
from lib.book.notebooks import read_chapters, use_licensed_files
from lib.book.overrides import assign, read_overrides, select
from lib.book.printed import target
from lib.book.project import Project
from lib.book.render import Renderer
from lib.book.respondent_files import require_files
from lib.book.share import book_url
from lib.book.system import advice, typesetter
from lib.book.variant import make_variant
from lib.book.verify import verify
from lib.book.version import version
from lib.core.errors import BuildError, InputError, SweepError
from lib.core.paths import ROOT
from lib.evidence.releases import write_release
from lib.evidence.report import PUBLISHED, counted, read_report
from lib.sources.manifest import write_manifest
from lib.sources.published import read_printed

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
RELEASES = "data/releases"
HELP = "`python -m lib.book --help` shows what there is."
ENCODING = "Encoding of your file's text, such as cp1251; found by default."
SHOWN = ("id", "place", "printed", "value", "grade")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Build the book: execute its chapters, grade what they find, render and publish.",
)


@app.command("build")
def build_command(
    chapter: Annotated[list[str] | None, typer.Option(help="Build this chapter only.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="Set a parameter.")
    ] = None,
    params: Annotated[Path | None, typer.Option(help="A YAML file of parameters.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run under _build/runs.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Chapters that run at once.")] = None,
    force: Annotated[bool, typer.Option(help="Execute unchanged chapters too.")] = False,
    pdf: Annotated[
        bool | None, typer.Option(help="Require or leave out the PDF; made if it can be.")
    ] = None,
    wvs: Annotated[Path | None, typer.Option(help="Your World Values Survey file.")] = None,
    list_experiment: Annotated[
        Path | None, typer.Option(help="Your list experiment's respondents.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help=ENCODING)] = None,
) -> None:
    """Build the site; with other parameters or single chapters, a run beside it."""
    project = Project(ROOT)
    files = require_files({"wvs": wvs, "list_experiment": list_experiment})
    if encoding is not None and not files:
        raise InputError("--encoding is for the text of your own file: name the file too.")
    chapters = use_licensed_files(read_chapters(project), files, encoding)
    selected = select(chapters, chapter or ())
    overrides = assign(selected, read_overrides(parameter or (), params))
    variant = make_variant(chapters, selected, overrides, name, params)
    renderer = Renderer("" if pdf is False else typesetter(), book_url())
    if pdf:
        _require_pdf(project, renderer)
    _stop_on_signals(renderer)
    _announce(build(project, variant, jobs or default_jobs(), force, renderer))


@app.command("profile")
def profile_command(
    profile: Annotated[Path, typer.Argument(help="A profile, such as params/trust_eu.yml.")],
    file: Annotated[Path | None, typer.Option(help="Respondents, in place of its own.")] = None,
    encoding: Annotated[str | None, typer.Option(help=ENCODING)] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Chapters that run at once.")] = None,
    force: Annotated[bool, typer.Option(help="Execute unchanged chapters too.")] = False,
) -> None:
    """Build the short book of a profile, in _build/profiles."""
    from lib.book.profile import profile_variant

    project = Project(ROOT)
    named = require_files({"file": file}).get("file")
    variant = profile_variant(project, profile, named, encoding)
    renderer = Renderer()
    _stop_on_signals(renderer)
    built = build(project, variant, jobs or default_jobs(), force, renderer)
    typer.echo(f"Open {built.page}\n     {built.page.as_uri()}")


@app.command("synthetic")
def synthetic_command(
    profile: Annotated[Path, typer.Argument(help="A profile, such as params/trust_eu.yml.")],
    file: Annotated[Path, typer.Argument(help="A file to write, .dta or .csv.")],
) -> None:
    """Write generated respondents as the file that a profile describes would hold them."""
    from lib.respondents.profiles import read_profile
    from lib.respondents.profiles.generated import write_synthetic_file

    write_synthetic_file(read_profile(profile.resolve(), ROOT), file)
    typer.echo(f"Wrote {file}: generated respondents, evidence of nothing.")


@app.command("new-profile")
def new_profile_command(
    name: Annotated[str, typer.Argument(help="Its name: small letters, digits, underscores.")],
    kind: Annotated[str, typer.Option(help="list_experiment or wvs.")] = "list_experiment",
) -> None:
    """Write params/NAME.yml, a profile to fill in; a comment explains each line."""
    from lib.respondents.profiles.reading import copy_template

    path = copy_template(ROOT, name, kind).relative_to(ROOT)
    typer.echo(f"Wrote {path}: fill it in, then run python -m lib.book profile {path}")


@app.command("list")
def list_command() -> None:
    """List the chapters, their parameters, published values and comments."""
    for chapter in read_chapters(Project(ROOT)):
        typer.echo(chapter.name)
        for parameter in chapter.parameters:
            typer.echo(f"  {parameter.name} = {parameter.default!r}  # {parameter.comment}")


@app.command("report")
def report_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Print the grade of every printed number, as last published."""
    rows = read_report(Project(ROOT).site / "results")
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    lines = [SHOWN, *([row | {"value": _value(row)} for row in rows])]
    cells = [
        [str(line[name]) if isinstance(line, dict) else name for name in SHOWN] for line in lines
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(SHOWN))]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


@app.command("deposit")
def deposit_command(
    jobs: Annotated[int | None, typer.Option(min=1, help="Chapters that run at once.")] = None,
) -> None:
    """Build the last commit by itself and pack it for a repository such as Zenodo."""
    renderer = Renderer(typesetter())
    _stop_on_signals(renderer)
    made = make_deposit(Project(ROOT), renderer, jobs or default_jobs())
    typer.echo(f"{sum(made.grades.values())} printed numbers: {counted(made.grades)}.")
    typer.echo(f"Deposit {made.file}\nSHA-256 {made.sha256}")


@app.command("verify")
def verify_command(file: Annotated[Path, typer.Argument(help="A deposit.")]) -> None:
    """Rebuild the book from a deposit in a clean folder and compare; exit code 1 if it differs."""
    verdict = verify(file)
    _conclude(verdict.sentences, "The deposit comes out." if verdict.holds else "")


@app.command("attest")
def attest_command(file: Annotated[Path, typer.Argument(help="An attestation.json.")]) -> None:
    """Check an attestation against this archive; exit code 1 if they disagree."""
    attestation = read_attestation(file)
    problems = [
        *other_version(attestation, version(ROOT)),
        *disagreements(attestation, read_printed(ROOT / PUBLISHED)),
    ]
    agrees = "It agrees with this archive in version, printed numbers and grades."
    _conclude([*summary(attestation), *problems], "" if problems else agrees)


@app.command("release")
def release_command(version: Annotated[str, typer.Argument(help="Such as 1.0.0.")]) -> None:
    """Write the grades of the published site down as those of a release."""
    project = Project(ROOT)
    report = read_report(project.site / "results")
    path = write_release(project.root / RELEASES, version, report)
    write_manifest(project.root)
    typer.echo(f"Wrote {project.relative(path)}; name the changed grades in CHANGELOG.md.")


@app.command("sweep")
def sweep_command(
    grid: Annotated[Path, typer.Argument(metavar="GRID.yml", help="A function and its arguments.")],
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="Compute on this Dask cluster.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes on this machine.")] = None,
) -> None:
    """Compute a grid over a function of lib into a Parquet dataset under _build/sweeps."""
    from lib.sweep.grid import read_grid
    from lib.sweep.run import connected, sweep

    if scheduler is not None and jobs:
        raise InputError("--jobs is for this machine, --scheduler for a cluster: give one of them.")
    asked = read_grid(grid)
    folder = Project(ROOT).build / "sweeps" / asked.name
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with connected(scheduler, jobs or default_jobs()) as client:
            swept = sweep(asked, client, folder)
    except (SweepError, OSError) as error:
        _leave(f"The sweep stopped: {error}\n{_kept(folder)}", FAILED)
    except KeyboardInterrupt:
        _leave(f"Interrupted. {_kept(folder)}", INTERRUPTED)
    typer.echo(f"{swept.cells:,} cells, {swept.failed:,} failed; {swept.computed:,} computed now.")
    typer.echo(f"Read them with pandas.read_parquet({str(folder)!r}).")


@app.command("clean")
def clean_command() -> None:
    """Remove everything built, the site too."""
    project = Project(ROOT)
    with locked(project):
        for path in project.build.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()


def main() -> None:
    """Run the command line: bad input ends with exit code 2 and one sentence, a failure with 1."""
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        message = (error.format_message() or "No command is given").removesuffix(".")
        _leave(message if message.endswith("?") else f"{message}; {HELP}", BAD_INPUT)
    except typer.Abort:
        _leave("Aborted; nothing was written.", FAILED)
    except InputError as error:
        _leave(str(error), BAD_INPUT)
    except BuildError as error:
        _leave(f"The build failed; the site is as it was.\n{error}", FAILED)
    except OSError as error:
        _leave(f"The build failed; the site is as it was.\n{error}", FAILED)


def _require_pdf(project: Project, renderer: Renderer) -> None:
    if not target(project):
        raise InputError("_config.yml names no PDF: set pdf.name.")
    if not renderer.typesetter:
        raise InputError(f"Pango, or a font, is not there. {advice()}")


def _announce(built: Built) -> None:
    if built.headline:
        typer.echo(built.headline)
    typer.echo(f"Open {built.page}\n     {built.page.as_uri()}")
    if built.pdf:
        typer.echo(f"or the PDF, {built.pdf}")


def _conclude(sentences: Iterable[str], good: str) -> None:
    """Print what was found; leave with a failure unless there is something good to end with."""
    typer.echo("\n".join([*sentences, *([good] if good else [])]))
    if not good:
        raise typer.Exit(FAILED)


def _value(row: dict[str, Any]) -> str:
    if row["computed"] is not None:
        return f"{row['computed']:.6g}"
    if row["low"] is None and row["high"] is None:
        return ""
    low, high = ("…" if row[end] is None else f"{row[end]:.6g}" for end in ("low", "high"))
    return f"{low} to {high}"


def _stop_on_signals(renderer: Renderer) -> None:
    """Leave at once: kernels notice that their parent is gone, and nothing is published."""

    def stop(*_: Any) -> None:
        renderer.stop()
        sys.stderr.write("\x1b[?25h\nInterrupted; the site is as it was.\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _kept(folder: Path) -> str:
    return f"What had finished is kept in {folder}; the same command goes on from there."


def _leave(sentence: str, code: int) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    sys.exit(code)
