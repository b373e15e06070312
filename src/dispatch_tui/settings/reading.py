"""Settings from their file and the environment. Cheap: it runs before the first picture."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from dispatch_tui.errors import SettingsError
from dispatch_tui.settings.model import ENV_PREFIX, OPTIONS, SECTIONS, Option, Settings
from dispatch_tui.text import plain

Check = Callable[[Any], Iterable[tuple[str, str]]]
"""What another room knows about a value: the faults in it, each as (name inside a table or empty, reason)."""

FILE_VARIABLE = "DISPATCH_TUI_SETTINGS"
ENVIRONMENT = "environment"
"""What a :class:`SettingsError` names as its file where a variable is at fault."""

_OTHER_VARIABLES = {FILE_VARIABLE, "DISPATCH_TUI_SHARED"}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_NEAR = 0.7
"""How alike a known name must be to be suggested: 1 is the same, and 0.6 takes bogus for mouse."""
_AT_LINE = r"\(at line (\d+), column \d+\)"


class _Refused(Exception):
    """A value may not stand where it stands; ``path`` is its key."""

    def __init__(self, path: tuple[str, ...], reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


def settings_path(environ: Mapping[str, str] | None = None) -> Path:
    """The file: named by ``DISPATCH_TUI_SETTINGS``, else ``dispatch-tui/settings.toml`` in the XDG
    configuration folder."""
    environ = os.environ if environ is None else environ
    if named := environ.get(FILE_VARIABLE):
        return Path(named).expanduser()
    base = environ.get("XDG_CONFIG_HOME", "")
    folder = (
        Path(base) if os.path.isabs(base) else Path(environ.get("HOME") or os.path.expanduser("~"), ".config")
    )
    return folder / "dispatch-tui" / "settings.toml"


def load(
    path: Path | None = None,
    environ: Mapping[str, str] | None = None,
    checks: Mapping[str, Check] | None = None,
) -> Settings:
    """Defaults, then the file, then the environment.

    A file that is asked for by name must exist; the usual one may be absent. ``checks`` gives, by key, what
    only other rooms can judge (the keymap, a filter, a theme).

    Raises:
        SettingsError: with the file, line and key of the first fault.
    """
    environ = os.environ if environ is None else environ
    asked_for = path is not None or bool(environ.get(FILE_VARIABLE))
    path = path or settings_path(environ)
    text = _text_of(path, asked_for)
    values, sources = ({}, {}) if text is None else _from_text(text, str(path), checks or {})
    for key, value in _from_environment(environ, checks or {}).items():
        values[key], sources[key] = value, OPTIONS[key].env
    return _built(values, None if text is None else path, sources)


def check_text(text: str, name: str, checks: Mapping[str, Check] | None = None) -> None:
    """Read ``text`` as the file ``name`` and keep nothing: raises :class:`SettingsError` as :func:`load` does."""
    _from_text(text, name, checks or {})


def stray_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and set nothing, most likely misspelt."""
    known = {option.env for option in OPTIONS.values()} | _OTHER_VARIABLES
    return sorted(name for name in environ if name.startswith(ENV_PREFIX) and name not in known)


