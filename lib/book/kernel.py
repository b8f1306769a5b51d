"""The kernel that chapters run in: a chapter may read only the files that it declares."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from lib.core.errors import InputError

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {
    "os.remove",
    "os.rename",
    "os.truncate",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
}


class Guard:
    """An audit hook that refuses undeclared files of the project."""

    def __init__(self, policy: dict[str, Any]) -> None:
        self.root = policy["root"] + os.sep
        self.readable = tuple(policy["readable"])
        self.writable = tuple(policy["writable"])
        self.log = Path(policy["log"])

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at an audit event."""
        if event == "open":
            self._inspect(arguments[0], writing=bool((arguments[2] or 0) & WRITING))
        elif event == "sqlite3.connect":
            self._inspect(arguments[0], writing=False)
        elif event in CHANGING:
            for argument in arguments[:2]:
                self._inspect(argument, writing=True)

    def _inspect(self, argument: Any, writing: bool) -> None:
        if not isinstance(argument, str | bytes | os.PathLike):
            return
        path = os.path.realpath(os.fsdecode(argument))
        if not path.startswith(self.root) or _covered(path, self.writable):
            return
        cache = f"{os.sep}__pycache__" in path and path.startswith(f"{self.root}lib{os.sep}")
        if cache or (not writing and (_covered(path, self.readable) or not Path(path).is_file())):
            return
        self._refuse(path.removeprefix(self.root), writing)

    def _refuse(self, name: str, writing: bool) -> None:
        sentence = (
            f"the chapter changes {name}: a chapter writes nothing into the project."
            if writing
            else f"the chapter reads {name} without saying so: add it to book.data in its metadata."
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(sentence + "\n")
        raise InputError(sentence)


def _covered(path: str, allowed: tuple[str, ...]) -> bool:
    return any(
        path == entry or (entry.endswith("/") and path.startswith(entry)) for entry in allowed
    )


def main() -> None:
    """Start the kernel under the policy that the first argument names."""
    policy = json.loads(Path(sys.argv.pop(1)).read_text(encoding="utf-8"))
    _divert(policy["noise"])
    sys.addaudithook(Guard(policy))
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def _divert(path: str) -> None:
    """Send what the kernel itself says to a file: the terminal belongs to the build."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.close(file)


if __name__ == "__main__":
    main()
