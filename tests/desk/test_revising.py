"""Agreements and calendars in versions: running calls keep theirs until they are taken along on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.agreements import NewAgreement, make_agreement, revise_agreement
from dispatch_tui.desk.calendars import NewCalendar, make_calendar, revise_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import (
    ClockEffect,
    effect_of_agreement,
    effect_of_calendar,
)
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.reapplying import reapply
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed, NotFound
from dispatch_tui.records import Call, Fact, Ref, SourceRow
from dispatch_tui.store import tables as t
from dispatch_tui.store.agreements import agreement_sheet, agreements, calendar_sheet, calendars
from dispatch_tui.store.queries import change_story
from tests.support.desks import TERMS, as_role, changes_of

BUDGETS = {"3": {"first_response": 60, "resolution": 480}}
STRICTER = {"3": {"first_response": 30, "resolution": 480}}
HOURS: dict[str, Any] = TERMS["calendar"]
"""Berlin, weekdays 08:00 to 17:00; the tests begin on a Wednesday at 10:00 there."""
SHORT_WEDNESDAY = {**HOURS, "hours": {**HOURS["hours"], "wed": [["08:00", "10:30"]]}}


def opened(desk: Desk, count: int = 1, **about: Any) -> list[Call]:
    return [calls.open_call(desk, title="Too warm", unit_id=1, **about).call for _ in range(count)]


def stored(desk: Desk, call_id: int) -> Call:
    with desk.store.read() as connection:
        row = connection.execute(sa.select(t.call).where(t.call.c.id == call_id)).mappings().one()
        return Call.model_validate(dict(row))


def due(desk: Desk, call_id: int) -> dict[str, datetime | None]:
    with desk.store.read() as connection:
        rows = connection.execute(sa.select(t.clock).where(t.clock.c.call_id == call_id))
        return {row.kind: row.due_at for row in rows}


@pytest.fixture
def calendar(desk: Desk) -> int:
    return make_calendar(desk, NewCalendar("Berlin office", HOURS))


@pytest.fixture
def agreement(desk: Desk, calendar: int) -> int:
    return make_agreement(
        desk, NewAgreement(1, "Gold", {"budgets": BUDGETS}, unit_id=1, calendar_id=calendar)
    )


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ({"unit_id": 1}, "the unit's own agreement, New"),
        ({"unit_ids": [1]}, "the agreement that names the unit, New"),
        ({"site_id": 1}, "the site's own agreement, New"),
    ],
)
def test_the_nearer_agreement_covers_the_next_call(desk: Desk, scope: dict[str, Any], reason: str) -> None:
    made = make_agreement(desk, NewAgreement(1, "New", TERMS, **scope))
    (call,) = opened(desk)
    assert (call.agreement_id, call.terms_version, call.agreement_reason) == (made, 1, reason)


def test_one_that_names_other_units_does_not_cover_this_one(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.insert(t.unit).values(serial="SN-2", customer_id=1, site_id=1))
    make_agreement(desk, NewAgreement(1, "Others", TERMS, unit_ids=[2]))
    assert opened(desk)[0].agreement_id == 1
    assert calls.open_call(desk, title="Fan", unit_id=2).call.agreement_reason.endswith("Others")


def test_everybody_has_the_default_and_only_who_has_no_other(desk: Desk) -> None:
    made = make_agreement(desk, NewAgreement(None, "House terms", TERMS))
    assert opened(desk)[0].agreement_id == 1
    unknown = calls.open_call(desk, title="Somebody rang").call
    assert (unknown.agreement_id, unknown.agreement_reason) == (
        made,
        "the agreement for everybody, House terms",
    )
    assert unknown.clock == "first_response"


def test_a_unit_that_changed_hands_leaves_its_agreement(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.insert(t.customer).values(name="Buyer"))
    make_agreement(desk, NewAgreement(1, "Of the seller", TERMS, unit_id=1))
    assert calls.open_call(desk, title="Fan", unit_id=1, customer_id=2).call.agreement_id is None


def test_a_revision_is_a_version_and_running_calls_keep_theirs(
    desk: Desk, agreement: int, clock: FixedClock
) -> None:
    (running,) = opened(desk)
    clock.advance(timedelta(minutes=5))
    revised = revise_agreement(desk, agreement, 1, {"budgets": STRICTER}, calendar_id=1)
    assert (revised.version, revised.terms_version) == (2, 2)
    assert stored(desk, running.id) == running
    (new,) = opened(desk)
    assert new.terms_version == 2
    assert new.due_at == clock.now() + timedelta(minutes=30)
    note = calls.note(desk, running.id, "still the old promise").call
    assert (note.terms_version, note.due_at) == (1, running.due_at)


def test_what_does_not_differ_makes_no_version(desk: Desk, agreement: int) -> None:
    same = revise_agreement(desk, agreement, 1, {"budgets": BUDGETS}, calendar_id=1)
    assert (same.version, same.terms_version) == (1, 1)
    named = revise_agreement(desk, agreement, 1, {"budgets": BUDGETS}, calendar_id=1, name="Gold plus")
    assert (named.version, named.terms_version) == (2, 1)


def test_who_comes_second_is_told_who_was_first(desk: Desk, agreement: int, calendar: int) -> None:
    revise_agreement(desk, agreement, 1, {"budgets": STRICTER}, calendar_id=calendar)
    with pytest.raises(Conflict) as lost:
        revise_agreement(desk, agreement, 1, {"budgets": {}}, calendar_id=calendar)
    assert (lost.value.expected, lost.value.found, lost.value.act) == (1, 2, "revise_agreement")
    revise_calendar(desk, calendar, 1, SHORT_WEDNESDAY)
    with pytest.raises(Conflict):
        revise_calendar(desk, calendar, 1, HOURS)
    with pytest.raises(Conflict) as behind:  # the calendar has given the agreement a version, too
        revise_agreement(desk, agreement, 2, {"budgets": {}}, calendar_id=calendar)
    assert behind.value.act == "revise_calendar"


@pytest.mark.parametrize(
    ("terms", "with_calendar", "field"),
    [
        ({"budgets": {"1": {"resolution": -5}}}, True, "budgets.1.resolution"),
        ({"budgets": {}, "calendar": HOURS}, True, "calendar"),
        ({"budgets": {}}, False, "calendar"),
        ({"budgets": {}, "calendar": {**HOURS, "tz": "Mars/Olympus"}}, False, "calendar.tz"),
        (
            {
                "budgets": {},
                "calendar": {**HOURS, "hours": {"mon": [["09:00", "12:00"], ["11:00", "15:00"]]}},
            },
            False,
            "calendar.hours.mon",
        ),
    ],
)
def test_bad_terms_are_refused_and_nothing_is_saved(
    desk: Desk, agreement: int, terms: dict[str, Any], with_calendar: bool, field: str
) -> None:
    with desk.store.read() as connection:
        before = agreement_sheet(connection, agreement)
    calendar_id = 1 if with_calendar else None
    with pytest.raises(InvalidInput) as refused:
        revise_agreement(desk, agreement, 1, terms, calendar_id=calendar_id)
    assert refused.value.field == field
    with pytest.raises(InvalidInput) as foreseen:
        effect_of_agreement(desk, agreement, terms, calendar_id=calendar_id)
    assert foreseen.value.field == field
    with desk.store.read() as connection:
        assert agreement_sheet(connection, agreement) == before


@pytest.mark.parametrize(
    ("mapping", "name", "field"),
    [
        ({**HOURS, "tz": "Nowhere"}, "", "tz"),
        ({**HOURS, "hours": {"mon": [["22:00", "08:00"]], "tue": [["06:00", "12:00"]]}}, "", "hours.mon"),
        ({**HOURS, "holidays": ["2026-02-30"]}, "", "holidays[0]"),
        (HOURS, "berlin OFFICE", "name"),
    ],
)
def test_a_bad_calendar_is_refused_and_nothing_is_saved(
    desk: Desk, calendar: int, mapping: dict[str, Any], name: str, field: str
) -> None:
    other = make_calendar(desk, NewCalendar("Other", HOURS))
    with pytest.raises(InvalidInput) as refused:
        revise_calendar(desk, other, 1, mapping, name=name)
    assert refused.value.field == field
    with pytest.raises(InvalidInput):
        make_calendar(desk, NewCalendar(name or "Third", mapping))
    with desk.store.read() as connection:
        assert [(one.name, one.number, one.version) for one in calendars(connection)] == [
            ("Berlin office", 1, 1),
            ("Other", 1, 1),
        ]


def test_a_calendar_takes_its_agreements_along_in_one_step(
    desk: Desk, agreement: int, calendar: int, clock: FixedClock
) -> None:
    own_hours = make_agreement(desk, NewAgreement(1, "Own hours", TERMS))
    (running,) = opened(desk)
    clock.advance(timedelta(minutes=1))
    revised = revise_calendar(desk, calendar, 1, SHORT_WEDNESDAY)
    assert (revised.version, revised.number, revised.agreement_ids) == (2, 2, (agreement,))
    assert stored(desk, running.id) == running
    with desk.store.read() as connection:
        sheet = agreement_sheet(connection, agreement)
        hours = calendar_sheet(connection, calendar)
        lines = {one.id: one for one in agreements(connection)}
    assert (sheet.line.terms_version, sheet.calendar_number, sheet.terms) == (2, 2, {"budgets": BUDGETS})
    assert sheet.made_at == clock.now()
    assert (hours.mapping, hours.agreement_ids) == (SHORT_WEDNESDAY, (agreement,))
    assert (lines[agreement].running, lines[agreement].behind) == (1, 1)
    assert lines[own_hours].terms_version == 1
    # 09:01 UTC is 10:01 in Berlin: 29 minutes are open today, 31 tomorrow from 08:00 on
    assert opened(desk)[0].due_at == datetime.fromisoformat("2026-03-05T08:31+01:00")


def test_an_effect_says_what_reapplying_then_does(
    desk: Desk, agreement: int, calendar: int, clock: FixedClock
) -> None:
    first, second, held, done = opened(desk, 4)
    clock.advance(timedelta(minutes=10))
    calls.hold(desk, held.id, "waits for a part")
    calls.acknowledge(desk, done.id)
    calls.resolve(desk, done.id, "mended")
    before = {one.id: due(desk, one.id) for one in (first, second, held, done)}
    effect = effect_of_calendar(desk, calendar, SHORT_WEDNESDAY)
    assert (effect.checked, effect.earlier, effect.later, effect.unchanged) == (3, 0, 3, 0)
    assert [one.call_id for one in effect.calls] == [first.id, second.id, held.id]
    # opened 10:00 in Berlin: 30 minutes are open on Wednesday, the rest from Thursday 08:00 on
    assert effect.calls[0].clocks == (
        ClockEffect("first_response", first.due_at, datetime.fromisoformat("2026-03-05T08:30+01:00")),
        ClockEffect(
            "resolution", before[first.id]["resolution"], datetime.fromisoformat("2026-03-05T15:30+01:00")
        ),
    )
    assert {one.id: due(desk, one.id) for one in (first, second, held, done)} == before, (
        "a read writes nothing"
    )

    revise_calendar(desk, calendar, 1, SHORT_WEDNESDAY)
    assert effect_of_calendar(desk, calendar, SHORT_WEDNESDAY) == effect
    seen: list[tuple[int, int]] = []
    result = reapply(desk, agreement_ids=[agreement], progress=lambda *so_far: seen.append(so_far))
    assert (result.done, result.unchanged, result.left) == (3, 0, 0)
    assert seen[-1] == (3, 3)
    for one in effect.calls:
        after = due(desk, one.call_id)
        assert {clock.kind: clock.new_due for clock in one.clocks} == {
            kind: after[kind] for kind in (clock.kind for clock in one.clocks)
        }
    assert due(desk, done.id) == before[done.id], "what has ended stays as it is"
    assert reapply(desk, agreement_ids=[agreement]).done == 0


def test_the_log_has_both_versions_and_both_due_times_and_undo_takes_it_back(
    desk: Desk, agreement: int, clock: FixedClock
) -> None:
    (running,) = opened(desk)
    clock.advance(timedelta(minutes=5))
    revise_agreement(desk, agreement, None, {"budgets": STRICTER}, calendar_id=1)
    reapply(desk, call_ids=[running.id])
    moved = stored(desk, running.id)
    assert moved.due_at == running.opened_at + timedelta(minutes=30), "counted from the same start"
    change = changes_of(desk, "call", running.id)[-1]
    was, now = json.loads(change["was_json"]), json.loads(change["now_json"])
    assert running.due_at is not None
    assert (change["act"], was["terms_version"], now["terms_version"]) == ("reapply", 1, 2)
    assert (was["due_at"], now["due_at"]) == (to_us(running.due_at), to_us(moved.due_at))
    assert change["note"] == "Gold: version 1 → 2"
    with desk.store.read() as connection:
        told = change_story(connection, running.id, zone=ZoneInfo("Europe/Berlin"))[0]
    assert told.words == "agreement re-applied, due 4 Mar 11:00 → 4 Mar 10:30"
    taken_back, act = undo(desk)
    assert act == "reapply"
    assert (taken_back.call.terms_version, taken_back.call.due_at) == (1, running.due_at)


def test_reapplying_stops_between_batches_and_goes_on(
    desk: Desk, agreement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_tui.desk.reapplying.BATCH", 2)
    running = opened(desk, 5)
    revise_agreement(desk, agreement, 1, {"budgets": STRICTER}, calendar_id=1)
    stops = iter([False, True])
    first = reapply(desk, agreement_ids=[agreement], stop=lambda: next(stops))
    assert (first.done, first.left) == (2, 3)
    rest = reapply(desk, agreement_ids=[agreement])
    assert (rest.done, rest.left) == (3, 0)
    assert {stored(desk, one.id).terms_version for one in running} == {2}


def versions(rows: Iterable[sa.RowMapping]) -> list[int]:
    return [row["record_version"] for row in rows]


@pytest.mark.parametrize("role", ["viewer", "technician", "dispatcher"])
def test_only_managers_edit(desk: Desk, agreement: int, calendar: int, role: str) -> None:
    other = as_role(desk, role)
    for attempt in (
        lambda: revise_agreement(other, agreement, 1, {"budgets": {}}, calendar_id=calendar),
        lambda: revise_calendar(other, calendar, 1, SHORT_WEDNESDAY),
        lambda: make_calendar(other, NewCalendar("Mine", HOURS)),
        lambda: reapply(other, call_ids=[1]),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert effect_of_agreement(other, agreement, TERMS).checked == 0, "looking is for everybody"
    assert versions(changes_of(desk, "agreement", agreement)) == [1]


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="calendar 9"):
        make_agreement(desk, NewAgreement(1, "Gold", {"budgets": {}}, calendar_id=9))
    with pytest.raises(NotFound, match="agreement 9"):
        revise_agreement(desk, 9, None, TERMS)
    with pytest.raises(NotFound, match="calendar 9"):
        revise_calendar(desk, 9, None, HOURS)
    with desk.store.read() as connection, pytest.raises(NotFound):
        agreement_sheet(connection, 9)


def test_cover_in_the_terms_is_what_the_unit_shows(desk: Desk) -> None:
    made = make_agreement(desk, NewAgreement(1, "Gold", TERMS | {"cover": {"parts": True}}, unit_id=1))
    with desk.store.read() as connection:
        assert agreement_sheet(connection, made).line.cover == "parts"
    revise_agreement(desk, made, 1, TERMS | {"cover": {"parts": True, "labour": True, "visits": 2}})
    with desk.store.read() as connection:
        assert agreement_sheet(connection, made).line.cover == "parts and labour, 2 visits"


def test_an_import_chooses_as_a_new_call_does_unless_its_source_says_none(desk: Desk, agreement: int) -> None:
    at = to_us(desk.clock.now())
    unit = {"unit_id": Ref("unit", "t:sn1"), "customer_id": Ref("customer", "t:acme")}
    known = {"title": "Fan", "priority": 3} | unit
    rows = [
        SourceRow(1, "81", b"1", (Fact("call", "t:81", "open", at, known),)),
        SourceRow(2, "82", b"2", (Fact("call", "t:82", "open", at, known | {"agreement_id": None}),)),
        SourceRow(3, "83", b"3", (Fact("call", "t:83", "open", at, {"title": "Nobody's", "priority": 3}),)),
    ]
    assert {one.outcome for one in record_history(desk, "t", rows)} == {"imported"}
    with desk.store.read() as connection:
        query = sa.select(t.call).where(t.call.c.external_id.is_not(None)).order_by(t.call.c.number)
        first, second, third = connection.execute(query).mappings().all()
    (opened_here,) = opened(desk)
    assert (first["agreement_id"], first["terms_version"], first["agreement_reason"]) == (
        agreement,
        1,
        "the unit's own agreement, Gold",
    )
    assert (first["due_at"], first["rank_at"]) == (opened_here.due_at, opened_here.rank_at)
    assert (second["agreement_id"], second["clock"]) == (None, "")
    assert third["agreement_id"] is None
    told = json.loads(changes_of(desk, "call", first["id"])[0]["now_json"])
    assert told["agreement_id"] == agreement, "the log tells it too, so that the past can be put up"
