"""One prompt for one conversation: joining, decisions, and calls that nobody may forget."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.care.decisions import Decision, answer, done, offer, override, retime
from dispatch_tui.care.prompts import OpenFacts, joined, prompts, reasons_of, watched
from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.sources.messages import Inbound
from dispatch_tui.care.sources.promised import OpenPromise
from dispatch_tui.care.sources.slips import ForecastSlip
from dispatch_tui.care.sources.unattended import OpenCall
from dispatch_tui.care.sources.updates import NextUpdate
from dispatch_tui.errors import IllegalTransition, InvalidInput
from tests.care.scene import NOW, RULES, at, reason


def test_reasons_of_one_customer_are_one_conversation() -> None:
    facts = OpenFacts(
        promises=[OpenPromise(3, 1, 7, "a loaner", at(-9), at(1))],
        updates=[NextUpdate(1, 8, at(0.5))],
        inbound=[Inbound(1, 8, at(-0.2), "hello?")],
        slips=[ForecastSlip(1, 8, 5, "finish", at(4), at(5), NOW)],
    )
    (prompt,) = prompts(NOW, facts, RULES)
    assert [one.kind for one in prompt.reasons] == ["next_update", "unanswered", "promise", "finish_slip"]
    assert prompt.call_ids == (8, 7)
    assert (prompt.prompt_at, prompt.useful_until) == (at(-1), at(0.5))
    assert (prompt.slip, prompt.bad_news) == (timedelta(hours=1), True)
    assert prompt.words == (
        "the next update is owed; a message is not answered: “hello?”; we promised “a loaner”; "
        "the finish is expected 1h 00m later than promised"
    )


@pytest.mark.parametrize(("arises", "conversations"), [(1.0, 1), (1.01, 2)])
def test_what_arises_after_the_conversation_is_another(arises: float, conversations: int) -> None:
    found = [reason(until=1.0), reason(call=8, prompt=arises, until=9.0)]
    assert len(joined(found, NOW)) == conversations
    # once the first is that late, it is one call
    assert len(joined(found, at(arises))) == 1


def test_customers_and_calls_of_no_customer_stay_apart() -> None:
    found = [reason(customer=1), reason(customer=2), reason(customer=None, call=9), reason(customer=None)]
    assert len(joined(found, NOW)) == 4


@pytest.mark.parametrize(("hours", "state"), [(-0.01, "ahead"), (0, "now"), (1, "now"), (1.01, "late")])
def test_a_prompt_has_its_time(hours: float, state: str) -> None:
    (prompt,) = joined([reason(prompt=0, until=1)], NOW)
    assert prompt.state_at(at(hours)) == state


# -- decisions ---------------------------------------------------------------------------------


def _after(decision: Decision, *, slip: float = 0.0, due: float = 1.0) -> list[float]:
    """When the slip of visit 5 asks again after a decision: hours from now."""
    fact = ForecastSlip(1, 7, 5, "finish", at(due), at(due + slip), NOW)
    return [
        (one.prompt_at - NOW) / timedelta(hours=1)
        for one in reasons_of(OpenFacts(slips=[fact]), RULES, [decision])
    ]


def test_decisions_hold_until_the_fact_changes() -> None:
    (slip,) = reasons_of(OpenFacts(slips=[ForecastSlip(1, 7, 5, "finish", at(1), at(2), NOW)]), RULES)
    assert _after(done(slip, NOW), slip=1.0) == []
    assert _after(override(slip, NOW, "they know"), slip=1.0) == []
    assert _after(retime(slip, NOW, at(0.5)), slip=1.0) == [0.5]
    assert _after(override(slip, NOW, "they know"), slip=1.5) == []
    assert _after(override(slip, NOW, "they know"), slip=1.51) == [0.0]  # grown by more than half an hour
    assert _after(override(slip, NOW, "they know"), slip=1.0, due=3.0) == [0.0]  # promised anew


@pytest.mark.parametrize(
    ("until", "why", "field"),
    [
        (0.0, "", "until"),
        (0.01, "", ""),
        (1.0, "", ""),
        (1.01, "", "why"),
        (1.01, " ", "why"),
        (9.0, "asked for it", ""),
    ],
)
def test_retiming(until: float, why: str, field: str) -> None:
    if field:
        with pytest.raises(InvalidInput) as refused:
            retime(reason(until=1.0), NOW, at(until), why)
        assert refused.value.field == field
    else:
        assert retime(reason(until=1.0), NOW, at(until), why).until == at(until)


def test_an_override_needs_words() -> None:
    with pytest.raises(InvalidInput, match="needs a reason"):
        override(reason(), NOW, "\x1b[0m ")


def test_the_last_decision_holds() -> None:
    first = reason()
    decided = [retime(first, at(0.2), at(0.9)), override(first, NOW, "too early")]
    facts = OpenFacts(updates=[NextUpdate(1, 7, at(1))])
    keyed = [
        Decision(reasons_of(facts, RULES)[0].key, one.act, one.at, one.until, one.slip, one.why)
        for one in decided
    ]
    for order in (keyed, keyed[::-1]):
        (found,) = reasons_of(facts, RULES, order)
        assert found.prompt_at == at(0.9)


def test_a_handover_counts_when_it_is_accepted() -> None:
    offered = offer(1, 2, NOW)
    assert offered.holder_id == 1
    accepted = answer(offered, "accepted", 2)
    assert accepted.holder_id == 2
    assert answer(offered, "declined", 2).holder_id == 1
    assert answer(offered, "withdrawn", 1).holder_id == 1
    for status, by, words in (
        ("accepted", 1, "only the other"),
        ("declined", 3, "only the other"),
        ("withdrawn", 2, "only the giver"),
        ("offered", 2, "accepted, declined or withdrawn"),
    ):
        with pytest.raises(InvalidInput, match=words):
            answer(offered, status, by)  # type: ignore[arg-type]
    with pytest.raises(IllegalTransition):
        answer(accepted, "declined", 2)
    with pytest.raises(InvalidInput, match="that is you"):
        offer(1, 1, NOW)


# -- properties --------------------------------------------------------------------------------

_HOURS = st.integers(-60, 60).map(float)
_REASONS = st.lists(
    st.builds(
        lambda kind, who, call, prompt, lasts, name: reason(
            kind, customer=who, call=call, prompt=prompt, until=prompt + lasts, name=str(name)
        ),
        st.sampled_from(["next_update", "promise", "finish_slip", "cadence"]),
        st.one_of(st.none(), st.integers(1, 3)),
        st.integers(1, 5),
        _HOURS,
        st.integers(0, 90),
        st.integers(0, 10_000),
    ),
    unique_by=lambda one: one.key,
)


@given(_REASONS, st.randoms(use_true_random=False))
def test_joining_keeps_every_reason_in_one_place_whatever_the_order(found: list[Reason], rng: Random) -> None:
    listed = joined(found, NOW)
    kept = [one.key for prompt in listed for one in prompt.reasons]
    assert sorted(kept) == sorted(one.key for one in found)
    for prompt in listed:
        assert {one.customer_id for one in prompt.reasons} == {prompt.customer_id}
        assert prompt.useful_until == min(one.useful_until for one in prompt.reasons)
        assert all(one.words in prompt.words for one in prompt.reasons)
    asked = [
        one.customer_id for one in listed if one.state_at(NOW) != "ahead" and one.customer_id is not None
    ]
    assert len(asked) == len(set(asked))  # one conversation with a customer at a time
    turned = list(found)
    rng.shuffle(turned)
    assert joined(turned, NOW) == listed


_ACTS = st.sampled_from(["nothing", "done", "override", "retime"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["running", "resting"]),
            _HOURS,
            _ACTS,
            st.booleans(),
            st.one_of(st.none(), st.integers(1, 2)),
        ),
        max_size=8,
    )
)
def test_no_open_call_under_an_agreement_is_ever_forgotten(
    told: list[tuple[str, float, str, bool, int | None]],
) -> None:
    """Whatever was decided about its reasons: a running clock, a pending prompt or a recorded override."""
    calls = [
        OpenCall(customer, number, True, clock, at(quiet))  # type: ignore[arg-type]
        for number, (clock, quiet, _, _, customer) in enumerate(told, 1)
    ]
    facts = OpenFacts(
        calls=calls,
        updates=[
            NextUpdate(one.customer_id, one.call_id, at(1)) for one in calls if one.update_clock == "running"
        ],
        promises=[
            OpenPromise(number, customer, number, "x", at(-1), at(1))
            for number, (_, _, _, promised, customer) in enumerate(told, 1)
            if promised
        ],
    )
    acts = {number: act for number, (_, _, act, _, _) in enumerate(told, 1)}
    decisions = []
    for one in reasons_of(facts, RULES):
        act = acts[one.call_id or 0]
        if act == "done":
            decisions.append(done(one, NOW))
        elif act == "override":
            decisions.append(override(one, NOW, "asked not to be called"))
        elif act == "retime":
            decisions.append(retime(one, NOW, at(500), "on holiday"))
    found = prompts(NOW, facts, RULES, decisions)
    for call in calls:
        by = watched(call, found, RULES, decisions)
        assert by, call
        if by == "override":
            assert acts[call.call_id] == "override"


def test_a_call_without_an_agreement_may_rest() -> None:
    call = OpenCall(1, 7, False, "resting", NOW)
    assert watched(call, prompts(NOW, OpenFacts(calls=[call]), RULES), RULES) == ""
