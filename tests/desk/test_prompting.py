"""The call-first list is kept right: after acts, imports, undo, a dead process; and of two at once one decides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, deciding, promises, prompting
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import Conflict, DatabaseBusy, InvalidInput
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import owed, prompts, stale, tables
from tests.support.contacts import log_contact
from tests.support.desks import as_role, changes_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_call_is_watched_from_its_opening(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Compressor trips", unit_id=1).call
    with desk.store.read() as connection:
        (row,) = prompts.prompts_of(connection, call_id=call.id)
        assert stale.marked(connection, 1) == ()
        assert prompts.window(connection, clock.now(), limit=9) == ()
        assert owed.next_moment(connection, clock.now()) == row.prompt_at
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
        assert len(stale.marked(connection, 9)) == 1
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


def handed_over(desk: Desk, *, accepted: bool = True) -> tuple[Desk, prompts.PromptRow]:
    """A conversation about an open call that berta has, or was asked to take, over; as it stood then."""
    calls.open_call(desk, title="Compressor trips", unit_id=1)
    for what in ("a price", "a date"):
        promises.promise(desk, 1, what, desk.clock.now() + 2 * HOUR)
    other = as_role(desk, "dispatcher", "berta")
    with desk.store.read() as connection:
        seen = prompts.prompts_of(connection, customer_id=1)[0]
    handover = deciding.offer(desk, seen, other.operator.id)
    if accepted:
        deciding.answer(other, handover, "accepted")
    return other, seen


def handovers(desk: Desk) -> list[str]:
    with desk.store.read() as connection:
        return list(connection.scalars(sa.select(tables.handover.c.status).order_by(tables.handover.c.id)))


def holders(desk: Desk) -> set[int | None]:
    with desk.store.read() as connection:
        return {one.holder_id for one in prompts.prompts_of(connection, customer_id=1)}


@pytest.mark.parametrize("accepted", [True, False])
def test_what_was_handed_over_ends_where_the_prompt_is_taken_off(desk: Desk, accepted: bool) -> None:
    other, seen = handed_over(desk, accepted=accepted)
    one, *rest = seen.keys
    assert len(rest) == 2
    deciding.override(other, seen, "they have it", keys=[one])
    assert handovers(desk) == ["accepted" if accepted else "offered"]
    with desk.store.read() as connection:
        left = next(row for row in prompts.prompts_of(connection, customer_id=1) if list(row.keys) == rest)
    deciding.override(other, left, "they know")
    assert handovers(desk) == ["ended"]
    assert holders(desk) == {None}


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("agreed", [True, False])
def test_what_was_handed_over_ends_when_nothing_is_left_to_say(
    desk: Desk, clock: FixedClock, accepted: bool, agreed: bool
) -> None:
    """Also where the calendar brings the next conversation weeks later."""
    if not agreed:
        with desk.store.write() as connection:
            connection.execute(sa.update(tables.agreement).values(ends_at=clock.now()))
    handed_over(desk, accepted=accepted)
    for promise_id in (1, 2):
        promises.settle_promise(desk, promise_id, "kept")
    stays = "accepted" if accepted else "offered"  # an open call under an agreement is to be spoken about
    assert handovers(desk) == [stays if agreed else "ended"]
    calls.cancel(desk, 1, "twice")
    assert handovers(desk) == ["ended"]
    with desk.store.read() as connection:
        left = prompts.prompts_of(connection, customer_id=1)
    assert [one.kinds for one in left] == ([("cadence",)] if agreed else [])
    last = changes_of(desk, "handover", 1)[-1]
    assert (last["act"], last["operator_id"]) == ("end_handover", None)
    calls.open_call(desk, title="Door is stuck", unit_id=1)
    promises.promise(desk, 2, "a price", clock.now() + 2 * HOUR)
    assert holders(desk) == {None}
    with desk.store.read() as connection:
        (seen, *_) = prompts.prompts_of(connection, call_id=2)
    deciding.offer(
        desk, seen, as_role(desk, "dispatcher", "carla").operator.id
    )  # no other offer is in its way


def test_what_was_put_off_stays_with_who_has_it(desk: Desk, clock: FixedClock) -> None:
    """Also what only the calendar brought, and whatever happens beside it meanwhile."""
    log_contact(desk, calls.open_call(desk, title="Compressor trips", unit_id=1).call.id, direction="out")
    calls.cancel(desk, 1, "twice")
    clock.advance(timedelta(days=88))
    other = as_role(desk, "dispatcher", "berta")
    with desk.store.read() as connection:
        (seen,) = prompts.window(connection, clock.now(), limit=9)
    assert seen.kinds == ("cadence",)
    deciding.answer(other, deciding.offer(desk, seen, other.operator.id), "accepted")
    deciding.retime(other, seen, clock.now() + timedelta(days=1))
    promises.promise(desk, 1, "a price", clock.now() + HOUR)
    assert (handovers(desk), holders(desk)) == (["accepted"], {other.operator.id})
