"""Search over everything that is said and written, of one customer or of all: one interface for both databases.

Every word has to be there; from three letters on a typed word stands for all that begin with it. Names (customers,
contacts, sites, units) come first, then what was said and written. Within each sort the best fits come first: a title,
or what was said, weighs four times its notes (SQLite: BM25, where rare words weigh more; PostgreSQL: ts_rank), and
of equal ones the later is first. Where more than :data:`NEWEST` entries match, these newest are ranked: so a
common word costs no more than a rare one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import fulltext
from dispatch_tui.store import tables as t
from dispatch_tui.store.search_index import NAMED, behind, owner
from dispatch_tui.store.search_text import NAMES, Text, texts
from dispatch_tui.text import plain

NEWEST = 500
"""Matches that are ranked; of the rest it is only said that there are more."""
FEW_NAMES = 8
"""Names that stand above what was said, where both are found."""
_BEFORE = 24
"""Letters of an excerpt before the first word that was found."""


class Hit(NamedTuple):
    """A record that was found. ``head`` is its title or first words and ``excerpt`` the place where the words stand
    (empty where that is the head); both plain. ``customer`` is the customer's name."""

    kind: str
    record_id: int
    customer_id: int | None
    customer: str
    call_id: int | None
    number: str
    at: datetime | None
    head: str
    excerpt: str


class Found(NamedTuple):
    """The best hits; ``more``: others match as well; ``behind``: changes that may not have been taken in yet."""

    hits: tuple[Hit, ...]
    more: bool
    behind: int


def search(
    connection: Connection, question: str, *, customer_id: int | None = None, kind: str = "", limit: int = 50
) -> Found:
    """What fits the words of ``question``, the best first; of one customer, or one kind of record, where asked for.

    Signs between words mean nothing; a question without any word finds nothing.
    """
    words = fulltext.words_of(question)
    tags = [] if customer_id is None else [owner(customer_id)]
    tags += [kind.replace("_", "")] if kind else []
    names: list[fulltext.Match] = []
    if not kind:
        names = fulltext.matches(connection, words, [*tags, NAMED], NEWEST)
    said = fulltext.matches(connection, words, tags, NEWEST)
    named = {one.number for one in names}
    matches = [*names, *(one for one in said if one.number not in named)]
    records = _records(connection, matches)
    few = [one for one in records if one[0] in NAMES]
    others = [one for one in records if one[0] not in NAMES]
    room = limit if kind or not others else max(FEW_NAMES, limit - len(others))
    chosen = [*few[:room], *others][:limit]
    more = len(records) > len(chosen) or len(said) == NEWEST
    return Found(tuple(_hits(connection, chosen, words)), more, behind(connection))


def marked(text: str, question: str) -> list[tuple[str, bool]]:
    """``text`` in runs, and whether each is a word that ``question`` asks for."""
    wanted = fulltext.words_of(question)
    runs: list[tuple[str, bool]] = []
    end = 0
    for start, stop in fulltext.places_of(text, wanted):
        runs += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [run for run in [*runs, (text[end:], False)] if run[0]]


_Record = tuple[str, int]


def _records(connection: Connection, matches: Sequence[fulltext.Match]) -> list[_Record]:
    """The records of matches, in their order; numbers that stand for nothing any more are passed over."""
    doc = t.search_doc.c
    query = sa.select(doc.number, doc.kind, doc.record_id).where(
        doc.number.in_([one.number for one in matches])
    )
    known = {row.number: (row.kind, row.record_id) for row in connection.execute(query)} if matches else {}
    return [known[one.number] for one in matches if one.number in known]


def _hits(connection: Connection, records: Sequence[_Record], words: Sequence[str]) -> list[Hit]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, record_id in records:
        by_kind[kind].append(record_id)
    found: dict[_Record, Text] = {
        (kind, one.record_id): one for kind, ids in by_kind.items() for one in texts(connection, kind, ids)
    }
    customer, call = t.customer.c, t.call.c
    customers = _names(connection, customer.id, customer.name, {one.customer_id for one in found.values()})
    numbers = _names(connection, call.id, call.number, {one.call_id for one in found.values()})
    return [_hit(record, found[record], customers, numbers, words) for record in records if record in found]


def _hit(
    record: _Record, text: Text, customers: dict[int, str], numbers: dict[int, str], words: Sequence[str]
) -> Hit:
    head, excerpt = plain(text.head), _excerpt(plain(text.body), words)
    if fulltext.places_of(head, words):
        excerpt = ""
    return Hit(
        record[0],
        record[1],
        text.customer_id,
        plain(customers.get(text.customer_id or 0)),
        text.call_id,
        plain(numbers.get(text.call_id or 0)),
        text.at,
        head,
        excerpt,
    )


def _excerpt(body: str, words: Sequence[str]) -> str:
    """The text from a little before the first word that was found."""
    places = fulltext.places_of(body, words)
    if not places or places[0][0] <= _BEFORE:
        return body
    start = body.find(" ", places[0][0] - _BEFORE)
    return "…" + body[start + 1 if 0 <= start < places[0][0] else places[0][0] :]


def _names(
    connection: Connection, key: sa.Column[int], name: sa.Column[str], ids: set[int | None]
) -> dict[int, str]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    return {row[0]: row[1] for row in connection.execute(sa.select(key, name).where(key.in_(wanted)))}
