"""The weights by which this database ranks its queue, and the ranking anew that follows from other ones.

Setting them and ranking are two steps. From the first on every act ranks by the new weights; the second
goes through the live calls in batches, and whoever interrupts it leaves its place behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.house_rules import keep_rule, rule_row, rule_text
from dispatch_tui.errors import Conflict
from dispatch_tui.sla.rank import (
    DEFAULT_WEIGHTS,
    RankWeights,
    composed,
    placed,
    weights_from_mapping,
    weights_mapping,
)
from dispatch_tui.store import dialect
from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.tables import call, clock
from dispatch_tui.store.writes import Writer

Progress = Callable[[int, int], None]
"""Called with the calls ranked so far and all that are live."""

BATCH = 500
"""Calls of one transaction: an act beside it waits for one batch at most."""
_WEIGHTS, _PLACE = "rank", "rank_place"


class Standing(NamedTuple):
    """The weights, the version of their record (0: nobody has set any), and whether calls wait to be ranked by them."""

    weights: RankWeights
    version: int
    unfinished: bool


class Ranked(NamedTuple):
    """How far a ranking came: live calls that have their place by the weights, of all; whether it is through."""

    done: int
    total: int
    finished: bool


def rank_weights(connection: Connection) -> RankWeights:
    """The weights that hold here."""
    text = rule_text(connection, _WEIGHTS)
    return DEFAULT_WEIGHTS if text is None else _read(text)


def hold_weights(connection: Connection) -> None:
    """Let nobody set others before this transaction ends: a call that it records would be passed over."""
    dialect.side_by_side(connection, dialect.Turn.RULES)


def standing(connection: Connection) -> Standing:
    """What the settings show."""
    row = rule_row(connection, _WEIGHTS)
    if row is None:
        return Standing(DEFAULT_WEIGHTS, 0, False)
    return Standing(_read(row["value_json"]), row["version"], _place(connection) is not None)


def set_rank_weights(desk: Desk, weights: Mapping[str, object], *, version: int | None = None) -> int:
    """Set the weights (``sla.rank.weights_from_mapping``) for everybody; their record's version.

    ``version``: the one that was seen (0: none was set; ``None``: as it is now). Then call :func:`rank_again`.
    Raises ``InvalidInput`` with the field, ``Conflict``, ``NotAllowed``.
    """
    wanted = weights_mapping(weights_from_mapping(weights))
    with desk.act("set_rank_weights") as writer:
        connection = writer.connection
        dialect.one_at_a_time(connection, dialect.Turn.RULES)
        row = rule_row(connection, _WEIGHTS, to_change=True)
        found = 0 if row is None else int(row["version"])
        if version is not None and found != version:
            if row is not None:
                raise writer.conflict("house_rule", row, version)
            raise Conflict("house_rule", 0, expected=version, found=found)
        kept = keep_rule(writer, _WEIGHTS, wanted, act="set_rank_weights", note=_words(wanted))
        if kept != found:
            keep_rule(writer, _PLACE, {"after": 0, "weights": kept}, act="set_rank_weights")
        return kept


def rank_again(
    desk: Desk, *, progress: Progress | None = None, stop: Callable[[], bool] | None = None
) -> Ranked:
    """Rank the live calls by the weights, from where an earlier run was interrupted; nothing to do is done at once.

    ``stop`` is asked between batches. The place of a call is derived, so its version stays as it is. Raises
    ``NotAllowed`` or a ``DatabaseProblem``; what was ranked stays so.
    """
    done, total = _so_far(desk)
    while True:
        if progress is not None:
            progress(done, total)
        if stop is not None and stop():
            return Ranked(done, total, False)
        with desk.act("rank_again") as writer:
            dialect.one_at_a_time(writer.connection, dialect.Turn.RANKING)
            ranked = _batch(writer)
        if ranked is None:
            return Ranked(total, total, True)
        done = min(done + ranked, total)


def _so_far(desk: Desk) -> tuple[int, int]:
    with desk.store.read() as connection:
        place = _place(connection)
        count = sa.select(sa.func.count()).select_from(call).where(call.c.live == 1)
        total = int(connection.scalar(count) or 0)
        done = total if place is None else int(connection.scalar(count.where(call.c.id <= place)) or 0)
        return done, total


def _batch(writer: Writer) -> int | None:
    """Rank the next calls; how many, or ``None`` where none are left."""
    connection = writer.connection
    place = _place(connection)
    if place is None:
        return None
    rows = connection.execute(_NEXT, {"place": place, "batch": BATCH}).all()
    if not rows:
        keep_rule(writer, _PLACE, {"after": None}, act="rank_again")
        return None
    weights = rank_weights(connection)
    resting: dict[int, Any] = {
        row.call_id: row for row in connection.execute(_CLOCKS, {"ids": [row.id for row in rows]})
    }
    moved = []
    for row in rows:
        clocks = resting.get(row.id)
        due = _instant(clocks.due) if clocks is not None else None
        idle = row.happened_at if row.status in ("on_hold", "resolved") else None
        if idle is None and clocks is not None:
            idle = _instant(clocks.paused)
        rank = composed(placed(due, row.priority, row.opened_at, idle, weights))
        if rank != row.rank_at:
            moved.append({"one": row.id, "rank": to_us(rank)})
    if moved:
        connection.execute(_MOVE, moved)
    keep_rule(writer, _PLACE, {"after": rows[-1].id}, act="rank_again")
    return len(rows)


def _place(connection: Connection) -> int | None:
    """Up to which call the ranking has come; ``None`` where none is under way."""
    text = rule_text(connection, _PLACE)
    place: int | None = None if text is None else json.loads(text)["after"]
    return place


@lru_cache(maxsize=16)
def _read(text: str) -> RankWeights:
    return weights_from_mapping(json.loads(text))


def _words(wanted: Mapping[str, Mapping[str, int]]) -> str:
    return "; ".join(
        f"{name} {', '.join(f'P{priority} {minutes} min' for priority, minutes in table.items())}"
        for name, table in wanted.items()
    )


def _instant(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


_NEXT = (
    sa.select(call.c.id, call.c.status, call.c.priority, call.c.opened_at, call.c.happened_at, call.c.rank_at)
    .where(call.c.live == 1, call.c.id > sa.bindparam("place", type_=sa.BigInteger))
    .order_by(call.c.id)
    .limit(sa.bindparam("batch", type_=sa.BigInteger))
    .with_for_update(key_share=True)
)
_DUE, _PAUSED = (sa.type_coerce(column, sa.BigInteger) for column in (clock.c.due_at, clock.c.paused_since))
_CLOCKS = (
    sa.select(
        clock.c.call_id,
        sa.func.min(sa.case((sa.and_(_PAUSED.is_(None), _DUE < NEVER), _DUE))).label("due"),
        sa.func.max(_PAUSED).label("paused"),
    )
    .where(clock.c.call_id.in_(sa.bindparam("ids", expanding=True)), clock.c.ended_at.is_(None))
    .group_by(clock.c.call_id)
)
_MOVE = (
    sa.update(call)
    .where(call.c.id == sa.bindparam("one", type_=sa.BigInteger))
    .values(rank_at=sa.bindparam("rank", type_=sa.BigInteger))
)
