"""The lines of an edit's effect on running calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dispatch_tui.desk.effects import CallEffect, ClockEffect, Effect
from dispatch_tui.themes import look_for
from dispatch_tui.widgets.effect_lines import MOST_CALLS, effect_rows, effect_summary

LOOK = look_for("dark")
DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def call(number: int, *clocks: ClockEffect) -> CallEffect:
    return CallEffect(number, f"C-{number}", "Pump", "Acme", "Europe/Berlin", 1, clocks)


def texts(effect: Effect, width: int = 80) -> list[str]:
    return ["".join(piece.text for piece in row.line).rstrip() for row in effect_rows(effect, width, LOOK)]


def test_each_way_that_a_clock_can_change_has_a_word() -> None:
    hour = timedelta(hours=1)
    one = call(
        7,
        ClockEffect("first_response", DUE, DUE - hour),
        ClockEffect("resolution", DUE, DUE + 25 * hour),
        ClockEffect("next_update", DUE, None),
        ClockEffect("customer_waiting", None, DUE),
    )
    assert texts(Effect(1, 1, 0, 0, (one,))) == [
        " C-7       first response   Wed 04 Mar 10:00 Wed 04 Mar 09:00 ▴ 1h 00m earlier",
        "           resolution       Wed 04 Mar 10:00 Thu 05 Mar 11:00 ▾ 1d 1h later",
        "           next update      Wed 04 Mar 10:00 no due time      ▾ loses it",
        "           customer waiting no due time      Wed 04 Mar 10:00 ▴ gets one",
    ]


def test_of_a_paused_clock_it_tells_what_is_left() -> None:
    hour = timedelta(hours=1)
    one = call(
        7,
        ClockEffect("resolution", None, None, 30 * hour, 7 * hour),
        ClockEffect("next_update", None, None, hour, 2 * hour),
        ClockEffect("first_response", None, None, hour, hour),
    )
    assert texts(Effect(1, 1, 0, 0, (one,))) == [
        " C-7       resolution       30 h left        7 h left         ▴ 23 h less",
        "           next update      1 h left         2 h left         ▾ 1 h more",
    ]


def test_clocks_that_stay_have_no_line() -> None:
    one = call(7, ClockEffect("first_response", DUE, DUE), ClockEffect("resolution", DUE, None))
    assert len(texts(Effect(1, 0, 1, 0, (one,)))) == 1
    assert texts(Effect(3, 0, 0, 3, ())) == [" No running call would be due at another time."]


def test_no_more_lines_than_anybody_reads() -> None:
    calls = tuple(call(number, ClockEffect("resolution", DUE, None)) for number in range(MOST_CALLS + 1200))
    lines = texts(Effect(len(calls), 0, len(calls), 0, calls))
    assert len(lines) == MOST_CALLS + 1
    assert lines[-1] == " and 1,200 calls more"


def test_a_name_never_pushes_the_counts_out() -> None:
    head = effect_summary(Effect(1234, 1, 2, 1231, ()), "[/x]" * 40, 80, LOOK)
    first = "".join(piece.text for piece in head[0])
    assert len(first) <= 80
    assert first.endswith("1,234 running calls are under it")
