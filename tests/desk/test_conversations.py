"""Conversations as the desk records them: what follows from each, what is refused, and drafts that nobody loses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.care.interactions import Direction, Interaction, Notes
from dispatch_tui.care.promises import Promise
from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, drafts, model_news
from dispatch_tui.desk.conversations import log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.promises import settle_promise
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed, NotFound
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import tables
from dispatch_tui.store.prompts import prompts_of
from tests.support.desks import as_role, changes_of

NOW = datetime.fromisoformat("2026-03-04T09:00:00+00:00")


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def people(desk: Desk) -> None:
    """Ida with a mobile (1), Nils without any number (2), and Kim of another customer (3)."""
    acme = Ref("customer", "t:acme")
    facts = (
        Fact(
            "contact",
            "t:ida",
            "import",
            to_us(at(-100)),
            {
                "name": "Ida Brandt",
                "goes_by": "Ida",
                "mobile": "+49 170 1",
                "email": "ida@acme.example",
                "customer_id": acme,
            },
        ),
        Fact("contact", "t:nils", "import", to_us(at(-100)), {"name": "Nils Holm", "customer_id": acme}),
        Fact("customer", "t:other", "import", to_us(at(-100)), {"name": "Other"}),
        Fact(
            "contact",
            "t:kim",
            "import",
            to_us(at(-100)),
            {"name": "Kim", "phone": "1", "customer_id": Ref("customer", "t:other")},
        ),
    )
    (outcome,) = record_history(desk, "people", [SourceRow(1, "people", b"p" * 16, facts)])
    assert outcome.outcome == "imported", outcome


def spoke(**values: Any) -> Interaction:
    return replace(Interaction("out", "phone", NOW, two_way=True, contact_id=1), **values)


def rows(desk: Desk, name: str) -> list[dict[str, Any]]:
    table = tables.metadata.tables[name]
    with desk.store.read() as connection:
        query = sa.select(table).order_by(*([table.c.id] if "id" in table.c else []))
        return [dict(one) for one in connection.execute(query).mappings()]


def next_update_of(desk: Desk, call_id: int) -> datetime | None:
    return next(
        (
            one["due_at"]
            for one in rows(desk, "clock")
            if one["kind"] == "next_update" and one["call_id"] == call_id
        ),
        None,
    )


class TestWhatIsRecorded:
    def test_all_of_it_in_one_transaction(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        said = spoke(
            mood="worried",
            believes="the part is here",
            true="it comes on Friday",
            said="The part is late\x1b[31m.",
            notes=Notes("stock spoils", "short of breath", "needs a loaner", "we bring one"),
            bad_news=True,
            plan="a loaner tonight",
            next_update_at=at(2),
            promises=(Promise("a loaner", NOW, at(6)), Promise("on site", NOW, at(8), about="arrival")),
        )
        done = log_conversation(desk, said, call_id=one.id, told_in_advance=["the road may be shut"])
        (stored,) = rows(desk, "interaction")
        assert stored["customer_id"] == 1
        assert stored["operator_id"] == desk.operator.id
        assert (stored["mood"], stored["believes"], stored["truth"]) == (
            "worried",
            "the part is here",
            "it comes on Friday",
        )
        assert stored["said"] == "The part is late."
        assert (stored["listen"], stored["observe"], stored["think"], stored["speak"]) == (
            "stock spoils",
            "short of breath",
            "needs a loaner",
            "we bring one",
        )
        assert (stored["bad_news"], stored["plan"], stored["next_update_at"]) == (
            1,
            "a loaner tonight",
            at(2),
        )
        promised = rows(desk, "promise")
        assert [(row["what"], row["due_at"], row["about"], row["contact_id"]) for row in promised] == [
            ("a loaner", at(6), "", 1),
            ("on site", at(8), "arrival", 1),
        ]
        assert {row["interaction_id"] for row in promised} == {done.interaction_id}
        (told,) = rows(desk, "told_in_advance")
        assert (told["what"], told["interaction_id"]) == ("the road may be shut", done.interaction_id)
        assert done.call is not None
        assert done.call.version == one.version + 1
        assert done.retry is None
        assert done.mail is None

    def test_the_next_update_told_is_when_its_clock_is_due(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        assert next_update_of(desk, one.id) == at(4), "the agreement's four business hours"
        log_conversation(desk, spoke(next_update_at=at(1.5)), call_id=one.id)
        assert next_update_of(desk, one.id) == at(1.5)
        clock.set(at(1))
        log_conversation(desk, spoke(happened_at=at(1)), call_id=one.id)
        assert next_update_of(desk, one.id) == at(5), "a conversation starts it anew"

    def test_a_customer_without_a_call(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        promise = Promise("send the quote", NOW, at(24))
        done = log_conversation(desk, spoke(promises=(promise,)), customer_id=1)
        assert done.call is None
        assert settle_promise(desk, 1, "kept") is None
        (row,) = rows(desk, "promise")
        assert (row["outcome"], row["settled_at"], row["call_id"]) == ("kept", NOW, None)

    def test_a_number_that_was_not_on_record_is_now(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        log_conversation(desk, spoke(contact_id=2), customer_id=1, number="0171 2")
        assert rows(desk, "contact")[1]["phone"] == "0171 2"
        assert changes_of(desk, "contact", 2)[-1]["act"] == "add_number"


REFUSED = [
    ("happened_at", spoke(happened_at=at(1))),
    ("plan", spoke(bad_news=True, next_update_at=at(2))),
    ("next_update_at", spoke(bad_news=True, plan="tonight")),
    ("next_update_at", spoke(next_update_at=NOW)),
    ("promises.0.due_at", spoke(promises=(Promise("a loaner", NOW, at(-1)),))),
    ("promises.0.what", spoke(promises=(Promise("\x1b[31m", NOW, at(1)),))),
    ("number", spoke(contact_id=2)),
    ("contact_id", spoke(contact_id=3)),
    ("two_way", spoke(channel="email")),
    ("believes", spoke(true="it is late")),
    ("mood", spoke(mood="odd")),
    ("channel", spoke(channel="smoke")),
]


@pytest.mark.parametrize(
    ("field", "draft"), REFUSED, ids=[f"{field}-{n}" for n, (field, _) in enumerate(REFUSED)]
)
def test_what_is_refused_names_the_field_and_writes_nothing(
    desk: Desk, clock: FixedClock, field: str, draft: Interaction
) -> None:
    people(desk)
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    with pytest.raises(InvalidInput) as refused:
        log_conversation(desk, draft, call_id=one.id)
    assert refused.value.field == field
    assert rows(desk, "interaction") == []
    assert rows(desk, "promise") == []
    assert rows(desk, "call")[0]["version"] == one.version


def test_who_may_not_and_what_is_not_there(desk: Desk, clock: FixedClock) -> None:
    people(desk)
    with pytest.raises(NotAllowed):
        log_conversation(as_role(desk, "viewer"), spoke(), customer_id=1)
    with pytest.raises(NotFound):
        log_conversation(desk, spoke(), call_id=99)
    with pytest.raises(NotFound):
        log_conversation(desk, spoke(), customer_id=99)
    with pytest.raises(InvalidInput, match="nobody is named"):
        log_conversation(desk, spoke())


class TestTries:
    def test_one_books_the_next_and_drafts_the_mail(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        one = calls.open_call(desk, title="Fan [/x]", unit_id=1).call
        said = spoke(channel="voicemail", two_way=False, said="The part comes on Friday.")
        done = log_conversation(desk, said, call_id=one.id)
        assert done.retry is not None
        assert (done.retry.nth, done.retry.at) == (1, at(1))
        assert done.mail is not None
        assert done.mail.to == "ida@acme.example"
        assert done.mail.subject == "Our call about Fan [/x] (C-1)"
        for words in ("Hello Ida,", "Wednesday 04 March, 10:00", "The part comes on Friday.", "11:00"):
            assert words in done.mail.body, "by the site's wall clock, an hour before Berlin's"

    def test_they_are_counted_until_somebody_speaks(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        missed = spoke(two_way=False)
        nths = []
        for hour in (0, 1, 5):
            clock.set(at(hour))
            done = log_conversation(desk, replace(missed, happened_at=at(hour)), customer_id=1)
            assert done.retry is not None
            nths.append((done.retry.nth, done.retry.at))
        assert nths == [(1, at(1)), (2, at(5)), (3, at(29))]
        clock.set(at(6))
        log_conversation(desk, spoke(happened_at=at(6)), customer_id=1)
        clock.set(at(7))
        again = log_conversation(desk, replace(missed, happened_at=at(7)), customer_id=1)
        assert again.retry is not None
        assert again.retry.nth == 1

    @pytest.mark.parametrize(
        ("channel", "direction", "tried"),
        [
            ("phone", "out", True),
            ("video", "out", True),
            ("visit", "out", True),
            ("voicemail", "out", True),
            ("email", "out", False),
            ("note", "out", False),
            ("phone", "in", False),
            ("voicemail", "in", False),
        ],
    )
    def test_who_reached_nobody_has_told_nothing(
        self, desk: Desk, clock: FixedClock, channel: str, direction: Direction, tried: bool
    ) -> None:
        """The list and the ladder agree on what a try is."""
        people(desk)
        one = spoke(channel=channel, direction=direction, two_way=False)
        done = log_conversation(desk, one, customer_id=1, prompt_keys=["slip:1"])
        assert (done.retry is not None) is tried
        assert ("voicemail" in kinds(desk)) is tried
        told = [row["act"] for row in rows(desk, "decision")]
        assert told == (["retimed"] if tried else [] if channel == "note" else ["done"])

    def test_each_call_has_its_own_ladder_and_a_talk_ends_all(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        first, other = (calls.open_call(desk, title=title, unit_id=1).call.id for title in ("Fan", "Seal"))
        nths = []
        for hour, call_id in enumerate((first, first, other)):
            nths.append(tried(desk, clock, hour, call_id))
        assert nths == [1, 2, 1]
        assert unreached(desk) == {f"1/{first}", f"1/{other}"}
        clock.set(at(4))
        log_conversation(desk, spoke(happened_at=at(4)), call_id=other)
        assert unreached(desk) == set(), "we spoke with them: whatever it was about"
        assert tried(desk, clock, 5, first) == 1

    def test_their_message_ends_the_tries_and_our_mail_does_not(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        call_id = calls.open_call(desk, title="Fan", unit_id=1).call.id
        tried(desk, clock, 0, call_id)
        clock.set(at(1))
        log_conversation(desk, spoke(channel="email", two_way=False, happened_at=at(1)), call_id=call_id)
        assert tried(desk, clock, 2, call_id) == 2
        clock.set(at(3))
        wrote = spoke(direction="in", channel="email", two_way=False, happened_at=at(3))
        log_conversation(desk, wrote, customer_id=1)
        assert unreached(desk) == set()
        assert tried(desk, clock, 4, call_id) == 1

    def test_a_source_may_tell_of_a_talk_by_its_call_alone(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        first, other = (calls.open_call(desk, title=title, unit_id=1).call.id for title in ("Fan", "Seal"))
        tried(desk, clock, 0, first)
        with desk.act("note") as writer:
            talk = {"direction": "out", "channel": "phone", "two_way": 1, "happened_at": at(1)}
            writer.insert("interaction", {**talk, "call_id": other}, act="note", call_id=other)
        assert tried(desk, clock, 2, first) == 1
        assert unreached(desk) == {f"1/{first}"}

    @pytest.mark.parametrize(("days", "nth"), [(30, 5), (30.01, 1)])
    def test_old_tries_belong_to_no_ladder(
        self, desk: Desk, clock: FixedClock, days: float, nth: int
    ) -> None:
        people(desk)
        for _ in range(4):
            tried(desk, clock, 0, None)
        last = tried(desk, clock, days * 24, None)
        assert last == (nth if nth == 1 else None), "after four more the ladder has ended"

    def test_one_that_cannot_wait_is_retried_while_it_helps(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        done = log_conversation(desk, spoke(two_way=False), customer_id=1, useful_until=at(1))
        assert done.retry is not None
        assert done.retry.at == at(0.5)


def tried(desk: Desk, clock: FixedClock, hour: float, call_id: int | None) -> int | None:
    """Log a try at this hour about the call; which one the next is, None after the last."""
    clock.set(at(hour))
    missed = spoke(channel="voicemail", two_way=False, happened_at=at(hour))
    done = log_conversation(desk, missed, customer_id=1, call_id=call_id)
    return None if done.retry is None else done.retry.nth


def reasons(desk: Desk) -> dict[str, str]:
    """The kinds of all reasons that are listed, by their keys."""
    with desk.store.read() as connection:
        listed = (*prompts_of(connection, 1), *prompts_of(connection, 2))
        return {reason.key: reason.kind for one in listed for reason in one.reasons}


def kinds(desk: Desk) -> set[str]:
    return set(reasons(desk).values())


def unreached(desk: Desk) -> set[str]:
    """Customer and call of those that were tried."""
    return {key.split(":")[1] for key, kind in reasons(desk).items() if kind == "voicemail"}


class TestReasonsSettled:
    KEYS = ("next_update:1:x", "cadence:1")

    def decided(self, desk: Desk) -> list[tuple[str, str, datetime | None]]:
        return sorted((row["key"], row["act"], row["until"]) for row in rows(desk, "decision"))

    def test_a_conversation_ends_all_of_them(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        log_conversation(desk, spoke(), customer_id=1, prompt_keys=self.KEYS)
        assert self.decided(desk) == [("cadence:1", "done", None), ("next_update:1:x", "done", None)]

    def test_an_email_ends_what_needs_no_conversation(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        mailed = spoke(channel="email", two_way=False)
        log_conversation(desk, mailed, customer_id=1, prompt_keys=self.KEYS)
        assert self.decided(desk) == [("next_update:1:x", "done", None)]

    def test_a_note_ends_none(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        log_conversation(desk, spoke(channel="note", two_way=False), customer_id=1, prompt_keys=self.KEYS)
        assert self.decided(desk) == []

    def test_a_try_puts_them_off_to_the_next(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        log_conversation(desk, spoke(two_way=False), customer_id=1, prompt_keys=self.KEYS)
        assert self.decided(desk) == [("cadence:1", "retimed", at(1)), ("next_update:1:x", "retimed", at(1))]

    def test_a_try_brings_nothing_back_that_somebody_ended(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        log_conversation(desk, spoke(), customer_id=1, prompt_keys=self.KEYS[:1])
        clock.set(at(1))
        late = spoke(two_way=False, happened_at=at(1))
        log_conversation(desk, late, customer_id=1, prompt_keys=self.KEYS)
        clock.set(at(1.5))
        log_conversation(desk, replace(late, happened_at=at(1.5)), customer_id=1, prompt_keys=self.KEYS)
        assert self.decided(desk) == [
            ("cadence:1", "retimed", at(2)),
            ("cadence:1", "retimed", at(5.5)),
            ("next_update:1:x", "done", None),
        ]

    def test_who_comes_second_is_told_who_was_first(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        promise = Promise("send the quote", NOW, at(3))
        log_conversation(desk, spoke(promises=(promise,)), customer_id=1)
        clock.set(at(2))
        with desk.store.read() as connection:
            (seen,) = (one for one in prompts_of(connection, 1) if "promise" in one.kinds)
        later = spoke(happened_at=at(2))
        log_conversation(as_role(desk, "dispatcher", "bo"), later, customer_id=1, seen=seen)
        with pytest.raises(Conflict, match="bo was first"):
            log_conversation(desk, later, customer_id=1, seen=seen)
        assert len(rows(desk, "interaction")) == 2, "nothing of the second is written"
        log_conversation(desk, later, customer_id=1)
        assert len(rows(desk, "interaction")) == 3, "the conversation itself can still be logged"

    def test_a_follow_up_that_was_owed_is_done(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        with desk.act("note") as writer:
            values = {"customer_id": 1, "kind": "follow_up", "due_at": at(3), "reason": "how is it?"}
            owed = writer.insert("follow_up", values, act="owe")
        key = f"follow_up:f{owed}:{at(3).isoformat()}"
        log_conversation(desk, spoke(channel="voicemail", two_way=False), customer_id=1, prompt_keys=[key])
        assert rows(desk, "follow_up")[0]["done_at"] is None
        log_conversation(desk, spoke(), customer_id=1, prompt_keys=[key])
        assert rows(desk, "follow_up")[0]["done_at"] == NOW

    def test_a_delay_that_they_were_told_of(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        with desk.act("note") as writer:
            delay = writer.insert("delay", {"cause": "storm", "known_at": NOW}, act="delay")
            values = {"delay_id": delay, "call_id": one.id, "promised_at": at(1), "expected_at": at(3)}
            writer.insert("delay_reach", values, act="delay")
        key = f"outreach:{delay}/{one.id}:{at(1).isoformat()}"
        done = log_conversation(desk, spoke(), call_id=one.id, prompt_keys=[key])
        (reach,) = rows(desk, "delay_reach")
        assert (reach["told_at"], reach["interaction_id"]) == (NOW, done.interaction_id)

    def test_news_that_they_were_told_twice_were_told_when_they_were_told_first(
        self, desk: Desk, clock: FixedClock
    ) -> None:
        people(desk)
        news = model_news.add_news(desk, 1, "Fan recall")
        first = log_conversation(desk, spoke(), customer_id=1, prompt_keys=[f"news:{news}/1"])
        clock.set(at(1))
        log_conversation(desk, spoke(happened_at=at(1)), customer_id=1, prompt_keys=[f"news:{news}/1"])
        (told,) = rows(desk, "news_told")
        assert (told["told_at"], told["interaction_id"]) == (NOW, first.interaction_id)

    def test_two_tell_the_same_news_at_once_about_two_calls(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        news = model_news.add_news(desk, 1, "Fan recall")
        both = [calls.open_call(desk, title="Fan", unit_id=1).call.id for _ in range(2)]
        first = log_conversation(desk, spoke(), call_id=both[0])
        with ThreadPoolExecutor(1) as pool:
            with desk.store.write() as connection:
                values = {"model_news_id": news, "customer_id": 1, "interaction_id": first.interaction_id}
                connection.execute(sa.insert(tables.news_told).values(told_at=NOW, **values))
                second = pool.submit(
                    log_conversation, desk, spoke(), call_id=both[1], prompt_keys=[f"news:{news}/1"]
                )
                sleep(0.3)
            assert second.result(30).interaction_id != first.interaction_id
        assert [row["interaction_id"] for row in rows(desk, "news_told")] == [first.interaction_id]


class TestDrafts:
    def test_one_is_kept_until_it_is_saved(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        drafts.keep(desk, "log:customer:1", {"said": "She asks for [/x]"})
        drafts.keep(desk, "log:customer:1", {"said": "She asks for [/x] a loaner"})
        drafts.keep(desk, "log:customer:2", {"said": "other"})
        kept = drafts.take_up(desk, "log:customer:1")
        assert kept is not None
        assert kept.content == {"said": "She asks for [/x] a loaner"}
        assert [one.key for one in drafts.drafts_of(desk)] == ["log:customer:1", "log:customer:2"]
        assert drafts.drafts_of(as_role(desk, "dispatcher", "bo")) == ()
        log_conversation(desk, spoke(), customer_id=1, draft_key="log:customer:1")
        assert [one.key for one in drafts.drafts_of(desk)] == ["log:customer:2"]
        drafts.drop(desk, "log:customer:2")
        assert drafts.drafts_of(desk) == ()

    def test_a_refused_entry_keeps_it(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        drafts.keep(desk, "log:customer:1", {"said": "It is late"})
        with pytest.raises(InvalidInput):
            log_conversation(desk, spoke(bad_news=True), customer_id=1, draft_key="log:customer:1")
        assert drafts.take_up(desk, "log:customer:1") is not None
