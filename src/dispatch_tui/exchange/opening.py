"""The bytes of a file to import, whatever it is wrapped in, and how far reading has come."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dispatch_tui.errors import ImportProblem

_HEAD = 8
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BUFFER = 1 << 18
_NAMES = {".xlsx": "workbook", ".xlsm": "workbook", ".zip": "zip archive", ".gz": "gzip file"}
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1f]")

BROKEN_WRAPPING = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)
"""What the standard library raises in the middle of a damaged gzip or zip file."""


@dataclass(frozen=True)
class Opened:
    """A file being read: ``stream`` gives its unwrapped bytes, ``share()`` how much of it is behind us."""

    path: Path
    name: str
    """Name of the file inside the wrapping (``log.csv`` for ``log.csv.gz`` or ``log.zip``)."""
    kind: str
    """``xlsx`` or ``text``."""
    stream: IO[bytes]
    raw: IO[bytes]
    size: int

    def share(self) -> float:
        """From 0 to 1, by the bytes of the file on disk."""
        return min(1.0, self.raw.tell() / self.size) if self.size and not self.raw.closed else 1.0


@contextmanager
def opened(path: Path, member: str = "") -> Iterator[Opened]:
    """Open ``path`` for reading; ``member`` picks the file where a zip holds several.

    Raises :class:`ImportProblem` where there is no such file, it may not be read, is no regular file (a pipe, a
    device; nothing is read of it), is empty, or is of a kind that cannot be imported.
    """
    try:
        found = path.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise ImportProblem(
                f"{path} is not a regular file: it cannot be read twice.",
                "Save what comes from it first, and name that file.",
            )
        size = found.st_size
        raw = path.open("rb")
    except FileNotFoundError:
        raise ImportProblem(f"There is no file {path}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise ImportProblem(f"{path} is a folder.", "Name one file in it.") from None
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    with raw:
        head = raw.read(_HEAD)
        raw.seek(0)
        if not head:
            raise ImportProblem(f"{path} is empty.", "Export it again.")
        if head.startswith(_OLD_EXCEL):
            raise ImportProblem(f"{path} is an old Excel workbook.", "Save it as XLSX or CSV.")
        if head.startswith(_GZIP):
            name = path.name.removesuffix(".gz")
            yield Opened(path, name, "text", _buffered(gzip.GzipFile(fileobj=raw)), raw, size)
        elif head.startswith((_ZIP, _EMPTY_ZIP)):
            yield from _unzipped(path, member, raw, size)
        else:
            _check_name(path, raw)
            yield Opened(path, path.name, "text", raw, raw, size)


def _check_name(path: Path, raw: io.BufferedReader) -> None:
    """Refuse what is named as a wrapping and neither is one nor text: some programs unpack a file and keep its name."""
    claimed = _NAMES.get(path.suffix.lower())
    if claimed is None:
        return
    try:
        # A character that is cut at the end of what was looked at is no fault.
        text = codecs.getincrementaldecoder("utf-8")().decode(raw.peek())
    except UnicodeDecodeError:
        text = "\0"
    if _NO_TEXT.search(text):
        raise ImportProblem(f"{path} is no {claimed}.", "Fetch or export it again.")


def _unzipped(path: Path, member: str, raw: IO[bytes], size: int) -> Iterator[Opened]:
    try:
        archive = zipfile.ZipFile(raw)
    except zipfile.BadZipFile:
        raise ImportProblem(f"{path} is a damaged zip file.", "Fetch or export it again.") from None
    with archive:
        names = [one.filename for one in archive.infolist() if not one.is_dir()]
        if "xl/workbook.xml" in names:
            yield Opened(path, path.name, "xlsx", raw, raw, size)
            return
        inside = _chosen(path, names, member)
        if archive.getinfo(inside).flag_bits & 1:
            raise ImportProblem(f"{inside} in {path} is encrypted.", "Unpack it with its password first.")
        try:
            unpacked = archive.open(inside)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise ImportProblem(
                f"{inside} in {path} cannot be unpacked: {error}.", "Pack it again."
            ) from None
        with unpacked:
            yield Opened(path, inside, "text", _buffered(unpacked), raw, size)


def _chosen(path: Path, names: list[str], member: str) -> str:
    """The one file in a zip that is meant; what macOS adds beside it is nobody's data."""
    real = [
        name for name in names if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")
    ]
    if member:
        if member in real:
            return member
        raise ImportProblem(f"{path} holds no {member}.", f"It holds: {', '.join(real) or 'nothing'}.")
    if len(real) == 1:
        return real[0]
    if not real:
        raise ImportProblem(f"{path} holds no file.", "Pack it again.")
    raise ImportProblem(
        f"{path} holds {len(real)} files.", f"Say which one: --member NAME, of {', '.join(real)}."
    )


def _buffered(stream: Any) -> IO[bytes]:
    return io.BufferedReader(stream, _BUFFER)
