"""How visits and calls end: what is asked, what follows, in one transaction; taken back, and opened again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
import sqlalchemy as sa

from dispatch_tui.care.followups import OpenItem
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.conversations import log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.ending import Answers, EndAct, Ending, end_call, ending_of, finish_visit
from dispatch_tui.desk.followups import Owed, done, owed
from dispatch_tui.desk.ratings import rate
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed, NotFound
from dispatch_tui.store import prompts
from dispatch_tui.store import tables as t
from dispatch_tui.store.queries import call_detail
from tests.support.desks import as_role, at, changes_of

GOOD = {"outcome": "good", "problem": "seal torn", "cause": "worn", "next_step": "service in May"}
SIGNED = {"confirmed": "signed"}


def opened(desk: Desk) -> int:
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    calls.take(desk, one.id)
    return one.id


def on_site(desk: Desk, call_id: int) -> int:
    now = desk.clock.now()
    one = visits.plan_visit(desk, call_id, 1, now, now + timedelta(hours=2))
    visits.arrive(desk, one.id)
    return one.id


def stored(desk: Desk, table: sa.Table) -> list[sa.RowMapping]:
    with desk.store.read() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)).mappings())


def owed_on(desk: Desk, call_id: int) -> tuple[Owed, ...]:
    with desk.store.read() as connection:
        return owed(connection, call_id=call_id)


def ending(desk: Desk, act: EndAct, record_id: int) -> Ending:
    with desk.store.read() as connection:
        return ending_of(connection, act, record_id)


def needed(desk: Desk, act: EndAct, record_id: int, texts: dict[str, str] | None = None) -> list[str]:
    return [one.field for one in ending(desk, act, record_id).asks(texts or {}) if one.needed]


def test_a_call_from_the_visit_to_its_closing_is_asked_each_thing_once(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    assert needed(desk, "finish_visit", visit_id) == ["outcome", "next_step"]
    visit = finish_visit(desk, visit_id, Answers({**GOOD, "avoid": "grease it"}, done="new seal"))
    assert (visit.outcome, visit.problem, visit.cause, visit.work) == (
        "good",
        "seal torn",
        "worn",
        "new seal",
    )
    (row,) = stored(desk, t.closing)
    assert (row["visit_id"], row["outcome"], row["problem"], row["avoid"]) == (visit_id, "", "", "grease it")
    assert [(one.kind, one.visit_id) for one in owed_on(desk, call_id)] == [("aftercare", visit_id)]

    clock.advance(timedelta(minutes=5))
    assert needed(desk, "resolve", call_id) == []
    resolved = end_call(desk, call_id, "resolve", Answers())
    assert (resolved.call.status, resolved.call.resolution) == ("resolved", "new seal")
    assert len(stored(desk, t.closing)) == 1
    assert len(owed_on(desk, call_id)) == 1, "the visit's aftercare is not made again"

    assert needed(desk, "close", call_id) == ["confirmed", "unconfirmed"]
    closed = end_call(desk, call_id, "close", Answers(SIGNED, rating=5, rating_words="quick"))
    assert (closed.call.status, closed.call.live) == ("closed", False)
    assert stored(desk, t.closing)[1]["confirmed"] == "signed"
    (rating,) = stored(desk, t.rating)
    assert (rating["rater"], rating["points"], rating["words"], rating["call_id"]) == (
        "customer",
        5,
        "quick",
        call_id,
    )


@pytest.mark.parametrize(
    ("act", "answers", "field"),
    [
        ("resolve", Answers(GOOD, done="new seal"), ""),
        ("resolve", Answers(GOOD), "resolution"),
        ("resolve", Answers({**GOOD, "next_step": " "}, done="x"), "next_step"),
        ("resolve", Answers({**GOOD, "outcome": "fine"}, done="x"), "outcome"),
        ("resolve", Answers({**GOOD, "cause": ""}, done="x"), "cause"),
        ("resolve", Answers({**GOOD, "outcome": "bad"}, done="x"), "next_step_at"),
        ("resolve", Answers({**GOOD, "outcome": "bad"}, at("2026-03-04T09:00+00:00"), done="x"), ""),
        (
            "resolve",
            Answers({**GOOD, "outcome": "bad"}, at("2026-03-04T08:59+00:00"), done="x"),
            "next_step_at",
        ),
        ("resolve", Answers({**GOOD, **SIGNED}, done="x"), ""),
        ("resolve", Answers({**GOOD, "confirmed": "a nod"}, done="x"), "confirmed"),
        ("resolve", Answers(GOOD, done="x", rating=0), "points"),
        ("resolve", Answers(GOOD, done="x", rating=1), ""),
        ("resolve", Answers(GOOD, done="x", rating=5), ""),
        ("resolve", Answers(GOOD, done="x", rating=6), "points"),
        (
            "resolve",
            Answers(GOOD, open_items=(OpenItem(" ", at("2026-03-05T09:00Z")),), done="x"),
            "open_items",
        ),
        ("close", Answers({**GOOD, **SIGNED}), ""),
        ("close", Answers(GOOD), "confirmed"),
        ("close", Answers({**GOOD, "unconfirmed": "remote work"}), ""),
        ("close", Answers({**GOOD, **SIGNED, "unconfirmed": "remote work"}), "unconfirmed"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(
    desk: Desk, act: Any, answers: Answers, field: str
) -> None:
    call_id = opened(desk)
    if act == "close":
        calls.resolve(desk, call_id, "told elsewhere")
    before = len(changes_of(desk, "call", call_id))
    if not field:
        assert (
            end_call(desk, call_id, act, answers).call.status
            == {"resolve": "resolved", "close": "closed"}[act]
        )
        return
    with pytest.raises(InvalidInput) as refused:
        end_call(desk, call_id, act, answers)
    assert refused.value.field == field
    assert len(changes_of(desk, "call", call_id)) == before
    assert [*stored(desk, t.closing), *stored(desk, t.follow_up), *stored(desk, t.rating)] == []


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("good", {"aftercare"}),
        ("bad", {"bad_visit", "aftercare", "follow_up"}),
        ("incomplete", {"incomplete_visit", "follow_up"}),
    ],
)
def test_a_visit_that_did_not_solve_it_is_owed_a_call_the_same_day(
    desk: Desk, clock: FixedClock, outcome: str, kinds: set[str]
) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    step_at = None if outcome == "good" else clock.now() + timedelta(days=1)
    finish_visit(desk, visit_id, Answers({**GOOD, "outcome": outcome}, step_at, done="looked at it"))
    found = owed_on(desk, call_id)
    assert {one.kind for one in found} == kinds
    assert all(one.customer_id == 1 and one.visit_id == visit_id for one in found)
    if outcome != "good":
        first = found[0]
        assert first.kind == f"{outcome}_visit"
        assert first.due_at == clock.now() + timedelta(hours=4)
        assert found[-1].reason if outcome == "incomplete" else True
        step = next(one for one in found if one.kind == "follow_up")
        assert (step.reason, step.due_at) == ("left open: “service in May”", step_at)


def test_a_visit_that_ended_bad_does_not_say_how_the_call_ends(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    step_at = clock.now() + timedelta(hours=3)
    finish_visit(desk, visit_id, Answers({**GOOD, "outcome": "bad"}, step_at, done="x"))
    assert needed(desk, "resolve", call_id) == ["outcome", "next_step"]
    with pytest.raises(InvalidInput, match="problem"):
        end_call(desk, call_id, "resolve", Answers({**GOOD, "problem": "something else"}, done="y"))
    answers = Answers({"outcome": "good", "next_step": "none, unit is watched"}, done="part swapped by them")
    end_call(desk, call_id, "resolve", answers)
    assert [one.kind for one in owed_on(desk, call_id)].count(
        "aftercare"
    ) == 2  # after the bad visit, and after this


def test_no_confirmation_is_followed_up_and_only_then(desk: Desk) -> None:
    for texts, kinds in ((SIGNED, []), ({"unconfirmed": "refused to sign"}, ["follow_up"])):
        call_id = opened(desk)
        end_call(desk, call_id, "resolve", Answers(GOOD, done="x"))
        before = {one.id for one in owed_on(desk, call_id)}
        end_call(desk, call_id, "close", Answers(texts))
        new = [one for one in owed_on(desk, call_id) if one.id not in before]
        assert [one.kind for one in new] == kinds
        assert all("confirmation" in one.reason for one in new)


def test_what_is_shown_is_what_is_saved(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    items = (OpenItem("send the manual", clock.now() + timedelta(days=2)),)
    answers = Answers({**GOOD, "expect": "you should have no noise"}, open_items=items, done="x")
    shown = ending(desk, "resolve", call_id).outcome(answers, clock.now())
    assert [one.mark.phrase for one in shown.wording] == ["you should have"]
    end_call(desk, call_id, "resolve", answers)
    saved = owed_on(desk, call_id)
    assert [(one.kind, one.from_at, one.due_at, one.reason) for one in saved] == [
        (one.kind, one.from_at, one.due_at, one.reason) for one in shown.follow_ups
    ]


def test_taken_back_nothing_of_it_stands(desk: Desk) -> None:
    call_id = opened(desk)
    end_call(desk, call_id, "resolve", Answers(GOOD, done="x"))
    end_call(desk, call_id, "close", Answers({"unconfirmed": "other"}))
    assert len(owed_on(desk, call_id)) == 2
    assert undo(desk)[1] == "close"
    assert [one.kind for one in owed_on(desk, call_id)] == ["aftercare"]
    assert needed(desk, "close", call_id) == ["confirmed", "unconfirmed"], "what resolving told still holds"
    other = opened(desk)
    end_call(desk, other, "resolve", Answers(GOOD, done="x"))
    assert undo(desk)[1] == "resolve"
    assert owed_on(desk, other) == ()
    assert needed(desk, "resolve", other) == ["outcome", "next_step"]


@pytest.mark.parametrize("act", ["resolve", "close"])
def test_a_rating_is_taken_back_with_its_act_and_no_other_is(
    desk: Desk, act: Literal["resolve", "close"]
) -> None:
    call_id = opened(desk)
    earlier = rate(desk, call_id, 2)
    answers = {"resolve": Answers(GOOD, done="x", rating=5), "close": Answers(SIGNED, rating=5)}
    if act == "close":
        end_call(desk, call_id, "resolve", replace(answers["resolve"], rating=4))
        rate(desk, call_id, 3, rater="us")
    before = stored(desk, t.rating)
    end_call(desk, call_id, act, answers[act])
    assert [one["points"] for one in stored(desk, t.rating)] == [*(one["points"] for one in before), 5]
    given = stored(desk, t.rating)[-1]["id"]
    assert undo(desk)[1] == act
    assert stored(desk, t.rating) == before
    assert before[0]["id"] == earlier
    first, last = changes_of(desk, "rating", given)
    assert (first["act"], last["act"], last["record_version"], last["call_id"]) == (act, "undo", 2, call_id)
    assert json.loads(last["was_json"])["points"] == 5
    with desk.store.read() as connection:
        story = [one.text for one in call_detail(connection, call_id).story]
    assert story.count("the rating of 5 of 5 was taken back") == 1
    end_call(desk, call_id, act, replace(answers[act], rating=1))
    assert [one["points"] for one in stored(desk, t.rating)] == [*(one["points"] for one in before), 1]


def test_a_rating_stays_where_the_call_is_opened_again(desk: Desk) -> None:
    call_id = opened(desk)
    end_call(desk, call_id, "resolve", Answers(GOOD, done="x", rating=5))
    before = stored(desk, t.rating)
    calls.reopen(desk, call_id, "leaks again")
    assert stored(desk, t.rating) == before
    undo(desk)
    assert stored(desk, t.rating) == before


def test_what_the_visit_told_stands_when_resolving_is_taken_back(desk: Desk) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    finish_visit(desk, visit_id, Answers({**GOOD, "avoid": "grease it"}, done="new seal"))
    end_call(desk, call_id, "resolve", Answers({"expect": "quiet"}))
    undo(desk)
    assert [(one.kind, one.visit_id) for one in owed_on(desk, call_id)] == [("aftercare", visit_id)]
    known = ending(desk, "resolve", call_id).known.texts
    assert (known["avoid"], known.get("expect")) == ("grease it", None)


def test_opened_again_it_is_asked_anew_and_taking_that_back_restores(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    finish_visit(desk, visit_id, Answers(GOOD, done="new seal"))
    clock.advance(timedelta(minutes=1))
    end_call(desk, call_id, "resolve", Answers({"expect": "quiet"}))
    end_call(desk, call_id, "close", Answers({"unconfirmed": "other"}))
    before = owed_on(desk, call_id)
    clock.advance(timedelta(minutes=1))
    calls.reopen(desk, call_id, "leaks again")
    assert [one.kind for one in owed_on(desk, call_id)] == ["aftercare"], "the visit's own stays"
    assert needed(desk, "resolve", call_id) == ["outcome", "next_step"]
    undo(desk)
    assert owed_on(desk, call_id) == before
    assert ending(desk, "close", call_id).known.texts["expect"] == "quiet"


def test_one_answer_to_many_calls_leaves_what_each_has_on_record(desk: Desk) -> None:
    bare, visited = opened(desk), opened(desk)
    finish_visit(desk, on_site(desk, visited), Answers({**GOOD, "problem": "belt torn"}, done="new belt"))
    answers = Answers({**GOOD, "problem": "power cut"}, done="reset after the storm")
    for call_id in (bare, visited):
        end_call(desk, call_id, "resolve", answers, alike=True)
    with desk.store.read() as connection:
        done = dict(connection.execute(sa.select(t.call.c.id, t.call.c.resolution)).all())
    assert (done[bare], done[visited]) == ("reset after the storm", "new belt")
    assert [
        (row["call_id"], row["problem"]) for row in stored(desk, t.closing) if row["visit_id"] is None
    ] == [(bare, "power cut")]
    other = opened(desk)
    with pytest.raises(InvalidInput, match="call by call"):
        end_call(
            desk,
            other,
            "resolve",
            Answers({**GOOD, "outcome": "bad"}, desk.clock.now(), done="x"),
            alike=True,
        )


def test_a_follow_up_is_done_by_a_conversation_once(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    end_call(desk, call_id, "resolve", Answers(GOOD, done="x"))
    (one,) = owed_on(desk, call_id)
    with desk.store.write() as connection:
        talk = connection.execute(
            sa.insert(t.interaction)
            .values(happened_at=clock.now(), call_id=call_id)
            .returning(t.interaction.c.id)
        ).scalar_one()
    for settled in (1, 0):
        with desk.act("log_contact") as writer:
            assert done(writer, [one.id], interaction_id=talk, when=clock.now(), act="log_contact") == settled
    assert owed_on(desk, call_id) == ()
    with desk.act("log_contact") as writer, pytest.raises(NotFound):
        done(writer, [4711], interaction_id=talk, when=clock.now(), act="log_contact")


def test_a_bad_visit_is_on_the_call_first_list_until_it_is_talked_about(
    desk: Desk, clock: FixedClock
) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    step_at = clock.now() + timedelta(days=1)
    finish_visit(desk, visit_id, Answers({**GOOD, "outcome": "bad"}, step_at, done="x"))
    clock.advance(timedelta(minutes=10))
    with desk.store.read() as connection:
        (row,) = prompts.window(connection, clock.now(), limit=9)
    (reason,) = [one for one in row.reasons if one.kind == "bad_visit"]
    assert reason.useful_until == owed_on(desk, call_id)[0].due_at
    talk = Interaction(
        "out", "phone", clock.now(), two_way=True, said="Tess comes again tomorrow with the part"
    )
    log_conversation(desk, talk, customer_id=1, call_id=call_id, prompt_keys=[reason.key])
    assert [one.kind for one in owed_on(desk, call_id)] == ["follow_up", "aftercare"]
    with desk.store.read() as connection:
        kinds = {kind for one in prompts.window(connection, clock.now(), limit=9) for kind in one.kinds}
    assert "bad_visit" not in kinds


def test_roles_statuses_and_versions_hold_as_for_the_bare_acts(desk: Desk) -> None:
    call_id = opened(desk)
    with pytest.raises(IllegalTransition):
        end_call(desk, call_id, "close", Answers({**GOOD, **SIGNED}))
    with pytest.raises(NotAllowed):
        end_call(as_role(desk, "viewer"), call_id, "resolve", Answers(GOOD, done="x"))
    with pytest.raises(Conflict):
        end_call(desk, call_id, "resolve", Answers(GOOD, done="x"), version=1)
    visit_id = on_site(desk, call_id)
    with pytest.raises(Conflict):
        finish_visit(desk, visit_id, Answers(GOOD), version=1)
    with pytest.raises(InvalidInput, match="labour_minutes"):
        finish_visit(desk, visit_id, Answers(GOOD), labour_minutes=-1)
    finish_visit(desk, visit_id, Answers(GOOD))
    with pytest.raises(IllegalTransition):
        finish_visit(desk, visit_id, Answers(GOOD))


def test_a_late_report_is_followed_up_from_when_it_happened(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    visit_id = on_site(desk, call_id)
    clock.advance(timedelta(hours=6))
    ended: datetime = clock.now() - timedelta(hours=5)
    finish_visit(
        desk,
        visit_id,
        Answers({**GOOD, "outcome": "incomplete"}, clock.now() + timedelta(days=1)),
        happened_at=ended,
    )
    assert owed_on(desk, call_id)[0].due_at == ended + timedelta(hours=4)


def test_foreign_text_is_kept_plain(desk: Desk) -> None:
    call_id = opened(desk)
    hostile = "\x1b[31m[/x] torn\u202e\x07"
    end_call(desk, call_id, "resolve", Answers({**GOOD, "problem": hostile}, done=hostile))
    (row,) = stored(desk, t.closing)
    assert row["problem"] == "[/x] torn"
    assert owed_on(desk, call_id)[0].reason.endswith("“[/x] torn”")
