"""Opening hours turned into stretches of UTC, in blocks of 52 weeks with running totals.

An instant counts if the local wall clock it shows lies in an open window. So for every stretch of
time with one offset from UTC the open windows are the wall windows shifted by that offset: a
repeated hour is met by two stretches and counts twice, a skipped hour (or day) by none.

With a running total before each window, "how much is open before this instant" and its inverse are
one binary search each, whatever the budget: a block is cut out once and kept.
All instants here are microseconds since 1970 UTC, so that arithmetic is exact.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.sla.hours import DAY, Hours
from dispatch_tui.sla.intervals import Interval, union, without

SECOND_US = 1_000_000
DAY_US = DAY * SECOND_US
BLOCK_US = 364 * DAY_US
FIRST_US = to_us(datetime(1900, 1, 1, tzinfo=UTC))
LAST_US = to_us(datetime(2300, 1, 1, tzinfo=UTC))
"""Calendars answer for the years 1900 to 2299; what is not due by then is never due."""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_SAMPLE_US = 2 * DAY_US
"""No zone has changed its offset twice within six days, so two samples that agree have no change between."""


class Block(NamedTuple):
    """The open windows of one block in order, end exclusive; neighbours that touch are joined."""

    starts: array[int]
    ends: array[int]
    before: array[int]
    """Open time of this block before each window."""
    total: int

    def open_before(self, at: int) -> int:
        """Open time of this block before ``at``."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def reached(self, need: int) -> int:
        """The earliest instant by which ``need`` (above 0, at most ``total``) of open time has passed."""
        index = bisect_left(self.before, need) - 1
        return self.starts[index] + need - self.before[index]

    def is_open(self, at: int) -> bool:
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]

    def closing(self, at: int) -> int:
        """The end of the window that holds ``at``, which is open."""
        return self.ends[bisect_right(self.starts, at) - 1]

    def opening(self, at: int) -> int | None:
        """``at`` where that is open, else the next opening in this block."""
        if self.is_open(at):
            return at
        index = bisect_right(self.starts, at)
        return self.starts[index] if index < len(self.starts) else None


def block_of(hours: Hours, number: int) -> Block:
    """Cut block ``number`` (it starts at ``number * BLOCK_US``) out of a calendar's hours."""
    starts, ends, before = array("q"), array("q"), array("q")
    total = 0
    for start, end in _open_stretches(hours, number):
        if ends and ends[-1] == start:
            ends[-1] = end
        else:
            starts.append(start)
            ends.append(end)
            before.append(total)
        total += end - start
    return Block(starts, ends, before, total)


def _open_stretches(hours: Hours, number: int) -> Iterator[tuple[int, int]]:
    wall = _wall_windows(hours, number)
    for since, until, offset in _offsets(hours.zone, number):
        for start, end in wall:
            opens, closes = max(start - offset, since), min(end - offset, until)
            if opens < closes:
                yield opens, closes


def _wall_windows(hours: Hours, number: int) -> list[Interval]:
    """Open wall time in and around a block, as microseconds since 1970 of the local wall clock.

    In order and apart from each other, breaks cut out.
    """
    first = _EPOCH_ORDINAL + number * (BLOCK_US // DAY_US)
    opened: list[Interval] = []
    closed: list[Interval] = []
    # Offsets reach a day either way, and a window may run for a day into the next.
    for ordinal in range(first - 3, first + BLOCK_US // DAY_US + 2):
        midnight = (ordinal - _EPOCH_ORDINAL) * DAY_US
        for start, end in hours.windows_on(date.fromordinal(ordinal)):
            opened.append((midnight + start * SECOND_US, midnight + end * SECOND_US))
        for start, end in hours.breaks.get(ordinal, ()):
            closed.append((midnight + start * SECOND_US, midnight + end * SECOND_US))
    return without(union(opened), union(closed))


def open_stretches_of(hours: Hours, day: date) -> list[Interval]:
    """The stretches of UTC that a date's own windows are open, in order; none on a date that a zone skipped."""
    midnight = (day.toordinal() - _EPOCH_ORDINAL) * DAY_US
    offsets = offsets_between(hours.zone, midnight - DAY_US, midnight + 3 * DAY_US)
    return union(
        (max(midnight + start * SECOND_US - offset, since), min(midnight + end * SECOND_US - offset, until))
        for start, end in hours.open_on(day)
        for since, until, offset in offsets
    )


def offsets_between(zone: ZoneInfo, start: int, end: int) -> list[tuple[int, int, int]]:
    """Stretches (from, to, offset east of UTC) that cover ``start`` to ``end``, in order."""
    numbers = range(start // BLOCK_US, end // BLOCK_US + 1)
    return [one for number in numbers for one in _offsets(zone, number) if one[1] > start and one[0] <= end]


@lru_cache(maxsize=512)
def _offsets(zone: ZoneInfo, number: int) -> tuple[tuple[int, int, int], ...]:
    """Stretches (from, to, offset east of UTC) that make up a block, in order."""
    start, end = number * BLOCK_US, (number + 1) * BLOCK_US
    stretches: list[tuple[int, int, int]] = []
    since, offset = start, _offset(zone, start)
    for sample in range(start + _SAMPLE_US, end + 1, _SAMPLE_US):
        found = _offset(zone, sample)
        if found == offset:
            continue
        low, high = sample - _SAMPLE_US, sample
        while high - low > SECOND_US:  # the change lies in (low, high]; changes fall on whole seconds
            middle = (low + high) // 2 // SECOND_US * SECOND_US
            if _offset(zone, middle) == offset:
                low = middle
            else:
                high = middle
        stretches.append((since, high, offset))
        since, offset = high, found
    if since < end:
        stretches.append((since, end, offset))
    return tuple(stretches)


def _offset(zone: ZoneInfo, at: int) -> int:
    local = from_us(at).astimezone(zone).utcoffset()
    assert local is not None  # a ZoneInfo always knows
    return local.days * DAY_US + local.seconds * SECOND_US + local.microseconds


def stretches(zone: ZoneInfo, since: int, until: int) -> Iterator[tuple[int, int, int]]:
    """The time from ``since`` to ``until`` as stretches (from, to, offset east of UTC) of one offset each,
    in order; all in microseconds."""
    for number in range(since // BLOCK_US, (until - 1) // BLOCK_US + 1):
        for start, end, offset in _offsets(zone, number):
            if max(start, since) < min(end, until):
                yield max(start, since), min(end, until), offset
