"""Keeping the full text right, without a daemon and at no cost to whoever writes.

The change log says of every record what was written when. So the full text is caught up from it: :func:`catch_up`
reads on from where the last one stopped (``meta``: ``search``) and makes an entry for each record whose words are new.
A few changes cost a search a few milliseconds; after a large import it takes as many portions as it needs, each a short
transaction of its own, and a search between two of them finds what is in it so far and says that more is to come.

PostgreSQL commits numbers out of order: there the log is read by transaction, up to the oldest that is still open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import dialect, fulltext
from dispatch_tui.store import tables as t
from dispatch_tui.store.database import Store
from dispatch_tui.store.noted import note, noted
from dispatch_tui.store.search_text import NAMES, SOURCES, texts

PORTION = 4000
"""Changes that one transaction takes in."""
_KEY = "search"
_START = "0 0"
NAMED = "names"

_change = t.change.c
_NEWS = sa.select(
    sa.func.coalesce(_change.txid, 0),
    _change.seq,
    _change.kind,
    _change.record_id,
    _change.record_version,
    _change.now_json,
)
_OLDEST = sa.text(
    "(select coalesce("
    "(select min(x::text::bigint) from pg_snapshot_xip(pg_current_snapshot()) x"
    " where x::text::bigint % 4294967296 not in (select backend_xid::text::bigint from pg_stat_activity"
    " where datname <> current_database() and backend_xid is not null)),"
    " pg_snapshot_xmax(pg_current_snapshot())::text::bigint))"
)
"""The first transaction that may still change this database; those known to be of another one are not waited for."""
_txid, _seq = sa.bindparam("txid", type_=sa.BigInteger), sa.bindparam("seq", type_=sa.BigInteger)
_BY_NUMBER = _NEWS.where(_change.seq > _seq).order_by(_change.seq)
_BY_TRANSACTION = (
    _NEWS.where(sa.tuple_(_change.txid, _change.seq) > sa.tuple_(_txid, _seq))
    .where(_change.txid < _OLDEST)
    .order_by(_change.txid, _change.seq)
)


class _Place(NamedTuple):
    """Where the reading of the change log stopped; ``txid`` stays 0 on SQLite."""

    txid: int
    seq: int

    @property
    def text(self) -> str:
        """As it is noted."""
        return f"{self.txid} {self.seq}"


class _News(NamedTuple):
    """The next changes: which records have new words, how many changes were read, and where that ended."""

    records: Mapping[str, set[int]]
    changes: int
    place: _Place


def behind(connection: Connection) -> int:
    """How many changes the full text has not taken in, at most; most of them may hold no words."""
    last = connection.scalar(sa.select(sa.func.max(_change.seq))) or 0
    return max(0, last - _place(connection).seq)


def catch_up(store: Store) -> bool:
    """Take in the next portion of changes; whether there may be more. Raises a ``DatabaseProblem``, among them
    ``DatabaseReadOnly`` where nothing can be written."""
    with store.read() as connection:
        news = _news(connection)
    if not news.records and news.changes < PORTION:
        return False  # nothing worth a write: the next search reads these few again
    with store.write() as connection:
        dialect.one_at_a_time(connection, dialect.Turn.SEARCH)
        news = _news(connection)  # somebody else may have been here meanwhile
        for kind, ids in news.records.items():
            index(connection, kind, ids)
        note(connection, _KEY, news.place.text)
    return news.changes == PORTION


def rebuild(store: Store) -> None:
    """Make the full text anew from the records as they are, in one transaction: for rows that were brought in without
    changes, and for a full text that is damaged. A million contacts take half a minute."""
    with store.write() as connection:
        dialect.one_at_a_time(connection, dialect.Turn.SEARCH)
        dialect.make_room(connection)
        note(connection, _KEY, _end(connection).text)
        fulltext.clear(connection)
        connection.execute(sa.delete(t.search_doc))
        for kind in SOURCES:
            column, last = t.metadata.tables[kind].c.id, 0
            portion = sa.select(column).order_by(column).limit(PORTION)
            while ids := list(connection.scalars(portion.where(column > last))):
                index(connection, kind, ids)
                last = ids[-1]


def index(connection: Connection, kind: str, record_ids: Collection[int]) -> None:
    """Make entries for these records as they are now, in the order of their ids."""
    found = sorted(texts(connection, kind, record_ids))
    if not found:
        return
    doc = t.search_doc
    # Taken before old entries go: SQLite's words stay under their numbers, so that none is given twice.
    numbers = dialect.take_ids(connection, doc, len(found))
    ids = [one.record_id for one in found]
    old = list(
        connection.scalars(sa.select(doc.c.number).where(doc.c.kind == kind, doc.c.record_id.in_(ids)))
    )
    if old:
        fulltext.take_out(connection, old)
        connection.execute(sa.delete(doc).where(doc.c.number.in_(old)))
    connection.execute(
        sa.insert(doc),
        [
            {"number": number, "kind": kind, "record_id": record_id}
            for number, record_id in zip(numbers, ids, strict=True)
        ],
    )
    sort = (sort_of(kind), NAMED) if kind in NAMES else (sort_of(kind),)
    fulltext.add(
        connection,
        (
            fulltext.Entry(number, (owner(one.customer_id), *sort), f"{one.head} {one.body}")
            for number, one in zip(numbers, found, strict=True)
            if one.head or one.body
        ),
    )


def owner(customer_id: int | None) -> str:
    """The tag of a customer's entries."""
    return f"c{customer_id or 0}"


def sort_of(kind: str) -> str:
    """The tag of a kind's entries."""
    return f"k{kind.replace('_', '')}"


def _place(connection: Connection) -> _Place:
    text = noted(connection, _KEY) or _START
    txid, seq = text.split()
    return _Place(int(txid), int(seq))


def _end(connection: Connection) -> _Place:
    """Behind all changes whose records can be seen now."""
    last = connection.scalar(sa.select(sa.func.max(_change.seq))) or 0
    if connection.dialect.name == "sqlite":
        return _Place(0, last)
    oldest = connection.scalar(sa.select(_OLDEST))
    return _Place(int(oldest or 0) - 1, last)


def _news(connection: Connection) -> _News:
    place = _place(connection)
    on_sqlite = connection.dialect.name == "sqlite"
    query = (_BY_NUMBER if on_sqlite else _BY_TRANSACTION).limit(PORTION)
    parameters = {"seq": place.seq} if on_sqlite else place._asdict()
    rows = connection.execute(query, parameters).all()
    records: defaultdict[str, set[int]] = defaultdict(set)
    moved: set[int] = set()
    for txid, seq, kind, record_id, version, now_json in rows:
        place = _Place(0 if on_sqlite else txid, seq)
        source = SOURCES.get(kind)
        if source is None or not _says_more(version, now_json, source.columns):
            continue
        records[kind].add(record_id)
        if kind == "call" and version > 1 and '"customer_id":' in (now_json or ""):
            moved.add(record_id)
    if moved:  # their visits are the other customer's now
        visits = sa.select(t.visit.c.id).where(t.visit.c.call_id.in_(moved))
        records["visit"].update(connection.scalars(visits))
    return _News(records, len(rows), place)


def _says_more(version: int, now_json: str | None, columns: Iterable[str]) -> bool:
    """Whether a change may have brought new words: the first of a record, and those that name one of its columns."""
    return version == 1 or any(f'"{name}":' in (now_json or "") for name in columns)