def _text_of(path: Path, asked_for: bool) -> str | None:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        if asked_for:
            raise SettingsError(str(path), 0, "", "there is no such file") from error
        return None
    except OSError as error:
        raise SettingsError(str(path), 0, "", f"it cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(str(path), line, "", "it is not UTF-8 text") from error


def _from_text(text: str, name: str, checks: Mapping[str, Check]) -> tuple[dict[str, Any], dict[str, str]]:
    import tomllib  # 2 ms that a start without a file need not pay

    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(_AT_LINE, str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        raise SettingsError(
            name, line, "", f"not TOML: {re.sub(_AT_LINE, '', str(error)).strip()}"
        ) from error
    except (ValueError, RecursionError) as error:  # an integer of thousands of digits, tables without end
        raise SettingsError(name, 0, "", f"not TOML: {error}") from error
    try:
        values = _checked_tree(raw, checks)
    except _Refused as fault:
        from dispatch_tui.settings.lines import line_of

        line = line_of(text, fault.path)
        raise SettingsError(name, line, plain(".".join(fault.path)), fault.reason) from fault
    return values, {key: name for key, value in values.items() if value != OPTIONS[key].default}


def _checked_tree(raw: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in SECTIONS:
            values[name] = _checked(_option((name,)), value, checks)
            continue
        if not isinstance(value, dict):
            raise _Refused((name,), f"is a table: write [{name}] on a line of its own")
        for inner, one in value.items():
            values[f"{name}.{inner}"] = _checked(_option((name, inner)), one, checks)
    return values


def _option(path: tuple[str, ...]) -> Option:
    option = OPTIONS.get(".".join(path))
    if option is not None and option.path == path:
        return option
    import difflib  # only a mistake needs it

    siblings = [one.path[-1] for one in OPTIONS.values() if one.path[:-1] == path[:-1]]
    if len(path) == 1:
        siblings += SECTIONS
    near = difflib.get_close_matches(path[-1], siblings, n=1, cutoff=_NEAR)
    raise _Refused(path, f"no such setting; did you mean {near[0]}?" if near else "no such setting")


def _checked(option: Option, raw: Any, checks: Mapping[str, Check]) -> Any:
    value = _table(option, raw) if option.is_table else _typed(option, raw)
    if reason := option.refuse(value):
        raise _Refused(option.path, reason)
    for inside, reason in checks[option.key](value) if option.key in checks else ():
        raise _Refused((*option.path, inside) if inside else option.path, reason)
    return value


def _table(option: Option, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _Refused(option.path, f"is a table: write [{option.key}] on a line of its own")
    return {
        name: (_key_list if option.key == "keys" else _string)((*option.path, name), one)
        for name, one in raw.items()
    }


def _key_list(path: tuple[str, ...], raw: Any) -> tuple[str, ...]:
    listed = [raw] if isinstance(raw, str) else raw
    if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
        raise _Refused(path, 'needs a key such as "t", or a list of them; [] for none')
    return tuple(listed)


def _string(path: tuple[str, ...], raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Refused(path, "needs text in quotes")
    return raw


def _typed(option: Option, raw: Any) -> Any:
    """A TOML value as the type of the option's default; whole numbers will do for fractions, never the reverse."""
    kind = type(option.default)
    if kind is str:
        return _string(option.path, raw)
    if kind is bool and type(raw) is bool:
        return raw
    if kind is int and type(raw) is int:
        return raw
    if kind in (float, Decimal) and type(raw) in (int, Decimal):
        number = Decimal(raw)  # by way of a decimal: a fraction cannot hold every whole number
        if number.is_finite():
            return kind(number)
    wants = {bool: "true or false", int: "a whole number", float: "a number", Decimal: "a number"}[kind]
    raise _Refused(option.path, f"needs {wants}")


def _from_environment(environ: Mapping[str, str], checks: Mapping[str, Check]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for option in OPTIONS.values():
        text = environ.get(option.env, "") if option.env else ""
        if not text:  # an empty variable is one that is not set
            continue
        try:
            values[option.key] = _checked(option, _parsed(option, text.strip()), checks)
        except _Refused as fault:
            raise SettingsError(ENVIRONMENT, 0, option.env, fault.reason) from fault
    return values


def _parsed(option: Option, text: str) -> Any:
    """A variable's text as TOML would have given it; text that fits nothing stays text and is refused later."""
    kind = type(option.default)
    if kind is bool:
        return True if text.lower() in _TRUE else False if text.lower() in _FALSE else text
    try:
        if kind is int:
            return int(text)
        if kind in (float, Decimal):
            return Decimal(text)
    except (ValueError, InvalidOperation):
        return text
    return text


def _built(values: Mapping[str, Any], path: Path | None, sources: Mapping[str, str]) -> Settings:
    inner = {
        name: of(
            **{OPTIONS[key].path[1]: value for key, value in values.items() if key.startswith(f"{name}.")}
        )
        for name, of in SECTIONS.items()
    }
    outer = {key: value for key, value in values.items() if "." not in key}
    return Settings(**outer, **inner, path=path, sources=dict(sources))
