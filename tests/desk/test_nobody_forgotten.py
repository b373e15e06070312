"""Whatever people do: no open call of a customer with an agreement is without a running next-update clock, a pending
prompt, or somebody's recorded override."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, deciding, promises, visits
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import DispatchError
from dispatch_tui.store import stale
from dispatch_tui.store import tables as t
from dispatch_tui.store.prompts import prompts_of
from tests.support.contacts import log_contact
from tests.support.desks import at, company
from tests.support.postgres import Lending

START = at("2026-03-04T09:00:00+00:00")
SEVERAL = st.integers(0, 5)
HOUR = timedelta(hours=1)

Act = Callable[[Desk, int], Any]


def _visit(act: Callable[..., Any], *more: Any) -> Act:
    """An act on the ``n``-th visit, whatever state it is in."""
    return lambda desk, n: act(desk, 1 + n, *more)


def _seen(desk: Desk, n: int) -> Any:
    with desk.store.read() as connection:
        rows = prompts_of(connection, customer_id=1)
    return rows[n % len(rows)] if rows else None


def _override(desk: Desk, n: int) -> None:
    if (seen := _seen(desk, n)) is not None:
        deciding.override(desk, seen, "they asked us not to call")


def _retime(desk: Desk, n: int) -> None:
    if (seen := _seen(desk, n)) is not None:
        deciding.retime(desk, seen, desk.clock.now() + 5 * HOUR, "they are away")


def _settle(desk: Desk, n: int) -> None:
    """A conversation about whatever is asked now."""
    if (seen := _seen(desk, n)) is not None:
        with desk.act("log_contact") as writer:
            deciding.settled_by(writer, seen.customer_id, seen.call_id, seen.keys, None, desk.clock.now())


ACTS: dict[str, Act] = {
    "open": lambda desk, n: calls.open_call(
        desk, title=f"Fault {n % 2}", unit_id=1, priority=1 + 2 * (n % 2)
    ),
    "open_uncovered": lambda desk, n: calls.open_call(desk, title="Question", customer_id=1, priority=2),
    "acknowledge": lambda desk, n: calls.acknowledge(desk, 1 + n),
    "start": lambda desk, n: calls.start(desk, 1 + n),
    "hold": lambda desk, n: calls.hold(desk, 1 + n, "waits for a part"),
    "resume": lambda desk, n: calls.resume(desk, 1 + n),
    "resolve": lambda desk, n: calls.resolve(desk, 1 + n, "replaced"),
    "close": lambda desk, n: calls.close(desk, 1 + n),
    "reopen": lambda desk, n: calls.reopen(desk, 1 + n, "again"),
    "cancel": lambda desk, n: calls.cancel(desk, 1 + n, "twice"),
    "priority": lambda desk, n: calls.set_priority(desk, 1 + n, 1 + n % 5),
    "note": lambda desk, n: calls.note(desk, 1 + n, "a word"),
    "call_out": lambda desk, n: log_contact(desk, 1 + n, direction="out"),
    "message_in": lambda desk, n: log_contact(
        desk, 1 + n, direction="in", channel="email", two_way=False, said="When?"
    ),
    "voicemail": lambda desk, n: log_contact(
        desk, 1 + n, direction="out", channel="voicemail", two_way=False
    ),
    "promise": lambda desk, n: promises.promise(desk, 1 + n, "a word", desk.clock.now() + (1 + n) * HOUR),
    "keep": lambda desk, n: promises.settle_promise(desk, 1 + n, "kept"),
    "plan": lambda desk, n: visits.plan_visit(
        desk, 1 + n, 1 + n % 2, desk.clock.now() + HOUR, desk.clock.now() + 2 * HOUR
    ),
    "travel": _visit(visits.start_travel),
    "arrive": _visit(visits.arrive),
    "finish_good": _visit(visits.finish_visit, "good"),
    "finish_bad": _visit(visits.finish_visit, "bad"),
    "call_off": _visit(visits.call_off, "rain"),
    "override": _override,
    "retime": _retime,
    "settle": _settle,
    "undo": lambda desk, n: undo(desk),
}


def unwatched(desk: Desk) -> list[str]:
    """Open calls of customers with an agreement that nothing would bring back to anybody's mind."""
    with desk.store.read() as connection:
        assert stale.marked(connection, 1) == ()
        rows = connection.execute(
            sa.select(t.call.c.id, t.call.c.number, t.call.c.status)
            .where(t.call.c.live == 1, t.call.c.customer_id == 1)
            .order_by(t.call.c.id)
        ).all()
        ticking = set(
            connection.scalars(
                sa.select(t.clock.c.call_id).where(
                    t.clock.c.kind == "next_update",
                    t.clock.c.ended_at.is_(None),
                    t.clock.c.paused_since.is_(None),
                )
            )
        )
        prompted = {one for row in prompts_of(connection, customer_id=1) for one in row.call_ids}
        overridden = {
            int(key.split(":")[1])
            for key in connection.scalars(sa.select(t.decision.c.key).where(t.decision.c.act == "overridden"))
            if key.startswith("unattended:")
        }
    return [f"{row.number} {row.status}" for row in rows if row.id not in ticking | prompted | overridden]


STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), SEVERAL, st.integers(0, 300)), max_size=14)


def _walk(url: str, steps: list[tuple[str, int, int]]) -> int:
    """Do what can be done of these steps; how many could."""
    clock = FixedClock(START)
    desk = company(url, clock)
    done = 0
    with desk.store:
        calls.open_call(desk, title="Fault 0", unit_id=1)
        for name, n, minutes in steps:
            clock.advance(timedelta(minutes=minutes))
            try:
                ACTS[name](desk, n)
                done += 1
            except DispatchError:
                continue  # not possible as things stand; nothing was written
            assert unwatched(desk) == [], name
    return done


def test_every_kind_of_act_can_be_done(sqlite_url: str) -> None:
    """So that the walks below do not pass by doing nothing."""
    names = (
        "open acknowledge start hold resume priority note message_in voicemail call_out promise keep plan travel"
        " arrive finish_bad resolve reopen plan call_off resolve close open_uncovered cancel retime override settle"
    )
    numbers = {"open_uncovered": 0, "cancel": 1, "call_off": 1}
    steps = [(name, numbers.get(name, 0), 5) for name in names.split()]
    assert _walk(sqlite_url, steps) == len(steps)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_call_is_forgotten(
    tmp_path: Path, sqlite_template: Path, steps: list[tuple[str, int, int]]
) -> None:
    file = tmp_path / "walk.sqlite"
    for old in tmp_path.glob("walk.sqlite*"):
        old.unlink()
    _walk(f"sqlite:///{shutil.copyfile(sqlite_template, file)}", steps)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_nor_on_a_server(pg_lending: Lending, steps: list[tuple[str, int, int]]) -> None:
    url = pg_lending.lend()
    try:
        _walk(url, steps)
    finally:
        pg_lending.take_back(url)
