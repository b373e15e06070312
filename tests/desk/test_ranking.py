"""The weights of the house: set once for everybody, the queue ranked anew in batches that can be interrupted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, ranking
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.ranking import rank_again, set_rank_weights, standing
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed
from dispatch_tui.records import Fact, SourceRow
from dispatch_tui.sla.rank import DEFAULT_LEAD, DEFAULT_WEIGHTS
from dispatch_tui.store import tables as t
from tests.support.contacts import log_contact
from tests.support.desks import as_role, changes_of

WEIGHTS = {"lead": {"1": "1d", "3": "5m"}, "allowance": {"5": "2h"}}


@pytest.fixture
def board(desk: Desk, clock: FixedClock) -> Desk:
    """Calls of each priority in every state that has a rank of its own."""
    for priority in (1, 2, 3, 4, 5, 3, 3, 1):
        calls.open_call(desk, title="Fan", unit_id=1, priority=priority)
        clock.advance(timedelta(minutes=3))
    calls.hold(desk, 3, "waits for a part")
    log_contact(desk, 6, direction="out")
    calls.hold(desk, 6, "no access")
    calls.acknowledge(desk, 7)
    calls.resolve(desk, 7, "mended")
    calls.cancel(desk, 8, "twice reported")
    return desk


def ranks(desk: Desk) -> dict[int, datetime | None]:
    with desk.store.read() as connection:
        return {row.id: row.rank_at for row in connection.execute(sa.select(t.call.c.id, t.call.c.rank_at))}


def as_acts_would(desk: Desk) -> dict[int, datetime | None]:
    """The ranks after a note on every call, which reckons it anew from its history."""
    for call_id in ranks(desk):
        calls.note(desk, call_id, "looked at")
    return ranks(desk)


def test_a_new_ranking_is_what_acts_would_have_made_of_it(board: Desk) -> None:
    before = ranks(board)
    set_rank_weights(board, WEIGHTS)
    assert ranks(board) == before, "setting is one step, ranking another"
    result = rank_again(board)
    assert (result.done, result.total, result.finished) == (7, 7, True)
    after = ranks(board)
    first = before[1]
    assert first is not None
    assert after[1] == first + DEFAULT_LEAD[1] - timedelta(days=1)
    assert {one for one in before if after[one] != before[one]} == {1, 3, 5}
    assert after[8] is None
    again = as_acts_would(board)
    # A held or resolved call rests since its last happening, of which the note is one.
    assert {one: again[one] for one in (1, 2, 3, 4, 5, 8)} == {one: after[one] for one in (1, 2, 3, 4, 5, 8)}


def test_it_goes_on_where_it_was_interrupted(board: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BATCH", 2)
    set_rank_weights(board, WEIGHTS)
    seen: list[tuple[int, int]] = []
    stops = iter([False, False, True])
    half = rank_again(board, progress=lambda *so_far: seen.append(so_far), stop=lambda: next(stops))
    assert half == (4, 7, False)
    assert seen == [(0, 7), (2, 7), (4, 7)]
    with board.store.read() as connection:
        assert standing(connection).unfinished
    seen.clear()
    assert rank_again(board, progress=lambda *so_far: seen.append(so_far)) == (7, 7, True)
    assert seen[0] == (4, 7)
    with board.store.read() as connection:
        assert not standing(connection).unfinished
    assert rank_again(board) == (7, 7, True), "nothing is left to do"


def test_acts_in_between_rank_by_the_new_weights_at_once(board: Desk, clock: FixedClock) -> None:
    set_rank_weights(board, WEIGHTS)
    opened = calls.open_call(board, title="Leak", priority=5).call
    assert opened.rank_at == clock.now() + timedelta(hours=2)
    row = SourceRow(
        1, "77", b"7", (Fact("call", "t:77", "open", 1_772_600_000_000_000, {"priority": 5, "title": "x"}),)
    )
    record_history(board, "t", [row])
    with board.store.read() as connection:
        opened_at, rank_at = connection.execute(
            sa.select(t.call.c.opened_at, t.call.c.rank_at).where(t.call.c.external_id == "t:77")
        ).one()
    assert rank_at - opened_at == timedelta(hours=2)
    before = ranks(board)[opened.id]
    rank_again(board)
    assert ranks(board)[opened.id] == before


def test_a_rank_is_derived_so_that_nobodys_version_is_outdated(board: Desk) -> None:
    versions = {one: changes_of(board, "call", one)[-1]["record_version"] for one in range(1, 9)}
    set_rank_weights(board, WEIGHTS)
    rank_again(board)
    for call_id, version in versions.items():
        assert changes_of(board, "call", call_id)[-1]["record_version"] == version
    assert calls.take(board, 1, version=versions[1]).call.operator_id == board.operator.id
    acts = [row["act"] for row in changes_of(board, "house_rule", 1)]
    assert acts == ["set_rank_weights"]


def test_the_same_weights_again_leave_nothing_to_do(board: Desk) -> None:
    version = set_rank_weights(board, WEIGHTS)
    rank_again(board)
    assert set_rank_weights(board, WEIGHTS, version=version) == version
    with board.store.read() as connection:
        assert not standing(connection).unfinished


def test_other_weights_in_the_middle_begin_anew(board: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BATCH", 3)
    set_rank_weights(board, WEIGHTS)
    stops = iter([False, True])
    rank_again(board, stop=lambda: next(stops))
    before = ranks(board)
    set_rank_weights(board, {})
    assert rank_again(board).finished
    with board.store.read() as connection:
        assert standing(connection).weights == DEFAULT_WEIGHTS
    assert ranks(board)[1] != before[1]


def test_nobody_has_set_any(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert standing(connection) == (DEFAULT_WEIGHTS, 0, False)


@pytest.mark.parametrize(("weights", "field"), [({"lead": {"1": "-1h"}}, "lead.1"), ({"sink": 5}, "sink")])
def test_bad_weights_are_refused_and_nothing_is_saved(
    desk: Desk, weights: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_rank_weights(desk, weights)
    assert refused.value.field == field
    with desk.store.read() as connection:
        assert standing(connection).version == 0


def test_who_comes_second_is_told(desk: Desk) -> None:
    set_rank_weights(desk, WEIGHTS, version=0)
    with pytest.raises(Conflict):
        set_rank_weights(desk, {}, version=0)
    with pytest.raises(Conflict):
        set_rank_weights(desk, {}, version=7)


@pytest.mark.parametrize("role", ["viewer", "technician", "dispatcher"])
def test_only_managers_rank(desk: Desk, role: str) -> None:
    other = as_role(desk, role)
    with pytest.raises(NotAllowed):
        set_rank_weights(other, WEIGHTS)
    with pytest.raises(NotAllowed):
        rank_again(other)
