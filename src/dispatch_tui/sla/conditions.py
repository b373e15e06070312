"""For which calls an agreement holds: conditions on the call as it came in.

All conditions have to be met; one is met where the call has any of its values. A condition without a
value, or with an empty one, matches nothing: whoever leaves a field blank has not said "for all". An
agreement for all calls has no condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.hours import WEEKDAYS
from dispatch_tui.sla.kinds import PRIORITIES, is_whole, only_known

Field = Literal["priority", "skill", "channel", "category", "model", "family", "weekday"]
FIELDS: Final[tuple[Field, ...]] = (
    "priority",
    "skill",
    "channel",
    "category",
    "model",
    "family",
    "weekday",
)


class CallFacts(NamedTuple):
    """A call as it came in; texts are empty where nothing is known."""

    opened_at: datetime
    priority: int
    skill: str = ""
    channel: str = ""
    category: str = ""
    model: str = ""
    family: str = ""


class Condition(NamedTuple):
    """One condition; ``values`` as :func:`conditions_from_mapping` leaves them: texts, cases folded."""

    field: Field
    values: frozenset[str]


def conditions_from_mapping(value: object) -> tuple[Condition, ...]:
    """Read conditions: field to a value or a list of values.

    ``priority`` takes 1 to 5, ``weekday`` (of the opening, in the agreement's zone) ``mon`` to ``sun``, the
    others names, in any case. Raises :class:`InvalidInput` with the field, such as ``conditions.weekday``.
    """
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise InvalidInput("conditions", "is not a table", "Write {priority = [1, 2]}.")
    only_known("conditions", "the conditions", value, FIELDS)
    return tuple(Condition(field, _values(field, value[field])) for field in FIELDS if field in value)


def unmet(conditions: Iterable[Condition], facts: CallFacts, zone: ZoneInfo) -> str:
    """Why these conditions are not met by a call, in a few words; empty where they are."""
    for condition in conditions:
        if not condition.values:
            return f"its condition on {condition.field} is blank, which matches nothing"
        found = _of_call(condition.field, facts, zone)
        if found.casefold() not in condition.values:
            wanted = " or ".join(sorted(condition.values))
            return f"it is for {condition.field} {wanted}, the call has {found or 'none'}"
    return ""


def _of_call(field: Field, facts: CallFacts, zone: ZoneInfo) -> str:
    if field == "weekday":
        return WEEKDAYS[facts.opened_at.astimezone(zone).weekday()]
    if field == "priority":
        return str(facts.priority)
    return str(getattr(facts, field))


def _values(field: Field, value: object) -> frozenset[str]:
    """A condition's values; blank ones vanish, and with them what they could have matched."""
    name = f"conditions.{field}"
    several = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return frozenset(text for text in (_value(name, field, one) for one in several) if text)


def _value(name: str, field: Field, value: object) -> str:
    if value is None or value == "":
        return ""
    if field == "priority":
        if is_whole(value) and value in PRIORITIES:
            return str(value)
        raise InvalidInput(name, f"{value!r} is not a priority", "Priorities are 1 (highest) to 5.")
    if not isinstance(value, str):
        raise InvalidInput(name, f"{value!r} is not a text")
    text = value.strip().casefold()
    if field == "weekday" and text and text not in WEEKDAYS:
        raise InvalidInput(name, f"{value!r} is not a weekday", "Use mon to sun.")
    return text
