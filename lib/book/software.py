"""The machine and the software that a book is built with."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lib.book.system import typesetter
from lib.core.hashes import file_hash

LOCK = "requirements.lock"


def software(root: Path) -> dict[str, Any]:
    """Describe what the bytes of a book may depend on beside its sources."""
    from lib.book.requirements import read_lock

    locked = sorted(set(read_lock(root / LOCK)["name"]))
    installed = {name: _installed(name) for name in locked}
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": _system(),
        "processor": f"{platform.machine()}, {processor()}",
        "vector_instructions": _vector_instructions(),
        "lock": file_hash(root / LOCK),
        "packages": {name: found for name, found in installed.items() if found},
        "typesetter": typesetter(),
    }


def processor() -> str:
    """Name the processor; empty if the system does not tell."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def _system() -> str:
    """Name the system; on Linux the C library counts, not the kernel."""
    library = " ".join(platform.libc_ver()).strip()
    return f"{platform.system()}, {library}" if library else platform.platform()


def _vector_instructions() -> list[str]:
    import numpy as np

    found: Any = np.show_config(mode="dicts")["SIMD Extensions"]
    return [*found.get("baseline", []), *found.get("found", [])]


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
