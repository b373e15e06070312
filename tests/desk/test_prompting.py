"""The call-first list follows from what happens at the desk: each source at both sides of its edge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, deciding
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import Conflict, InvalidInput
from dispatch_tui.store import prompts, stale
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
