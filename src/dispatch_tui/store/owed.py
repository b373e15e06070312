"""How many conversations are owed: what every session counts, without the rules that :mod:`.prompts` rests on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import us

_prompt = t.prompt.c


class PromptCount(NamedTuple):
    """How many conversations are owed ``now``, and how many of them are past their last useful minute (``late``)."""

    now: int
    late: int


def count(connection: Connection, now: datetime) -> PromptCount:
    """How many are owed at ``now``."""
    row = connection.execute(_COUNT, {"now": to_us(now)}).one()
    return PromptCount(int(row[0] or 0), int(row[1] or 0))


def next_moment(connection: Connection, now: datetime) -> datetime | None:
    """When the list changes next by time alone: a prompt comes or grows late. ``None`` where nothing is ahead."""
    moments = [connection.scalar(query, {"now": to_us(now)}) for query in (_NEXT_COMING, _NEXT_LATE)]
    return min((from_us(one) for one in moments if one is not None), default=None)


_NOW: sa.BindParameter[int] = sa.bindparam("now", type_=sa.BigInteger)
_PARTIES = (
    sa.select(sa.func.min(us(_prompt.useful_until)).label("until"))
    .where(us(_prompt.prompt_at) <= _NOW)
    .group_by(_prompt.customer_id, sa.case((_prompt.customer_id.is_(None), _prompt.call_id)))
    .subquery()
)
_COUNT = sa.select(sa.func.count(), sa.func.sum(sa.case((_PARTIES.c.until < _NOW, 1), else_=0))).select_from(
    _PARTIES
)
_NEXT_COMING = sa.select(sa.func.min(us(_prompt.prompt_at))).where(us(_prompt.prompt_at) > _NOW)
_NEXT_LATE = sa.select(sa.func.min(us(_prompt.useful_until))).where(
    us(_prompt.prompt_at) <= _NOW, us(_prompt.useful_until) > _NOW
)
