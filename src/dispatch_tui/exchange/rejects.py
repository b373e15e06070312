"""The rows that were not taken, in a CSV file: line, column, reason, and the row itself."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from dispatch_tui.errors import ImportProblem
from dispatch_tui.exchange.readers import Reject

HEADING = ("line", "column", "reason", "row")


class Rejects:
    """Writes rejects as they come; the file is made with the first of them, so a clean run leaves none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def __call__(self, reject: Reject) -> None:
        self.count += 1
        # What the source's encoding could not say is shown as \udcXX rather than lost.
        fields = [str(field).encode("utf-8", "backslashreplace").decode() for field in reject]
        with self._writing():
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(HEADING)
            csv.writer(self._file).writerow(fields)

    @property
    def written(self) -> Path | None:
        """The file, if there is one."""
        return self.path if self._file is not None else None

    def close(self) -> None:
        """Write what is left. Raises :class:`ImportProblem` where there is no room for it."""
        if self._file is not None:
            with self._writing():
                self._file.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ImportProblem(
                f"The rejects file {self.path} cannot be written: {error.strerror}.",
                "Name another with --rejects and repeat: what was recorded stays, and nothing is recorded twice.",
            ) from None


def place_for(source: Path) -> Path:
    """Beside the source, or in the working folder where that one is not meant to be written to."""
    name = f"{source.name}.rejects.csv"
    return source.with_name(name) if _writable(source.parent) else Path(name)


def _writable(folder: Path) -> bool:
    # For root every folder is writable; a folder without a single w is still meant to be left alone.
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)
