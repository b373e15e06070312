"""The call-first list as a window: ten thousand conversations after a storm, read by index, none lost, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.prompts import Prompt
from dispatch_tui.care.ranking import Part, Rank
from dispatch_tui.care.reasons import Reason
from dispatch_tui.store import stale
from dispatch_tui.store import tables as t
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.owed import PromptCount, count, next_moment
from dispatch_tui.store.prompts import (
    StoredPrompt,
    keep,
    prompt_by_id,
    prompts_of,
    window,
)
from dispatch_tui.store.stale import Party
from tests.support.databases import KINDS, fresh_database
from tests.support.desks import at

NOW = at("2026-03-04T09:00:00+00:00")
MINUTE = timedelta(minutes=1)
MANY = 10_000


def owed(
    customer_id: int, prompt: int, until: int, *, rank: int | None = None, name: str = ""
) -> StoredPrompt:
    """A prompt that comes ``prompt`` minutes from now and is late after ``until``."""
    reason = Reason(
        "promise",
        f"promise:{name or customer_id}",
        f"we promised {name or customer_id}",
        NOW + prompt * MINUTE,
        NOW + until * MINUTE,
        customer_id,
        None,
    )
    at_rank = NOW + (until if rank is None else rank) * MINUTE
    return StoredPrompt(Prompt(customer_id, (reason,)), Rank(at_rank, (Part("trust", "low", 3),)), None)


@pytest.fixture(scope="module", params=KINDS)
def storm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Ten thousand customers to be called now, another ten thousand later, every hundredth with two conversations."""
    with fresh_database(request, tmp_path_factory) as url, open_store(url) as store:
        with store.write() as connection:
            connection.execute(
                sa.insert(t.customer), [{"name": f"Customer {one}", "version": 1} for one in range(2 * MANY)]
            )
            keep(
                connection,
                {
                    Party("customer", one): [
                        owed(one, -one % 500 if one > MANY else -1 - one % 500, (one * 7) % 900 - 300),
                        *([owed(one, -1, -400, name="second")] if one % 100 == 0 and one <= MANY else []),
                    ]
                    for one in range(1, 2 * MANY + 1)
                    if one <= MANY or one % 500
                },
            )
        with store.write() as connection:
            connection.execute(sa.text("analyze prompt"))  # as an old database knows its tables
        yield store


def test_paging_loses_nobody_and_shows_nobody_twice(storm: Store) -> None:
    seen: list[int] = []
    places: list[tuple[int, int]] = []
    with storm.read() as connection:
        while rows := window(connection, NOW, after=places[-1] if places else None, limit=700):
            seen += [row.customer_id or 0 for row in rows]
            places += [row.key for row in rows]
    assert sorted(seen) == list(range(1, MANY + 1))
    assert places == sorted(places)


def test_all_that_has_come_of_a_customer_is_one_conversation(storm: Store) -> None:
    with storm.read() as connection:
        first = window(connection, NOW, limit=1)[0]
        rows = prompts_of(connection, customer_id=first.customer_id)
        again = prompt_by_id(connection, first.id, NOW)
    assert len(rows) == 2
    assert set(first.keys) == {"promise:second", f"promise:{first.customer_id}"}
    assert first.useful_until == min(row.useful_until for row in rows)
    assert first.rank_at == min(row.rank_at for row in rows)
    assert again == first


def test_the_count_is_of_conversations(storm: Store) -> None:
    late = sum(1 for one in range(1, MANY + 1) if one % 100 == 0 or (one * 7) % 900 - 300 < 0)
    with storm.read() as connection:
        assert count(connection, NOW) == PromptCount(MANY, late)
        assert count(connection, NOW - timedelta(days=1)) == PromptCount(0, 0)
        coming = next_moment(connection, NOW)
    assert coming == NOW + MINUTE


def test_the_window_reads_along_the_index(storm: Store) -> None:
    """The first page, one in the middle, and only mine: no sort, no row read that does not stand before its end,
    and a party's other prompts are looked up by the party, not by going through all that rank before."""
    with storm.read() as connection:
        middle = window(connection, NOW, limit=5000)[-1].key
        for after in (None, middle):
            plan = _plan(connection, after).casefold()
            assert plan.count("ix_prompt_rank") == 1
            assert "ix_prompt_customer" in plan
            assert "sort" not in plan
            assert "b-tree for order" not in plan


def _plan(connection: Connection, after: tuple[int, int] | None) -> str:
    """How the database goes about the window's own statement."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    window(connection, NOW, after=after, limit=50)
    sa.event.remove(connection, "before_cursor_execute", note)
    explain = "explain query plan" if connection.dialect.name == "sqlite" else "explain"
    statement, parameters = asked[0]
    rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type]
    return "\n".join(str(row[-1]) for row in rows)


def test_a_row_that_stays_keeps_its_id_and_is_not_written_again(storm: Store) -> None:
    party = Party("customer", 77)
    with storm.write() as connection:
        (before,) = prompts_of(connection, customer_id=77)
        same = owed(77, -1 - 77, (77 * 7) % 900 - 300)
        assert keep(connection, {party: [same]}) == 0
        assert keep(connection, {party: [owed(77, -5, 60), owed(77, 90, 120, name="later")]}) == 2
        moved, added = prompts_of(connection, customer_id=77)
        assert (moved.id, moved.useful_until) == (before.id, NOW + 60 * MINUTE)
        assert added.id != before.id
        assert keep(connection, {party: [same]}) == 2
        assert prompts_of(connection, customer_id=77) == (before,)


def test_a_mark_made_meanwhile_stays(storm: Store) -> None:
    """Who reads the facts before an act and writes after it must not take the act's mark away."""
    party = Party("customer", 5)
    with storm.write() as connection:
        stale.mark(connection, [party])
        marks = stale.marked(connection, 10)
        stale.mark(connection, [party])
        assert stale.unmark(connection, marks) == set()
        again = stale.marked(connection, 10)
        assert [one.party for one in again] == [party]
        assert stale.unmark(connection, again) == {party}
        assert stale.marked(connection, 1) == ()


def test_a_mark_is_not_the_one_before_it_was_taken_away(storm: Store) -> None:
    """Two make a party anew, one of them slowly: an act in between must not lose its mark to the slow one."""
    party = Party("customer", 6)
    with storm.write() as connection:
        stale.mark(connection, [party])
        slow = stale.marked(connection, 10)
        assert stale.unmark(connection, stale.marked(connection, 10)) == {party}
        stale.mark(connection, [party])
        assert stale.unmark(connection, slow) == set()
        assert stale.unmark(connection, stale.marked(connection, 10)) == {party}
        stale.mark_everybody(connection)
        marks = stale.marked(connection, 50_000)
        assert len(marks) > MANY
        stale.mark_everybody(connection)
        assert stale.unmark(connection, marks) == set()
        connection.execute(sa.delete(t.prompt_stale))
