"""This machine and this terminal: Python, colours, letters, room, settings."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib import metadata, util
from typing import TextIO

from dispatch_tui.cli.checks import check_default_queue, settings_checks
from dispatch_tui.cli.doctor.findings import Finding
from dispatch_tui.cli.output import Output
from dispatch_tui.errors import SettingsError
from dispatch_tui.settings import Settings, load, stray_variables

TESTED = ((3, 11), (3, 13))
COMFORTABLE = (80, 24)
SMALLEST = (20, 5)

_EXTRAS = (("psycopg", "postgres"), ("openpyxl", "xlsx"), ("icalendar", "holidays"), ("typst", "report"))
"""A module of each optional part, and the part's name."""


def look_here(stream: TextIO, out: Output) -> Iterator[Finding]:
    """Everything that needs no database."""
    yield _python()
    versions = [f"{name} {metadata.version(name)}" for name in ("dispatch-tui", "textual", "sqlalchemy")]
    yield Finding("ok", "program", f"{', '.join(versions)}, SQLite {sqlite3.sqlite_version}")
    absent = [extra for module, extra in _EXTRAS if not util.find_spec(module)]
    if absent:
        yield Finding("ok", "extras", f"not installed: {', '.join(absent)}")
    yield from _terminal(stream)
    yield _letters(stream, out)


def _python() -> Finding:
    version = platform.python_version()
    if TESTED[0] <= sys.version_info[:2] <= TESTED[1]:
        return Finding("ok", "python", version)
    return Finding("warn", "python", f"{version} is not among those tested", "Use Python 3.11 to 3.13.")


def _terminal(stream: TextIO) -> Iterator[Finding]:
    if not stream.isatty():
        yield Finding("ok", "terminal", "none here (output goes to a file or a program)")
        return
    width, height = shutil.get_terminal_size()
    kind = os.environ.get("TERM", "")
    size = f"{kind or 'unknown kind'}, {width}x{height}"
    if kind in ("", "dumb"):
        yield Finding("bad", "terminal", f"{size}: it cannot draw", "Set TERM to what your terminal is.")
    elif width < SMALLEST[0] or height < SMALLEST[1]:
        yield Finding("bad", "terminal", f"{size}: too small", "Make the window larger.")
    elif width < COMFORTABLE[0] or height < COMFORTABLE[1]:
        yield Finding("warn", "terminal", f"{size}: cramped", "80x24 and more shows what matters.")
    else:
        yield Finding("ok", "terminal", size)
    yield Finding("ok", "colour", _colours(kind))


def _colours(kind: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "none (NO_COLOR)"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million"
    return "256" if "256" in kind else "16"


def _letters(stream: TextIO, out: Output) -> Finding:
    if out.utf8:
        return Finding("ok", "letters", "UTF-8")
    return Finding(
        "warn",
        "letters",
        f"{stream.encoding or 'unknown'}: signs are drawn with ASCII, other scripts are lost",
        "Set LANG to a UTF-8 locale, such as C.UTF-8.",
    )


def look_at_settings() -> tuple[Settings, list[Finding]]:
    """The settings, by default where they cannot be read, and what is to be said of them."""
    found: list[Finding] = []
    if stray := stray_variables(os.environ):
        found.append(
            Finding("warn", "settings", f"set, but unknown: {', '.join(stray)}", "Look at the spelling.")
        )
    try:
        settings = load(checks=settings_checks())
    except SettingsError as error:
        return Settings(), [*found, Finding("bad", "settings", error.message, error.remedy)]
    try:
        check_default_queue(settings)
    except SettingsError as error:
        found.append(
            Finding("warn", "settings", error.message, "Correct it; until then all open calls are shown.")
        )
        return settings, found
    place = str(settings.path) if settings.path else "no file; none is needed"
    return settings, [*found, Finding("ok", "settings", place)]
