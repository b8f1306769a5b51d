"""The file of a deposit: a zip archive with a SHA-256 manifest, equal bytes for equal content."""

import time
import zlib
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lib.book.publish import tree
from lib.core.errors import InputError
from lib.core.hashes import differences, file_hash, read_hashes

MANIFEST = "MANIFEST.sha256"
FIRST_TIME = 315532800  # a zip archive knows no time before 1980
ADVICE = "get the deposit again from where it is kept."


def pack(folder: Path, file: Path, epoch: int | None) -> None:
    """Write a folder as a deposit, with a manifest of its files."""
    (folder / MANIFEST).write_text(tree(folder), encoding="utf-8")
    moment = time.gmtime(max(epoch or 0, FIRST_TIME))[:6]
    partial = file.with_name(f".{file.name}.partial")
    with ZipFile(partial, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder.parent).as_posix()
            mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            entry = ZipInfo(name, moment)
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, path.read_bytes(), ZIP_DEFLATED, compresslevel=9)
    partial.replace(file)


def unpack(file: Path, folder: Path) -> Path:
    """Unpack a deposit and hold it against its manifest."""
    try:
        with ZipFile(file) as archive:
            top = _top(file, archive.namelist())
            archive.extractall(folder)
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}): check the path.") from error
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{file} is no whole zip archive ({error}): {ADVICE}") from error
    _check(file, folder / top)
    return folder / top


def _top(file: Path, names: list[str]) -> str:
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            raise InputError(f"{file} holds {name!r}, which leads out of its folder: {ADVICE}")
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or f"{min(tops)}/{MANIFEST}" not in names or len(set(names)) < len(names):
        raise InputError(f"{file} is no deposit, as it has no single folder with {MANIFEST} in it.")
    return tops.pop()


def _check(file: Path, top: Path) -> None:
    paths = {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
    paths.pop(MANIFEST)
    present = {name: file_hash(path) for name, path in paths.items()}
    said = {
        "missing": f"is missing in {file}",
        "added": f"in {file} is not listed in its manifest",
        "changed": f"in {file} differs from its hash in the manifest",
    }
    try:
        listed = read_hashes(top / MANIFEST)
    except ValueError as error:
        raise InputError(f"{MANIFEST} in {file} is not as sha256sum writes it: {ADVICE}") from error
    for name, how in differences(listed, present):
        raise InputError(f"{name} {said[how]}: {ADVICE}")
