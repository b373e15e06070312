"""The rules in sections, as an editor shows them: each with the word beside every rule, and a firm's values in place.

A firm's own file holds only what differs from the defaults. A section that was edited is compared with the default
one again; what is the same is left out, so that later defaults reach it. What a table of the defaults names cannot be
taken out of it, only set otherwise.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from dispatch_tui.care.rules_file import rules_from_text
from dispatch_tui.errors import InvalidInput

_HEADER = re.compile(r"^\[{1,2}([a-z_]+)(?:\.[a-z_]+)*\]{1,2}\s*(?:#\s*(.*))?$")
_RULER = re.compile(r"^# -- (.*?) -*$")


class Section(NamedTuple):
    """One part of the file: its ``key``, what it is about, and its default text with comments."""

    key: str
    about: str
    text: str


class Fault(NamedTuple):
    """Why a section cannot be used: the line of its text (1-based, 0 where none is at fault), the rule, the reason."""

    line: int
    field: str
    reason: str

    @property
    def words(self) -> str:
        """For a person: ``line 3, slip.arrival_chance: ...``."""
        place = ", ".join(filter(None, (f"line {self.line}" if self.line else "", self.field)))
        return f"{place}: {self.reason}" if place else self.reason


@cache
def sections() -> tuple[Section, ...]:
    """Every section, in the order of the file."""
    lines: dict[str, list[str]] = {}
    about: dict[str, str] = {}
    key, heading = "", ""
    for line in (files("dispatch_tui.care") / "rules.toml").read_text(encoding="utf-8").splitlines():
        if ruler := _RULER.match(line):
            heading, key = ruler[1], ""
        elif header := _HEADER.match(line):
            key = header[1]
            about.setdefault(key, header[2] or heading)
        if key:
            lines.setdefault(key, []).append(line)
    return tuple(
        Section(one, about[one] or _first_word(text), "\n".join(text).strip() + "\n")
        for one, text in lines.items()
    )


def _first_word(lines: Sequence[str]) -> str:
    """What is said of the first rule of a section."""
    return next((line.partition("# ")[2] for line in lines if "# " in line), "")


def section_named(key: str) -> Section:
    """The section with a key; ``KeyError`` where there is none."""
    return {one.key: one for one in sections()}[key]


def changed_in(own: str) -> dict[str, int]:
    """How many rules of each section a firm's own file sets; sections without any are left out. Raises
    ``InvalidInput``."""
    return {key: _count(value) for key, value in _read(own).items()}


def section_text(own: str, key: str) -> str:
    """A section as it stands: the default text with its comments, and the firm's values in place."""
    import tomlkit  # heavy, and only an editor needs it

    section = section_named(key)
    theirs = _read(own).get(key)
    if theirs is None:
        return section.text
    document = tomlkit.parse(section.text)
    if isinstance(theirs, dict):
        _lay_over(document[key], theirs)
    else:
        document[key] = tomlkit.item(theirs)
    return tomlkit.dumps(document)


def with_section(own: str, key: str, text: str) -> str:
    """The firm's own file after a section was edited. Raises ``InvalidInput`` with the field (:func:`fault_in` says
    at which line)."""
    import tomlkit

    said = _read(text)
    others = [name for name in said if name != key]
    if others:
        raise InvalidInput(others[0], f"belongs to another section than {key}", "Edit it there.")
    differing = _differing(said.get(key, {}), _read(section_named(key).text)[key])
    document = tomlkit.parse(own)
    if differing in ({}, None):
        document.pop(key, None)
    else:
        document[key] = tomlkit.item(differing)
    changed = tomlkit.dumps(document)
    rules_from_text(changed)
    return changed


def without_section(own: str, key: str) -> str:
    """The firm's own file with a section as the defaults have it."""
    return with_section(own, key, section_named(key).text)


def fault_in(own: str, key: str, text: str) -> Fault | None:
    """Why an edited section cannot be used, and at which of its lines; ``None`` where it can."""
    try:
        with_section(own, key, text)
    except InvalidInput as refused:
        return fault_of(refused, text)
    return None


def fault_of(refused: InvalidInput, text: str) -> Fault:
    """An error of a file or a section with the line of ``text`` that it is about."""
    if told := re.search(r"\(at line (\d+), column \d+\)", refused.reason):
        reason = refused.reason.replace(f" {told[0]}", "").removeprefix("cannot be read: ")
        return Fault(int(told[1]), "", reason)
    return Fault(line_of(text, refused.field), refused.field, refused.reason)


def line_of(text: str, field: str) -> int:
    """The line (1-based) at which a rule stands in TOML, 0 where it is not found: the deepest part of its name that
    is written there."""
    names = [part for part in field.split(".") if not part.isdigit()]
    found, start = 0, 0
    lines = text.splitlines()
    for depth, name in enumerate(names):
        header = re.compile(rf"^\s*\[+{re.escape('.'.join(names[: depth + 1]))}\]+")
        setting = re.compile(rf"^\s*\"?{re.escape(name)}\"?\s*=|[{{,]\s*\"?{re.escape(name)}\"?\s*=")
        for index in range(start, len(lines)):
            if header.match(lines[index]) or setting.search(lines[index]):
                found, start = index + 1, index
                break
    return found


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("rules", f"cannot be read: {error}", "Correct that line.") from error


def _count(value: object) -> int:
    return sum(map(_count, value.values())) if isinstance(value, Mapping) else 1


def _lay_over(table: Any, theirs: Mapping[str, Any]) -> None:
    """Put a firm's values into a default table; comments stay where they are."""
    for name, value in theirs.items():
        below = table.get(name)
        if isinstance(value, Mapping) and isinstance(below, dict):
            _lay_over(below, value)
        else:
            table[name] = value


def _differing(said: Any, default: Any) -> Any:
    """What differs from the default: the values of a table that do, or the whole of anything else."""
    if not (isinstance(said, dict) and isinstance(default, dict)):
        return said if said != default else None
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name not in default:
            found[name] = value
            continue
        other = _differing(value, default[name])
        if other is not None and other != {}:
            found[name] = other
    return found
