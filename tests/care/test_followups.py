"""Follow-ups made by rule, in business days of the site; the ladder of tries and its e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch_tui.care.followups import FollowUp, OpenItem, after_closing, after_visit
from dispatch_tui.care.rules_file import rules_from_text
from dispatch_tui.care.voicemail import Contact, confirming_mail, next_try, tries_in_a_row
from dispatch_tui.errors import InvalidInput
from tests.care.scene import HOSTILE, NEVER_OPEN, NOW, OFFICE, PLAIN_HOSTILE, RULES, at

BERLIN = ZoneInfo("Europe/Berlin")


def _berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in March 2026 by the wall clock of the site; the 6th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("outcome", "done", "expected"),
    [
        ("good", (4, 10), [("aftercare", (5, 10), (6, 10))]),
        ("good", (6, 10), [("aftercare", (9, 10), (10, 10))]),  # over the weekend
        ("good", (6, 18), [("aftercare", (10, 8), (11, 8))]),  # after hours: counts from Monday's opening
        ("incomplete", (4, 10), [("incomplete_visit", (4, 10), (4, 14))]),
        ("incomplete", (4, 22), [("incomplete_visit", (4, 22), (5, 0))]),  # the same day
        ("bad", (4, 10), [("bad_visit", (4, 10), (4, 14)), ("aftercare", (5, 8), (6, 8))]),
        ("bad", (6, 10), [("bad_visit", (6, 10), (6, 14)), ("aftercare", (9, 8), (10, 8))]),
    ],
)
def test_after_a_visit(
    outcome: str, done: tuple[int, int], expected: list[tuple[str, tuple[int, int], tuple[int, int]]]
) -> None:
    found = after_visit(outcome, _berlin(*done), OFFICE, RULES)
    assert [(one.kind, one.from_at, one.due_at) for one in found] == [
        (kind, _berlin(*first), _berlin(*last)) for kind, first, last in expected
    ]


def test_after_a_bad_visit_we_care_sooner() -> None:
    (good,) = after_visit("good", NOW, OFFICE, RULES)
    assert after_visit("bad", NOW, OFFICE, RULES)[1].due_at < good.due_at


def test_where_it_never_opens_days_are_days() -> None:
    (found,) = after_visit("good", NOW, NEVER_OPEN, RULES)
    assert (found.from_at, found.due_at) == (at(24), at(48))


def test_the_firm_sets_the_delays() -> None:
    rules = rules_from_text('[visit]\nsame_day = "1h"\n[aftercare]\ngood_from = 3\ngood_until = 3')
    assert after_visit("incomplete", NOW, OFFICE, rules)[0].due_at == at(1)
    (found,) = after_visit("good", _berlin(4, 10), OFFICE, rules)
    assert (found.from_at, found.due_at) == (_berlin(9, 10), _berlin(9, 10))


def test_no_other_outcome() -> None:
    with pytest.raises(InvalidInput, match="none of good, bad and incomplete"):
        after_visit("fine", NOW, OFFICE, RULES)


def test_closing_leaves_what_is_open_and_not_confirmed() -> None:
    items = [OpenItem("send the manual", at(48)), OpenItem(HOSTILE, at(1))]
    found = after_closing(NOW, OFFICE, RULES, open_items=items, confirmed=False)
    assert found == (
        FollowUp("follow_up", at(0.5), at(1), f"left open: “{PLAIN_HOSTILE}”"),
        FollowUp("follow_up", at(24), at(48), "closed without the customer's own confirmation"),
        FollowUp("follow_up", at(46), at(48), "left open: “send the manual”"),
    )
    assert after_closing(NOW, OFFICE, RULES) == ()


@pytest.mark.parametrize(("what", "hours"), [("", 1.0), ("\x07", 1.0), ("x", -0.01)])
def test_an_open_item_says_what_and_when(what: str, hours: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        after_closing(NOW, OFFICE, RULES, open_items=[OpenItem(what, at(hours))])
    assert refused.value.field == "open_items"


# -- tries that reached nobody -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tries", "hours", "last"),
    [([0], 1, False), ([0, -1], 4, False), ([-9, -8, 0], 24, False), ([-40, -39, -35, 0], 48, True)],
)
def test_the_ladder(tries: list[float], hours: float, last: bool) -> None:
    found = next_try(map(at, tries), RULES.voicemail)
    assert found is not None
    assert (found.nth, found.at, found.last) == (len(tries), at(hours), last)


@pytest.mark.parametrize(
    ("until", "hours"), [(None, 1), (2.0, 1), (1.9, 0.95), (0.5, 0.25), (0.0, 1), (-1.0, 1)]
)
def test_what_cannot_wait_is_tried_again_while_it_helps(until: float | None, hours: float) -> None:
    found = next_try([NOW], RULES.voicemail, None if until is None else at(until))
    assert found is not None
    assert found.at == at(hours)


@pytest.mark.parametrize("tries", [[], [-50, -49, -48, -47, 0]])
def test_before_the_first_rung_and_after_the_last(tries: list[float]) -> None:
    assert next_try(map(at, tries), RULES.voicemail) is None


def test_tries_in_a_row_are_told_apart_by_call() -> None:
    out = [(call_id, hour, "out", "voicemail", False) for call_id, hour in ((1, 0), (2, 1), (1, 2))]
    assert in_a_row(out) == {1: (at(0), at(2)), 2: (at(1),)}


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ((2, 1, "out", "phone", True), True),  # about another call
        ((None, 1, "in", "email", False), True),
        ((1, 1, "out", "email", False), False),
        ((1, 1, "in", "Auto-Reply", False), False),
    ],
)
def test_a_talk_or_their_message_ends_the_tries(said: Said, ends: bool) -> None:
    assert in_a_row([(1, 0, "out", "phone", False), said]) == ({} if ends else {1: (at(0),)})


def test_tries_are_of_the_last_thirty_days() -> None:
    missed = [(1, hour, "out", "visit", False) for hour in (-30 * 24 - 0.01, -30 * 24, -1)]
    assert in_a_row(missed, hours=0) == {1: (at(-30 * 24), at(-1))}


Said = tuple[int | None, float, str, str, bool]


def in_a_row(said: Sequence[Said], hours: float = 3) -> dict[int | None, tuple[datetime, ...]]:
    """The tries that count after so many hours."""
    contacts = (
        Contact(call_id, at(hour), direction, channel, two_way)
        for call_id, hour, direction, channel, two_way in sorted(said, key=lambda one: one[1])
    )
    return tries_in_a_row(contacts, at(hours))


def test_the_mail_tells_what_the_voicemail_told() -> None:
    mail = confirming_mail(
        [NOW],
        RULES.voicemail,
        BERLIN,
        to="ann@example.com",
        name="Annie",
        subject="the press",
        news="It is ready at five.",
    )
    assert (mail.to, mail.subject) == ("ann@example.com", "Our call about the press")
    assert mail.body == (
        "Hello Annie,\n\n"
        "I tried to reach you on Wednesday 04 March, 10:00 about the press and left a message.\n"
        "It is ready at five.\n\n"
        "I will try again on Wednesday 04 March, 11:00. You can also answer this e-mail or call us at any time."
    )


def test_a_mail_holds_no_codes_and_fills_in_nothing_twice() -> None:
    mail = confirming_mail(
        [NOW], RULES.voicemail, BERLIN, to=HOSTILE, name="$news", subject=HOSTILE, news=HOSTILE
    )
    assert mail.subject == f"Our call about {PLAIN_HOSTILE}"
    assert mail.to == PLAIN_HOSTILE
    assert "Hello $news," in mail.body
    assert not set("\x1b\x07\u202e") & set(mail.body)


def test_after_the_last_rung_no_time_is_named() -> None:
    mail = confirming_mail([NOW - timedelta(days=day) for day in range(5)], RULES.voicemail, BERLIN)
    assert "I will try again on a day that suits you." in mail.body
    assert "about your service call" in mail.body
