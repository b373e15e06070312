"""The settings explained: for ``--help``, and as a file to start from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dispatch_tui.settings.model import OPTIONS, Settings

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(one) for one in value)}]"
    return (
        '"'
        + "".join(_ESCAPES.get(char, char if char.isprintable() else _escape(char)) for char in str(value))
        + '"'
    )


def settings_help() -> str:
    """One entry per setting: its key, its default, its variable, what it is."""
    lines: list[str] = []
    for option in OPTIONS.values():
        lines.append(f"[{option.key}]" if option.is_table else f"{option.key} = {toml(option.default)}")
        lines.append(f"    {option.help}")
        lines.append(f"    {option.env or 'such as ' + option.example}")
    return "\n".join(lines)


def default_file() -> str:
    """A settings file that sets nothing: ``# `` begins what explains, ``#`` alone a setting as by default."""
    lines = ["# Settings of dispatch-tui. Take the # from a line to set it.", ""]
    section = ""
    for option in OPTIONS.values():
        table = option.key if option.is_table else ".".join(option.path[:-1])
        if table != section:
            section = table
            lines.append(f"[{table}]")
        lines.append(f"# {option.help}{f' ({option.env})' if option.env else ''}")
        line = option.example if option.is_table else f"{option.path[-1]} = {toml(option.default)}"
        lines += [f"#{line}", ""]
    return "\n".join(lines)


def shown(settings: Settings) -> str:
    """Every setting as it stands, with where it came from where that is not the default."""
    lines: list[str] = []
    for option in OPTIONS.values():
        value: Any = settings
        for name in option.path:
            value = getattr(value, name)
        source = settings.sources.get(option.key, "")
        mark = f"  # {source}" if source else ""
        if isinstance(value, Mapping):
            lines += [f"{option.key}.{toml(name)} = {toml(one)}{mark}" for name, one in value.items()]
        else:
            lines.append(f"{option.key} = {toml(value)}{mark}")
    return "\n".join(lines)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
