"""Who called first, contact by contact: each row of the table, on both sides of its edge."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch_tui.care.matters import Matter, Owed, Word, matters
from tests.care.scene import NOW, RULES, at


def _in(number: int, hours: float, channel: str = "phone", **more: Any) -> Word:
    return Word(number, at(hours), True, channel, two_way=channel == "phone", **more)


def _out(number: int, hours: float, channel: str = "phone", **more: Any) -> Word:
    return Word(number, at(hours), False, channel, two_way=channel == "phone", **more)


BAD = {"bad_news": True}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param([], [], id="nothing was said"),
        pytest.param([_in(1, 0)], [], id="the contact that brings the call"),
        pytest.param([_in(1, 0, **BAD)], [], id="and hears at once that it takes long"),
        pytest.param([_out(1, 1)], [], id="an ordinary word of ours"),
        pytest.param([_out(1, 1, **BAD)], [("us", 1)], id="bad news from us"),
        pytest.param([_out(1, 1, "note", **BAD)], [], id="an internal note reaches nobody"),
        pytest.param(
            [_out(1, 1, "voicemail", **BAD), _out(2, 2, **BAD)], [("us", 1)], id="a try and its conversation"
        ),
        pytest.param(
            [_out(1, 1, "voicemail", **BAD), _in(2, 2, **BAD)], [("us", 1)], id="a try, and they call back"
        ),
        pytest.param(
            [_out(1, 1, **BAD), _out(2, 2, **BAD)],
            [("us", 1), ("us", 2)],
            id="two conversations, two matters",
        ),
        pytest.param([_out(1, 1), _in(2, 2, **BAD)], [("them", 2)], id="they call and hear it only then"),
        pytest.param(
            [_out(1, 1), _in(2, 2, "email"), _out(3, 3, **BAD)], [("them", 2)], id="bad news as an answer"
        ),
        pytest.param(
            [_out(1, 1), _in(2, 2), _out(3, 3, **BAD)], [("us", 3)], id="their question was answered before"
        ),
        pytest.param([_out(1, 1, next_update_at=at(5)), _in(2, 5)], [], id="the update is due just now"),
        pytest.param(
            [_out(1, 1, next_update_at=at(5)), _in(2, 5.01)], [("them", 2)], id="the update is past due"
        ),
        pytest.param(
            [_out(1, 1, next_update_at=at(5)), _out(2, 4), _in(3, 6)], [], id="the update was given"
        ),
        pytest.param(
            [_out(1, 1, next_update_at=at(2)), _in(2, 3, "email"), _in(3, 4, "email")],
            [("them", 2), ("them", 3)],
            id="each time that they have to ask",
        ),
        pytest.param([_in(1, 24)], [], id="a day of silence since it was opened"),
        pytest.param([_in(1, 24.1)], [("them", 1)], id="longer than a day"),
        pytest.param([_out(1, 1), _in(2, 25)], [], id="a day since we spoke"),
        pytest.param([_out(1, 1), _in(2, 25.1)], [("them", 2)], id="longer than a day since we spoke"),
        pytest.param(
            [_out(1, 1, next_update_at=at(48)), _in(2, 47)], [], id="a longer silence that was agreed"
        ),
        pytest.param([_out(1, 1), _in(2, 101)], [], id="it is resolved: nothing is owed"),
    ],
)
def test_who_was_first_about_a_call(words: list[Word], found: list[tuple[str, int]]) -> None:
    seen = matters(reversed(words), (), RULES.update, opened_at=NOW, resolved_at=at(100))
    assert [(one.first, one.record_id) for one in seen] == found


@pytest.mark.parametrize(
    ("promise", "came", "found"),
    [
        (Owed(at(1), at(5)), 5.0, []),
        (Owed(at(1), at(5)), 5.1, ["them"]),
        (Owed(at(1), at(5), settled_at=at(4)), 6.0, []),
        (Owed(at(1), at(5), settled_at=at(7)), 6.0, ["them"]),
        (Owed(at(7), at(8)), 6.0, []),
    ],
)
def test_a_promise_past_due(promise: Owed, came: float, found: list[str]) -> None:
    words = [_out(1, 1), _in(2, came, "email")]
    assert [one.first for one in matters(words, [promise], RULES.update, opened_at=NOW)] == found


def test_they_were_told_that_the_promise_slips() -> None:
    words = [_out(1, 1), _out(2, 5.5, "email"), _in(3, 6, "email")]
    assert matters(words, [Owed(at(1), at(5))], RULES.update, opened_at=NOW) == ()


def test_without_a_call_nothing_brings_it() -> None:
    words = [_in(1, 0, **BAD), _out(2, 1, **BAD)]
    assert matters(words, (), RULES.update) == (Matter(NOW, "them", 1), Matter(at(1), "us", 2))
