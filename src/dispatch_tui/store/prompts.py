"""The call-first list as it is stored: a row for each conversation that is owed, read through a window by rank."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dispatch_tui.care.prompts import Prompt, State
from dispatch_tui.care.ranking import Part, Rank
from dispatch_tui.care.reasons import Reason
from dispatch_tui.clock import to_us
from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import us
from dispatch_tui.store.prompt_json import parts_from, parts_json, reasons_from, reasons_json
from dispatch_tui.store.stale import Party

Key = tuple[int, int]
"""A row's place in the list: the stored ``rank_at``, then its id."""
_prompt = t.prompt.c


class PromptRow(NamedTuple):
    """One conversation that is owed now or later. ``reasons``: the most pressing first; ``rank_parts``: why it
    stands where it does; ``holder_id``: the operator who has taken it over, if any."""

    id: int
    customer_id: int | None
    call_id: int | None
    """Of a call without a customer."""
    place: int
    prompt_at: datetime
    useful_until: datetime
    rank_at: datetime
    kinds: tuple[str, ...]
    words: str
    bad_news: bool
    call_ids: tuple[int, ...]
    reasons: tuple[Reason, ...]
    rank_parts: tuple[Part, ...]
    holder_id: int | None
    holder: str
    """Account of the holder; may be empty."""
    customer: str
    """The customer's name; may be empty."""

    @property
    def party(self) -> Party:
        if self.customer_id is not None:
            return Party("customer", self.customer_id)
        return Party("call", self.call_id or 0)

    @property
    def prompt(self) -> Prompt:
        """The same as the rules know it."""
        return Prompt(self.customer_id, self.reasons)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its reasons, by which they are decided."""
        return tuple(one.key for one in self.reasons)

    @property
    def key(self) -> Key:
        """Where it stands: for ``window(after=...)``."""
        return to_us(self.rank_at), self.id

    def state_at(self, now: datetime) -> State:
        return self.prompt.state_at(now)


class StoredPrompt(NamedTuple):
    """A prompt as it is about to be stored, with its rank and who holds it."""

    prompt: Prompt
    rank: Rank
    holder_id: int | None


def window(
    connection: Connection,
    now: datetime,
    *,
    after: Key | None = None,
    limit: int,
    holder_id: int | None = None,
) -> tuple[PromptRow, ...]:
    """Up to ``limit`` conversations whose moment has come, by rank, after a place; ``holder_id``: only that operator's.

    Of a customer's conversations that have come there is one row, at the place of the first, with the reasons of all.
    """
    query = _come(to_us(now)).order_by(_RANK, _prompt.id).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(_RANK, _prompt.id) > sa.tuple_(*map(sa.literal, after)))
    if holder_id is not None:
        query = query.where(_prompt.operator_id == holder_id)
    heads = _read(connection, query)
    return _folded(connection, heads, now)


def prompts_of(
    connection: Connection, customer_id: int | None = None, call_id: int | None = None
) -> tuple[PromptRow, ...]:
    """All prompts of a customer, or those that are about a call, now or later, in the order in which they arise."""
    if customer_id is not None:
        found = _read(connection, _ROWS.where(_prompt.customer_id == customer_id).order_by(_prompt.place))
        return tuple(one for one in found if call_id is None or call_id in one.call_ids)
    if call_id is None:
        return ()
    whose = connection.scalar(sa.select(t.call.c.customer_id).where(t.call.c.id == call_id))
    if whose is not None:
        return prompts_of(connection, whose, call_id)
    return _read(connection, _ROWS.where(_prompt.call_id == call_id).order_by(_prompt.place))


def prompt_by_id(connection: Connection, prompt_id: int, now: datetime) -> PromptRow:
    """One row as the list shows it at ``now``: what else has come of the same customer is in it.

    Raises ``NotFound`` where it was dealt with meanwhile.
    """
    found = _read(connection, _ROWS.where(_prompt.id == prompt_id))
    if not found:
        raise NotFound("prompt", prompt_id, "It was dealt with meanwhile; look at the list again.")
    return _folded(connection, found, now)[0]


def stored(connection: Connection, parties: Iterable[Party]) -> dict[Party, tuple[PromptRow, ...]]:
    """All prompts of these parties, in the order in which they arise; parties without any are left out."""
    found: dict[Party, list[PromptRow]] = {}
    for column, ids in _by_column(parties):
        for row in _read(connection, _ROWS.where(column.in_(ids)).order_by(_prompt.place)):
            found.setdefault(row.party, []).append(row)
    return {party: tuple(rows) for party, rows in found.items()}


def keep(connection: Connection, wanted: Mapping[Party, Sequence[StoredPrompt]]) -> int:
    """Store these parties' prompts in place of those they had; how many rows were written.

    A row that stays keeps its id, so that who looks at it does not lose it; one that is the same is not written.
    """
    are = _rows_now(connection, wanted)
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    gone: list[int] = []
    for party, rows in wanted.items():
        known = are.get(party, {})
        for place, one in enumerate(rows):
            values = _values(party, place, one)
            if place not in known:
                new.append(values)
            elif (was := known[place])[1] != tuple(values[name] for name in _WRITTEN):
                moved.append({f"new_{name}": values[name] for name in _WRITTEN} | {"one": was[0]})
        gone += [row_id for place, (row_id, _) in known.items() if place >= len(rows)]
    if gone:
        connection.execute(sa.delete(t.prompt).where(_prompt.id.in_(gone)))
    if moved:
        connection.execute(_MOVE, moved)
    if new:
        connection.execute(sa.insert(t.prompt), new)
    return len(new) + len(moved) + len(gone)


# -- shared ------------------------------------------------------------------------------------


def _come(now: int) -> sa.Select[Any]:
    """The rows whose moment has come, of each party the one that ranks first."""
    other = t.prompt.alias("other")
    earlier = sa.tuple_(us(other.c.rank_at) + 0, other.c.id) < sa.tuple_(_RANK, _prompt.id)
    ahead = sa.exists().where(_moment(other) <= now, earlier)
    of_customer = ahead.where(other.c.customer_id == _prompt.customer_id)
    of_call = ahead.where(_prompt.customer_id.is_(None), other.c.call_id == _prompt.call_id)
    return _ROWS.where(_moment(t.prompt) <= now, sa.not_(of_customer), sa.not_(of_call))


def _moment(prompt: sa.FromClause) -> sa.ColumnElement[int]:
    """When a prompt comes, written so that its own index is not taken: the list is read by rank, or by party."""
    return us(prompt.c.prompt_at) + 0


def _folded(connection: Connection, heads: Sequence[PromptRow], now: datetime) -> tuple[PromptRow, ...]:
    """Each with the reasons of its party's other prompts that have come."""
    come = _moment(t.prompt) <= to_us(now)
    others: dict[Party, list[PromptRow]] = {}
    for column, ids in _by_column(one.party for one in heads):
        rows = _ROWS.where(column.in_(ids), come, _prompt.id.not_in([one.id for one in heads]))
        for row in _read(connection, rows.order_by(_prompt.place)):
            others.setdefault(row.party, []).append(row)
    return tuple(_with(head, others.get(head.party, ())) for head in heads)


