"""The brief put together from what is stored; the lists, ratings and what was told in advance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.care.lists import Answer
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, checklists, visits
from dispatch_tui.desk.acknowledging import acknowledge
from dispatch_tui.desk.briefs import Briefing, briefing_of, tell_in_advance
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.promises import promise, settle_promise
from dispatch_tui.desk.ratings import rate
from dispatch_tui.errors import InvalidInput, NotAllowed, NotFound
from dispatch_tui.store import tables as t
from tests.support.contacts import log_contact
from tests.support.desks import as_role


def brief(desk: Desk, call_id: int, visit_id: int | None = None) -> Briefing:
    with desk.store.read() as connection:
        return briefing_of(connection, call_id, desk.clock.now(), visit_id)


def section(found: Briefing, title: str) -> tuple[str, ...]:
    return dict(found.brief.sections)[title]


def opened(desk: Desk, title: str = "Compressor leaks", **more: Any) -> int:
    return calls.open_call(desk, title=title, unit_id=1, **more).call.id


def test_what_was_recorded_stands_on_it(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(
        desk, description="since Monday", intake={"impact": "the cold room is warm", "tried": " "}
    )
    promise(desk, call_id, "a loaner", clock.now() + timedelta(hours=3))
    promise(desk, call_id, "a call at nine", clock.now() + timedelta(minutes=1))
    clock.advance(timedelta(minutes=30))
    settle_promise(desk, 2, "broken", explained="nobody picked up")
    log_contact(desk, call_id, direction="in", channel="phone", said="please hurry")
    clock.advance(timedelta(hours=1))
    log_contact(desk, call_id, direction="out", channel="note", said="they sound angry")
    found = brief(desk, call_id)
    assert section(found, "Why") == ("Compressor leaks: since Monday", "the cold room is warm")
    assert section(found, "Promises") == (
        "a loaner · due in 1h 30m",
        "broken: a call at nine · told: nobody picked up",
    )
    assert section(found, "Last words") == ("they, 1h 00m ago by phone: please hurry",), (
        "a note is no word to them"
    )
    assert section(found, "Cover") == ("Silver: what it pays for is not on record",)
    assert found.visit is None


def test_the_visit_that_comes_next_is_meant_unless_another_is_named(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    now = clock.now()
    late = visits.plan_visit(desk, call_id, 2, now + timedelta(hours=5), now + timedelta(hours=6))
    soon = visits.plan_visit(desk, call_id, 1, now + timedelta(hours=1), now + timedelta(hours=2))
    found = brief(desk, call_id)
    assert found.visit is not None
    assert (found.visit.visit.id, found.others) == (soon.id, 1)
    named = brief(desk, call_id, late.id).visit
    assert named is not None
    assert named.technician == "Otto"
    visits.start_travel(desk, late.id)
    under_way = brief(desk, call_id).visit
    assert under_way is not None
    assert under_way.visit.id == late.id
    for one in (soon.id, late.id):
        visits.call_off(desk, one, "away")
    assert brief(desk, call_id).visit is None


def test_who_acknowledged_is_told_until_the_words_change(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(t.site).values(arrival_instruction="ring twice"))
    call_id = opened(desk)
    now = desk.clock.now()
    visit = visits.plan_visit(desk, call_id, 1, now, now + timedelta(hours=1))
    assert [one.words for one in brief(desk, call_id).missing] == ["ring twice"]
    acknowledge(as_role(desk, "technician", "tess"), visit.id)
    found = brief(desk, call_id)
    assert found.missing == ()
    assert [(one.who, one.at) for one in found.given] == [("tess", now)]
    with desk.store.write() as connection:
        connection.execute(sa.update(t.site).values(arrival_instruction="do not ring"))
    assert [one.words for one in brief(desk, call_id).missing] == ["do not ring"]


def test_the_unit_and_the_customers_others_are_told_of(desk: Desk, clock: FixedClock) -> None:
    done = clock.now() - timedelta(days=3)
    other = calls.open_call(desk, title="Door [/x]", site_id=1).call.id
    first, call_id = opened(desk), opened(desk, "Leaks again")
    with desk.store.write() as connection:
        for of, unit, work in ((other, None, "new hinge"), (first, 1, "new seal")):
            connection.execute(
                sa.insert(t.visit).values(
                    call_id=of,
                    unit_id=unit,
                    status="done",
                    outcome="good",
                    work=work,
                    done_at=done,
                    happened_at=done,
                )
            )
    assert section(brief(desk, call_id), "History") == (
        "1 Mar 2026 good: new seal",
        "1 Mar 2026 good: new hinge (their C-1)",
    )


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("", ["access", "parking", "symptom", "parts"]),
        ("corrective", ["access", "parking", "symptom", "parts"]),
        ("repair", ["access", "parking", "symptom", "parts"]),
        ("installation", ["access", "parking", "power", "space", "old_unit", "users"]),
        ("inspection", ["access", "parking"]),
    ],
)
def test_the_list_is_that_of_the_kind_of_visit(desk: Desk, kind: str, keys: list[str]) -> None:
    call_id = opened(desk)
    now = desk.clock.now()
    visits.plan_visit(desk, call_id, 1, now, now + timedelta(hours=1))
    with desk.store.write() as connection:
        connection.execute(sa.update(t.visit).values(kind=kind))
    assert [line.item.key for line in brief(desk, call_id).readiness.lines] == keys


def test_an_answer_is_given_anew_and_the_latest_counts(desk: Desk, clock: FixedClock) -> None:
    call_id, other = opened(desk), opened(desk)
    first = checklists.answer(desk, "readiness", "parts", False, "on order", call_id=call_id)
    clock.advance(timedelta(hours=1))
    assert checklists.answer(desk, "readiness", "parts", True, call_id=call_id) == first
    checklists.answer(desk, "onboarding", "units", True, customer_id=1)
    with desk.store.read() as connection:
        assert checklists.answers_of(connection, "readiness", call_id=call_id) == {"parts": Answer(True)}
        assert checklists.answers_of(connection, "readiness", call_id=other) == {}
        assert checklists.answers_of(connection, "readiness", customer_id=1) == {}, (
            "a call's answers are its own"
        )
        assert checklists.answers_of(connection, "onboarding", customer_id=1) == {"units": Answer(True)}


@pytest.mark.parametrize(
    ("listed", "item", "about", "field"),
    [
        ("readiness", "parts", {"call_id": 1}, ""),
        ("readiness", "nonsense", {"call_id": 1}, "item"),
        ("shopping", "parts", {"call_id": 1}, "list"),
        ("readiness", "parts", {}, "call"),
    ],
)
def test_what_the_rules_do_not_know_is_not_answered(
    desk: Desk, listed: Any, item: str, about: dict[str, int], field: str
) -> None:
    opened(desk)
    if not field:
        assert checklists.answer(desk, listed, item, True, **about) == 1
        return
    with pytest.raises(InvalidInput) as refused:
        checklists.answer(desk, listed, item, True, **about)
    assert refused.value.field == field


def test_told_in_advance(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    tell_in_advance(desk, call_id, "snow\x1b[31m on the pass", happened_at=clock.now() - timedelta(hours=1))
    assert section(brief(desk, call_id), "Told in advance") == ("snow on the pass",)
    with pytest.raises(InvalidInput, match="empty"):
        tell_in_advance(desk, call_id, " \x07")
    with pytest.raises(InvalidInput, match="future"):
        tell_in_advance(desk, call_id, "x", happened_at=clock.now() + timedelta(hours=1))
    with pytest.raises(NotFound):
        tell_in_advance(desk, 4711, "x")


@pytest.mark.parametrize(
    ("points", "rater", "field"), [(1, "us", ""), (5, "customer", ""), (0, "us", "points")]
)
def test_ratings_keep_whose_they_are(desk: Desk, points: int, rater: Any, field: str) -> None:
    call_id = opened(desk)
    calls.take(desk, call_id)
    calls.assign(desk, call_id, 2)
    if field:
        with pytest.raises(InvalidInput) as refused:
            rate(desk, call_id, points, rater=rater)
        assert refused.value.field == field
        return
    rate(desk, call_id, points, rater=rater, words="[/x]")
    with desk.store.read() as connection:
        row = connection.execute(sa.select(t.rating)).mappings().one()
    assert (row["rater"], row["points"], row["technician_id"], row["customer_id"], row["words"]) == (
        rater,
        points,
        2,
        1,
        "[/x]",
    )


def test_a_rating_of_a_visit_counts_for_who_went(desk: Desk) -> None:
    call_id, other = opened(desk), opened(desk)
    now = desk.clock.now()
    visit = visits.plan_visit(desk, call_id, 1, now, now + timedelta(hours=1))
    rate(desk, call_id, 4, visit_id=visit.id)
    with desk.store.read() as connection:
        assert connection.scalar(sa.select(t.rating.c.technician_id)) == 1
    with pytest.raises(InvalidInput, match="another call"):
        rate(desk, other, 4, visit_id=visit.id)
    with pytest.raises(NotAllowed):
        rate(as_role(desk, "viewer"), call_id, 4)
    with pytest.raises(InvalidInput, match="neither"):
        rate(desk, call_id, 4, rater="the boss")  # type: ignore[arg-type]
