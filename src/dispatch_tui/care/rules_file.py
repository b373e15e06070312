"""Rules read from TOML: ``rules.toml`` beside this file, and over it a firm's own file with what differs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from pydantic import ValidationError

from dispatch_tui.care.rules import CareRules, length_words
from dispatch_tui.errors import InvalidInput


class RuleChange(NamedTuple):
    """One rule that differs: its place with dots, and both values as text (empty where there is none)."""

    field: str
    was: str
    now: str


@cache
def default_rules() -> CareRules:
    """The rules as delivered."""
    return _checked(_defaults())


def rules_from_text(text: str) -> CareRules:
    """Rules from a firm's own TOML, which holds what differs from the defaults.

    Raises:
        InvalidInput: with the field, such as ``voicemail.retries.0``; ``rules`` where it is not TOML at all.
    """
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("rules", f"cannot be read: {error}", "Correct that line.") from error
    return _checked(_merged(_defaults(), own))


def changes_between(was: CareRules, now: CareRules) -> tuple[RuleChange, ...]:
    """Which rules differ, in the order of the file: what an editor shows before it saves."""
    before, after = dict(every_rule(was)), dict(every_rule(now))
    fields = dict.fromkeys((*before, *after))
    return tuple(
        RuleChange(field, before.get(field, ""), after.get(field, ""))
        for field in fields
        if before.get(field) != after.get(field)
    )


def every_rule(rules: CareRules) -> tuple[tuple[str, str], ...]:
    """Each rule by its place with dots, with its value as text, in the order of the file."""
    return tuple(_flat("", rules.model_dump()))


def _defaults() -> dict[str, Any]:
    return tomllib.loads((files("dispatch_tui.care") / "rules.toml").read_text(encoding="utf-8"))


def _checked(mapping: Mapping[str, Any]) -> CareRules:
    try:
        return CareRules.model_validate(mapping)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "rules"
        reason = _said(first["type"], first["msg"])
        raise InvalidInput(field, reason, "Correct it; the other rules stand.") from error


def _said(kind: str, message: str) -> str:
    """What is wrong, as one person says it to another."""
    if kind == "extra_forbidden":
        return "there is no such rule"
    if kind == "missing":
        return "it is missing"
    return message.removeprefix("Value error, ").replace("Input should be", "it should be")


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        found[key] = (
            _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
        )
    return found


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _flat(f"{path}.{index}", inner)
    else:
        yield path, length_words(value) if isinstance(value, timedelta) else str(value)
