"""Whether this Python will do; written so that an old Python can read it."""

OLDEST = (3, 11)


def old_python(version: "tuple[int, ...]") -> str:
    """Say what is wrong with a Python that is too old; empty if the Python will do."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    found = ".".join(str(part) for part in version)
    wanted = "the book needs Python 3.11 or newer: install one and run `make book`."
    return f"This is Python {found}; {wanted}"
