"""What a conversation settles: the reasons to call that it was about, and the facts behind some of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.voicemail import Retry
from dispatch_tui.desk.deciding import settled_by
from dispatch_tui.store.tables import delay_reach, follow_up
from dispatch_tui.store.types import Instant
from dispatch_tui.store.writes import Writer

NEEDS_TALK: Final = frozenset(
    {"cadence", "aftercare", "bad_visit", "incomplete_visit", "contract", "repeat", "voicemail"}
)
"""Kinds of reasons that only a conversation settles; the others end also once the customer was written to."""

_FOLLOW_UP = re.compile(r"^(?:aftercare|follow_up|bad_visit|incomplete_visit):f(\d+):")
_OUTREACH = re.compile(r"^outreach:(\d+)/(\d+):")
_NEWS = re.compile(r"^news:(\d+)/(\d+)$")

_TOLD: Final = sa.text(
    "insert into news_told (model_news_id, customer_id, interaction_id, told_at)"
    " values (:news, :customer, :interaction, :at) on conflict do nothing"
).bindparams(sa.bindparam("at", type_=Instant()))
"""Two who tell them at the same time, about two calls, hold no row in common: who comes second waits, and the first
one stays."""


def settles(key: str, one: Interaction) -> bool:
    """Whether this contact settles the reason of a key: it reached the customer, and the kind needs no more."""
    kind = key.partition(":")[0]
    return one.two_way or (one.perceived and kind not in NEEDS_TALK)


def settle_reasons(
    writer: Writer,
    party: tuple[int | None, int | None],
    keys: Collection[str],
    interaction_id: int,
    one: Interaction,
    retry: Retry | None,
    *,
    tried: bool,
) -> None:
    """End the reasons of these keys that this contact settles; after a try, put all off to the next (``retry``).
    ``party``: the customer's id, and the call's where nobody knows the customer."""
    if not tried:
        done = [key for key in keys if settles(key, one)]
        settled_by(writer, *party, done, interaction_id, one.happened_at)
    elif retry is not None:
        settled_by(writer, *party, keys, interaction_id, one.happened_at, retry_at=retry.at)


def facts_told(
    writer: Writer,
    keys: Iterable[str],
    reach_ids: Collection[int],
    interaction_id: int,
    when: datetime,
    one: Interaction,
) -> None:
    """What the customer now knows, or what was owed to them and is done: follow-ups, delays, news."""
    done = [key for key in keys if settles(key, one)]
    for row in _owed(writer, done):
        writer.update("follow_up", row, {"done_at": when}, act="follow_up_done", call_id=row["call_id"])
    for row in _reached(writer, done, reach_ids):
        values = {"told_at": when, "interaction_id": interaction_id}
        writer.update("delay_reach", row, values, act="tell_delay", happened_at=when, call_id=row["call_id"])
    for news_id, customer_id in _ids(_NEWS, done):
        # A table of pairs: that they were told is the whole of it, the interaction carries the change.
        values = {"news": news_id, "customer": customer_id, "interaction": interaction_id, "at": when}
        writer.connection.execute(_TOLD, values)


def _owed(writer: Writer, keys: Iterable[str]) -> list[sa.RowMapping]:
    ids = [int(found[1]) for key in keys if (found := _FOLLOW_UP.match(key))]
    if not ids:
        return []
    query = sa.select(follow_up).where(follow_up.c.id.in_(ids), follow_up.c.done_at.is_(None))
    return list(writer.connection.execute(query.order_by(follow_up.c.id)).mappings())


def _reached(writer: Writer, keys: Iterable[str], ids: Collection[int]) -> list[sa.RowMapping]:
    one = delay_reach.c
    wanted = [sa.and_(one.delay_id == delay, one.call_id == call) for delay, call in _ids(_OUTREACH, keys)]
    if ids:
        wanted.append(one.id.in_(list(ids)))
    if not wanted:
        return []
    query = sa.select(delay_reach).where(sa.or_(*wanted), one.told_at.is_(None)).order_by(one.id)
    return list(writer.connection.execute(query).mappings())


def _ids(pattern: re.Pattern[str], keys: Iterable[str]) -> list[tuple[int, int]]:
    return [(int(found[1]), int(found[2])) for key in keys if (found := pattern.match(key))]
