"""Each source on both sides of its edge: from when it asks, by when the call still helps, and in which words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dispatch_tui.care.cadence import Touch, cadence_every, cadence_of
from dispatch_tui.care.followups import FollowUp
from dispatch_tui.care.prompts import OpenFacts, reasons_of
from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.sources.contracts import ContractEnd
from dispatch_tui.care.sources.drift import CustomerCadence
from dispatch_tui.care.sources.messages import Inbound
from dispatch_tui.care.sources.news import ModelNews
from dispatch_tui.care.sources.outreach import Delay, Reached
from dispatch_tui.care.sources.promised import OpenPromise
from dispatch_tui.care.sources.repeats import UnitCall
from dispatch_tui.care.sources.slips import ForecastSlip
from dispatch_tui.care.sources.unattended import OpenCall
from dispatch_tui.care.sources.updates import NextUpdate
from dispatch_tui.care.sources.visits import OwedFollowUp, VisitEnded
from dispatch_tui.care.sources.voicemails import Unreached
from dispatch_tui.errors import InvalidInput
from tests.care.scene import HOSTILE, NOW, OFFICE, PLAIN_HOSTILE, RULES, at

DAY = 24.0


def _only(facts: OpenFacts) -> Reason:
    (found,) = reasons_of(facts, RULES)
    return found


def _none(facts: OpenFacts) -> bool:
    return reasons_of(facts, RULES) == ()


def _state(reason: Reason, now: datetime = NOW) -> str:
    if now < reason.prompt_at:
        return "ahead"
    return "now" if now <= reason.useful_until else "late"


@pytest.mark.parametrize(
    ("late_from", "promised", "expected", "state", "words"),
    [
        (0, 2, 3, "now", "the finish is expected 1h 00m later than promised"),
        (0.01, 2, 3, "ahead", "the finish is expected 1h 00m later than promised"),
        (0, 2, 2, "now", "the finish may be later than promised"),
        (-1, 0, 1, "now", "the finish is expected 1h 00m later than promised"),
        (-1, -0.01, 1, "late", "the finish is expected 1h 00m later than promised"),
        (3, 2, 2, "ahead", "the finish may be later than promised"),
    ],
)
def test_a_slip(late_from: float, promised: float, expected: float, state: str, words: str) -> None:
    fact = ForecastSlip(1, 7, 5, "finish", at(promised), at(expected), at(late_from))
    found = _only(OpenFacts(slips=[fact]))
    assert (_state(found), found.words, found.useful_until) == (state, words, at(promised))
    assert found.prompt_at <= at(promised)
    assert found.slip == max(timedelta(0), at(expected) - at(promised))
    assert (found.kind, found.bad_news) == ("finish_slip", True)


def test_an_arrival_and_a_finish_are_two_reasons() -> None:
    facts = [ForecastSlip(1, 7, 5, what, at(2), at(3), NOW) for what in ("arrival", "finish")]  # type: ignore[arg-type]
    assert [one.kind for one in reasons_of(OpenFacts(slips=facts), RULES)] == ["arrival_slip", "finish_slip"]


@pytest.mark.parametrize(
    ("due", "made", "state"),
    [
        (2.0, -24, "now"),
        (2.01, -24, "ahead"),
        (0.0, -24, "now"),
        (-0.01, -24, "late"),
        (1.0, 0, "ahead"),  # made this minute: its first half is ours
        (1.0, -1, "now"),
    ],
)
def test_a_promise_is_prompted_before_it_is_due(due: float, made: float, state: str) -> None:
    found = _only(OpenFacts(promises=[OpenPromise(3, 1, 7, "send the quote", at(made), at(due))]))
    assert _state(found) == state
    assert (found.useful_until, found.words) == (at(due), "we promised “send the quote”")


def test_a_promise_due_before_it_was_made_is_refused() -> None:
    with pytest.raises(InvalidInput, match="before it was made"):
        reasons_of(OpenFacts(promises=[OpenPromise(3, 1, 7, "x", at(1), at(0))]), RULES)


@pytest.mark.parametrize(
    ("due", "warn", "state"),
    [(0.5, None, "now"), (0.51, None, "ahead"), (4, -1, "now"), (4, 1, "ahead"), (-0.1, None, "late")],
)
def test_an_update_is_prompted_when_its_clock_warns(due: float, warn: float | None, state: str) -> None:
    found = _only(OpenFacts(updates=[NextUpdate(1, 7, at(due), None if warn is None else at(warn))]))
    assert (_state(found), found.useful_until) == (state, at(due))


@pytest.mark.parametrize(
    ("covered", "clock", "quiet", "state"),
    [
        (True, "resting", -24.0, "now"),
        (True, "resting", -23.9, "ahead"),
        (True, "resting", -24.1, "late"),
        (True, "running", -99.0, None),
        (False, "resting", -99.0, None),
    ],
)
def test_a_call_without_a_running_clock(covered: bool, clock: str, quiet: float, state: str | None) -> None:
    facts = OpenFacts(calls=[OpenCall(1, 7, covered, clock, at(quiet))])  # type: ignore[arg-type]
    found = reasons_of(facts, RULES)
    assert [_state(one) for one in found] == ([] if state is None else [state])


@pytest.mark.parametrize(("came", "state"), [(0, "now"), (-1, "now"), (-1.01, "late"), (0.1, "ahead")])
def test_a_message_is_prompted_at_once(came: float, state: str) -> None:
    found = _only(OpenFacts(inbound=[Inbound(1, 7, at(came), "where is he?")]))
    assert (_state(found), found.words) == (state, "a message is not answered: “where is he?”")


def test_messages_about_one_call_are_one_reason() -> None:
    messages = [Inbound(1, 7, at(-0.1), "again"), Inbound(1, 7, at(-0.5), "first"), Inbound(1, 7, at(-0.2))]
    found = _only(OpenFacts(inbound=messages))
    assert (found.words, found.prompt_at) == ("3 messages are not answered, the first: “first”", at(-0.5))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        # done on Wednesday at ten, Berlin time
        ("good", [("aftercare", 24, 48)]),
        ("incomplete", [("incomplete_visit", 0, 4)]),
        # Thursday eight o'clock is 22 hours on
        ("bad", [("bad_visit", 0, 4), ("aftercare", 22, 46)]),
        ("", []),
    ],
)
def test_visits_ask_for_what_they_ended_with(outcome: str, expected: list[tuple[str, float, float]]) -> None:
    ended = VisitEnded(5, 1, 7, outcome, NOW, OFFICE, "belt torn")
    found = reasons_of(OpenFacts(ended=[ended]), RULES)
    assert [(one.kind, one.prompt_at, one.useful_until) for one in found] == [
        (kind, at(first), at(last)) for kind, first, last in expected
    ]
    assert all("“belt torn”" in one.words for one in found)


@pytest.mark.parametrize(
    ("talked", "kinds"),
    [
        (None, ["bad_visit", "aftercare"]),
        (-0.01, ["bad_visit", "aftercare"]),
        (0.0, ["aftercare"]),
        (21.99, ["aftercare"]),
        (22.0, []),
    ],
)
def test_a_conversation_settles_what_was_owed_by_then(talked: float | None, kinds: list[str]) -> None:
    last = None if talked is None else at(talked)
    ended = VisitEnded(5, 1, 7, "bad", NOW, OFFICE, last_talk_at=last)
    assert [one.kind for one in reasons_of(OpenFacts(ended=[ended]), RULES)] == kinds


def test_saved_follow_ups_stand_for_their_visit() -> None:
    saved = OwedFollowUp(9, 1, 7, 5, FollowUp("aftercare", at(1), at(2), "as agreed"))
    found = _only(OpenFacts(ended=[VisitEnded(5, 1, 7, "bad", NOW, OFFICE)], follow_ups=[saved]))
    assert (found.words, found.useful_until) == ("as agreed", at(2))


@pytest.mark.parametrize(
    ("tries", "moment", "words"),
    [
        ([], None, ""),
        ([0.0], 1.0, "not reached yet, one try about “the slip”"),
        ([-1.0, 0.0], 4.0, "not reached yet, 2 tries about “the slip”"),
        ([-4.0, 0.0, -1.0], DAY, "not reached yet, 3 tries about “the slip”"),
        ([-30, -28, -24, 0.0], 2 * DAY, "not reached yet, 4 tries about “the slip”"),
        (
            [-90, -88, -84, -50, 0.0],
            0.0,
            "not reached after 5 tries about “the slip”: try another contact or another way",
        ),
    ],
)
def test_the_ladder_of_tries(tries: list[float], moment: float | None, words: str) -> None:
    facts = OpenFacts(unreached=[Unreached(1, 7, tuple(map(at, tries)), "the slip")])
    if moment is None:
        assert _none(facts)
        return
    found = _only(facts)
    assert (found.prompt_at, found.useful_until, found.words) == (at(moment), at(moment + 0.5), words)


@pytest.mark.parametrize(("days_ago", "state"), [(27, "now"), (26.9, "ahead"), (30, "now"), (30.1, "late")])
def test_a_cadence_that_drifts(days_ago: float, state: str) -> None:
    cadence = cadence_of([Touch(at(-days_ago * DAY), True)], at(-999 * DAY), cadence_every("gold", RULES))
    found = _only(OpenFacts(cadences=[CustomerCadence(1, cadence)]))
    assert (_state(found), found.words) == (state, "a conversation is due, as every 4w 2d")


@pytest.mark.parametrize(("mails", "told"), [(2, False), (3, True)])
def test_only_a_conversation_resets_the_cadence(mails: int, told: bool) -> None:
    touches = [Touch(at(-40 * DAY), True), *(Touch(at(-day * DAY), False) for day in range(1, mails + 1))]
    cadence = cadence_of(touches, at(-99 * DAY), timedelta(days=30))
    found = _only(OpenFacts(cadences=[CustomerCadence(1, cadence)]))
    assert found.useful_until == at(-10 * DAY)
    assert (f"; the last {mails} contacts were no conversation" in found.words) is told


@pytest.mark.parametrize(
    ("promised", "expected", "told", "until"),
    [(5, 6, False, 2), (1, 6, False, 1), (-1, 6, False, 0), (5, 5, False, None), (5, 6, True, None)],
)
def test_a_delay_reaches_other_sites(
    promised: float, expected: float, told: bool, until: float | None
) -> None:
    delay = Delay(3, "pump out of stock", NOW, (Reached(1, 7, at(promised), at(expected), told),))
    found = reasons_of(OpenFacts(delays=[delay]), RULES)
    assert [one.useful_until for one in found] == ([] if until is None else [at(until)])
    assert all("“pump out of stock”" in one.words and one.prompt_at == NOW for one in found)


@pytest.mark.parametrize(
    ("ends_in", "stage", "state"),
    [
        (90, "", "now"),
        (90.1, "", "ahead"),
        (30, "talks", "now"),
        (29.9, "talks", "late"),
        (10, "renewed", None),
    ],
)
def test_a_contract_that_ends(ends_in: float, stage: str, state: str | None) -> None:
    found = reasons_of(OpenFacts(contracts=[ContractEnd(1, 4, at(ends_in * DAY), stage)]), RULES)
    assert [_state(one) for one in found] == ([] if state is None else [state])


@pytest.mark.parametrize(
    ("days_apart", "problems", "advised_at", "owed"),
    [
        (90, ("Belt torn", "belt  TORN"), None, True),
        (90.1, ("belt torn", "belt torn"), None, False),
        (5, ("belt torn", "motor hot"), None, False),
        (5, ("", ""), None, False),
        (5, ("belt torn", "belt torn"), 0.0, False),
        (5, ("belt torn", "belt torn"), -0.1, True),
    ],
)
def test_the_same_problem_again(
    days_apart: float, problems: tuple[str, str], advised_at: float | None, owed: bool
) -> None:
    calls = [UnitCall(1, 6, 2, problems[0], at(-days_apart * DAY)), UnitCall(1, 7, 2, problems[1], NOW)]
    recommended = [] if advised_at is None else [(2, at(advised_at))]
    found = reasons_of(OpenFacts(unit_calls=calls, recommended=recommended), RULES)
    assert [(one.call_id, one.opens, one.useful_until) for one in found] == (
        [(7, "roi", at(DAY))] if owed else []
    )


@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_recommendation_counts(order: int) -> None:
    calls = [UnitCall(1, 6, 2, "belt torn", at(-DAY)), UnitCall(1, 7, 2, "belt torn", NOW)]
    recommended = [(2, at(-DAY)), (2, at(1))][::order]
    assert _none(OpenFacts(unit_calls=calls, recommended=recommended))


def test_the_same_problem_on_another_unit_is_another() -> None:
    calls = [UnitCall(1, 6, 2, "belt torn", NOW), UnitCall(1, 7, 3, "belt torn", NOW)]
    assert _none(OpenFacts(unit_calls=calls))


@pytest.mark.parametrize(("public", "until"), [(None, 7 * DAY), (5 * DAY, 4 * DAY), (0.5 * DAY, 0)])
def test_news_before_they_are_public(public: float | None, until: float) -> None:
    day = None if public is None else at(public)
    news = ModelNews(8, "fan guard comes loose", NOW, frozenset({2, 1}), day, recall=True)
    found = reasons_of(OpenFacts(news=[news]), RULES)
    assert [(one.customer_id, one.useful_until) for one in found] == [(1, at(until)), (2, at(until))]
    assert found[0].words == "a recall about a model they have: “fan guard comes loose”"


def test_hostile_text_stays_plain_and_short() -> None:
    facts = OpenFacts(
        promises=[OpenPromise(3, 1, 7, HOSTILE + "x" * 500, at(-1), at(1))],
        inbound=[Inbound(1, 7, NOW, HOSTILE)],
        ended=[VisitEnded(5, 1, 7, "bad", NOW, OFFICE, HOSTILE)],
        unreached=[Unreached(1, 7, (NOW,), HOSTILE)],
        delays=[Delay(3, HOSTILE, NOW, (Reached(1, 7, at(1), at(2)),))],
        contracts=[ContractEnd(1, 4, at(1), HOSTILE)],
        news=[ModelNews(8, HOSTILE, NOW, frozenset({1}))],
    )
    for found in reasons_of(facts, RULES):
        assert found.words.isprintable(), found.kind
        assert "\u202e" not in found.words
        assert PLAIN_HOSTILE in found.words or found.kind == "cadence"
        assert len(found.words) < 160
