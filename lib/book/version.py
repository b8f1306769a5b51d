"""Which version of the sources a book is built from."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

from lib.book.citation import FILE
from lib.core.text_files import read_yaml

UNVERSIONED = "unversioned"
CHANGED = " with local changes"


@dataclass(frozen=True)
class Version:
    """A version of the sources."""

    name: str  # release, commit and date in one line, as all that is made shows them
    # Seconds since 1970 at the start (UTC) of the day of the commit; None if unknown.
    epoch: int | None


def version(root: Path) -> Version:
    """Find the version of the sources."""
    release = ""
    if (root / FILE).is_file():
        released = read_yaml(root / FILE).get("version")
        release = f"version {released}, " if released else ""
    if (root / ".git").exists() and which("git"):
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
        return _parsed(release, _git(root, "log", "-1", "--format=%H %cs"), bool(changed))
    commit = root / "COMMIT"
    line = commit.read_text(encoding="utf-8") if commit.is_file() else ""
    return _parsed(release, line, changed=False)


def _parsed(release: str, line: str, changed: bool) -> Version:
    """From ``HASH DATE``; a placeholder that ``git archive`` did not fill in says nothing."""
    parts = line.split()
    if len(parts) != 2 or "$" in line:
        return Version(UNVERSIONED, None)
    day = datetime.fromisoformat(parts[1]).replace(tzinfo=UTC)
    note = CHANGED if changed else ""
    named = f"{release}commit {parts[0][:7]} of {parts[1]}{note}"
    return Version(named, int(day.timestamp()))


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
