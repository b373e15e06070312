"""What has ended is counted once: neither other calendar data nor what comes later moves it; reopening revives it.
And what comes later but belongs to before, does count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.calls import settle
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.explained import call_explained
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.promises import promise, settle_promise
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import IllegalTransition, InvalidInput, NotFound
from dispatch_tui.records import Call, Fact, Ref, SourceRow
from dispatch_tui.store import tables as t
from tests.support.contacts import log_contact
from tests.support.desks import TERMS, changes_of

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
Instants = dict[str, datetime | None]


def stored(desk: Desk, call_id: int) -> dict[str, Instants]:
    """The stored clocks of a call, by kind."""
    with desk.store.read() as connection:
        rows = connection.execute(sa.select(t.clock).where(t.clock.c.call_id == call_id)).mappings()
        return {
            row["kind"]: {name: row[name] for name in ("started_at", "due_at", "ended_at")} for row in rows
        }


def other_zone(desk: Desk) -> None:
    """The zone's rules are other ones from now on: Berlin shows what Athens does."""
    terms = {**TERMS, "calendar": {**TERMS["calendar"], "tz": "Europe/Athens"}}  # type: ignore[dict-item]
    with desk.store.write() as connection:
        connection.execute(sa.update(t.agreement_terms).values(terms_json=json.dumps(terms)))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def closed(desk: Desk, clock: FixedClock) -> int:
    """A call that was opened, answered an hour later, resolved after ten hours and then closed."""
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    clock.set(at(1))
    log_contact(desk, one.id, direction="out")
    calls.take(desk, one.id)
    clock.set(at(10))
    calls.resolve(desk, one.id, "new seal")
    calls.close(desk, one.id)
    clock.set(at(20))
    return one.id


def test_other_calendar_data_does_not_move_what_has_ended(desk: Desk, closed: int, clock: FixedClock) -> None:
    before = stored(desk, closed)
    assert before["resolution"]["due_at"] == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    other_zone(desk)
    calls.note(desk, closed, "the customer is content")
    assert stored(desk, closed) == before
    log_contact(desk, closed, direction="out")
    assert stored(desk, closed) == before
    with desk.store.read() as connection:
        why = {one.kind: one for one in call_explained(connection, closed).clocks}
    assert why["resolution"].frozen
    assert why["resolution"].due_at == before["resolution"]["due_at"]
    assert not why["first_response"].frozen, "an hour later in Athens as in Berlin: within the same day"


def test_reopening_counts_again_with_what_holds_now(desk: Desk, closed: int) -> None:
    other_zone(desk)
    calls.reopen(desk, closed, "leaks again")
    again = stored(desk, closed)
    assert again["resolution"]["ended_at"] is None
    # In Athens: six hours of Wednesday, nine of Thursday, one of Friday; it had been done overnight only.
    assert again["resolution"]["due_at"] == datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
    assert again["first_response"]["ended_at"] == at(1), "who was answered stays answered"


def test_what_is_running_follows_the_data_of_today(desk: Desk) -> None:
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    other_zone(desk)
    calls.note(desk, one.id, "seen")
    assert stored(desk, one.id)["resolution"]["due_at"] != one.due_at
    assert stored(desk, one.id)["first_response"]["due_at"] == at(2)


def test_an_undone_act_has_not_happened(desk: Desk, closed: int, clock: FixedClock) -> None:
    before = stored(desk, closed)
    calls.reopen(desk, closed, "by mistake")
    assert stored(desk, closed) != before
    clock.set(at(30))
    undo(desk)
    assert stored(desk, closed) == before, "resolved when it was resolved, and in time"


def test_an_undone_hold_gives_no_time(desk: Desk, clock: FixedClock) -> None:
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    calls.hold(desk, one.id, "by mistake")
    clock.set(at(2))
    undo(desk)
    assert stored(desk, one.id)["resolution"]["due_at"] == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


def test_a_change_of_priority_records_old_and_new_due(desk: Desk, clock: FixedClock) -> None:
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    clock.advance(timedelta(minutes=5))
    calls.set_priority(desk, one.id, 1)
    last = changes_of(desk, "call", one.id)[-1]
    assert json.loads(last["was_json"])["due_at"] == to_us(at(2))
    assert json.loads(last["now_json"])["due_at"] == to_us(at(0.5))
    with desk.store.read() as connection:
        why = {one.kind: one for one in call_explained(connection, one.id).clocks}
    (change,) = why["first_response"].changes
    assert (change.kind, change.was, change.now) == ("priority", "3", "1")
    assert (change.due_before, change.due_after) == (at(2), at(0.5))


def unheard(desk: Desk, call: Call, direction: str, channel: str) -> None:
    """A contact of a kind that only other systems write, and its call's clocks after it."""
    values = {"call_id": call.id, "customer_id": call.customer_id, "direction": direction, "channel": channel}
    with desk.act("log_contact") as writer:
        now = writer.recorded_at
        row = writer.get("call", call.id, to_change=True)
        writer.insert("interaction", values | {"happened_at": now}, act="log_contact", call_id=call.id)
        settle(writer, row, "log_contact", {}, now)


@pytest.mark.parametrize("channel", ["auto", "Auto-Reply", "internal", "note", "out of office"])
def test_what_the_customer_cannot_perceive_answers_nothing(
    desk: Desk, clock: FixedClock, channel: str
) -> None:
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    clock.set(at(0.5))
    for direction in ("out", "in"):
        unheard(desk, one, direction, channel)
    assert stored(desk, one.id)["first_response"]["ended_at"] is None
    assert "customer_waiting" not in stored(desk, one.id)
    clock.set(at(1))
    log_contact(desk, one.id, direction="out", channel="email", two_way=False)
    assert stored(desk, one.id)["first_response"]["ended_at"] == at(1)


class TestPromises:
    def test_an_open_one_is_when_the_next_update_is_due(self, desk: Desk) -> None:
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        promise(desk, one.id, "ring back", at(3))
        promise(desk, one.id, "send the quote", at(1.5))
        assert stored(desk, one.id)["next_update"] == {
            "started_at": at(0),
            "due_at": at(1.5),
            "ended_at": None,
        }

    @pytest.mark.parametrize("outcome", ["kept", "partly", "broken", "waived"])
    def test_a_settled_one_is_due_no_more(self, desk: Desk, clock: FixedClock, outcome: str) -> None:
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        promise(desk, one.id, "ring back", at(1.5))
        promise(desk, one.id, "send the quote", at(2))
        clock.set(at(1))
        settle_promise(desk, 1, outcome, explained="told them why")
        assert stored(desk, one.id)["next_update"]["due_at"] == at(2), "the other one stands"
        settle_promise(desk, 2, outcome, explained="told them why")
        assert stored(desk, one.id)["next_update"]["due_at"] == at(4), "the agreement's own four hours"

    def test_settled_after_the_end_it_still_was_what_was_due(self, desk: Desk, clock: FixedClock) -> None:
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        promise(desk, one.id, "ring back", at(1.5))
        calls.take(desk, one.id)
        clock.set(at(1))
        calls.resolve(desk, one.id, "tightened")
        before = stored(desk, one.id)
        assert before["next_update"] == {"started_at": at(0), "due_at": at(1.5), "ended_at": at(1)}
        clock.set(at(2))
        settle_promise(desk, 1, "partly", explained="rang half an hour late")
        assert stored(desk, one.id) == before

    def test_what_cannot_be_is_refused(self, desk: Desk, clock: FixedClock) -> None:
        one = calls.open_call(desk, title="Fan", unit_id=1).call
        with pytest.raises(InvalidInput, match="due_at"):
            promise(desk, one.id, "ring back", at(0))
        with pytest.raises(InvalidInput, match="what"):
            promise(desk, one.id, " \x1b[31m", at(1))
        promise(desk, one.id, "ring back", at(1))
        with pytest.raises(InvalidInput, match="outcome"):
            settle_promise(desk, 1, "forgotten")
        with pytest.raises(InvalidInput, match="before it was made"):
            settle_promise(desk, 1, "kept", happened_at=at(-1))
        with pytest.raises(InvalidInput, match="explained"):
            settle_promise(desk, 1, "broken")
        settle_promise(desk, 1, "kept")
        with pytest.raises(IllegalTransition, match="it is kept"):
            settle_promise(desk, 1, "broken", explained="too late for that")
        with pytest.raises(NotFound):
            settle_promise(desk, 99, "kept")


