"""When a clock warns: at a share of its budget, or some minutes before or after it is due.

A share is one of open time. Minutes are open time too, pauses left out, so that a warning leaves that
much working time wherever the night lies; with ``out_of_hours`` they are minutes of the wall clock, and
the warning may fall into the night. No warning of the first two kinds comes before the clock starts or
after it is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import MINUTE_US, BusinessCalendar, pauses_us
from dispatch_tui.sla.intervals import Interval
from dispatch_tui.sla.kinds import MOST_MINUTES, ClockKind, clock_kind, is_whole, only_known

if TYPE_CHECKING:
    from datetime import datetime

    from dispatch_tui.sla.clocks import ClockState

_KEYS = ("share", "minutes_before", "minutes_after", "clock", "out_of_hours")
_WAYS: Final[tuple[Literal["share", "minutes_before", "minutes_after"], ...]] = (
    "share",
    "minutes_before",
    "minutes_after",
)
_REMEDY = "Write {share = 0.75}, {minutes_before = 30} or {minutes_after = 15}."


class WarnRule(NamedTuple):
    """One warning. ``amount``: a share above 0, at most 1, or whole minutes; ``clock`` None is every clock."""

    way: Literal["share", "minutes_before", "minutes_after"]
    amount: float
    clock: ClockKind | None = None
    out_of_hours: bool = False

    def words(self) -> str:
        """Such as ``at 75 %`` or ``30 min before``."""
        if self.way == "share":
            return f"at {100 * self.amount:.4g} %"
        return f"{self.amount:.0f} min {'before' if self.way == 'minutes_before' else 'after'}"


DEFAULT_WARNINGS: Final = (WarnRule("share", 0.75),)


def warnings_from_mapping(warnings: object, share: object = None) -> tuple[WarnRule, ...]:
    """Read a list of warnings; with neither, :data:`DEFAULT_WARNINGS`. An empty list never warns.

    Each has one of ``share``, ``minutes_before``, ``minutes_after``; where present ``clock`` (one clock
    only) and ``out_of_hours``. ``share``, in place of the list, is one share for all clocks
    (``warn_share``). Raises :class:`InvalidInput` with the field, such as ``warnings[1].share``.
    """
    if share is not None:
        if warnings is not None:
            raise InvalidInput("warn_share", "is given beside warnings", "Give one of them.")
        return (WarnRule("share", _share("warn_share", share)),)
    if warnings is None:
        return DEFAULT_WARNINGS
    if isinstance(warnings, str | Mapping) or not isinstance(warnings, Iterable):
        raise InvalidInput("warnings", "is not a list of warnings", _REMEDY)
    return tuple(_rule(f"warnings[{index}]", one) for index, one in enumerate(warnings))


class Warned(NamedTuple):
    """A warning of a clock, and when it comes."""

    at: datetime
    rule: WarnRule


def warned(rules: Sequence[WarnRule], calendar: BusinessCalendar, state: ClockState) -> tuple[Warned, ...]:
    """Every warning of a clock as it stands, the earliest first; those whose instant is not known yet
    (it is paused, or never due) are left out."""
    if state.budget is None and state.due_at is None:
        return ()
    start = to_us(state.started_at)
    due = None if state.due_at is None else to_us(state.due_at)
    if state.budget is None:
        assert due is not None
        budget = calendar.elapsed_us(start, due)
    elif state.budget.unit == "minutes":
        budget = state.budget.amount * MINUTE_US
    else:
        plain_due = calendar.due_days_us(start, state.budget.amount)
        budget = 0 if plain_due is None else calendar.elapsed_us(start, plain_due)
    pauses = pauses_us((since, until) for since, until, _ in state.stopped)
    found = moments(rules, state.kind, calendar, start, budget, due, pauses)
    return tuple(Warned(from_us(at), rule) for at, rule in found)


def warn_us(
    rules: Sequence[WarnRule],
    kind: ClockKind,
    calendar: BusinessCalendar,
    start: int,
    budget: int,
    due: int | None,
    pauses: Sequence[Interval] = (),
) -> int | None:
    """From when a clock counts as a warning: its first warning that is not after due, in microseconds since
    1970 UTC; None where there is none. ``budget`` is open time; see :func:`moments`."""
    found = moments(rules, kind, calendar, start, budget, due, pauses)
    return next((at for at, rule in found if rule.way != "minutes_after"), None)


def moments(
    rules: Sequence[WarnRule],
    kind: ClockKind,
    calendar: BusinessCalendar,
    start: int,
    budget: int,
    due: int | None,
    pauses: Sequence[Interval] = (),
) -> list[tuple[int, WarnRule]]:
    """When each rule of a clock fires, the earliest first; all in microseconds, pauses in order and apart."""
    found = []
    for rule in rules:
        if rule.clock is None or rule.clock == kind:
            at = _moment(rule, calendar, start, budget, due, pauses)
            if at is not None:
                found.append((at, rule))
    return sorted(found, key=itemgetter(0))


def _moment(
    rule: WarnRule,
    calendar: BusinessCalendar,
    start: int,
    budget: int,
    due: int | None,
    pauses: Sequence[Interval],
) -> int | None:
    if rule.way == "share":
        at = calendar.due_us(start, round(rule.amount * budget), pauses)
    else:
        minutes = round(rule.amount) * MINUTE_US
        if rule.way == "minutes_after":
            if due is None:
                return None
            return due + minutes if rule.out_of_hours else calendar.due_us(due, minutes, pauses)
        if rule.out_of_hours:
            return None if due is None else max(start, due - minutes)
        at = calendar.due_us(start, max(0, budget - minutes), pauses)
    if at is None:
        return due
    return at if due is None else min(at, due)


def _rule(field: str, value: object) -> WarnRule:
    if not isinstance(value, Mapping):
        raise InvalidInput(field, f"{value!r} is not a warning", _REMEDY)
    only_known(field, "a warning", value, _KEYS)
    given = [way for way in _WAYS if value.get(way) is not None]
    if len(given) != 1:
        raise InvalidInput(field, f"says {'nothing' if not given else ' and '.join(given)}", _REMEDY)
    (way,) = given
    amount = (
        _share(f"{field}.share", value[way]) if way == "share" else _minutes(f"{field}.{way}", value[way])
    )
    clock = value.get("clock")
    out_of_hours = value.get("out_of_hours", False)
    if not isinstance(out_of_hours, bool):
        raise InvalidInput(f"{field}.out_of_hours", f"{out_of_hours!r} is neither true nor false")
    kind = None if clock is None else clock_kind(f"{field}.clock", clock)
    return WarnRule(way, amount, kind, out_of_hours)


def _share(field: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise InvalidInput(field, f"{value!r} is not a share of a budget", "Give a number such as 0.75.")


def _minutes(field: str, value: object) -> float:
    if is_whole(value) and 0 <= value <= MOST_MINUTES:
        return float(value)
    raise InvalidInput(field, f"{value!r} is not a number of minutes", "Give a whole number such as 30.")
