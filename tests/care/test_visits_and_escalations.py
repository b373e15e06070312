"""Moments: the brief before a visit, closing it, and an escalated matter up to its report-back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dispatch_tui.care.brief import BriefFacts, brief_of, check_may_travel, missing_acknowledgements
from dispatch_tui.care.closing import closed, questions
from dispatch_tui.care.escalation import (
    Action,
    Check,
    Escalation,
    LogEntry,
    Option,
    allowed,
    announcement,
    choose,
    move,
    written,
)
from dispatch_tui.care.followups import OpenItem
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.lists import Answer, gone_through
from dispatch_tui.care.promises import Promise
from dispatch_tui.care.rules import list_for
from dispatch_tui.care.standing import LastWord
from dispatch_tui.errors import IllegalTransition, InvalidInput
from tests.care.scene import HOSTILE, NOW, OFFICE, PLAIN_HOSTILE, RULES, at

# -- the brief ---------------------------------------------------------------------------------

FACTS = BriefFacts("press stands still", arrival_instruction="call Ann's cell", warranty_until=at(1))


@pytest.mark.parametrize(
    ("instruction", "warranty", "kinds"),
    [
        ("", None, []),
        (" \x07", None, []),
        ("ring twice", None, ["arrival"]),
        ("", 0.01, ["warranty"]),
        ("", 0.0, []),
        ("ring twice", 1.0, ["arrival", "warranty"]),
    ],
)
def test_what_must_be_acknowledged_before_the_journey(
    instruction: str, warranty: float | None, kinds: list[str]
) -> None:
    until = None if warranty is None else at(warranty)
    brief = brief_of(BriefFacts("x", arrival_instruction=instruction, warranty_until=until), NOW)
    assert [one.kind for one in brief.to_acknowledge] == kinds
    keys = [one.key for one in brief.to_acknowledge]
    check_may_travel(brief, keys)
    for missing in keys:
        with pytest.raises(InvalidInput, match="must be acknowledged first"):
            check_may_travel(brief, [key for key in keys if key != missing])


def test_an_acknowledgement_is_of_the_words_as_they_stand() -> None:
    brief = brief_of(FACTS, NOW)
    keys = [one.key for one in brief.to_acknowledge]
    changed = brief_of(replace(FACTS, arrival_instruction="do not ring"), NOW)
    assert [one.kind for one in missing_acknowledgements(changed, keys)] == ["arrival"]
    assert missing_acknowledgements(brief_of(FACTS, at(0.5)), keys) == ()


def test_the_brief_tells_all_on_one_page() -> None:
    readiness = gone_through(
        list_for(RULES.readiness, "repair"), {"access": Answer(True), "parts": Answer(False, "belt on order")}
    )
    safe = gone_through(list_for(RULES.data_safety, "any"), {"backup": Answer(True), "erase": Answer(True)})
    facts = replace(
        FACTS,
        impact=HOSTILE,
        history=tuple(f"visit {number}" for number in range(9)),
        moods=(
            Interaction("in", "phone", at(-5), mood="angry", believes="we forgot them"),
            Interaction("in", "phone", at(-1), mood="calm"),
            Interaction("in", "phone", at(-2)),
        ),
        promises=(
            Promise("a loaner", at(-9), at(2)),
            Promise("the quote", at(-9), at(-1)),
            Promise("be there", at(-9), at(-3), outcome="broken", explained="road closed"),
            Promise("done", at(-9), at(-3), outcome="kept"),
        ),
        cover="parts and labour",
        readiness=readiness,
        data_safety=safe,
        last_word=LastWord(at(-1), False, "phone", "please hurry"),
    )
    page = dict(brief_of(facts, NOW).sections)
    assert list(page) == [
        "Why",
        "History",
        "Mood",
        "Promises",
        "Access",
        "Cover",
        "Likely parts",
        "Readiness",
        "Data safety",
        "Told in advance",
        "Last words",
    ]
    assert page["Why"] == ("press stands still", PLAIN_HOSTILE)
    assert len(page["History"]) == 5
    assert page["Mood"] == ("calm", "angry: we forgot them")
    assert page["Promises"] == (
        "the quote · overdue by 1h 00m",
        "a loaner · due in 2h 00m",
        "broken: be there · told: road closed",
    )
    assert page["Access"] == ("call Ann's cell",)
    assert page["Cover"][1] == "parts and labour"
    assert page["Likely parts"] == ("nothing on record",)
    assert page["Readiness"] == (
        "not known: Where to park and unload",
        "not known: The fault can be shown",
        "no: Likely parts are on the van (belt on order)",
    )
    assert page["Data safety"] == ("all ready",)
    assert page["Last words"] == ("they, 1h 00m ago by phone: please hurry",)


# -- closing -----------------------------------------------------------------------------------

KNOWN = {"problem": "belt torn", "cause": "worn"}
GOOD = {"outcome": "good", "next_step": "yearly service in May", "confirmed": "signed"}


def _close(answers: dict[str, str], known: dict[str, str] = KNOWN, **more: Any) -> Any:
    return closed(known, answers, RULES, OFFICE, NOW, **more)


def test_nothing_is_asked_twice() -> None:
    fields = [(one.field, one.needed) for one in questions(KNOWN, {"outcome": "good"}, RULES)]
    assert fields == [
        ("avoid", False),
        ("expect", False),
        ("next_step", True),
        ("next_step_at", False),
        ("confirmed", True),
        ("unconfirmed", True),
    ]
    left = [one.field for one in questions({}, {"outcome": "bad", "unconfirmed": "remote work"}, RULES)]
    assert left == ["problem", "cause", "avoid", "expect", "next_step", "next_step_at"]


@pytest.mark.parametrize(
    ("answers", "known", "more", "field"),
    [
        (GOOD, KNOWN, {}, ""),
        ({**GOOD, "outcome": ""}, KNOWN, {}, "outcome"),
        ({**GOOD, "outcome": "fine"}, KNOWN, {}, "outcome"),
        (GOOD, {}, {}, "problem"),
        (GOOD, {"problem": "belt torn"}, {}, "cause"),
        ({**GOOD, "next_step": " "}, KNOWN, {}, "next_step"),
        ({**GOOD, "outcome": "bad"}, KNOWN, {}, "next_step_at"),
        ({**GOOD, "outcome": "bad"}, {}, {"next_step_at": at(1)}, ""),
        ({**GOOD, "outcome": "incomplete"}, {}, {"next_step_at": NOW}, ""),
        ({**GOOD, "outcome": "bad"}, {}, {"next_step_at": at(-0.01)}, "next_step_at"),
        ({**GOOD, "confirmed": ""}, KNOWN, {}, "confirmed"),
        ({**GOOD, "confirmed": "", "unconfirmed": "refused to sign"}, KNOWN, {}, ""),
        ({**GOOD, "confirmed": "", "unconfirmed": "no time"}, KNOWN, {}, "unconfirmed"),
        ({**GOOD, "confirmed": "a nod"}, KNOWN, {}, "confirmed"),
        ({**GOOD, "unconfirmed": "other"}, KNOWN, {}, "unconfirmed"),
        ({**GOOD, "problem": "motor hot"}, KNOWN, {}, "problem"),
        ({**GOOD, "problem": "belt torn"}, KNOWN, {}, ""),
        ({**GOOD, "gossip": "x"}, KNOWN, {}, "gossip"),
    ],
)
def test_closing_asks_for_what_is_needed(
    answers: dict[str, str], known: dict[str, str], more: dict[str, Any], field: str
) -> None:
    if field:
        with pytest.raises(InvalidInput) as refused:
            _close(answers, known, **more)
        assert refused.value.field == field
    else:
        assert _close(answers, known, **more).answers["outcome"] == answers["outcome"]


def test_closing_makes_the_follow_ups_and_shows_them() -> None:
    items = [OpenItem("send the manual", at(48))]
    found = _close({**GOOD, "outcome": "bad"}, next_step_at=at(6), open_items=items)
    assert [(one.kind, one.due_at) for one in found.follow_ups] == [
        ("bad_visit", at(4)),
        ("follow_up", at(6)),
        ("aftercare", at(46)),
        ("follow_up", at(48)),
    ]
    assert found.follow_ups[1].reason == "left open: “yearly service in May”"
    good = _close({**GOOD, "confirmed": "", "unconfirmed": "other"})
    assert [one.kind for one in good.follow_ups] == ["aftercare", "follow_up"]


def test_words_that_the_customer_reads_are_marked_and_kept() -> None:
    found = _close({**GOOD, "avoid": "You should have greased it", "expect": HOSTILE})
    assert [(one.field, one.mark.start, one.mark.end) for one in found.wording] == [("avoid", 0, 15)]
    assert found.answers["expect"] == "[bold]red[/bold]\nnext"


# -- escalation --------------------------------------------------------------------------------

MATTER = Escalation("press down for a week", NOW, owner_id=1, checks=(Check("runs an hour"),))
CALL = Interaction("out", "phone", at(5), two_way=True)
OPEN = (Action("new guard", 1, at(9)),)
DONE = (Action("new guard", 1, at(9), at(8)),)
PASSED = (Check("runs an hour", True),)


def _checked() -> Escalation:
    found = move(move(MATTER, "take", at(1)), "fix", at(2))
    found = replace(found, checks=(Check("runs an hour", True),))
    return move(found, "check", at(4))


def test_the_way_of_a_matter() -> None:
    found = _checked()
    assert announcement(found) == "escalation “press down for a week”: checked, to be reported back"
    found = move(found, "report_back", at(5), CALL)
    assert (found.status, found.moved_at) == ("closed", at(5))
    again = move(found, "reopen", at(6))
    assert (again.status, again.checks) == ("working", (Check("runs an hour"),))


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        ("open", ("take",)),
        ("working", ("fix",)),
        ("fixed", ("fail_check", "check")),
        ("checked", ("fail_check", "report_back")),
        ("closed", ("reopen",)),
    ],
)
def test_only_these_moves(status: Any, acts: tuple[str, ...]) -> None:
    matter = replace(MATTER, status=status)
    assert allowed(matter) == acts
    others: tuple[Any, ...] = ("take", "fix", "fail_check", "check", "report_back", "reopen")
    for act in others:
        if act not in acts:
            with pytest.raises(IllegalTransition):
                move(matter, act, at(9), CALL)


@pytest.mark.parametrize(
    ("report", "closes"),
    [
        (None, False),
        (replace(CALL, two_way=False), False),
        (replace(CALL, channel="email"), False),
        (replace(CALL, channel="voicemail", two_way=False), False),
        (replace(CALL, happened_at=at(3.99)), False),  # before the checks
        (replace(CALL, happened_at=at(4)), True),
        (replace(CALL, happened_at=at(5.01)), False),  # not yet
        (replace(CALL, channel="visit"), True),
        (replace(CALL, direction="in"), True),
    ],
)
def test_only_a_conversation_closes_it(report: Interaction | None, closes: bool) -> None:
    if closes:
        assert move(_checked(), "report_back", at(5), report).status == "closed"
    else:
        with pytest.raises(InvalidInput) as refused:
            move(_checked(), "report_back", at(5), report)
        assert refused.value.field == "report"


@pytest.mark.parametrize(
    ("changes", "act", "field"),
    [
        ({"owner_id": None}, "take", "owner"),
        ({"status": "working", "actions": (Action("new guard", 1, at(9)),)}, "fix", "actions"),
        ({"status": "fixed", "checks": ()}, "check", "checks"),
        ({"status": "fixed"}, "check", "checks"),
        ({"status": "fixed", "checks": (Check("a", True), Check("b", False))}, "check", "checks"),
        ({"status": "fixed", "actions": OPEN, "checks": PASSED}, "check", "actions"),
        ({"status": "checked", "actions": OPEN, "checks": PASSED}, "report_back", "actions"),
        ({"status": "checked", "checks": ()}, "report_back", "checks"),
        ({"status": "checked", "checks": (*PASSED, Check("no leak"))}, "report_back", "checks"),
        ({"status": "checked", "checks": (*PASSED, Check("no leak", False))}, "report_back", "checks"),
        ({"status": "checked", "checks": PASSED}, "report_back", "report"),
        ({"status": "fixed", "moved_at": at(10)}, "fail_check", "at"),
        ({"status": "fixed", "moved_at": at(9)}, "fail_check", ""),  # at once is not before
        ({}, "forget", "act"),
    ],
)
def test_what_a_move_needs(changes: dict[str, Any], act: Any, field: str) -> None:
    if not field:
        assert move(replace(MATTER, **changes), act, at(9)).status == "working"
        return
    with pytest.raises(InvalidInput) as refused:
        move(replace(MATTER, **changes), act, at(9))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("status", "act", "after"),
    [("working", "fix", "fixed"), ("fixed", "check", "checked"), ("checked", "report_back", "closed")],
)
def test_done_actions_and_passed_checks_let_it_go_on(status: Any, act: Any, after: str) -> None:
    matter = replace(MATTER, status=status, actions=DONE, checks=PASSED)
    assert move(matter, act, at(9), CALL).status == after


def test_the_log_only_grows() -> None:
    matter = written(MATTER, LogEntry(NOW, 1, HOSTILE))
    matter = written(matter, LogEntry(NOW, 2, "second"))
    assert [entry.text for entry in matter.log] == ["[bold]red[/bold]\nnext", "second"]
    for entry, field in ((LogEntry(at(-0.01), 1, "x"), "at"), (LogEntry(NOW, 1, " \n"), "text")):
        with pytest.raises(InvalidInput) as refused:
            written(matter, entry)
        assert refused.value.field == field


def test_one_option_is_chosen() -> None:
    swap = Option("replace it", 900_000, "EUR", at(48), "low", chosen=True)
    patch = Option("patch it", 20_000, "EUR", at(5), "high")
    matter = choose(replace(MATTER, options=(swap, patch)), 1)
    assert [one.chosen for one in matter.options] == [False, True]
    assert patch.words == "patch it · 200.00 EUR · high risk"
    for place in (-1, 2):
        with pytest.raises(InvalidInput):
            choose(matter, place)
