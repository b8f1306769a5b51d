"""
The encoding of a file's text: as its user says, as the file states, or as its words suggest.

Readers hand text over byte for byte: decoded as Latin-1, in which every byte is one character.
"""

import codecs
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lib.core.errors import InputError

BYTEWISE = "iso-8859-1"
# What Windows programs wrote, from which old survey files come, in the order in which one is taken
# where several fit alike; KZ-1048 is Windows-1251 with the letters of Kazakh.
CODE_PAGES = [f"cp125{number}" for number in (2, 1, 0, 4, 7, 3, 6, 5, 8)] + ["kz1048"]
# charset-normalizer looks for a language in 32 characters or more; what differs by less than these
# in the disorder and the language that it finds fits alike.
LEAST_BYTES = 64
ALIKE_IN_DISORDER, ALIKE_IN_LANGUAGE = 0.005, 0.1
WIDE = ("utf-16", "utf-32")
BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
NAME_IT = "name its encoding, as ENCODING=cp1251 or `encoding: cp1251` in a profile."


@dataclass(frozen=True)
class Encoding:
    """An encoding, and why it was taken."""

    name: str  # its name in Python, such as ``cp1251``
    reason: str  # why it was taken, as the end of a sentence

    @property
    def remark(self) -> str:
        """A sentence for readers of the book."""
        return f"Its text was read as {self.name}, {self.reason}."


def codec_name(encoding: str) -> str:
    """Give the name by which Python knows an encoding, such as ``cp1251``."""
    try:
        "a".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise InputError(
            f"{encoding!r} is no encoding that Python knows: use a name such as utf-8 or cp1251."
        ) from error


def wide_encoding(head: bytes, given: str | None) -> str | None:
    """Tell text that has two or four bytes a character."""
    named = codec_name(given) if given else ""
    if named.startswith(WIDE):
        return named
    return next((name for mark, name in BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)


def bytewise(text: str) -> str:
    """Write text that is decoded already as a reader hands text over."""
    return text.encode("utf-8").decode(BYTEWISE)


def choose_encoding(
    texts: Iterable[object], declared: str | None = None, given: str | None = None
) -> Encoding:
    """Say which encoding the text of a file is in."""
    if given is not None:
        return Encoding(codec_name(given), "as asked")
    told = {each for each in texts if isinstance(each, str) and not each.isascii()}
    words = sorted(each.encode(BYTEWISE) for each in told)
    if declared and _share(words, declared) == 1:
        return Encoding(codec_name(declared), "as the file states")
    in_utf8 = _share(words, "utf-8")
    if in_utf8 == 1:
        return Encoding("utf-8", "which fits all of it")
    if in_utf8 > 0.5:
        raise InputError(f"has text in UTF-8 and text that is not: correct it, or {NAME_IT}")
    return _best(words)


def decode(text: str, encoding: Encoding) -> str:
    """Decode text."""
    try:
        return text.encode(BYTEWISE).decode(encoding.name)
    except UnicodeError as error:
        raise InputError(
            f"has text that is not in {encoding.name} ({text[:20]!r} byte for byte): {NAME_IT}"
        ) from error


def _share(words: Collection[bytes], encoding: str) -> float:
    """Share of the words that can be in an encoding; 0 if Python does not know it."""
    try:
        return 1 - sum(not _can_be(word, encoding) for word in words) / max(len(words), 1)
    except LookupError:
        return 0.0


def _can_be(word: bytes, encoding: str) -> bool:
    try:
        word.decode(encoding)
    except UnicodeError:
        return False
    return True


def _best(words: list[bytes]) -> Encoding:
    """Ask charset-normalizer, which by itself would look at five short pieces only."""
    from charset_normalizer import from_bytes

    text = b", ".join(words) + b", "
    text *= 1 + LEAST_BYTES // len(text)
    found = from_bytes(
        text,
        steps=1,
        chunk_size=len(text),
        threshold=1.0,
        cp_isolation=CODE_PAGES,
        preemptive_behaviour=False,
        enable_fallback=False,
    )
    least = min((each.chaos for each in found), default=0.0)
    orderly = [each for each in found if each.chaos <= least + ALIKE_IN_DISORDER]
    most = max((each.coherence for each in orderly), default=0.0)
    best = [each for each in orderly if each.coherence >= most - ALIKE_IN_LANGUAGE]
    names = {name for each in best for name in (each.encoding, *each.could_be_from_charset)}
    fitting = [page for page in CODE_PAGES if page in names]
    if not fitting:
        raise InputError(f"has text that fits no code page of Windows: {NAME_IT}")
    taken, *others = fitting
    others = [page for page in others if text.decode(page) != text.decode(taken)]
    alike = f" ({', '.join(others)} might as well)" if others else ""
    advice = "if words look wrong, name another one (ENCODING=)"
    return Encoding(taken, f"the code page that fits it best{alike}: {advice}")
