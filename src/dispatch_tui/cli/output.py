"""Text for people and JSON for programs, on a stream whose width, colour and letters are known."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, TextIO

from dispatch_tui.errors import DispatchError
from dispatch_tui.text import plain, plain_block

Style = Literal["", "bold", "dim", "red", "yellow", "green"]

_CODES: Mapping[str, str] = {"bold": "1", "dim": "2", "red": "31", "yellow": "33", "green": "32"}
_ASCII = str.maketrans({"…": "~", "–": "-", "→": ">", "·": "-", "×": "x", "✓": "+"})


@dataclass(frozen=True, slots=True)
class Output:
    """Where to write. ``width`` in cells, ``None`` where lines may be of any length (a pipe, a file)."""

    stream: TextIO
    width: int | None = None
    colour: bool = False
    utf8: bool = True

    def line(self, text: str = "") -> None:
        """One line. The caller has made foreign text plain."""
        if not self.utf8:
            text = text.translate(_ASCII)
        self.stream.write(text + "\n")

    def styled(self, text: str, style: Style) -> str:
        """``text`` in a colour, where there are colours."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if style and self.colour else text

    def json(self, value: Mapping[str, Any]) -> None:
        """One JSON document. Instants become ISO 8601 UTC, texts lose their control characters."""
        text = json.dumps(as_json(value), ensure_ascii=not self.utf8, indent=2, allow_nan=False)
        self.stream.write(text + "\n")


def streams() -> tuple[Output, Output]:
    """Standard output and standard error, as they are now."""
    return _output(sys.stdout), _output(sys.stderr)


def _output(stream: TextIO) -> Output:
    utf8 = (stream.encoding or "").lower().replace("-", "").replace("_", "") == "utf8"
    if not utf8 and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    terminal = stream.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") != "dumb"
    width = shutil.get_terminal_size().columns if terminal or os.environ.get("COLUMNS") else None
    return Output(stream, width, colour, utf8)


def say_error(err: Output, error: DispatchError) -> None:
    """What went wrong, and what to do below it."""
    err.line(f"{err.styled('dispatch-tui:', 'red')} {plain(error.message)}")
    for line in plain_block(error.remedy).splitlines():
        err.line(f"  {line}")


def as_json(value: Any) -> Any:
    """A value as JSON has it: instants as ``2026-03-04T09:00:00Z``, texts without control characters."""
    if isinstance(value, str):
        return plain_block(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value


def iso(instant: datetime) -> str:
    """An aware instant in UTC, in whole seconds where it is one."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local(instant: datetime | None, zone: tzinfo) -> str:
    """An instant as a wall clock of ``zone`` shows it, with the zone: ``2026-03-04 10:00 CET``; empty for none."""
    if instant is None:
        return ""
    there = instant.astimezone(zone)
    name = there.tzname() or ""
    return f"{there:%Y-%m-%d %H:%M} {'UTC' + name[:3] if name[:1] in '+-' and name else name}"
