"""What is inside an output: its texts and its bytes, decoded and decompressed."""

import ast
import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

DEPTH = 6
ENCODED = re.compile(r"(?:[A-Za-z0-9+/]{60,}(?:\\n|\s)?)+[A-Za-z0-9+/]*={0,2}")
BYTES_LITERAL = re.compile(r"""b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*\"""")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
PNG, ZIP, GZIP, PDF = b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x1f\x8b", b"%PDF"
CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
PNG_TEXT = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
ZLIB_HEADERS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
FAILURES = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, RuntimeError)


def payloads(content: bytes, depth: int = DEPTH) -> Iterator[str | bytes]:
    """Take an output apart."""
    text = _as_text(content)
    if not content.startswith((PNG, PDF)):
        if text is not None:
            yield text
        if text is None or CONTROL.search(text):
            yield content  # bytes that may be read as text may be small integers too
    if depth:
        for part in _inside(content) if text is None else _embedded(text):
            yield from payloads(part, depth - 1)


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _embedded(text: str) -> Iterator[bytes]:
    plain = unescape(text)
    if plain != text:
        yield plain.encode()
    for found in ENCODED.findall(text):
        decoded = re.sub(r"\\n|\s|=", "", found)
        yield base64.b64decode(decoded[: len(decoded) // 4 * 4])
    for found in BYTES_LITERAL.findall(text.replace("\\\\", "\\")):
        try:
            yield ast.literal_eval(found)
        except (ValueError, SyntaxError):
            continue


def _inside(content: bytes) -> Iterator[bytes]:
    try:
        if content.startswith(ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        elif content.startswith(GZIP):
            yield gzip.decompress(content)
        elif content.startswith(PNG):
            yield from _png_texts(content)
        elif content.startswith(PDF):
            yield from (_inflated(found) for found in STREAM.findall(content))
        elif content.startswith(ZLIB_HEADERS):
            yield zlib.decompress(content)
    except FAILURES:
        return


def _png_texts(content: bytes) -> Iterator[bytes]:
    """Walk the chunks: length, type, data, checksum (PNG specification, section 5)."""
    place = len(PNG)
    while place + 8 <= len(content):
        length, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        data = content[place + 8 : place + 8 + length]
        if kind in PNG_TEXT:
            keyword, _, rest = data.partition(b"\x00")
            yield keyword + b" " + rest.replace(b"\x00", b" ")
            yield rest.lstrip(b"\x00\x01")
        place += length + 12


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream
