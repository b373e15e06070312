"""A clock's explanation in one sentence, and the words for budgets and hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate, groupby, pairwise
from typing import Final

from dispatch_tui.sla.clocks import ClockState
from dispatch_tui.sla.explain import Explanation
from dispatch_tui.sla.hours import DAY, Hours, Window, written_time
from dispatch_tui.sla.terms import Budget, ClockKind

CLOCK_NAMES: Final[Mapping[ClockKind, str]] = {
    "first_response": "First response",
    "resolution": "Resolution",
    "next_update": "Next update",
    "customer_waiting": "Customer waiting",
}
KIND_NAMES: Final = {
    "counted": "counted",
    "out_of_hours": "out of hours",
    "holiday": "holiday",
    "override": "own hours of a date",
    "break": "break",
    "pause": "on hold",
    "reopened": "done before it was reopened",
    "wall_clock": "by the wall clock",
}
"""What each kind of a :class:`dispatch_tui.sla.explain.Segment` is called in a sum."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MINUTE: Final = timedelta(minutes=1)


def sentence(
    clock: ClockState, explanation: Explanation, now: datetime, zone: tzinfo, *, due_at: datetime | None
) -> str:
    """Why ``clock`` is due when it is. ``explanation`` reaches to when it is due, where that is known;
    ``due_at`` is what is stored; times are those of ``zone``, the site's."""
    name = CLOCK_NAMES[clock.kind]
    since = moment(clock.started_at, zone)
    if due_at is None:
        return _not_due(clock, name, since, zone)
    verb = "was" if clock.ended_at is not None or due_at < now else "is"
    head = f"{name} {verb} due {moment(due_at, zone)} at the site ({zone})"
    if clock.budget is None:
        why = f"promised on {since} for that time, which nothing pauses"
    else:
        of = hours_words(clock.terms.calendar.hours)
        if clock.terms.calendar.hours.zone.key != str(zone):
            of += f" in {clock.terms.calendar.hours.zone.key}"
        what = "at the next opening" if not clock.budget.amount else budget_words(clock.budget)
        why = f"{what} of {of} from {since}{_less(explanation)}"
    return f"{head}: {why}.{_ended(clock, due_at, zone)}{_late_pause(clock, zone)}"


def _not_due(clock: ClockState, name: str, since: str, zone: tzinfo) -> str:
    if clock.budget is None:
        end = "" if clock.ended_at is None else f" until {moment(clock.ended_at, zone)}"
        return f"The customer has waited for an answer since {since}{end}; the agreement promises no time for it."
    if clock.paused_since is not None:
        left = (
            ""
            if clock.left is None
            else f": {span_words(clock.left)} of {budget_words(clock.budget)} are left"
        )
        return (
            f"{name} is paused since {moment(clock.paused_since, zone)}{left}. It is due once it runs again."
        )
    why = f"from {since} on, its calendar is never open for {budget_words(clock.budget)}"
    return f"{name} is never due: {why} ({hours_words(clock.terms.calendar.hours)})."


def _less(explanation: Explanation) -> str:
    totals = explanation.totals
    parts = [
        f"{span_words(totals[kind])} {KIND_NAMES[kind]}"
        for kind in ("pause", "reopened")
        if totals.get(kind, timedelta(0)) >= _MINUTE
    ]
    return f", less {' and '.join(parts)}" if parts else ""


def _ended(clock: ClockState, due_at: datetime, zone: tzinfo) -> str:
    if clock.ended_at is None:
        return ""
    how = "met" if clock.ended_at <= due_at else "missed"
    if clock.reversed:
        return f" It was met before it began: {moment(clock.ended_at, zone)} is an odd time, and nothing was counted."
    by = "our answer" if clock.ended_by == "response" else clock.ended_by
    return f" It was {how}: {by} on {moment(clock.ended_at, zone)}."


def _late_pause(clock: ClockState, zone: tzinfo) -> str:
    """A clock that was paused past due stays late."""
    if clock.paused_since is None:
        return ""
    return f" It is paused since {moment(clock.paused_since, zone)}, past due."


def moment(at: datetime, zone: tzinfo) -> str:
    """``Tue 3 Mar 14:30``, as the wall clock of ``zone`` shows it."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def span_words(length: timedelta) -> str:
    """A length in hours and minutes, floored: ``8 h``, ``1 h 30 min``, ``45 min``."""
    hours, minutes = divmod(length // _MINUTE, 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "")
    return " ".join(filter(None, parts))


def budget_words(budget: Budget) -> str:
    """``8 h``, ``2 working days``."""
    if budget.unit == "minutes":
        return span_words(budget.amount * _MINUTE)
    return f"{budget.amount} working day{'' if budget.amount == 1 else 's'}"


def hours_words(hours: Hours) -> str:
    """Opening hours in short: ``Mon-Fri 08:00-17:00, Sat 09:00-12:00``."""
    if all(windows == ((0, DAY),) for windows in hours.weekly):
        return "all hours"
    alike = [
        (windows, [day for day, _ in days])
        for windows, days in groupby(enumerate(hours.weekly), key=lambda pair: pair[1])
    ]
    parts = [f"{_day_words(days)} {_window_words(windows)}" for windows, days in alike if windows]
    return ", ".join(parts) or "no weekly hours"


def _day_words(days: Sequence[int]) -> str:
    return _DAYS[days[0]] if len(days) == 1 else f"{_DAYS[days[0]]}-{_DAYS[days[-1]]}"


def _window_words(windows: Sequence[Window]) -> str:
    return " and ".join(f"{written_time(start)}-{written_time(end)}" for start, end in windows)


def shown_minutes(lengths: Iterable[timedelta]) -> list[int]:
    """Whole minutes for a column that adds up: each is what the floored running total grows by."""
    totals = [total // _MINUTE for total in accumulate(lengths, initial=timedelta(0))]
    return [after - before for before, after in pairwise(totals)]


def shift_words(shift: timedelta) -> str:
    """What a change of the clocks did: ``hour repeated``, ``30 min skipped``; empty without one."""
    if not shift:
        return ""
    length = "hour" if abs(shift) == 60 * _MINUTE else span_words(abs(shift))
    return f"{length} {'skipped' if shift > timedelta(0) else 'repeated'}"
