"""Changes to an agreement's terms as people type them."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla import terms_edits as edits

SILVER: dict[str, Any] = {
    "budgets": {"1": {"first_response": 30, "resolution": 240}, "3": {"resolution": "2d", "next_update": 90}},
    "pauses": {"next_update": []},
    "warnings": [
        {"share": 0.75},
        {"minutes_before": 30, "clock": "resolution"},
        {"minutes_after": 15, "out_of_hours": True},
    ],
    "cover": {"parts": True, "labour": True, "until": "2027-12-31", "visits": 4},
    "conditions": {"priority": [1, 2], "skill": ["cooling", "heat pumps"], "weekday": ["sat"]},
}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("budgets.1.first_response", "30 min"),
        ("budgets.1.resolution", "4h"),
        ("budgets.3.resolution", "2d"),
        ("budgets.3.next_update", "1h 30 min"),
        ("budgets.2.resolution", ""),
        ("pauses.resolution", "on hold"),
        ("pauses.next_update", "never"),
        ("warnings", "75%, 30 min before resolution, 15 min after out of hours"),
        ("cover", "parts, labour, until 2027-12-31, 4 visits"),
        ("conditions", 'priority=1,2 skill=cooling,"heat pumps" weekday=sat'),
    ],
)
def test_each_part_in_words(part: str, words: str) -> None:
    assert edits.written(SILVER, part) == words


@pytest.mark.parametrize("part", edits.PARTS)
def test_what_is_written_is_read_again(part: str) -> None:
    words = edits.written(SILVER, part)
    again = edits.with_part(SILVER, part, words)
    assert edits.written(again, part) == words
    assert all(edits.written(again, other) == edits.written(SILVER, other) for other in edits.PARTS)


@pytest.mark.parametrize(
    ("text", "budget"),
    [("45", 45), ("4h", 240), ("8 h 30", 510), ("90 min", 90), ("3d", "3d"), ("3 days", "3d"), ("0", 0)],
)
def test_budgets_as_they_are_typed(text: str, budget: object) -> None:
    changed = edits.with_part(SILVER, "budgets.2.resolution", text)
    assert changed["budgets"]["2"] == {"resolution": budget}


def test_an_empty_budget_is_not_promised() -> None:
    fewer = edits.with_part(SILVER, "budgets.3.resolution", "")
    assert fewer["budgets"]["3"] == {"next_update": 90}
    assert "3" not in edits.with_part(fewer, "budgets.3.next_update", "never")["budgets"]


@pytest.mark.parametrize(
    ("part", "text", "field", "says"),
    [
        ("budgets.1.resolution", "-5", "budgets.1.resolution", "negative"),
        ("budgets.1.resolution", "soon", "budgets.1.resolution", "not a budget"),
        ("budgets.1.resolution", "9999999", "budgets.1.resolution", "ten years"),
        ("budgets.1.resolution", "[/x]\x1b[31m", "budgets.1.resolution", "not a budget"),
        ("pauses.resolution", "closed", "pauses.resolution", "cannot pause"),
        ("warnings", "150%", "warnings[0].share", "not a share"),
        ("warnings", "75%, whenever", "warnings[1]", "not a warning"),
        ("warnings", "75% lunch", "warnings[0].clock", "not a clock"),
        ("cover", "until Easter", "cover.until", "not a date"),
        ("cover", "many visits", "cover.visits", "not a number"),
        ("cover", "beer", "cover", "'beer'"),
        ("conditions", "priority=9", "conditions.priority", "not a priority"),
        ("conditions", "weekday=someday", "conditions.weekday", "not a weekday"),
        ("conditions", "colour=red", "conditions.colour", "not a part"),
        ("conditions", "priority", "conditions", "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(part: str, text: str, field: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edits.with_part(SILVER, part, text)
    assert refused.value.field == field
    assert says in refused.value.reason
    assert "\x1b" not in str(refused.value)


def test_empty_parts_say_nothing() -> None:
    bare = SILVER
    for part in ("warnings", "cover", "conditions"):
        bare = edits.with_part(bare, part, "")  # type: ignore[assignment]
        assert part not in bare
        assert edits.written(bare, part) == ""


def test_never_to_warn_is_not_the_usual_warning() -> None:
    never = edits.with_part(SILVER, "warnings", "never")
    assert never["warnings"] == []
    assert edits.written(never, "warnings") == "never"


def test_the_short_form_of_a_warning_gives_way() -> None:
    short = {"budgets": {}, "warn_share": 0.8}
    assert edits.written(short, "warnings") == "80%"
    changed = edits.with_part(short, "warnings", "90%")
    assert changed == {"budgets": {}, "warnings": [{"share": 0.9}]}


def test_a_blank_condition_is_kept_and_matches_nothing() -> None:
    blank = edits.with_part(SILVER, "conditions", "skill=")
    assert blank["conditions"] == {"skill": []}
    assert edits.written(blank, "conditions") == "skill="
