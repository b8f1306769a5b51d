"""The file of a deposit: a zip archive with a SHA-256 manifest, equal bytes for equal content."""

import time
import zlib
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lib.book.publish import tree
from lib.core.errors import InputError
from lib.core.hashes import file_hash

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
    listed = _listed(file, top / MANIFEST)
    paths = {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
    paths.pop(MANIFEST)
    for name in sorted(listed.keys() | paths.keys()):
        if name not in paths:
            raise InputError(f"{name} is missing in {file}: {ADVICE}")
        if name not in listed:
            raise InputError(f"{name} in {file} is not listed in its manifest: {ADVICE}")
        if file_hash(paths[name]) != listed[name]:
            raise InputError(f"{name} in {file} differs from its hash in the manifest: {ADVICE}")


def _listed(file: Path, manifest: Path) -> dict[str, str]:
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except ValueError as error:
        raise InputError(f"{MANIFEST} in {file} is not as sha256sum writes it: {ADVICE}") from error
