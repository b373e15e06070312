"""Warnings: shares, minutes before and after due, by night or only in working time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.clocks import ClockState, Event, clocks_of
from dispatch_tui.sla.terms import Terms, terms_from_mapping
from dispatch_tui.sla.warnings import DEFAULT_WARNINGS, WarnRule, warned, warnings_from_mapping

DAYS = {"tz": "UTC", "hours": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def at(text: str) -> datetime:
    """An instant of March 2026, ``DD HH:MM``; the 4th is a Wednesday."""
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def clock(terms: Terms, opened: str, *events: Event) -> ClockState:
    states = clocks_of(terms, [Event(at(opened), "opened", 1), *events])
    return next(one for one in states if one.kind == "resolution")


def terms(minutes: int | str, *warnings: dict[str, Any]) -> Terms:
    return terms_from_mapping(
        {"calendar": DAYS, "budgets": {"1": {"resolution": minutes}}, "warnings": list(warnings)}
    )


@pytest.mark.parametrize(
    ("warning", "comes"),
    [
        # opened Wednesday 16:00 with 120 minutes: due Thursday 09:00
        ({"share": 0.5}, "04 17:00"),
        ({"share": 0.75}, "05 08:30"),
        ({"share": 1}, "05 09:00"),
        # working minutes reach back over the night
        ({"minutes_before": 60}, "04 17:00"),
        ({"minutes_before": 61}, "04 16:59"),
        ({"minutes_before": 30}, "05 08:30"),
        ({"minutes_before": 500}, "04 16:00"),
        ({"minutes_before": 0}, "05 09:00"),
        # the wall clock does not
        ({"minutes_before": 61, "out_of_hours": True}, "05 07:59"),
        ({"minutes_before": 5000, "out_of_hours": True}, "04 16:00"),
    ],
)
def test_a_warning_comes_when_it_says(warning: dict[str, Any], comes: str) -> None:
    state = clock(terms(120, warning), "04 16:00")
    assert state.due_at == at("05 09:00")
    assert state.warn_at == at(comes)


@pytest.mark.parametrize(
    ("warning", "comes"),
    [
        # opened Friday 16:00 with 60 minutes: due at closing
        ({"minutes_after": 15}, "09 08:15"),
        ({"minutes_after": 0}, "09 08:00"),
        ({"minutes_after": 15, "out_of_hours": True}, "06 17:15"),
    ],
)
def test_after_due_it_waits_for_working_time_unless_it_may_fire_at_night(
    warning: dict[str, Any], comes: str
) -> None:
    one = terms(60, warning)
    state = clock(one, "06 16:00")
    assert state.due_at == at("06 17:00")
    assert state.warn_at is None, "what comes after due is no warning before it"
    assert [found.at for found in warned(one.warnings, one.calendar, state)] == [at(comes)]


def test_several_are_told_in_their_order_and_the_first_one_counts() -> None:
    one = terms(
        120,
        {"minutes_after": 30},
        {"minutes_before": 30},
        {"share": 0.5},
        {"share": 0.1, "clock": "first_response"},
    )
    state = clock(one, "04 10:00")
    assert state.warn_at == at("04 11:00")
    assert [(found.at, found.rule.words()) for found in warned(one.warnings, one.calendar, state)] == [
        (at("04 11:00"), "at 50 %"),
        (at("04 11:30"), "30 min before"),
        (at("04 12:30"), "30 min after"),
    ]


def test_pauses_move_warnings_as_they_move_what_is_due() -> None:
    one = terms(120, {"minutes_before": 30})
    events = Event(at("04 10:30"), "status", "on_hold"), Event(at("04 11:30"), "status", "in_progress")
    state = clock(one, "04 10:00", *events)
    assert (state.due_at, state.warn_at) == (at("04 13:00"), at("04 12:30"))
    held = clock(one, "04 10:00", events[0])
    assert (held.due_at, held.warn_at) == (None, None)


def test_days_warn_too() -> None:
    one = terms("2d", {"minutes_before": 60})
    state = clock(one, "04 10:00")
    assert (state.due_at, state.warn_at) == (at("06 10:00"), at("06 09:00"))


def test_without_warnings_nothing_warns() -> None:
    assert clock(terms(120), "04 10:00").warn_at is None
    assert warnings_from_mapping(None) == DEFAULT_WARNINGS == (WarnRule("share", 0.75),)


def test_a_promise_warns_by_the_same_rules() -> None:
    one = terms_from_mapping(
        {"calendar": DAYS, "budgets": {"1": {"resolution": 600}}, "warnings": [{"minutes_before": 45}]}
    )
    states = clocks_of(
        one, [Event(at("04 10:00"), "opened", 1), Event(at("04 10:00"), "promise", at("04 12:00"))]
    )
    promised = next(state for state in states if state.kind == "next_update")
    assert promised.warn_at == at("04 11:15")


@pytest.mark.parametrize(
    ("warnings", "field"),
    [
        ("0.75", "warnings"),
        ([0.75], "warnings[0]"),
        ([{"share": 0.5}, {}], "warnings[1]"),
        ([{"share": 0.5, "minutes_before": 5}], "warnings[0]"),
        ([{"share": 0}], "warnings[0].share"),
        ([{"share": 75}], "warnings[0].share"),
        ([{"minutes_before": -5}], "warnings[0].minutes_before"),
        ([{"minutes_after": 1.5}], "warnings[0].minutes_after"),
        ([{"share": 0.5, "clock": "repair"}], "warnings[0].clock"),
        ([{"share": 0.5, "out_of_hours": "yes"}], "warnings[0].out_of_hours"),
        ([{"shares": 0.5}], "warnings[0].shares"),
    ],
)
def test_what_cannot_be_read_names_its_field(warnings: object, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        warnings_from_mapping(warnings)
    assert refused.value.field == field


def test_a_share_for_all_and_a_list_are_not_given_together() -> None:
    with pytest.raises(InvalidInput, match="warn_share"):
        warnings_from_mapping([{"share": 0.5}], 0.5)
