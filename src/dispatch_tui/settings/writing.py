"""Changing the settings file: comments and order stay, and a fault leaves the old file as it was."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dispatch_tui.errors import SettingsError
from dispatch_tui.settings.reading import Check, check_text, settings_path
from dispatch_tui.settings.showing import default_file, toml


def save(
    changes: Mapping[tuple[str, ...], Any],
    path: Path | None = None,
    checks: Mapping[str, Check] | None = None,
) -> Path:
    """Set each place (``("roi", "rate")``) to its value, or take it out where the value is ``None``.

    A file that does not exist begins as :func:`~dispatch_tui.settings.showing.default_file`. The result is
    checked before it is written, and written whole or not at all. Returns the file.

    Raises:
        SettingsError: where the file or the result is wrong, or cannot be written.
    """
    path = path or settings_path()
    text = _changed(_present(path), changes, str(path))
    check_text(text, str(path), checks)
    try:
        _replace(path, text)
    except OSError as error:
        raise SettingsError(str(path), 0, "", f"it cannot be written ({error.strerror})") from error
    return path


def _present(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return default_file()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), 0, "", f"it cannot be read ({error})") from error
    check_text(text, str(path))
    return text


def _changed(text: str, changes: Mapping[tuple[str, ...], Any], name: str) -> str:
    import tomlkit  # heavy, and few sessions save

    document = tomlkit.parse(text)
    for (*tables, last), value in changes.items():
        place: Any = document
        for table in tables:
            if table not in place:
                place[table] = tomlkit.table()
            place = place[table]
            if not isinstance(place, dict):
                raise SettingsError(name, 0, table, "is a table")
        if value is not None:
            place[last] = tomlkit.value(toml(value))
        elif last in place:
            del place[last]
    return tomlkit.dumps(document)


def _replace(path: Path, text: str) -> None:
    """Put ``text`` in the place of the file in one step; a link keeps pointing where it does."""
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(name, target.stat().st_mode & 0o777)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
