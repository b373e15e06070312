"""When a row looks different by the passing of time alone, against looking every second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.store.rows import NEVER
from dispatch_tui.widgets.moments import (
    COALESCE,
    HOUR,
    MINUTE,
    SECOND,
    age_span,
    clock_span,
    clock_state,
    next_change,
    next_minute,
    next_of_clock,
    wall,
    wall_long,
)
from tests.face.board import paper_row

NOW = 1_772_614_800_000_000  # Wednesday 2026-03-04 09:00 UTC
ROW = paper_row(0)


def test_states() -> None:
    row = ROW._replace(due_us=NOW + HOUR, warn_us=NOW + 30 * MINUTE)
    assert clock_state(row, NOW) == "left"
    assert clock_state(row, NOW + 30 * MINUTE) == "soon"
    assert clock_state(row, NOW + HOUR) == "soon", "done when it is due is in time"
    assert clock_state(row, NOW + HOUR + SECOND) == "late"
    assert clock_state(row._replace(paused=1), NOW + 30 * MINUTE) == "paused"
    assert clock_state(row._replace(paused=1), NOW + HOUR + SECOND) == "late", (
        "past due stays late while it is paused"
    )
    never = row._replace(due_us=NEVER, warn_us=NEVER)
    assert clock_state(never, NOW) == "never"
    assert clock_state(never._replace(clock="customer_waiting"), NOW) == "waits"
    assert clock_state(never._replace(clock=""), NOW) == "none"
    assert clock_state(row._replace(due_us=NEVER, paused=1), NOW) == "paused"


def test_spans_are_floored() -> None:
    row = ROW._replace(due_us=NOW + 2 * HOUR - 1)
    assert clock_span(row, NOW) == "1h 59m"
    assert clock_span(row, NOW + 3 * HOUR) == "1h 00m"
    assert clock_span(row._replace(due_us=NEVER), NOW) == ""


@given(
    due=st.integers(-3 * HOUR, 3 * HOUR),
    warn=st.integers(0, HOUR),
    opened=st.integers(0, 3 * HOUR),
    paused=st.booleans(),
)
def test_nothing_changes_before_the_next_change_and_something_does_at_it(
    due: int, warn: int, opened: int, paused: bool
) -> None:
    row = ROW._replace(due_us=NOW + due, warn_us=NOW + due - warn, opened_us=NOW - opened, paused=int(paused))
    if paused and due > 0:
        row = row._replace(due_us=NEVER, warn_us=NEVER)  # nothing is known of a clock that was paused in time

    def look(now: int) -> tuple[str, str, str]:
        return clock_state(row, now), clock_span(row, now), age_span(row, now)

    at = next_change(row, NOW, with_age=True)
    assert at > NOW
    assert at <= NOW + MINUTE + COALESCE + SECOND
    before = look(NOW)
    assert look(at) != before
    moment = max(NOW, at - COALESCE) if at - NOW > SECOND else NOW
    assert look(moment - 1 if moment > NOW else NOW) in (before, look(moment)), (
        "late by no more than it may be"
    )


def test_states_change_exactly_when_they_do() -> None:
    row = ROW._replace(due_us=NOW + 90 * SECOND + 123, warn_us=NOW + 7 * SECOND + 5)
    assert next_change(row, NOW, with_age=False) == NOW + 7 * SECOND + 5
    row = row._replace(warn_us=NOW - 1, due_us=NOW + 20 * SECOND + 500_000)
    assert next_change(row, NOW, with_age=False) == NOW + 500_001
    assert next_change(row._replace(due_us=NEVER), NOW, with_age=False) == NEVER


def test_a_clock_of_the_story_changes_when_its_row_in_the_queue_does() -> None:
    due, warn = NOW + 90 * SECOND + 123, NOW + 7 * SECOND + 5
    assert next_of_clock(due, warn, False, NOW) == warn
    assert next_of_clock(due, warn, True, NOW) == NEVER, "paused and in time"
    assert next_of_clock(NOW - 30 * SECOND, None, True, NOW) == NOW - 30 * SECOND + 31 * SECOND, (
        "late by another second"
    )
    assert next_of_clock(None, None, False, NOW) == NEVER
    assert next_minute(NOW) == NOW + MINUTE
    assert next_minute(NOW - 1) == NOW


def test_wall_clock_is_the_sites() -> None:
    assert wall(NOW, "Europe/Berlin", NOW) == "10:00"
    assert wall(NOW, "America/New_York", NOW) == "04:00"
    assert wall(NOW + 24 * HOUR, "Europe/Berlin", NOW) == "Thu 10:00"
    assert wall(NOW + 240 * HOUR, "Europe/Berlin", NOW) == "14 Mar"
    assert wall(NOW + 9000 * HOUR, "Europe/Berlin", NOW) == "Mar 2027"
    assert wall(NEVER, "Europe/Berlin", NOW) == ""
    assert wall(NOW, "No/Where", NOW) == "09:00", "an unknown zone counts as UTC"
    assert wall(NEVER - 1, "Europe/Berlin", NOW) == "Dec 9999"
    assert wall_long(NOW, "America/Sao_Paulo") == "Wed 4 Mar 06:00 UTC-03"
