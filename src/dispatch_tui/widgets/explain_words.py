"""Words of an explained clock that the screen and the command line share."""

from __future__ import annotations

from datetime import tzinfo

from dispatch_tui.desk.explained import ClockWhy, DueChange, NotThis
from dispatch_tui.sla.explain import Segment
from dispatch_tui.sla.sentence import hours_words, moment, shift_words
from dispatch_tui.text import plain


def segment_words(one: Segment) -> str:
    """What a stretch is, in words."""
    named = {
        "counted": one.why or "counted",
        "holiday": f"holiday: {one.why}",
        "wall_clock": "by the wall clock",
    }
    what = plain(named.get(one.kind, one.why))
    if what == "holiday: holiday":
        what = "holiday"
    return ", ".join(filter(None, (what, shift_words(one.shift))))


def calendar_words(one: ClockWhy) -> str:
    """``Office hours, Berlin, version 2: Mon-Fri 08:00-17:00``; the hours alone where no calendar is shared."""
    hours = hours_words(one.clock.terms.calendar.hours)
    if one.follows is None or not one.follows.calendar:
        return hours
    return f"{one.follows.calendar}, version {one.follows.calendar_version}: {hours}"


def other_words(one: NotThis) -> str:
    """``House terms: the customer's own agreement comes before the agreement for everybody``."""
    return f"{one.name}: {one.why}"


def change_words(change: DueChange, zone: tzinfo) -> str:
    """``Mon 2 Mar 15:00 priority 3 → 1: due Mon 2 Mar 17:30, before Tue 3 Mar 14:30``."""
    before, after = (None if at is None else moment(at, zone) for at in (change.due_before, change.due_after))
    if after is None:
        due = "without a due time" if before is None else f"no longer due, before {before}"
    else:
        then = "no due time before" if before is None else f"before {before}"
        due = f"due {after} as before" if before == after else f"due {after}, {then}"
    return f"{moment(change.at, zone)} {change.kind} {change.was} → {change.now}: {due}"
