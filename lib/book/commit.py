"""The sources as a commit holds them: nothing else of the working folder gets in."""

import io
import subprocess
import tarfile
from pathlib import Path
from shutil import which

from lib.core.errors import InputError

PLAIN = ("100644", "100755")
RAW = "data/raw/"
OWN_PAGE = RAW + "README.md"


def require_committed(root: Path) -> str:
    """Refuse sources that are no commit, or that a deposit must not hold."""
    if not (root / ".git").exists() or not which("git"):
        raise InputError(f"{root} is no git repository: make the deposit in a clone, with git.")
    commit = _git(root, "rev-parse", "HEAD").decode().strip()
    changed = _git(root, "status", "--porcelain", "--untracked-files=no").decode().splitlines()
    if changed:
        raise InputError(
            f"{changed[0][3:]} differs from the commit: commit what has changed, or undo it."
        )
    for entry in _git(root, "ls-tree", "-r", "-z", "HEAD").decode().split("\0")[:-1]:
        description, _, name = entry.partition("\t")
        _require_own(name, description.split()[0])
    return commit


def export(root: Path, folder: Path) -> None:
    """Write the files of the last commit, with its hash and date in the file COMMIT."""
    packed = _git(root, "-c", "core.autocrlf=false", "archive", "--format=tar", "HEAD")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())
                path.chmod(0o755 if member.mode & 0o100 else 0o644)


def _require_own(name: str, mode: str) -> None:
    if mode not in PLAIN:
        raise InputError(
            f"{name} is a link, which may lead out of the sources: commit the file itself."
        )
    if name.startswith(RAW) and name != OWN_PAGE:
        raise InputError(
            f"{name} is committed, but what lies in {RAW} is licensed: take it out of the "
            "repository and its history."
        )


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(f"git {arguments[0]} failed ({' '.join(said[-1:])}): commit the sources.")
    return done.stdout
