"""Agreements as they are written down: what is read, what is refused and by which field."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.terms import Budget, terms_from_mapping
from dispatch_tui.sla.warnings import WarnRule

CALENDAR = {"tz": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}


def test_what_is_written_is_what_is_read() -> None:
    terms = terms_from_mapping(
        {
            "name": "Gold",
            "version": 3,
            "calendar": CALENDAR,
            "budgets": {"1": {"first_response": 15, "resolution": 240}, 2: {"resolution": "2d"}},
            "pauses": {"first_response": ["on_hold"], "resolution": []},
            "warn_share": 0.5,
        }
    )
    assert terms.budget("first_response", 1) == Budget(15, "minutes")
    assert terms.budget("resolution", 2) == Budget(2, "days")
    assert terms.budget("first_response", 2) is None
    assert terms.budget("resolution", 5) is None
    assert terms.pauses["first_response"] == {"on_hold"}
    assert terms.pauses["resolution"] == frozenset()
    assert terms.pauses["next_update"] == {"on_hold"}, "left out: the default holds"
    assert (terms.name, terms.version) == ("Gold", 3)
    assert terms.warnings == (WarnRule("share", 0.5),)


def test_by_default_first_response_runs_on_hold_and_the_work_pauses() -> None:
    terms = terms_from_mapping({"calendar": CALENDAR, "budgets": {}})
    paused = {clock for clock, statuses in terms.pauses.items() if "on_hold" in statuses}
    assert paused == {"resolution", "next_update"}


def test_agreements_may_share_a_calendar() -> None:
    calendar = BusinessCalendar.from_mapping(CALENDAR)
    assert terms_from_mapping({"budgets": {}}, calendar).calendar is calendar


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"budgets": {"1": {"resolution": -5}}}, "budgets.1.resolution"),
        ({"budgets": {"1": {"resolution": "-2d"}}}, "budgets.1.resolution"),
        ({"budgets": {"1": {"resolution": 4.5}}}, "budgets.1.resolution"),
        ({"budgets": {"1": {"resolution": True}}}, "budgets.1.resolution"),
        ({"budgets": {"1": {"resolution": 10**9}}}, "budgets.1.resolution"),
        ({"budgets": {"1": {"repair": 60}}}, "budgets.1.repair"),
        ({"budgets": {"0": {"resolution": 60}}}, "budgets.0"),
        ({"budgets": {"high": {"resolution": 60}}}, "budgets.high"),
        ({"budgets": {"1": 60}}, "budgets.1"),
        ({"budgets": None}, "budgets"),
        ({"calendar": None}, "calendar"),
        ({"calendar": {"tz": "UTC", "hours": {"mon": [["9", "17"]]}}}, "calendar.hours.mon"),
        ({"pauses": ["on_hold"]}, "pauses"),
        ({"pauses": {"resolution": "on_hold"}}, "pauses.resolution"),
        ({"pauses": {"resolution": ["closed"]}}, "pauses.resolution"),
        ({"pauses": {"repair": []}}, "pauses.repair"),
        ({"warn_share": 0}, "warn_share"),
        ({"warn_share": 75}, "warn_share"),
        ({"version": 0}, "version"),
        ({"cover": "all"}, "cover"),
        ({"cover": {"labor": True}}, "cover.labor"),
        ({"cover": {"labour": 1}}, "cover.labour"),
        ({"cover": {"until": "soon"}}, "cover.until"),
        ({"cover": {"visits": -1}}, "cover.visits"),
        ({"conditions": ["priority"]}, "conditions"),
        ({"conditions": {"colour": "red"}}, "conditions.colour"),
        ({"conditions": {"priority": [1, 6]}}, "conditions.priority"),
        ({"conditions": {"weekday": "someday"}}, "conditions.weekday"),
        ({"conditions": {"skill": [7]}}, "conditions.skill"),
        ({"budget": {}}, "budget"),
    ],
)
def test_what_cannot_be_read_names_its_field(part: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        terms_from_mapping({"calendar": CALENDAR, "budgets": {}, **part})
    assert refused.value.field == field
    assert refused.value.reason


@pytest.mark.parametrize(
    ("cover", "words"),
    [
        ({"labour": True, "parts": True, "travel": True}, "parts, labour and travel"),
        ({"parts": True, "travel": False}, "parts"),
        (
            {"labour": True, "travel": True, "until": "2027-12-31", "visits": 4},
            "labour and travel, until 2027-12-31, 4 visits",
        ),
        ({"labour": True, "visits": 1}, "labour, 1 visit"),
        ({}, "nothing paid for"),
    ],
)
def test_cover_in_words(cover: dict[str, Any], words: str) -> None:
    read = terms_from_mapping({"calendar": CALENDAR, "budgets": {}, "cover": cover}).cover
    assert read is not None
    assert read.words() == words


def test_terms_that_do_not_speak_of_cover_or_conditions() -> None:
    read = terms_from_mapping({"calendar": CALENDAR, "budgets": {}})
    assert (read.cover, read.conditions) == (None, ())
