"""The words of a full text, and how SQLite (FTS5) and PostgreSQL (tsvector) keep and find them.

``search_words`` does not stand in :mod:`.tables`: FTS5's is virtual, with tables of its own behind it; PostgreSQL's
holds a type that only it knows. Both get the same words: folded here (case, accents, width), so
that one question finds the same on both, and nothing that is typed can be read as an operator.

An entry has tags (whose it is, of what sort), a head that weighs four times as much, and a body. FTS5 keeps no
text of ours, and so cannot take an entry out again: a changed record gets an entry with another number, and the
old number stands for nothing (:data:`.tables.search_doc`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.text import plain

SHORTEST_PREFIX = 3
"""From so many letters on a typed word finds every word that begins with it; shorter ones are whole words."""
MOST_WORDS = 12
"""Words of a question that are looked at."""
_LONGEST_WORD = 40
_MOST_IN_ENTRY = 4000
_HEAD_WEIGHT = 4
_WORD = re.compile(r"[^\W_]+")


class Entry(NamedTuple):
    """What is found under ``number``: ``tags`` are our own (ASCII letters and digits), the rest is anybody's text."""

    number: int
    tags: tuple[str, ...]
    head: str
    body: str


class Match(NamedTuple):
    """A number that was found; a higher ``score`` fits better."""

    number: int
    score: float


def words_of(text: str) -> list[str]:
    """The words of a text as they are kept: letters and digits, folded."""
    if not text.isprintable():
        text = plain(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(one for one in text if not unicodedata.combining(one))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(text.casefold())]


def places_of(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where in ``text`` words stand that a question for ``words`` finds: start and end of each."""
    wanted = tuple(words)
    found = []
    for place in _WORD.finditer(text):
        (folded, *_) = words_of(place.group()) or [""]
        if any(_finds(one, folded) for one in wanted):
            found.append(place.span())
    return found


def _finds(asked: str, word: str) -> bool:
    return word.startswith(asked) if len(asked) >= SHORTEST_PREFIX else word == asked


def add(connection: Connection, entries: Iterable[Entry]) -> None:
    """Keep entries; their numbers are new."""
    rows: list[tuple[int | str, ...]]
    if connection.dialect.name == "sqlite":
        rows = [
            (one.number, " ".join(one.tags), " ".join(words_of(one.head)), " ".join(_body(one.body)))
            for one in entries
        ]
        sql = "insert into search_words (rowid, tags, head, body) values (?, ?, ?, ?)"
    else:
        rows = [(one.number, _vector(one)) for one in entries]
        sql = "insert into search_words (number, words) values (%s, %s::tsvector)"
    if rows:
        connection.exec_driver_sql(sql, rows)


def take_out(connection: Connection, numbers: Sequence[int]) -> None:
    """Forget entries where the database can; where it cannot, their numbers have to stand for nothing."""
    if numbers and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("delete from search_words where number = any(%s)", (list(numbers),))


def clear(connection: Connection) -> None:
    """Forget everything."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("insert into search_words (search_words) values ('delete-all')")
    else:
        connection.exec_driver_sql("truncate search_words")


def drop(connection: Connection) -> None:
    """Drop what migrations made beside the tables of :mod:`.tables`."""
    connection.exec_driver_sql("drop table search_words")


def matches(connection: Connection, words: Sequence[str], tags: Sequence[str], newest: int) -> list[Match]:
    """Entries with every word (see :data:`SHORTEST_PREFIX`) and every tag: of all that match the ``newest``, the best
    first. ``words`` are as :func:`words_of` gives them; without any there are none."""
    if not words:
        return []
    asked = list(dict.fromkeys(words))[:MOST_WORDS]
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            f"select rowid, -bm25(search_words, 0, {_HEAD_WEIGHT}, 1) from search_words"
            " where search_words match ? order by rowid desc limit ?",
            (_fts5(asked, tags), newest),
        )
    else:
        found = connection.execute(_RANKED, {"question": _tsquery(asked, tags), "newest": newest})
    return sorted((Match(*row) for row in found), key=lambda one: (-one.score, -one.number))


# Weights of tsvector's D, C, B, A: the body has D, the head A.
_RANKED = sa.text(
    f"select number, ts_rank('{{0.25, 0.25, 0.25, {_HEAD_WEIGHT * 0.25}}}', words, cast(:question as tsquery))"
    " from (select number, words from search_words where words @@ cast(:question as tsquery)"
    " order by number desc limit :newest) as found"
)


def _body(text: str) -> list[str]:
    return words_of(text)[:_MOST_IN_ENTRY]


def _fts5(words: Sequence[str], tags: Sequence[str]) -> str:
    """Each word stands in quotes, where only a quote means anything, and words have none."""
    asked = " AND ".join(f'"{one}"*' if len(one) >= SHORTEST_PREFIX else f'"{one}"' for one in words)
    owned = "".join(f' AND tags : "{one}"' for one in tags)
    return f"{{head body}} : ({asked}){owned}"


def _tsquery(words: Sequence[str], tags: Sequence[str]) -> str:
    asked = [f"'{one}':*" if len(one) >= SHORTEST_PREFIX else f"'{one}'" for one in words]
    return " & ".join([*asked, *(f"'#{one}'" for one in tags)])


def _vector(entry: Entry) -> str:
    """The entry as a tsvector is written: ``'seal':1A,7``. Tags have a sign that no word has."""
    places: dict[str, list[str]] = {}
    head = words_of(entry.head)
    for place, word in enumerate(head, 1):
        places.setdefault(word, []).append(f"{place}A")
    for place, word in enumerate(_body(entry.body), len(head) + 1):
        places.setdefault(word, []).append(str(place))
    texts = [f"'{word}':{','.join(at[:200])}" for word, at in places.items()]
    return " ".join([*texts, *(f"'#{tag}'" for tag in entry.tags)])
