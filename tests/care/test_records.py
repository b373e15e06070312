"""What is recorded: interactions, promises, lists to go through, projects, amends and loaners."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dispatch_tui.care.amends import Amend, GoneWrong, Loaner, cost_of
from dispatch_tui.care.interactions import Interaction, Notes, checked, faults, who_was_first
from dispatch_tui.care.lists import Answer, gone_through
from dispatch_tui.care.projects import Deliverable, accepted, progress, shifted
from dispatch_tui.care.promises import Promise, PromiseRecord, promised, record_of, settled
from dispatch_tui.care.rules import list_for
from dispatch_tui.errors import IllegalTransition, InvalidInput
from tests.care.scene import HOSTILE, NOW, PLAIN_HOSTILE, RULES, at

TALK = Interaction("out", "phone", NOW, two_way=True)


# -- interactions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"direction": "up"}, ["direction"]),
        ({"channel": "pigeon", "two_way": False}, ["channel"]),
        ({"happened_at": at(0.01)}, ["happened_at"]),
        ({"channel": "voicemail"}, ["two_way"]),
        ({"channel": "email"}, ["two_way"]),
        ({"channel": "chat", "two_way": False}, []),
        ({"mood": "hungry"}, ["mood"]),
        ({"mood": "angry"}, []),
        ({"true": "it is paid"}, ["believes"]),
        ({"true": "it is paid", "believes": "it is not"}, []),
        ({"bad_news": True}, ["plan", "next_update_at"]),
        ({"bad_news": True, "plan": " \x07", "next_update_at": at(1)}, ["plan"]),
        ({"bad_news": True, "plan": "Bo comes at five"}, ["next_update_at"]),
        ({"bad_news": True, "plan": "Bo comes at five", "next_update_at": at(1)}, []),
        ({"next_update_at": NOW}, ["next_update_at"]),
        ({"next_update_at": at(0.01)}, []),
        ({"promises": (Promise("x", NOW, at(-0.01)),)}, ["promises.0.due_at"]),
        ({"promises": (Promise("x", NOW, NOW), Promise("", NOW, NOW))}, ["promises.1.what"]),
    ],
)
def test_what_keeps_an_interaction_from_being_saved(changes: dict[str, Any], fields: list[str]) -> None:
    draft = replace(TALK, **changes)
    assert [fault.field for fault in faults(draft, NOW)] == fields
    if fields:
        with pytest.raises(InvalidInput) as refused:
            checked(draft, NOW)
        assert refused.value.field == fields[0]
    else:
        assert checked(draft, NOW).happened_at == draft.happened_at


def test_an_interaction_is_saved_plain_and_its_promises_count_from_it() -> None:
    draft = replace(
        TALK,
        contact_id=3,
        said=HOSTILE,
        believes=HOSTILE,
        notes=Notes(speak=HOSTILE),
        promises=(Promise(HOSTILE, at(-99), at(2)), Promise("the quote", at(-99), at(3), to=4)),
    )
    saved = checked(draft, NOW)
    assert saved.said == "[bold]red[/bold]\nnext"
    assert saved.notes.speak == saved.said
    assert saved.believes == PLAIN_HOSTILE
    assert saved.promises == (Promise(PLAIN_HOSTILE, NOW, at(2), 3), Promise("the quote", NOW, at(3), 4))


@pytest.mark.parametrize(
    ("channel", "two_way", "conversation", "perceived"),
    [
        ("phone", True, True, True),
        ("phone", False, False, True),
        ("email", True, False, True),
        ("note", False, False, False),
    ],
)
def test_what_counts_as_a_conversation(
    channel: str, two_way: bool, conversation: bool, perceived: bool
) -> None:
    one = Interaction("out", channel, NOW, two_way)
    assert (one.conversation, one.perceived) == (conversation, perceived)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ([], ""),
        ([("out", "phone", 1), ("in", "phone", 2)], "us"),
        ([("out", "phone", 2), ("in", "email", 1)], "them"),
        ([("out", "note", 1), ("in", "phone", 2)], "them"),
        ([("out", "voicemail", 1)], "us"),
        ([("out", "phone", -1), ("in", "phone", 3)], "them"),  # before it was known
        ([("out", "phone", 0)], "us"),
        ([("out", "phone", 1), ("in", "phone", 1)], "them"),
    ],
)
def test_who_was_first(told: list[tuple[Any, str, float]], first: str) -> None:
    talks = [Interaction(direction, channel, at(hours)) for direction, channel, hours in told]
    assert who_was_first(NOW, talks) == first
    assert who_was_first(NOW, reversed(talks)) == first


# -- promises ----------------------------------------------------------------------------------

PROMISE = promised("a loaner", NOW, at(2), to=3)


@pytest.mark.parametrize(
    ("outcome", "hours", "explained", "field"),
    [
        ("kept", 2.0, "", ""),
        ("kept", 2.01, "", "outcome"),
        ("kept", -0.01, "", "settled_at"),
        ("partly", 1.0, "", "explained"),
        ("partly", 3.0, "half is there", ""),
        ("broken", 1.0, " ", "explained"),
        ("broken", 1.0, "none was free", ""),
        ("waived", 1.0, "", "explained"),
        ("waived", 9.0, "Ann: no need any more", ""),
        ("open", 1.0, "x", "outcome"),
        ("lost", 1.0, "x", "outcome"),
    ],
)
def test_outcomes_of_a_promise(outcome: Any, hours: float, explained: str, field: str) -> None:
    if field:
        with pytest.raises(InvalidInput) as refused:
            settled(PROMISE, outcome, at(hours), explained)
        assert refused.value.field == field
        return
    found = settled(PROMISE, outcome, at(hours), explained)
    assert (found.outcome, found.settled_at, found.explained) == (outcome, at(hours), explained)
    with pytest.raises(IllegalTransition):
        settled(found, "broken", at(9), "again")


@pytest.mark.parametrize(
    ("what", "due", "ok"), [("x", 0.0, True), ("x", -0.01, False), ("\u200b ", 1.0, False)]
)
def test_a_promise_says_what_and_a_time_to_come(what: str, due: float, ok: bool) -> None:
    if ok:
        assert promised(what, NOW, at(due)).due_at == at(due)
    else:
        with pytest.raises(InvalidInput):
            promised(what, NOW, at(due))


def test_the_record_of_promises() -> None:
    def one(outcome: Any, due: float = 0.0) -> Promise:
        return Promise("x", at(-9), at(due), outcome=outcome)

    promises = [
        one("kept"),
        one("kept"),
        one("partly"),
        one("broken"),
        one("waived"),
        one("open"),
        one("open", -0.01),
    ]
    record = record_of(promises, NOW)
    assert record == PromiseRecord(2, 1, 1, 1, 2, 1)
    assert (record.settled, record.share_kept) == (4, 0.625)
    assert record_of([one("waived")], NOW).share_kept is None


# -- lists, projects, amends -------------------------------------------------------------------


def test_a_list_is_ready_when_all_that_is_needed_holds() -> None:
    items = list_for(RULES.readiness, "repair")
    nothing = gone_through(items, {})
    assert [line.item.key for line in nothing.missing] == ["access", "parts"]
    assert len(nothing.open) == 4
    half = gone_through(
        items, {"access": Answer(True), "parts": Answer(False, HOSTILE), "gone": Answer(True)}
    )
    assert [(line.item.key, line.note) for line in half.missing] == [("parts", PLAIN_HOSTILE)]
    assert not half.ready
    done = gone_through(items, {"access": Answer(True), "parts": Answer(True)})
    assert done.ready
    assert [line.item.key for line in done.open] == ["parking", "symptom"]


DATA = Deliverable("data moved", date(2026, 3, 2), date(2026, 3, 4), verify=True)


def test_planned_against_actual_days() -> None:
    begun = replace(DATA, started_on=date(2026, 3, 3))
    late = replace(begun, done_on=date(2026, 3, 6))
    early = Deliverable("unit placed", date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 1))
    assert (DATA.planned_days, DATA.actual_days(date(2026, 3, 5))) == (3, 0)
    assert [DATA.slip_days(date(2026, 3, day)) for day in (4, 5)] == [0, 1]
    assert (begun.actual_days(date(2026, 3, 5)), begun.state) == (3, "under way")
    assert (late.actual_days(date(2026, 3, 20)), late.slip_days(date(2026, 3, 20))) == (4, 2)
    assert early.slip_days(date(2026, 3, 20)) == -1
    found = progress([late, early, DATA], date(2026, 3, 5))
    assert found == (0, 3, 7, 5, 2, ("data moved", "unit placed"))


def test_acceptance_needs_a_name_and_a_verification() -> None:
    finished = replace(DATA, started_on=date(2026, 3, 3), done_on=date(2026, 3, 4))
    verified = replace(finished, verified_by="Bo")
    found = accepted(verified, date(2026, 3, 4), "Ann")
    assert (found.state, found.accepted_by) == ("accepted", "Ann")
    for one, day, by, field in (
        (finished, 4, "Ann", "verified_by"),
        (verified, 3, "Ann", "accepted_on"),
        (verified, 4, " ", "accepted_by"),
    ):
        with pytest.raises(InvalidInput) as refused:
            accepted(one, date(2026, 3, day), by)
        assert refused.value.field == field
    for one in (DATA, found):
        with pytest.raises(IllegalTransition):
            accepted(one, date(2026, 3, 4), "Ann")


def test_a_slip_moves_what_is_not_begun() -> None:
    begun = replace(DATA, started_on=date(2026, 3, 3))
    kept, moved = shifted([begun, DATA], 2)
    assert kept == begun
    assert (moved.planned_from, moved.planned_until) == (date(2026, 3, 4), date(2026, 3, 6))


def test_what_making_good_has_cost() -> None:
    credit = Amend("credit", "a month free", NOW, 12_000, "EUR")
    swap = Amend("replacement", "a new pump", NOW, 30_000, "EUR")
    abroad = Amend("credit", "travel", NOW, 5_000, "CHF")
    sorry = Amend("apology", "called the owner", NOW)
    first = GoneWrong("late twice", NOW, (sorry, credit))
    second = GoneWrong("wrong pump", NOW, (swap, abroad))
    assert cost_of([second, first]) == cost_of([first, second]) == {"CHF": 5_000, "EUR": 42_000}
    assert [one.made_good for one in (first, GoneWrong("x", NOW, (sorry,)), GoneWrong("x", NOW))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("due", "back", "state", "words"),
    [
        (0.0, None, "out", "out for 5h 00m"),
        (-0.01, None, "overdue", "overdue by 36s"),
        (None, None, "out", "out for 5h 00m"),
        (-1.0, 0.0, "back", "back after 5h 00m"),
        (-1.0, 0.01, "overdue", "overdue by 1h 00m"),
    ],
)
def test_a_loaner(due: float | None, back: float | None, state: str, words: str) -> None:
    loaner = Loaner(at(-5), None if due is None else at(due), None if back is None else at(back))
    assert (loaner.state_at(NOW), loaner.words_at(NOW)) == (state, words)


def test_a_next_update_before_the_contact_is_none() -> None:
    late_told = replace(TALK, happened_at=NOW - timedelta(hours=2), next_update_at=NOW - timedelta(hours=1))
    assert faults(late_told, NOW) == ()  # told of an update that is past by now: recorded as it was
