"""Business calendars: when is a budget due, how much open time lies between two instants.

Arithmetic runs over whole windows of UTC (:mod:`dispatch_tui.sla.windows`), so a budget of a
thousand hours costs about what one of ten hours does. The tables are cut on first use and kept in
the calendar: keep the object, do not read it from its mapping for each call.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.days import days_on
from dispatch_tui.sla.hours import DAY, Hours, hours_from_mapping
from dispatch_tui.sla.intervals import Interval, union
from dispatch_tui.sla.windows import BLOCK_US, DAY_US, FIRST_US, LAST_US, Block, block_of

Pause = tuple[datetime, datetime | None]
"""An interval in which no time counts, end exclusive; None is a pause that has not ended."""

MINUTE_US = 60_000_000
_FIRST_BLOCK = FIRST_US // BLOCK_US
_LAST_BLOCK = (LAST_US - 1) // BLOCK_US


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Opening hours, days off and a zone, as questions about instants.

    Instants are aware datetimes in the years 1900 to 2299 (others are :class:`InvalidInput`);
    answers are in UTC. Pauses may be in any order, overlap, begin before the start or be open-ended;
    a reversed one is empty. Two calendars are equal when they were told the same.
    """

    hours: Hours
    _blocks: dict[int, Block] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> Self:
        """Read ``tz``, ``hours``, ``holidays``, ``overrides``, ``breaks``; for their forms and the
        refusals (:class:`InvalidInput`) see :func:`dispatch_tui.sla.hours.hours_from_mapping`."""
        return cls(hours_from_mapping(mapping))

    def due(self, start: datetime, minutes: float, pauses: Iterable[Pause] = ()) -> datetime | None:
        """The earliest instant by which ``minutes`` of open time have passed since ``start``, pauses
        not counted; None where that is never.

        A budget that runs out at closing is due at closing. A budget of zero is due at once where
        it is open and not paused, else at the next opening. Negative minutes are ``InvalidInput``.
        """
        if not math.isfinite(minutes) or minutes < 0:
            raise InvalidInput("minutes", f"a budget cannot be {minutes}")
        at = self.due_us(instant_us("start", start), round(minutes * MINUTE_US), pauses_us(pauses))
        return None if at is None else from_us(at)

    def due_days(self, start: datetime, days: int, pauses: Iterable[Pause] = ()) -> datetime | None:
        """The same wall time, ``days`` working days on; None where that is never.

        A start out of hours counts as the next opening; for working days and a wall time that is
        shut on the day reached see :mod:`dispatch_tui.sla.days`. The open time that pauses took
        before that moment is added after it. Negative days are ``InvalidInput``.
        """
        if days < 0:
            raise InvalidInput("days", f"a budget cannot be {days}")
        at = self.due_days_us(instant_us("start", start), days, pauses_us(pauses))
        return None if at is None else from_us(at)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Open time from ``start`` to ``end``, pauses not counted, exact to the microsecond; zero
        where ``end`` is before ``start``."""
        return timedelta(
            microseconds=self.elapsed_us(
                instant_us("start", start), instant_us("end", end), pauses_us(pauses)
            )
        )

    def is_open(self, at: datetime) -> bool:
        """Whether the local wall clock is inside an open window; the closing instant is not."""
        instant = instant_us("at", at)
        return self._block(instant // BLOCK_US).is_open(instant)

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which it closes (if open) or opens (if shut); None if never."""
        instant = instant_us("at", at)
        if self._block(instant // BLOCK_US).is_open(instant):
            closing = self._closing(instant)
            return None if closing is None else from_us(closing)
        opening = self._opening(instant)
        return None if opening is None else from_us(opening)

    # -- the same in microseconds since 1970 UTC, for those who fold whole histories ------------

    def due_us(self, start: int, budget: int, pauses: Sequence[Interval] = ()) -> int | None:
        """As :meth:`due`, for a budget in microseconds and pauses from :func:`pauses_us`."""
        at, need = start, budget
        for pause_start, pause_end in pauses:
            if pause_end <= at:
                continue
            if pause_start > at:
                if need == 0:
                    opening = self._opening(at)
                    if opening is None or opening < pause_start:
                        return opening
                else:
                    opened = self.open_us(at, pause_start)
                    if opened >= need:
                        return self._advance(at, need)
                    need -= opened
            if pause_end >= LAST_US:
                return None
            at = pause_end
        return self._advance(at, need)

    def due_days_us(self, start: int, days: int, pauses: Sequence[Interval] = ()) -> int | None:
        """As :meth:`due_days`, in microseconds."""
        begin = self._opening(start)
        base = None if begin is None else days_on(self.hours, begin, days)
        if begin is None or base is None:
            return None
        paused = self.open_us(begin, base) - self.elapsed_us(begin, base, pauses)
        return self.due_us(base, paused, pauses) if paused else base

    def elapsed_us(self, start: int, end: int, pauses: Sequence[Interval] = ()) -> int:
        """As :meth:`elapsed`, in microseconds."""
        if end <= start:
            return 0
        opened = self.open_us(start, end)
        for pause_start, pause_end in pauses:
            if pause_start < end and pause_end > start:
                opened -= self.open_us(max(start, pause_start), min(end, pause_end))
        return opened

    def open_us(self, start: int, end: int) -> int:
        """Open time from ``start`` to a later ``end`` inside the years that a calendar answers for."""
        first, last = start // BLOCK_US, end // BLOCK_US
        opened = self._block(last).open_before(end) - self._block(first).open_before(start)
        for number in range(first, last):
            opened += self._block(number).total
        return opened

    def _advance(self, start: int, need: int) -> int | None:
        """The earliest instant by which ``need`` of open time has passed since ``start``."""
        if start >= LAST_US:
            return None
        if need == 0:
            return self._opening(start)
        number = start // BLOCK_US
        block = self._block(number)
        need += block.open_before(start)
        while need > block.total:
            if number >= self._last_opening_block():
                return None
            need -= block.total
            number += 1
            block = self._block(number)
        return _within_years(block.reached(need))

    def _opening(self, at: int) -> int | None:
        """``at`` where it is open, else the next opening."""
        number = at // BLOCK_US
        opening = self._block(number).opening(at)
        while opening is None and number < self._last_opening_block():
            number += 1
            opening = self._block(number).opening(number * BLOCK_US)
        return None if opening is None else _within_years(opening)

    def _closing(self, at: int) -> int | None:
        """The end of the open time that holds ``at``."""
        number, last = at // BLOCK_US, self._last_closing_block()
        closing = self._block(number).closing(at)
        while closing == (number + 1) * BLOCK_US:
            number += 1
            if number > last:
                return None
            following = self._block(number)
            if not following.is_open(closing):
                break
            closing = following.closing(closing)
        return _within_years(closing)

    def _block(self, number: int) -> Block:
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = block_of(self.hours, number)
        return block

    def _last_opening_block(self) -> int:
        """After this block there is no open time, or only what goes on week by week."""
        return _LAST_BLOCK if any(self.hours.weekly) else self._last_dated_block()

    def _last_closing_block(self) -> int:
        """After this block it never closes, or does so week by week."""
        hours = self.hours
        whole_week = sum(end - start for day in hours.weekly for start, end in day) == 7 * DAY
        return self._last_dated_block() if whole_week and not hours.yearly_holidays else _LAST_BLOCK

    def _last_dated_block(self) -> int:
        """The last block that a single date can make different from any other."""
        hours = self.hours
        dates = [max(table) for table in (hours.dated_holidays, hours.overrides, hours.breaks) if table]
        if not dates:
            return _FIRST_BLOCK
        # A window runs for a day past its date at most, and the local date may be a day behind UTC.
        return (max(dates) + 3 - date(1970, 1, 1).toordinal()) * DAY_US // BLOCK_US


def pauses_us(pauses: Iterable[Pause]) -> list[Interval]:
    """Pauses as one union of intervals in microseconds since 1970 UTC, in order and apart; an end that
    is open, or lies beyond the years that a calendar answers for, is ``LAST_US``."""
    return union((_edge(start), LAST_US if end is None else _edge(end)) for start, end in pauses)


def _edge(instant: datetime) -> int:
    return min(_aware_us("pauses", instant), LAST_US)


def instant_us(name: str, instant: datetime) -> int:
    """Microseconds since 1970 UTC; a naive instant, or one outside the years 1900 to 2299, is
    ``InvalidInput`` with the field ``name``."""
    at = _aware_us(name, instant)
    if not FIRST_US <= at < LAST_US:
        raise InvalidInput(name, f"{instant.isoformat()} is not in the years 1900 to 2299")
    return at


def _aware_us(name: str, instant: datetime) -> int:
    if instant.tzinfo is None:
        raise InvalidInput(
            name, f"{instant.isoformat()} has no time zone", "Give an instant with its offset."
        )
    return to_us(instant)


def _within_years(at: int) -> int | None:
    return at if at < LAST_US else None
