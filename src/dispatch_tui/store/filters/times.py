"""What a filter's terms about time mean at a given instant: half-open ranges of stored microseconds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from dispatch_tui.clock import to_us
from dispatch_tui.store.filters.terms import Day, Moment, Span, Special, Term, Value
from dispatch_tui.store.rows import NEVER

_SECOND = 1_000_000
_EARLIEST = -NEVER


class Range(NamedTuple):
    """Instants from ``low`` (included) to ``high`` (excluded), microseconds since 1970 UTC."""

    low: int
    high: int

    def holds(self, us: int) -> bool:
        return self.low <= us < self.high


def ranges(term: Term, now: datetime, zone: tzinfo) -> tuple[Range, ...]:
    """The alternatives of a ``due``, ``age`` or ``opened`` term at ``now`` for a reader in ``zone``.

    They bound ``due_at`` for ``due`` and ``opened_at`` for ``age`` and ``opened``; ``term.negated`` is left
    to the caller. A call without a due instant (:data:`NEVER`) matches ``due:none`` alone. Days begin
    at midnight in ``zone``. Raises ``ValueError`` for a term about something else.
    """
    if term.field not in ("due", "age", "opened"):
        raise ValueError(f"{term.field} is not about time")
    return tuple(_range(term.field, term.op, value, now, zone) for value in term.values)


def _range(field: str, op: str, value: Value, now: datetime, zone: tzinfo) -> Range:
    if value is Special.NONE:
        return Range(NEVER, NEVER + 1)
    if isinstance(value, Span):
        return _of_span(field, op, value.seconds * _SECOND, to_us(now))
    if isinstance(value, Day):
        first = (
            value.value if isinstance(value.value, date) else _day(now, zone) + timedelta(days=value.value)
        )
        return _compare(op, _midnight(first, zone), _midnight(first + timedelta(days=1), zone))
    if isinstance(value, Moment):
        start = to_us(value.local.replace(tzinfo=zone))
        return _compare(op, start, start + 60 * _SECOND)
    raise ValueError(f"{value!r} is not about time")


def _of_span(field: str, op: str, span: int, now: int) -> Range:
    if field == "due":
        if op == ":":  # between now and then, to either side
            return Range(min(now, now + span), max(now, now + span))
        return _compare(op, now + span, now + span + 1)
    if op == ":":  # in the last so long
        return Range(now - span, now + 1)
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op]  # the older, the earlier it was opened
    return _compare(turned, now - span, now - span + 1)


def _compare(op: str, start: int, end: int) -> Range:
    """Compare with the stretch from ``start`` to ``end``: before it, up to its end, in it, and so on."""
    return {
        ":": Range(start, end),
        "<": Range(_EARLIEST, start),
        "<=": Range(_EARLIEST, end),
        ">": Range(end, NEVER),
        ">=": Range(start, NEVER),
    }[op]


def _day(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()


def _midnight(day: date, zone: tzinfo) -> int:
    return to_us(datetime.combine(day, time(), tzinfo=zone))
