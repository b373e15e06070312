"""Search over everything that is said and written, of one customer or of all: one interface for both databases.

Every word has to be there; from three letters on a typed word stands for all that begin with it. Names (customers,
contacts, sites, units) come first, then what was said and written. Within each the best fits come first::

    score   = sum over the words asked for of  n / (n + K * (1 - B + B * length / mean length))
    n       = how often the word stands there: in the head (title, what was said) HEAD times, in the body once;
              one that only begins with it counts half

(the form of BM25; how rare a word is says nothing, as every hit has every word). Of equal ones the later is first.
Where more than :data:`NEWEST` entries match, these newest are ranked: so a common word costs no more than a rare one.
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
from dispatch_tui.store.search_index import NAMED, behind, owner, sort_of
from dispatch_tui.store.search_text import NAMES, Text, texts
from dispatch_tui.text import plain

NEWEST = 300
"""Matches that are ranked; of the rest it is only said that there are more."""
FEW_NAMES = 8
"""Names that stand above what was said, where both are found."""
HEAD, K, B = 4.0, 1.2, 0.75
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
    if kind:
        tags.append(sort_of(kind))
    numbers = fulltext.matches(connection, words, tags, NEWEST)
    full = len(numbers) == NEWEST
    if not kind:
        numbers = [*fulltext.matches(connection, words, [*tags, NAMED], NEWEST), *numbers]
    ranked = _ranked(_read(connection, numbers), words)
    names = [one for one in ranked if one.kind in NAMES]
    said = [one for one in ranked if one.kind not in NAMES]
    room = max(FEW_NAMES, limit - len(said))
    chosen = [*names[:room], *said][:limit]
    hits = _hits(connection, chosen, words)
    return Found(hits, full or len(ranked) > len(chosen), behind(connection))


def marked(text: str, question: str) -> list[tuple[str, bool]]:
    """``text`` in runs, and whether each is a word that ``question`` asks for."""
    wanted = fulltext.words_of(question)
    runs: list[tuple[str, bool]] = []
    end = 0
    for start, stop in fulltext.places_of(text, wanted):
        runs += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [run for run in [*runs, (text[end:], False)] if run[0]]


class _Record(NamedTuple):
    """An entry with the record behind it."""

    number: int
    kind: str
    text: Text


def _read(connection: Connection, numbers: Sequence[int]) -> list[_Record]:
    """The records of entries; numbers that stand for nothing any more are passed over."""
    if not numbers:
        return []
    doc = t.search_doc.c
    query = sa.select(doc.number, doc.kind, doc.record_id).where(doc.number.in_(set(numbers)))
    known = {(row.kind, row.record_id): row.number for row in connection.execute(query)}
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, record_id in known:
        by_kind[kind].append(record_id)
    return [
        _Record(known[kind, one.record_id], kind, one)
        for kind, ids in by_kind.items()
        for one in texts(connection, kind, ids)
    ]


def _ranked(records: Sequence[_Record], words: Sequence[str]) -> list[_Record]:
    """The best first, without those that have the beginning of a long word only."""
    asked = list(dict.fromkeys(words))[: fulltext.MOST_WORDS]
    folded = [(fulltext.words_of(one.text.head), fulltext.words_of(one.text.body)) for one in records]
    mean = sum(len(head) + len(body) for head, body in folded) / len(folded) if folded else 1.0
    scores = {
        one.number: _score(head, body, asked, mean) for one, (head, body) in zip(records, folded, strict=True)
    }
    fit = [one for one in records if scores[one.number] > 0]
    return sorted(fit, key=lambda one: (-scores[one.number], -one.number))


def _score(head: Sequence[str], body: Sequence[str], asked: Sequence[str], mean: float) -> float:
    counts = dict.fromkeys(asked, 0.0)
    for part, weight in ((head, HEAD), (body, 1.0)):
        for word in part:
            for one in asked:
                if fulltext.finds(one, word):
                    counts[one] += weight if word == one else weight / 2
    if not all(counts.values()):
        return 0.0
    slack = K * (1 - B + B * (len(head) + len(body)) / mean)
    return sum(count / (count + slack) for count in counts.values())


def _hits(connection: Connection, records: Sequence[_Record], words: Sequence[str]) -> tuple[Hit, ...]:
    customer, call = t.customer.c, t.call.c
    customers = _names(connection, customer.id, customer.name, {one.text.customer_id for one in records})
    numbers = _names(connection, call.id, call.number, {one.text.call_id for one in records})
    return tuple(_hit(one.kind, one.text, customers, numbers, words) for one in records)


def _hit(
    kind: str, text: Text, customers: dict[int, str], numbers: dict[int, str], words: Sequence[str]
) -> Hit:
    head = plain(text.head)
    excerpt = "" if fulltext.places_of(head, words) else _excerpt(plain(text.body), words)
    return Hit(
        kind,
        text.record_id,
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