class TestImported:
    """A file tells of calls, another of what was said about them."""

    def told(self, desk: Desk, key: str, *facts: Fact) -> None:
        (outcome,) = record_history(desk, "log", [SourceRow(1, key, key.encode().ljust(16), facts)])
        assert outcome.outcome == "imported", outcome

    def opened(self, desk: Desk, **values: Any) -> int:
        agreed = {
            "agreement_id": 1,
            "terms_version": 1,
            "agreement_reason": "the customer's own agreement, Silver",
        }
        title = {"title": "Pump is slow", "customer_id": Ref("customer", "t:acme")}
        self.told(desk, "call", Fact("call", "log:1", "open", to_us(at(-1)), {**title, **agreed, **values}))
        with desk.store.read() as connection:
            found = connection.scalar(sa.select(t.call.c.id).where(t.call.c.external_id == "log:1"))
        assert found is not None
        return int(found)

    def said(self, desk: Desk, key: str, hours: float, direction: str, *, two_way: int = 0) -> None:
        of = {"call_id": Ref("call", "log:1"), "direction": direction, "channel": "email", "two_way": two_way}
        self.told(desk, key, Fact("interaction", f"log:{key}", "log_contact", to_us(at(hours)), of))

    def test_contacts_of_a_later_batch_bring_the_clocks_up_to_date(self, desk: Desk) -> None:
        call_id = self.opened(desk)
        assert stored(desk, call_id)["first_response"]["ended_at"] is None
        self.said(desk, "answer", -0.5, "out")
        self.said(desk, "question", -0.25, "in")
        clocks = stored(desk, call_id)
        assert clocks["first_response"]["ended_at"] == at(-0.5)
        assert clocks["customer_waiting"]["started_at"] == at(-0.25)
        with desk.store.read() as connection:
            row = connection.execute(sa.select(t.call).where(t.call.c.id == call_id)).mappings().one()
        assert (row["clock"], row["due_at"]) == ("next_update", clocks["next_update"]["due_at"])
        assert row["version"] == 1, "what is derived is no change of the call"

    def test_promises_of_a_later_batch_as_well(self, desk: Desk) -> None:
        call_id = self.opened(desk)
        of = {
            "call_id": Ref("call", "log:1"),
            "what": "ring back",
            "made_at": to_us(at(-1)),
            "due_at": to_us(at(0.2)),
        }
        self.told(desk, "promise", Fact("promise", "log:p", "promise", to_us(at(-0.9)), of))
        assert stored(desk, call_id)["next_update"]["due_at"] == at(0.2)
        settled = {"outcome": "waived", "settled_at": to_us(at(-0.1))}
        self.told(desk, "settled", Fact("promise", "log:p", "settle", to_us(at(-0.1)), settled))
        assert stored(desk, call_id)["next_update"]["due_at"] == at(3)

    def test_a_contact_after_the_end_moves_nothing(self, desk: Desk) -> None:
        call_id = self.opened(desk)
        self.told(desk, "closed", Fact("call", "log:1", "update", to_us(at(-0.2)), {"status": "closed"}))
        before = stored(desk, call_id)
        other_zone(desk)
        self.said(desk, "thanks", -0.1, "in", two_way=1)
        assert stored(desk, call_id) == before

    def test_an_agreement_that_is_told_later_counts_from_the_start(self, desk: Desk) -> None:
        call_id = self.opened(desk, agreement_id=None, terms_version=None)
        assert stored(desk, call_id) == {}
        given = {"agreement_id": 1, "terms_version": 1}
        self.told(desk, "covered", Fact("call", "log:1", "update", to_us(at(-0.2)), given))
        assert stored(desk, call_id)["first_response"] == {
            "started_at": at(-1),
            "due_at": at(1),
            "ended_at": None,
        }