def _with(head: PromptRow, come: Sequence[PromptRow]) -> PromptRow:
    if not come:
        return head
    reasons = sorted(
        (reason for one in (head, *come) for reason in one.reasons),
        key=lambda one: (one.useful_until, one.prompt_at, one.kind, one.key),
    )
    joined = Prompt(head.customer_id, tuple(reasons))
    return head._replace(
        prompt_at=joined.prompt_at,
        useful_until=joined.useful_until,
        kinds=tuple(dict.fromkeys(one.kind for one in reasons)),
        words=joined.words,
        bad_news=joined.bad_news,
        call_ids=joined.call_ids,
        reasons=joined.reasons,
    )


def _read(connection: Connection, query: sa.Select[Any]) -> tuple[PromptRow, ...]:
    return tuple(_row(row) for row in connection.execute(query))


def _row(row: Row[Any]) -> PromptRow:
    return PromptRow(
        row.id,
        row.customer_id,
        row.call_id,
        row.place,
        row.prompt_at,
        row.useful_until,
        row.rank_at,
        tuple(row.kinds.split()),
        row.words,
        bool(row.bad_news),
        tuple(json.loads(row.call_ids_json)),
        reasons_from(row.reasons_json),
        parts_from(row.rank_json),
        row.operator_id,
        row.holder,
        row.customer,
    )


def _values(party: Party, place: int, one: StoredPrompt) -> dict[str, Any]:
    prompt = one.prompt
    return {
        "customer_id": party.id if party.kind == "customer" else None,
        "call_id": party.id if party.kind == "call" else None,
        "place": place,
        "prompt_at": prompt.prompt_at,
        "useful_until": prompt.useful_until,
        "rank_at": one.rank.rank_at,
        "kinds": " ".join(dict.fromkeys(reason.kind for reason in prompt.reasons)),
        "words": prompt.words,
        "bad_news": int(prompt.bad_news),
        "call_ids_json": json.dumps(prompt.call_ids),
        "reasons_json": reasons_json(prompt.reasons),
        "rank_json": parts_json(one.rank.parts),
        "operator_id": one.holder_id,
    }


def _rows_now(
    connection: Connection, parties: Iterable[Party]
) -> dict[Party, dict[int, tuple[int, tuple[Any, ...]]]]:
    """What is stored of these parties: by place the row's id and what is written in it."""
    found: dict[Party, dict[int, tuple[int, tuple[Any, ...]]]] = {}
    for column, ids in _by_column(parties):
        for row in connection.execute(_STORED.where(column.in_(ids))):
            party = (
                Party("call", row.call_id) if row.customer_id is None else Party("customer", row.customer_id)
            )
            found.setdefault(party, {})[row.place] = row.id, tuple(row[4:])
    return found


def _by_column(parties: Iterable[Party]) -> Iterable[tuple[sa.ColumnElement[Any], Collection[int]]]:
    """The ids of customers and those of calls, each with the column that holds them."""
    listed = list(parties)
    for kind, column in (("customer", _prompt.customer_id), ("call", _prompt.call_id)):
        if ids := [one.id for one in listed if one.kind == kind]:
            yield column, ids


_RANK = us(_prompt.rank_at)
_WRITTEN = (
    "prompt_at",
    "useful_until",
    "rank_at",
    "kinds",
    "words",
    "bad_news",
    "call_ids_json",
    "reasons_json",
    "rank_json",
    "operator_id",
)
_ROWS = sa.select(
    *t.prompt.columns,
    sa.func.coalesce(t.operator.c.account, "").label("holder"),
    sa.func.coalesce(t.customer.c.name, "").label("customer"),
).select_from(
    t.prompt.outerjoin(t.customer, t.customer.c.id == _prompt.customer_id).outerjoin(
        t.operator, t.operator.c.id == _prompt.operator_id
    )
)
_STORED = sa.select(
    _prompt.id,
    _prompt.customer_id,
    _prompt.call_id,
    _prompt.place,
    *(_prompt[name] for name in _WRITTEN),
)
_MOVE = (
    sa.update(t.prompt)
    .where(_prompt.id == sa.bindparam("one", type_=sa.BigInteger))
    .values({name: sa.bindparam(f"new_{name}") for name in _WRITTEN})
)
