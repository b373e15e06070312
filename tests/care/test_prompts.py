"""The call-first list: each rule on both sides of its edge, and one prompt for one conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.care import Inbound, NextUpdate, OpenPromise, Timing, call_first, prompts
from dispatch_tui.errors import InvalidInput

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def _at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


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
    (prompt,) = prompts(NOW, promises=[OpenPromise(1, 7, "send the quote", _at(made), _at(due))])
    assert prompt.state_at(NOW) == state
    assert prompt.useful_until == _at(due)
    assert prompt.words == "we promised “send the quote”"
    assert prompt.call_ids == (7,)


@pytest.mark.parametrize(
    ("due", "warn", "state"),
    [(0.5, None, "now"), (0.51, None, "ahead"), (4, -1, "now"), (4, 1, "ahead"), (-0.1, None, "late")],
)
def test_an_update_is_prompted_when_its_clock_warns(due: float, warn: float | None, state: str) -> None:
    update = NextUpdate(1, 7, _at(due), None if warn is None else _at(warn))
    (prompt,) = prompts(NOW, updates=[update])
    assert prompt.state_at(NOW) == state
    assert prompt.useful_until == _at(due)


@pytest.mark.parametrize(("came", "state"), [(0, "now"), (-1, "now"), (-1.01, "late"), (0.1, "ahead")])
def test_a_message_is_prompted_at_once(came: float, state: str) -> None:
    (prompt,) = prompts(NOW, inbound=[Inbound(1, 7, _at(came), "where is he?")])
    assert prompt.state_at(NOW) == state
    assert prompt.words == "a message is not answered: “where is he?”"


def test_messages_about_one_call_are_one_reason() -> None:
    found = [Inbound(1, 7, _at(-0.1), "again"), Inbound(1, 7, _at(-0.5), "first"), Inbound(1, 7, _at(-0.2))]
    (prompt,) = prompts(NOW, inbound=found)
    assert prompt.words == "3 messages are not answered, the first: “first”"
    assert prompt.prompt_at == _at(-0.5)


def test_reasons_of_one_customer_are_one_conversation() -> None:
    (prompt,) = prompts(
        NOW,
        promises=[OpenPromise(1, 7, "a loaner", _at(-9), _at(1))],
        updates=[NextUpdate(1, 8, _at(0.5))],
        inbound=[Inbound(1, 8, _at(-0.2), "hello?")],
    )
    assert [reason.kind for reason in prompt.reasons] == ["next_update", "unanswered", "promise"]
    assert prompt.call_ids == (8, 7)
    assert prompt.useful_until == _at(0.5)
    assert prompt.prompt_at == _at(-1)


def test_what_arises_after_the_conversation_is_another() -> None:
    near = OpenPromise(1, 7, "today", _at(-9), _at(1))
    far = OpenPromise(1, 7, "in a week", _at(-9), _at(170))
    first, second = prompts(NOW, promises=[far, near])
    assert (first.words, second.words) == ("we promised “today”", "we promised “in a week”")
    # asked for only once the first is a week late: by then it is one call
    (joined,) = prompts(_at(169), promises=[far, near])
    assert len(joined.reasons) == 2


def test_customers_and_calls_of_no_customer_stay_apart() -> None:
    found = prompts(
        NOW,
        updates=[
            NextUpdate(1, 7, NOW),
            NextUpdate(2, 8, NOW),
            NextUpdate(None, 9, NOW),
            NextUpdate(None, 10, NOW),
        ],
    )
    assert len(found) == 4


def test_the_list_holds_what_has_come_longest_late_first() -> None:
    found = prompts(
        NOW,
        updates=[
            NextUpdate(1, 1, _at(0.2)),
            NextUpdate(2, 2, _at(-3)),
            NextUpdate(3, 3, _at(5)),
            NextUpdate(4, 4, _at(-1)),
        ],
    )
    assert [prompt.customer_id for prompt in call_first(found, NOW)] == [2, 4, 1]
    assert [prompt.customer_id for prompt in call_first(found, _at(6))] == [2, 4, 1, 3]


def test_timing_is_the_users() -> None:
    promise = OpenPromise(1, 7, "x", _at(-48), _at(5))
    assert prompts(NOW, promises=[promise])[0].state_at(NOW) == "ahead"
    timing = Timing(promise_lead=timedelta(hours=6))
    assert prompts(NOW, promises=[promise], timing=timing)[0].state_at(NOW) == "now"


def test_a_promise_due_before_it_was_made_is_refused() -> None:
    with pytest.raises(InvalidInput, match="before it was made"):
        prompts(NOW, promises=[OpenPromise(1, 7, "x", _at(1), _at(0))])


def test_words_are_plain_and_short() -> None:
    (prompt,) = prompts(NOW, promises=[OpenPromise(1, 7, "\x1b[31m" + "x" * 500, _at(-1), _at(1))])
    assert "\x1b" not in prompt.words
    assert len(prompt.words) < 120


_HOURS = st.integers(-60, 60).map(float)
_WHO = st.one_of(st.none(), st.integers(1, 3))


@given(
    st.lists(st.builds(lambda c, k, h: NextUpdate(c, k, _at(h)), _WHO, st.integers(1, 5), _HOURS)),
    st.lists(
        st.builds(
            lambda c, k, m, d: OpenPromise(c, k, "x", _at(m), _at(m + d)),
            _WHO,
            st.integers(1, 5),
            _HOURS,
            st.integers(0, 90),
        )
    ),
)
def test_no_reason_is_lost_and_none_is_told_twice(
    updates: list[NextUpdate], promises: list[OpenPromise]
) -> None:
    found = prompts(NOW, updates=updates, promises=promises)
    assert sum(len(prompt.reasons) for prompt in found) == len(updates) + len(promises)
    for prompt in found:
        assert {reason.customer_id for reason in prompt.reasons} == {prompt.customer_id}
        assert prompt.useful_until == min(reason.useful_until for reason in prompt.reasons)
    active = [p.customer_id for p in call_first(found, NOW) if p.customer_id is not None]
    assert len(active) == len(set(active))  # one conversation with a customer at a time
