"""Put a finished release in place of the old one, in one step."""

import os
import shutil
from hashlib import sha256
from itertools import count
from pathlib import Path

from lib.book.project import Project
from lib.core.hashes import file_hash

KEPT = 2
PARTS = ("html", "results", "notebooks")
"""What a release holds: pages; graded results, tables and figures; executed chapters."""


def tree(folder: Path) -> str:
    """List the files of a folder with their hashes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(f"{file_hash(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def publish_site(project: Project, finished: Path) -> Path:
    """Publish a release as the site; the two newest releases are kept."""
    releases = project.build / "releases"
    listing = tree(finished)
    release = _place(releases, listing)
    if not release.exists():
        _replace(finished, release)
    _link(project.site, Path("releases") / release.name)
    for name in PARTS:
        _link(project.build / name, Path(project.site.name) / name)
    _forget(releases, release)
    return project.build / "html"


def publish_run(project: Project, finished: Path, place: str) -> Path:
    """Put a release that is not the published book beside it."""
    run = project.build / place
    if tree(run) != tree(finished):
        _replace(finished, run)
    return run / "html"


def _place(releases: Path, listing: str) -> Path:
    """Name a release by its content; one that was damaged is left where it may be shown."""
    digest = sha256(listing.encode()).hexdigest()[:12]
    places = (releases / f"{digest}{f'-{n}' if n else ''}" for n in count())
    return next(place for place in places if not place.exists() or tree(place) == listing)


def _replace(finished: Path, target: Path) -> None:
    """Copy beside the target, then rename: a half-written folder never has the target's name."""
    partial = target.with_name(f".{target.name}.partial")
    old = target.with_name(f".{target.name}.old")
    for leftover in (partial, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(finished, partial)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)


def _forget(releases: Path, current: Path) -> None:
    os.utime(current)
    for folder in releases.glob(".*"):
        shutil.rmtree(folder, ignore_errors=True)
    others = [folder for folder in releases.iterdir() if folder != current]
    newest = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in newest[KEPT - 1 :]:
        shutil.rmtree(folder)
