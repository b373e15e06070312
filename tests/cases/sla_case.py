"""A case of a file like ``cases/sla.json``, mapped by its fields: what is asked, and what must come out.

What asks and what tells are known by name; so are the words about a case, which decide nothing. Any other
field, and one that does not belong to the question, is a :class:`NotUnderstood` with its name: a case is
never passed by leaving a part of it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch_tui.sla.calendar import BusinessCalendar, Pause

Case = Mapping[str, Any]

WORDS = frozenset({"id", "kind", "source", "split", "verified", "tags", "note", "provenance", "title"})
MINUTES_IN = {"seconds": 1 / 60, "minutes": 1, "hours": 60}
ELAPSED_IN = {f"expected_elapsed_{unit}": minutes for unit, minutes in MINUTES_IN.items()}
DUE_FIELDS = {"calendar", "start", "pauses", "expected_due", "days", *MINUTES_IN}
ELAPSED_FIELDS = {"calendar", "start", "end", "pauses", *ELAPSED_IN}
FRACTION = timedelta(seconds=0.5)
"""A fraction of a minute is printed with so many digits; it must agree to the second."""


class NotUnderstood(AssertionError):
    """A field of a case that nothing here reads."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


def check(case: Case) -> None:
    """Ask the calendar what the case asks. ``AssertionError`` where the answer, or the case, is another."""
    kind = case.get("kind") or ("due" if "expected_due" in case else "elapsed")
    if kind == "due":
        check_due(case)
    elif kind == "elapsed":
        check_elapsed(case)
    else:
        raise NotUnderstood("kind", f"{kind!r} is no question that is known here")


def check_due(case: Case) -> None:
    """A budget of open time, or of working days, from ``start`` must be due at ``expected_due``; null is never."""
    only(case, DUE_FIELDS, "a case about a due time")
    calendar, zone = calendar_of(case)
    if "expected_due" not in case:
        raise NotUnderstood("expected_due", "is missing")
    start, pauses = instant("start", case.get("start"), zone), pauses_of(case, zone)
    wanted = case["expected_due"]
    expected = None if wanted is None else instant("expected_due", wanted, zone)
    unit, amount = budget_of(case)
    if unit == "days":
        due = calendar.due_days(start, amount, pauses)
    else:
        due = calendar.due(start, amount * MINUTES_IN[unit], pauses)
    assert due == expected


def check_elapsed(case: Case) -> None:
    """The open time from ``start`` to ``end`` must be what is expected: whole numbers exactly."""
    only(case, ELAPSED_FIELDS, "a case about elapsed time")
    calendar, zone = calendar_of(case)
    told = [field for field in ELAPSED_IN if case.get(field) is not None]
    if len(told) != 1:
        raise NotUnderstood("expected_elapsed_minutes", f"{len(told)} of {', '.join(ELAPSED_IN)} are given")
    start, end = (instant(field, case.get(field), zone) for field in ("start", "end"))
    elapsed = calendar.elapsed(start, end, pauses_of(case, zone))
    minutes = case[told[0]] * ELAPSED_IN[told[0]]
    expected = timedelta(minutes=minutes)
    if float(minutes).is_integer():
        assert elapsed == expected
    else:
        assert abs(elapsed - expected) <= FRACTION, f"{elapsed} is not {expected}"


def only(case: Case, known: set[str], what: str) -> None:
    """Refuse fields that hold something and are not read."""
    for field, value in case.items():
        if field not in WORDS | known and value is not None:
            raise NotUnderstood(field, f"is not a part of {what}")


def budget_of(case: Case) -> tuple[str, Any]:
    given = {unit: case[unit] for unit in (*MINUTES_IN, "days") if case.get(unit) is not None}
    if len(given) != 1:
        raise NotUnderstood("minutes", f"one budget is needed, {sorted(given)} are given")
    return next(iter(given.items()))


def calendar_of(case: Case) -> tuple[BusinessCalendar, ZoneInfo]:
    """What the calendar does not know it refuses by name itself."""
    calendar = BusinessCalendar.from_mapping(case["calendar"])
    return calendar, calendar.hours.zone


def pauses_of(case: Case, zone: ZoneInfo) -> list[Pause]:
    """Pairs of instants, or tables of ``start`` and ``end``; an end of null has not come."""
    pauses: list[Pause] = []
    for index, pause in enumerate(case.get("pauses") or ()):
        field = f"pauses[{index}]"
        if isinstance(pause, Mapping):
            for key in pause:
                if key not in ("start", "end"):
                    raise NotUnderstood(f"{field}.{key}", "is not a part of a pause")
            start, end = pause.get("start"), pause.get("end")
        elif isinstance(pause, Sequence) and not isinstance(pause, str) and len(pause) == 2:
            start, end = pause
        else:
            raise NotUnderstood(field, f"{pause!r} is not a start and an end")
        pauses.append((instant(field, start, zone), None if end is None else instant(field, end, zone)))
    return pauses


def instant(field: str, written: Any, zone: ZoneInfo) -> datetime:
    """An instant as written; without an offset it is the wall clock of the calendar's zone."""
    try:
        read = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        raise NotUnderstood(field, f"{written!r} is not an instant") from None
    return read.replace(tzinfo=zone) if read.tzinfo is None else read
