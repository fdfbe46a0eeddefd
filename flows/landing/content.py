"""The bytes of a landed file: what they are, their hash, and their unpacked form.

What a file is compressed with is seen in its first bytes: a name may lie, as when an HTTP client
has unpacked a `.gz` on its way, or somebody has put a ZIP inside of one.
"""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from backports import zstd

CHUNK = 1 << 20
MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty archive
}
OPENERS = {"gzip": gzip.open, "zstd": zstd.open}
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zstd.ZstdError, zipfile.BadZipFile, RuntimeError)


class ContentBroken(Exception):
    """The file as a whole cannot be read; says why in plain words."""


@dataclass(frozen=True)
class Content:
    """What one reading of a file tells about it."""

    sha256: str
    size: int
    ends_with_newline: bool
    head: bytes

    @property
    def compression(self) -> str | None:
        return next((name for magic, name in MAGIC.items() if self.head.startswith(magic)), None)

    @property
    def is_parquet(self) -> bool:
        return self.head.startswith(b"PAR1")

    @property
    def is_utf16(self) -> bool:
        return self.head.startswith((b"\xff\xfe", b"\xfe\xff"))


def examine(path: Path) -> Content:
    """Read a file once, in bounded memory."""
    with path.open("rb", buffering=0) as file:
        return _examine(file)


def count_lines(path: Path, content: Content) -> int:
    """Lines of a plain file; a last one without a newline is one too."""
    with path.open("rb", buffering=0) as file:
        newlines = sum(chunk.count(b"\n") for chunk in _chunks(file))
    return newlines + (1 if content.size and not content.ends_with_newline else 0)


def unpack(path: Path, compression: str, target: Path) -> Content:
    """Write the unpacked bytes to `target`; several members in a row are one content."""
    try:
        with OPENERS[compression](path, "rb") as packed, target.open("wb") as plain:
            return _examine(packed, plain)
    except BROKEN as error:
        raise ContentBroken(f"the {compression} data is damaged or cut off: {error}") from error


def members(path: Path) -> list[str]:
    """The names of the files in a ZIP archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except BROKEN as error:
        raise ContentBroken(f"the ZIP archive is damaged or cut off: {error}") from error


def extract(path: Path, member: str, target: Path) -> Content:
    """Write one member of a ZIP archive to `target`."""
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member) as packed,
            target.open("wb") as plain,
        ):
            return _examine(packed, plain)
    except BROKEN as error:
        raise ContentBroken(f"the ZIP archive is damaged or cut off: {error}") from error


def _examine(file: BinaryIO, copy: BinaryIO | None = None) -> Content:
    digest = hashlib.sha256()
    size = 0
    head = last = b""
    for chunk in _chunks(file):
        digest.update(chunk)
        if copy is not None:
            copy.write(chunk)
        size += len(chunk)
        head = head or bytes(chunk[:4])
        last = bytes(chunk[-1:])
    return Content(digest.hexdigest(), size, last == b"\n", head)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
