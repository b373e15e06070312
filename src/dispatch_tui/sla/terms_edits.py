"""Changes to an agreement's terms as people type them, and each part of the terms as people read it.

What :func:`written` gives, :func:`with_part` reads again. Parts are named as the terms name their fields:
``budgets.1.resolution``, ``pauses.resolution``, ``warnings``, ``cover``, ``conditions``. Nothing is changed
in place; what cannot be read is :class:`InvalidInput` with the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.conditions import FIELDS
from dispatch_tui.sla.cover import cover_from_mapping
from dispatch_tui.sla.terms import (
    CLOCK_KINDS,
    DEFAULT_PAUSES,
    PRIORITIES,
    RUNNING_STATUSES,
    terms_from_mapping,
)
from dispatch_tui.text import plain

TermsMapping = Mapping[str, Any]

PARTS: Final[tuple[str, ...]] = (
    *(f"budgets.{priority}.{clock}" for priority in PRIORITIES for clock in CLOCK_KINDS),
    *(f"pauses.{clock}" for clock in CLOCK_KINDS),
    "warnings",
    "cover",
    "conditions",
)
"""Every part that is edited by itself, in the order of the form."""

_NO_HOURS: Final = MappingProxyType({"tz": "UTC", "hours": {}})
_SPAN = re.compile(
    r"(?:(\d+)\s*d(?:ays?)?)|(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*(?:m|min|minutes)?)?", re.IGNORECASE
)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_MINUTES = re.compile(r"(\d+)\s*(?:m|min|minutes)?\s*(before|after)", re.IGNORECASE)
_NEVER = ("never", "none", "-", "–")


def written(terms: TermsMapping, part: str) -> str:
    """A part of the terms in words that can be typed; empty where nothing is said."""
    field, _, rest = part.partition(".")
    if field == "budgets":
        priority, _, clock = rest.partition(".")
        return _span_words(_budgets(terms).get(priority, {}).get(clock))
    if field == "pauses":
        return ", ".join(_words(status) for status in _pauses(terms, rest)) or "never"
    return {"warnings": _warning_words, "cover": _cover_words, "conditions": _condition_words}[field](terms)


def with_part(terms: TermsMapping, part: str, text: str) -> TermsMapping:
    """The terms with one part as typed."""
    field, _, rest = part.partition(".")
    words = plain(text)
    if field == "budgets":
        priority, _, clock = rest.partition(".")
        changed = _with_budget(terms, priority, clock, _read_span(part, words))
    elif field == "pauses":
        changed = {**terms, "pauses": {**(terms.get("pauses") or {}), rest: _read_statuses(part, words)}}
    else:
        readers: Mapping[str, Callable[[str], object]] = {
            "warnings": _read_warnings,
            "cover": _read_cover,
            "conditions": _read_conditions,
        }
        replaced = ("warnings", "warn_share") if field == "warnings" else (field,)
        changed = {key: value for key, value in terms.items() if key not in replaced}
        found = readers[field](words)
        if found is not None:
            changed[field] = found
    return checked(changed)


def checked(terms: TermsMapping) -> TermsMapping:
    """The terms, if they can be read. Terms with a shared calendar have none of their own."""
    terms_from_mapping(terms if "calendar" in terms else {**terms, "calendar": _NO_HOURS})
    return terms


def hint(part: str) -> str:
    """How a part is written."""
    field = part.partition(".")[0]
    return {
        "budgets": "Open time such as 4h, 30 min or 2d (business days); empty: not promised.",
        "pauses": f"Statuses in which the clock stands: {', '.join(map(_words, RUNNING_STATUSES))}; or never.",
        "warnings": "Such as 75%, 30 min before, 15 min after out of hours, 90% resolution; never; empty: the usual.",
        "cover": "Such as parts, labour, travel, until 2027-12-31, 4 visits; empty: it does not say.",
        "conditions": "Such as priority=1,2 skill=cooling weekday=sat,sun; empty: every call.",
    }[field]


def _budgets(terms: TermsMapping) -> Mapping[str, Mapping[str, Any]]:
    return {str(priority): clocks for priority, clocks in (terms.get("budgets") or {}).items()}


def _with_budget(terms: TermsMapping, priority: str, clock: str, budget: int | str | None) -> dict[str, Any]:
    budgets = {known: dict(clocks) for known, clocks in _budgets(terms).items()}
    of_priority = budgets.setdefault(priority, {})
    if budget is None:
        of_priority.pop(clock, None)
    else:
        of_priority[clock] = budget
    return {**terms, "budgets": {known: budgets[known] for known in sorted(budgets) if budgets[known]}}


def _span_words(budget: object) -> str:
    if not isinstance(budget, int):
        return plain(budget)
    hours, minutes = divmod(budget, 60)
    return " ".join(
        filter(None, (f"{hours}h" if hours else "", f"{minutes} min" if minutes or not hours else ""))
    )


def _read_span(field: str, words: str) -> int | str | None:
    if not words or words.casefold() in _NEVER:
        return None
    if words.startswith("-"):
        raise InvalidInput(field, f"a budget cannot be negative ({words})", hint("budgets"))
    match = _SPAN.fullmatch(words)
    if match is None or not any(match.groups()):
        raise InvalidInput(field, f"{words!r} is not a budget", hint("budgets"))
    days, hours, minutes = match.groups()
    return f"{int(days)}d" if days else int(hours or 0) * 60 + int(minutes or 0)


def _pauses(terms: TermsMapping, clock: str) -> Sequence[str]:
    given = (terms.get("pauses") or {}).get(clock)
    if given is None:
        given = next(statuses for kind, statuses in DEFAULT_PAUSES.items() if kind == clock)
    return [status for status in RUNNING_STATUSES if status in given]


def _read_statuses(field: str, words: str) -> list[str]:
    if not words or words.casefold() in _NEVER:
        return []
    known = {_words(status): status for status in RUNNING_STATUSES}
    found = []
    for word in filter(None, (one.strip().casefold() for one in words.replace("_", " ").split(","))):
        if word not in known:
            raise InvalidInput(field, f"{word!r} cannot pause a clock", f"Known are {', '.join(known)}.")
        found.append(known[word])
    return found


def _words(code: str) -> str:
    return code.replace("_", " ")


def _warning_words(terms: TermsMapping) -> str:
    rules = terms.get("warnings")
    if rules is None:
        share = terms.get("warn_share")
        return "" if share is None else _percent(share)
    return ", ".join(map(_rule_words, rules)) or "never"


def _rule_words(rule: Mapping[str, Any]) -> str:
    if rule.get("share") is not None:
        way = _percent(rule["share"])
    elif rule.get("minutes_before") is not None:
        way = f"{rule['minutes_before']} min before"
    else:
        way = f"{rule['minutes_after']} min after"
    clock = _words(rule["clock"]) if rule.get("clock") else ""
    return " ".join(filter(None, (way, clock, "out of hours" if rule.get("out_of_hours") else "")))


def _percent(share: float) -> str:
    return f"{share * 100:.6g}%"


def _read_warnings(words: str) -> list[dict[str, Any]] | None:
    if not words:
        return None
    if words.casefold() in _NEVER:
        return []
    return [
        _read_rule(f"warnings[{index}]", one.strip())
        for index, one in enumerate(words.split(","))
        if one.strip()
    ]


def _read_rule(field: str, words: str) -> dict[str, Any]:
    share, minutes = _SHARE.match(words), _MINUTES.match(words)
    match = share or minutes
    if match is None:
        raise InvalidInput(field, f"{words!r} is not a warning", hint("warnings"))
    rule: dict[str, Any] = {}
    if share is not None:
        rule["share"] = float(share[1]) / 100
    elif minutes is not None:
        rule[f"minutes_{minutes[2].casefold()}"] = int(minutes[1])
    rest = words[match.end() :].strip().casefold()
    if rest.endswith("out of hours"):
        rule["out_of_hours"] = True
        rest = rest.removesuffix("out of hours").strip()
    if rest:
        rule["clock"] = rest.replace(" ", "_")
    return rule


def _cover_words(terms: TermsMapping) -> str:
    cover = cover_from_mapping(terms.get("cover"))
    return "" if cover is None else cover.words().replace(" and ", ", ")


def _read_cover(words: str) -> dict[str, Any] | None:
    if not words:
        return None
    cover: dict[str, Any] = {}
    for word in filter(None, (one.strip() for one in words.replace(" and ", ",").split(","))):
        first, _, rest = word.partition(" ")
        if word.casefold() in ("parts", "labour", "travel"):
            cover[word.casefold()] = True
        elif first.casefold() == "until":
            cover["until"] = rest.strip()
        elif rest.strip().casefold() in ("visit", "visits"):
            cover["visits"] = int(first) if first.isascii() and first.isdigit() else first
        elif word.casefold() != "nothing paid for":
            raise InvalidInput("cover", f"{word!r} is not a part of what is covered", hint("cover"))
    return cover


def _condition_words(terms: TermsMapping) -> str:
    conditions = terms.get("conditions") or {}
    return " ".join(f"{field}={_values(conditions[field])}" for field in FIELDS if field in conditions)


def _values(value: object) -> str:
    several = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return ",".join(f'"{one}"' if re.search(r"[\s,]", str(one)) else str(one) for one in several)


_CONDITION = re.compile(r"""\s*(\w+)\s*=\s*((?:"[^"]*"|[^\s,"]+)?(?:,(?:"[^"]*"|[^\s,"]+))*)""")


def _read_conditions(words: str) -> dict[str, Any] | None:
    if not words:
        return None
    conditions: dict[str, Any] = {}
    at = 0
    while at < len(words):
        match = _CONDITION.match(words, at)
        if match is None:
            raise InvalidInput("conditions", f"{words[at:].strip()!r} cannot be read", hint("conditions"))
        values = [one.strip('"') for one in re.findall(r'"[^"]*"|[^,]+', match[2])]
        numbers = match[1] == "priority"
        conditions[match[1]] = [int(one) if numbers and one.isdigit() else one for one in values]
        at = match.end()
    return conditions
