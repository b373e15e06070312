"""The call-first list is kept right: after acts, imports, undo, a dead process; and of two at once one decides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, deciding, prompting
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import Conflict, DatabaseBusy, InvalidInput
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import prompts, stale, tables
from tests.support.desks import as_role

MINUTE = timedelta(minutes=1)


def test_a_call_is_watched_from_its_opening(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Compressor trips", unit_id=1).call
    with desk.store.read() as connection:
        (row,) = prompts.prompts_of(connection, call_id=call.id)
        assert stale.how_many(connection) == 0
        assert prompts.window(connection, clock.now(), limit=9) == ()
        assert prompts.next_moment(connection, clock.now()) == row.prompt_at
        (come,) = prompts.window(connection, row.prompt_at, limit=9)
    assert row.kinds == ("next_update",)
    assert come == row
    assert row.customer == "Acme Cold Store"
    assert row.call_ids == (call.id,)


def test_who_comes_second_is_told_who_was_first(desk: Desk, clock: FixedClock) -> None:
    calls.open_call(desk, title="Compressor trips", unit_id=1)
    other = as_role(desk, "dispatcher", "berta")
    with desk.store.read() as connection:
        seen = prompts.prompts_of(connection, customer_id=1)[0]
    deciding.override(other, seen, "they are here with us")
    with pytest.raises(Conflict, match=r"berta was first \(overridden\)"):
        deciding.retime(desk, seen, clock.now() + 30 * MINUTE)
    with desk.store.read() as connection:
        assert [one.keys for one in prompts.prompts_of(connection, call_id=1)] == []
    deciding.take_back(other, seen)
    with desk.store.read() as connection:
        assert prompts.prompts_of(connection, call_id=1)[0].keys == seen.keys


def test_a_conversation_is_handed_over_when_the_other_accepts(desk: Desk) -> None:
    calls.open_call(desk, title="Compressor trips", unit_id=1)
    other = as_role(desk, "dispatcher", "berta")
    with desk.store.read() as connection:
        seen = prompts.prompts_of(connection, customer_id=1)[0]
    handover = deciding.offer(desk, seen, other.operator.id, "you know them")
    with desk.store.read() as connection:
        (offered,) = deciding.offers(connection, to_id=other.operator.id)
        assert prompts.prompts_of(connection, customer_id=1)[0].holder_id is None
    assert (offered.customer, offered.note, offered.prompt_id) == (
        "Acme Cold Store",
        "you know them",
        seen.id,
    )
    with pytest.raises(InvalidInput, match="only the other can do that"):
        deciding.answer(desk, handover, "accepted")
    deciding.answer(other, handover, "accepted")
    with desk.store.read() as connection:
        assert prompts.prompts_of(connection, customer_id=1)[0].holder == "berta"
        assert deciding.offers(connection, to_id=other.operator.id) == ()
    with pytest.raises(Conflict):
        deciding.answer(desk, handover, "withdrawn")


def test_what_a_dead_process_left_is_made_by_the_next_reader(
    desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> int:
        raise DatabaseBusy("killed", "")

    with monkeypatch.context() as patched:
        patched.setattr(prompting, "refresh_parties", killed)
        calls.open_call(desk, title="Compressor trips", unit_id=1)
    with desk.store.read() as connection:
        assert stale.how_many(connection) == 1
        assert prompts.prompts_of(connection, call_id=1) == ()
    onlooker = as_role(desk, "viewer", "eve")
    assert prompting.refresh(onlooker) == 1
    assert prompting.refresh(onlooker) == 0
    with desk.store.read() as connection:
        assert prompts.prompts_of(connection, call_id=1)[0].kinds == ("next_update",)


def test_an_import_marks_what_is_open_and_passes_closed_history_over(desk: Desk, clock: FixedClock) -> None:
    def told(name: str, ago: timedelta, status: str, customer: str = "t:acme") -> SourceRow:
        us = to_us(clock.now() - ago)
        values = {"title": name, "status": status, "priority": 3, "opened_at": us}
        if customer:
            values["customer_id"] = Ref("customer", customer)
        return SourceRow(1, f"{name} {status}", status.encode(), (Fact("call", name, "state", us, values),))

    def marked(*rows: SourceRow) -> set[stale.Party]:
        record_history(desk, "log", rows)
        with desk.store.read() as connection:
            return {one.party for one in stale.marked(connection, 99)}

    day = timedelta(days=1)
    acme = stale.Party("customer", 1)
    prompting.refresh(desk)
    assert marked(told("old", 90 * day, "closed")) == set()
    assert marked(told("new", day, "closed")) == {acme}
    prompting.refresh(desk)
    assert marked(told("open", 90 * day, "new")) == {acme}
    prompting.refresh(desk)
    with desk.store.read() as connection:
        assert len([one for one in prompts.prompts_of(connection, customer_id=1) if one.call_ids]) == 1
    # closed long ago, as we hear only now: its prompt has to go
    assert marked(told("open", 80 * day, "closed")) == {acme}
    assert prompting.refresh(desk) == 1
    with desk.store.read() as connection:
        assert [one for one in prompts.prompts_of(connection, customer_id=1) if one.call_ids] == []
    assert [party.kind for party in marked(told("nobody's", day, "new", customer=""))] == ["call"]


def test_undo_brings_a_prompt_back(desk: Desk, clock: FixedClock) -> None:
    calls.open_call(desk, title="Compressor trips", unit_id=1)
    with desk.store.read() as connection:
        before = prompts.prompts_of(connection, call_id=1)
    clock.advance(MINUTE)
    calls.cancel(desk, 1, "twice")
    with desk.store.read() as connection:
        assert prompts.prompts_of(connection, call_id=1) == ()
    undo(desk)
    with desk.store.read() as connection:
        assert [one.keys for one in prompts.prompts_of(connection, call_id=1)] == [one.keys for one in before]


def test_of_two_at_once_one_decides_and_the_other_is_told(desk: Desk) -> None:
    calls.open_call(desk, title="Compressor trips", unit_id=1)
    with desk.store.read() as connection:
        seen = prompts.prompts_of(connection, customer_id=1)[0]
    people = [as_role(desk, "dispatcher", name) for name in ("anna", "berta", "carla")]

    def decide(one: Desk) -> str:
        try:
            deciding.override(one, seen, "they are here")
        except Conflict as lost:
            return lost.by
        return ""

    with ThreadPoolExecutor(len(people)) as pool:
        told = list(pool.map(decide, people))
    winners = [one.operator.account for one, by in zip(people, told, strict=True) if not by]
    assert len(winners) == 1
    assert sorted(told) == ["", *winners * 2]
    with desk.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.decision)) == len(seen.keys)


def test_a_conversation_ends_what_was_handed_over(desk: Desk, clock: FixedClock) -> None:
    calls.open_call(desk, title="Compressor trips", unit_id=1)
    other = as_role(desk, "dispatcher", "berta")
    with desk.store.read() as connection:
        seen = prompts.prompts_of(connection, customer_id=1)[0]
    deciding.answer(other, deciding.offer(desk, seen, other.operator.id), "accepted")
    with other.act("log_contact") as writer:
        deciding.settled_by(writer, 1, None, seen.keys, None, clock.now())
    with desk.store.read() as connection:
        assert {one.holder_id for one in prompts.prompts_of(connection, customer_id=1)} == {None}
        assert prompts.prompts_of(connection, call_id=1) == ()
