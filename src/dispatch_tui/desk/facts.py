"""What of a fact can be recorded: checked, its text made safe, and what follows from it for a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

from dispatch_tui.records import Fact, Outcome, Ref, SourceRow
from dispatch_tui.store import bulk
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.tables import CALL_STATUSES, VISIT_STATUSES
from dispatch_tui.text import plain, plain_block

State = dict[str, Any]
"""One record's columns as they are stored."""

_STATUSES = {"call": frozenset(CALL_STATUSES), "visit": frozenset(VISIT_STATUSES)}
_OUTCOMES = frozenset(get_args(Outcome))
UNIQUE = {"call": "number", "operator": "account"}
"""By kind the column, external ids apart, in which no two records are the same."""
_BLOCKS = frozenset(
    ("description", "work", "cause", "said", "note", "access_notes", "arrival_instruction", "address", "text")
)
"""Text columns that may have several lines."""
_GIVEN = {"call": frozenset(("number", "status", "priority", "opened_at", "happened_at"))}
"""What a new call has from its fact where the values do not say it; other kinds only when it happened."""
_GIVEN_TO_ALL = frozenset(("happened_at",))
_SMALL = range(-(2**31), 2**31)
"""Whole numbers that every column holds."""
_PRIORITIES = frozenset((1, 2, 3, 4, 5))
STAMP_OF_STATUS = {
    "acknowledged": "acknowledged_at",
    "in_progress": "started_at",
    "resolved": "resolved_at",
    "closed": "closed_at",
    "cancelled": "closed_at",
}
_FIRST = frozenset(("acknowledged_at", "started_at"))
"""Stamps that keep the first such moment; the others the last."""


class Refused(Exception):
    """This row cannot be recorded; the reason is for the rejects file."""


@cache
def needed(kind: str) -> frozenset[str]:
    """The columns that the first fact of a record has to bring."""
    return bulk.unfilled(kind) - _GIVEN.get(kind, _GIVEN_TO_ALL)


def checked(fact: Fact, resolve: Callable[[str, Ref], int]) -> Mapping[str, Any]:
    """A fact's values with their text made safe and each reference as the id that ``resolve`` (column, reference)
    gives; raises :class:`Refused`. Not to be changed: where nothing had to be done they are the fact's own."""
    kind, values = fact.kind, fact.values
    if not values.keys() <= bulk.defaults(kind).keys():
        raise Refused(f"{kind} has no {', '.join(values.keys() - bulk.defaults(kind).keys())}")
    changed: State = {}
    for name, value in values.items():
        form = type(value)
        if form is str:
            if not value.isprintable():
                changed[name] = plain_block(value) if name in _BLOCKS else plain(value)
        elif form is int:
            if value not in _SMALL and value not in bulk.room(kind, name):
                raise Refused(f"{name}: {value} is more than can be held")
        elif form is Ref:
            changed[name] = resolve(name, value)
        elif value is None and name in bulk.required(kind):
            raise Refused(f"{name}: a {kind} needs one")
    known = _STATUSES.get(kind)
    if known is not None:
        if "status" in values and values["status"] not in known:
            raise Refused(f"status: {values['status']!r} is not a status of a {kind}")
        if kind == "call" and values.get("priority", 3) not in _PRIORITIES:
            raise Refused(f"priority: {values['priority']!r} is not 1 to 5")
        if kind == "visit" and values.get("outcome", "") not in _OUTCOMES:
            raise Refused(f"outcome: {values['outcome']!r} is not good, bad or incomplete")
    elif kind == "site" and values.get("tz") and not _known_zone(values["tz"]):
        raise Refused(f"tz: there is no time zone {values['tz']!r}")
    return {**values, **changed} if changed else values


@lru_cache(maxsize=512)
def _known_zone(name: str) -> bool:
    return isinstance(zone_of(name), ZoneInfo)


def without_a_name(rows: Sequence[SourceRow]) -> set[str]:
    """The keys of rows whose identity, or that of one of their records, holds what :func:`plain` removes: identities
    are compared, so they cannot be cleaned. Joiners stay: names in some scripts need them."""
    keys, names = [row.key for row in rows], [fact.external_id for row in rows for fact in row.facts]
    if "".join(keys + names).isprintable():  # as nearly always
        return set()
    return {
        row.key
        for row in rows
        if not (prints(row.key) and all(prints(fact.external_id) for fact in row.facts))
    }


def prints(name: str) -> bool:
    """Whether an identity holds nothing that :func:`plain` removes."""
    return name.isprintable() or plain(name) == name


def unique_value(kind: str, external_id: str, values: Mapping[str, Any]) -> str:
    """What a record has in the column that must be unique: a call its number within its source, if no other."""
    value = values.get(UNIQUE[kind])
    return plain(value) if value is not None else external_id.partition(":")[2] or external_id


def opening(fact: Fact) -> State:
    """What a new call has where its first fact does not say otherwise."""
    return {
        "number": unique_value("call", fact.external_id, {}),
        "status": "new",
        "priority": 3,
        "opened_at": fact.happened_us,
        "happened_at": fact.happened_us,
    }


def derive_call(state: State, fact: Fact, values: Mapping[str, Any]) -> None:
    """What follows from the status: whether the call is live, and the stamp of its moment."""
    happened = fact.happened_us
    if happened > state["happened_at"]:
        state["happened_at"] = happened
    status = values.get("status")
    if status is None or status != state["status"]:
        return
    state["live"] = 0 if status in ("closed", "cancelled") else 1
    stamp = STAMP_OF_STATUS.get(status)
    if stamp is not None and stamp not in values and not (stamp in _FIRST and state[stamp] is not None):
        state[stamp] = happened
    if status != "on_hold" and state["held_reason"] and "held_reason" not in values:
        state["held_reason"] = ""
