"""Conversations as the desk records them: what follows from each, what is refused, and drafts that nobody loses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.care.interactions import Interaction, Notes
from dispatch_tui.care.promises import Promise
from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, drafts
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

    def test_one_that_cannot_wait_is_retried_while_it_helps(self, desk: Desk, clock: FixedClock) -> None:
        people(desk)
        done = log_conversation(desk, spoke(two_way=False), customer_id=1, useful_until=at(1))
        assert done.retry is not None
        assert done.retry.at == at(0.5)


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
