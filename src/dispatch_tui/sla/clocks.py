"""The clocks of a call, told from its history alone.

======================  ============================ ==========================================
clock                   runs from                    until
======================  ============================ ==========================================
``first_response``      opening                      our first outbound contact, or done
``resolution``          opening                      done: resolved, closed or cancelled
``next_update``         the last conversation (the   the next conversation, which starts it
                        opening before any), or a    again; ended by done
                        promise, whichever is due
                        earlier
``customer_waiting``    the oldest inbound contact   our answer, which clears it; ended by
                        without an answer            closed or cancelled
======================  ============================ ==========================================

Statuses that pause a clock are the agreement's. When a call is reopened, the time for which it was
done is a pause of its own kind (``reopened``) in the first three; the customer who waits does wait.
A change of priority or agreement counts the new budget from the same start with the same pauses.
A promise is a wall-clock instant: no status pauses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from dispatch_tui.clock import from_us
from dispatch_tui.sla.calendar import MINUTE_US, BusinessCalendar
from dispatch_tui.sla.history import DONE_STATUSES, Ending, Event, History, history_of
from dispatch_tui.sla.intervals import Interval, union
from dispatch_tui.sla.terms import Budget, ClockKind, Terms
from dispatch_tui.sla.warnings import warn_us
from dispatch_tui.sla.windows import LAST_US

__all__ = ["ClockState", "Event", "State", "StoppedTime", "clocks_of"]

State = Literal["running", "paused", "warning", "breached", "met", "missed", "never"]


class StoppedTime(NamedTuple):
    """A stretch that a clock did not count; ``end`` None while it lasts. ``why``: the status that
    paused it, or ``reopened`` for the time a reopened call had been done."""

    start: datetime
    end: datetime | None
    why: str


class ClockState(NamedTuple):
    """One clock, as its history up to now leaves it. Instants are UTC.

    Only what an event can change is in here; warning and breach are read off by :meth:`state_at`.
    """

    kind: ClockKind
    started_at: datetime
    budget: Budget | None
    """None: a promised instant, or a waiting customer whom the agreement does not speak of."""
    due_at: datetime | None
    """None: never, or not known while it is paused."""
    warn_at: datetime | None
    paused_since: datetime | None
    ended_at: datetime | None
    ended_by: str
    """``response``, or the status that ended it; empty while it goes on. Attainment leaves out ``cancelled``."""
    left: timedelta | None
    """Open time left, while it is paused."""
    stopped: tuple[StoppedTime, ...]
    terms: Terms
    """What it was counted by: the terms that hold or, where it has ended, held then."""

    @property
    def reversed(self) -> bool:
        """Whether it ended before it began (an event with an odd time): no time counts, and it is flagged."""
        return self.ended_at is not None and self.ended_at < self.started_at

    def state_at(self, now: datetime) -> State:
        """What to call it at ``now``, an instant not before the last event of its history."""
        return state_of(
            now,
            due_at=self.due_at,
            warn_at=self.warn_at,
            paused_since=self.paused_since,
            ended_at=self.ended_at,
            promised=self.budget is not None,
        )


def state_of(
    now: datetime,
    *,
    due_at: datetime | None,
    warn_at: datetime | None,
    paused_since: datetime | None,
    ended_at: datetime | None,
    promised: bool,
) -> State:
    """What to call a clock with these instants. ``promised``: it has a budget, so that no due means never.

    Done at or before due is met. Nothing breaches while paused; what is past due stays breached.
    """
    if ended_at is not None:
        if due_at is None:
            return "never" if promised else "met"
        return "met" if ended_at <= due_at else "missed"
    if paused_since is not None:
        return "breached" if due_at is not None and due_at < paused_since else "paused"
    if due_at is None:
        return "never" if promised else "running"
    if now > due_at:
        return "breached"
    return "warning" if warn_at is not None and now >= warn_at else "running"


def clocks_of(terms: Terms, events: Iterable[Event]) -> tuple[ClockState, ...]:
    """The clocks of a call under ``terms`` (later ones by ``agreement`` events), in the order of
    :data:`CLOCK_KINDS`; those not promised at its priority are left out, and so is a customer who
    does not wait. Events in any order; for faults in them see :func:`history_of`.
    """
    history = history_of(terms, events)
    clocks = (
        _first_response(history),
        _resolution(history),
        _next_update(history),
        _customer_waiting(history),
    )
    return tuple(clock for clock in clocks if clock is not None)


def _first_response(history: History) -> ClockState | None:
    response, done = history.response, history.done
    if response is None or (done is not None and done.at < response.at):
        return _promised("first_response", history, history.opened, done)
    return _promised("first_response", history, history.opened, response)


def _resolution(history: History) -> ClockState | None:
    return _promised("resolution", history, history.opened, history.done)


def _customer_waiting(history: History) -> ClockState | None:
    if history.waiting is None:
        return None
    over = history.over if history.over and history.waiting <= history.over.at else None
    terms, priority = (over.terms, over.priority) if over else (history.terms, history.priority)
    budget = terms.budget("customer_waiting", priority)
    return _clock("customer_waiting", history, terms, budget, history.waiting, over)


def _next_update(history: History) -> ClockState | None:
    now = history.done or history.ending(0, "")
    talked = history.opened if now.talked is None else max(now.talked, history.opened)
    by_talk = _promised("next_update", history, talked, history.done)
    if now.promise is None:
        return by_talk
    by_promise = _by_promise(now.terms, now.promise, history.done)
    if by_talk is None or by_talk.due_at is None:
        return by_promise
    return by_talk if by_talk.due_at <= from_us(now.promise[1]) else by_promise


def _by_promise(terms: Terms, promise: Interval, end: Ending | None) -> ClockState:
    made, due = promise
    calendar = terms.calendar
    warn = warn_us(terms.warnings, "next_update", calendar, made, calendar.elapsed_us(made, due), due)
    return ClockState(
        kind="next_update",
        started_at=from_us(made),
        budget=None,
        due_at=from_us(due),
        warn_at=None if warn is None else from_us(warn),
        paused_since=None,
        ended_at=None if end is None else from_us(end.at),
        ended_by="" if end is None else end.by,
        left=None,
        stopped=(),
        terms=terms,
    )


def _promised(kind: ClockKind, history: History, start: int, end: Ending | None) -> ClockState | None:
    terms, priority = (end.terms, end.priority) if end else (history.terms, history.priority)
    budget = terms.budget(kind, priority)
    return None if budget is None else _clock(kind, history, terms, budget, start, end)


def _clock(
    kind: ClockKind, history: History, terms: Terms, budget: Budget | None, start: int, end: Ending | None
) -> ClockState:
    stopped = _stopped(kind, history, LAST_US if end is None else end.at)
    pauses = union((since, until) for since, until, _ in stopped)
    paused = pauses[-1][0] if end is None and pauses and pauses[-1][1] == LAST_US else None
    due = warn = left = None
    if budget is not None:
        due, warn = _due_and_warn(kind, terms, budget, start, pauses)
        if paused is not None:
            paused = max(paused, start)
            left = _open_budget(terms.calendar, budget, start) - terms.calendar.elapsed_us(
                start, paused, pauses
            )
    return ClockState(
        kind=kind,
        started_at=from_us(start),
        budget=budget,
        due_at=None if due is None else from_us(due),
        warn_at=None if warn is None else from_us(warn),
        paused_since=None if paused is None else from_us(paused),
        ended_at=None if end is None else from_us(end.at),
        ended_by="" if end is None else end.by,
        left=None if left is None else timedelta(microseconds=max(0, left)),
        stopped=tuple(
            StoppedTime(from_us(since), None if until == LAST_US else from_us(until), why)
            for since, until, why in stopped
            if until > start
        ),
        terms=terms,
    )


def _stopped(kind: ClockKind, history: History, until: int) -> list[tuple[int, int, str]]:
    """The pauses of a clock before ``until``: from, to (``LAST_US`` while it lasts), why."""
    spells = history.spells
    stopped: list[tuple[int, int, str]] = []
    for index, (since, status, terms) in enumerate(spells):
        if since >= until:
            break
        following = spells[index + 1].since if index + 1 < len(spells) else LAST_US
        if status in terms.pauses.get(kind, ()):
            why = status
        elif status in DONE_STATUSES and kind != "customer_waiting":
            why = "reopened"
        else:
            continue
        if since < min(following, until):
            stopped.append((since, min(following, until), why))
    return stopped


def _due_and_warn(
    kind: ClockKind, terms: Terms, budget: Budget, start: int, pauses: list[Interval]
) -> tuple[int | None, int | None]:
    calendar = terms.calendar
    if budget.unit == "days":
        due = calendar.due_days_us(start, budget.amount, pauses)
    else:
        due = calendar.due_us(start, budget.amount * MINUTE_US, pauses)
    return due, warn_us(
        terms.warnings, kind, calendar, start, _open_budget(calendar, budget, start), due, pauses
    )


def _open_budget(calendar: BusinessCalendar, budget: Budget, start: int) -> int:
    """A budget as open time; days are what lies open until they are due without a pause."""
    if budget.unit == "minutes":
        return budget.amount * MINUTE_US
    due = calendar.due_days_us(start, budget.amount)
    return 0 if due is None else calendar.elapsed_us(start, due)
