"""A recommendation is kept as it was presented, decided on once or again, and asked anew on later records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.recommendations import recommend, record_decision, reopen
from dispatch_tui.desk.replacement import suggest
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed, NotFound
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.inputs import edit
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import tables as t
from dispatch_tui.store.queries import call_detail
from dispatch_tui.store.recommendations import recommendation, recommendations
from tests.support.desks import as_role, changes_of
from tests.support.fleet import add_fleet, day

UNIT = 1
FIELD = {field.name: field for field in FIELDS}
SETTINGS = RoiSettings()


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    add_fleet(opened)
    yield opened
    opened.store.close()


def asked(desk: Desk, **typed: str) -> Answer:
    inputs = suggest(desk, UNIT, SETTINGS).inputs
    for name, text in typed.items():
        inputs = edit(inputs, FIELD[name], text)
    return answer(inputs, seed=UNIT)


def call_id(desk: Desk) -> int:
    with desk.store.read() as connection:
        found = connection.scalar(sa.select(t.call.c.id).where(t.call.c.number == "C-0900"))
    assert found is not None
    return int(found)


def test_it_is_kept_with_inputs_result_and_a_change(desk: Desk, clock: FixedClock) -> None:
    found = asked(desk, price="31000")
    made = recommend(desk, UNIT, found, presented="Shown at the\ncounter\x1b[31m", call_id=call_id(desk))
    with desk.store.read() as connection:
        (saved,) = recommendations(connection, UNIT)
    assert (saved.id, saved.version, saved.serial, saved.call) == (made, 1, "CX-1044", "C-0900")
    assert saved.made_at == clock.now()
    assert saved.presented == "Shown at the\ncounter"
    assert saved.inputs["fields"]["price"] == {"value": 3_100_000, "source": "operator", "note": ""}
    assert saved.inputs["fields"]["quote"]["source"] == "quote"
    assert saved.result["sentence"] == verdict(found.decision).sentence
    assert saved.result["probability"] == found.decision.probability
    (change,) = changes_of(desk, "recommendation", made)
    assert (change["act"], change["operator_id"], change["call_id"]) == (
        "recommend",
        desk.operator.id,
        call_id(desk),
    )
    assert json.loads(change["now_json"])["presented"] == "Shown at the\ncounter"


def test_the_call_tells_what_was_recommended_and_decided(desk: Desk) -> None:
    made = recommend(desk, UNIT, asked(desk), presented="By phone", call_id=call_id(desk))
    record_decision(desk, made, 1, decided="wait", reason="New budget in May")
    with desk.store.read() as connection:
        told = [one.text for one in call_detail(connection, call_id(desk)).story]
    assert "recommendation saved, repair or replace: By phone" in told
    assert "the customer decided: wait: New budget in May" in told


def test_the_decision_needs_a_reason_and_the_version_that_was_seen(desk: Desk) -> None:
    made = recommend(desk, UNIT, asked(desk))
    assert record_decision(desk, made, 1, decided="repair", reason="Budget is spent this year") == 2
    with pytest.raises(Conflict) as late:
        record_decision(desk, made, 1, decided="replace", reason="Changed their mind")
    assert (late.value.expected, late.value.found) == (1, 2)
    assert record_decision(desk, made, 2, decided="replace", reason="Changed their mind") == 3
    with desk.store.read() as connection:
        saved = recommendation(connection, made)
    assert (saved.decided, saved.reason) == ("replace", "Changed their mind")
    history = [
        json.loads(one["was_json"] or "{}").get("decided") for one in changes_of(desk, "recommendation", made)
    ]
    assert history == [None, "", "repair"]


@pytest.mark.parametrize(
    ("decided", "reason", "field"), [("scrap", "No use", "decided"), ("repair", " \n", "reason")]
)
def test_what_is_no_decision(desk: Desk, decided: str, reason: str, field: str) -> None:
    made = recommend(desk, UNIT, asked(desk))
    with pytest.raises(InvalidInput) as refused:
        record_decision(desk, made, None, decided=decided, reason=reason)
    assert refused.value.field == field
    with desk.store.read() as connection:
        assert recommendation(connection, made).version == 1


def test_who_only_looks_may_neither_save_nor_decide(desk: Desk) -> None:
    found = asked(desk)
    made = recommend(as_role(desk, "technician"), UNIT, found)
    onlooker = as_role(desk, "viewer")
    with pytest.raises(NotAllowed):
        recommend(onlooker, UNIT, found)
    with pytest.raises(NotAllowed):
        record_decision(onlooker, made, None, decided="wait", reason="Later")
    with pytest.raises(NotFound):
        recommend(desk, 9_999, found)
    with pytest.raises(NotFound):
        reopen(desk, 9_999, SETTINGS)


def test_reopened_on_the_same_records_nothing_differs(desk: Desk) -> None:
    made = recommend(desk, UNIT, asked(desk, quote="5000"))
    again = reopen(desk, made, SETTINGS)
    assert again.input_changes == ()
    assert all(one.was == pytest.approx(one.now) for one in again.result_changes)


def test_an_hour_later_nothing_is_news(desk: Desk, clock: FixedClock) -> None:
    made = recommend(desk, UNIT, asked(desk))
    clock.advance(timedelta(hours=1))
    again = reopen(desk, made, SETTINGS)
    assert again.input_changes == ()


def test_reopened_later_it_shows_what_has_changed(desk: Desk, clock: FixedClock) -> None:
    made = recommend(desk, UNIT, asked(desk, quote="5000"))
    clock.advance(timedelta(days=200))
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.model).where(t.model.c.name == "Arctic 45e").values(price_minor=3_300_000)
        )
        connection.execute(
            sa.insert(t.quote).values(
                unit_id=UNIT,
                kind="repair",
                amount_minor=990_000,
                currency="EUR",
                quoted_at=day("2026-04-01"),
            )
        )
    again = reopen(desk, made, SETTINGS)
    changed = {one.field.name: (one.was, one.now) for one in again.input_changes}
    assert changed["price"] == (2_900_000, 3_300_000)
    assert "quote" not in changed, "what was typed in then stands"
    assert again.inputs.origins["quote"].source is Source.OPERATOR
    results = {one.key: one for one in again.result_changes}
    assert results["limit"].now is not None
    assert results["limit"].was is not None
    assert results["limit"].now > results["limit"].was, "a dearer new unit makes a repair worth more"
    assert again.answer is not None
    fresh = answer(again.inputs, seed=UNIT)
    assert results["probability"].now == fresh.decision.probability


def test_reopened_without_an_answer_says_why(desk: Desk) -> None:
    made = recommend(desk, UNIT, asked(desk))
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.model).where(t.model.c.name == "Arctic 45e").values(rated_life_years=None)
        )
    again = reopen(desk, made, SETTINGS)
    assert again.answer is None
    assert again.fault is not None
    assert again.fault.field == "challenger.life"
    assert {one.key: one.now for one in again.result_changes}["saving"] is None
    assert [(one.was, one.now) for one in again.input_changes if one.field.name == "life"] == [(15, None)]


def test_a_unit_without_a_serial_keeps_its_own(desk: Desk) -> None:
    found = asked(desk)
    recommend(desk, 2, replace(found, inputs=replace(found.inputs, unit="unit 2")))
    with desk.store.read() as connection:
        assert [one.unit_id for one in recommendations(connection, 2)] == [2]
        assert recommendations(connection, UNIT) == []
