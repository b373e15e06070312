"""The words of a full text, and how SQLite (FTS5) and PostgreSQL (tsvector) keep and find them.

``search_words`` does not stand in :mod:`.tables`: FTS5's is virtual, with tables of its own behind it; PostgreSQL's
holds a type that only it knows. Both hold the same: which words an entry has, without their places, folded here
(case, accents, width), so that one question finds the same on both and nothing that is typed can be read as an
operator. They only find; :mod:`.search` ranks. A million contacts of 20 words take about 120 MB in SQLite.

An entry has tags too (whose it is, of what sort), with a sign that no word has. FTS5 keeps no text of ours, and so
cannot take an entry out again: a changed record gets an entry with another number, and the old number stands for
nothing (:data:`.tables.search_doc`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from dispatch_tui.text import plain

SHORTEST_PREFIX = 3
"""From so many letters on a typed word finds every word that begins with it; shorter ones are whole words."""
MOST_WORDS = 12
"""Words of a question that are looked at."""
_LONGEST_WORD = 40
_KEPT_LETTERS = 8
"""Of longer words (numbers apart) only the beginning is kept: a long word is then looked up at once, where every word
that begins with it would have to be gathered. Who ranks sees the whole words and passes over what does not fit."""
_MOST_IN_ENTRY = 5000
_WORD = re.compile(r"[^\W_]+")


class Entry(NamedTuple):
    """What is found under ``number``: ``tags`` are our own (ASCII letters and digits), ``text`` is anybody's."""

    number: int
    tags: tuple[str, ...]
    text: str


def words_of(text: str) -> list[str]:
    """The words of a text as they are kept: letters and digits, folded."""
    if not text.isprintable():
        text = plain(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(one for one in text if not unicodedata.combining(one))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(text.casefold())]


def finds(asked: str, word: str) -> bool:
    """Whether a word that was asked for stands for ``word``."""
    return word.startswith(asked) if len(asked) >= SHORTEST_PREFIX else word == asked


def places_of(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where in ``text`` words stand that a question for ``words`` finds: start and end of each."""
    wanted = tuple(words)
    found = []
    for place in _WORD.finditer(text):
        (folded, *_) = words_of(place.group()) or [""]
        if any(finds(one, folded) for one in wanted):
            found.append(place.span())
    return found


def add(connection: Connection, entries: Iterable[Entry]) -> None:
    """Keep entries; their numbers are new."""
    on_sqlite = connection.dialect.name == "sqlite"
    rows = []
    for entry in entries:
        kept = map(_kept, words_of(entry.text)[:_MOST_IN_ENTRY])
        words = dict.fromkeys((*(f"#{tag}" for tag in entry.tags), *kept))
        rows.append((entry.number, " ".join(words if on_sqlite else (f"'{word}'" for word in words))))
    if rows and on_sqlite:
        connection.exec_driver_sql("insert into search_words (rowid, words) values (?, ?)", rows)
    elif rows:
        connection.exec_driver_sql("insert into search_words (number, words) values (%s, %s::tsvector)", rows)


def take_out(connection: Connection, numbers: Sequence[int]) -> None:
    """Forget entries where the database can; where it cannot, their numbers have to stand for nothing."""
    if numbers and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("delete from search_words where number = any(%s)", (list(numbers),))


def clear(connection: Connection) -> None:
    """Forget everything."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("insert into search_words (search_words) values ('delete-all')")
    else:
        connection.exec_driver_sql("delete from search_words")


def drop(connection: Connection) -> None:
    """Drop what migrations made beside the tables of :mod:`.tables`."""
    connection.exec_driver_sql("drop table search_words")


def matches(connection: Connection, words: Sequence[str], tags: Sequence[str], newest: int) -> list[int]:
    """The numbers of the ``newest`` entries that have every tag and every word, the newest first. Of long words only
    the beginning is compared. ``words`` are as :func:`words_of` gives them; without any nothing is found.
    """
    if not words:
        return []
    asked = list(dict.fromkeys(words))[:MOST_WORDS]
    # Words hold letters and digits only: inside quotes nothing of them can end the quotes.
    if connection.dialect.name == "sqlite":
        terms = [f'"{_kept(one)}"{"*" if _is_prefix(one) else ""}' for one in asked]
        found = connection.exec_driver_sql(
            "select rowid from search_words where search_words match ? order by rowid desc limit ?",
            (" AND ".join([*(f'"#{tag}"' for tag in tags), *terms]), newest),
        ).all()
    else:
        terms = [f"'{_kept(one)}'{':*' if _is_prefix(one) else ''}" for one in asked]
        question = " & ".join([*(f"'#{tag}'" for tag in tags), *terms])
        late = () if tags else (question, _LATE_ENTRIES, newest)  # a tag narrows it down enough
        found = connection.exec_driver_sql(_LATE, late).all() if late else []
        if len(found) < newest:
            found = connection.exec_driver_sql(_ALL, (question, newest)).all()
    return [row[0] for row in found]


# PostgreSQL cannot tell beforehand how common the beginning of a word is. A common one is found among the late entries;
# what is not stands in few enough for the index to gather them all.
_LATE_ENTRIES = 20_000
_LATE = (
    "select number from search_words where words @@ %s::tsquery"
    " and number > (select max(number) from search_words) - %s order by number desc limit %s"
)
_ALL = (
    "with found as materialized (select number from search_words where words @@ %s::tsquery)"
    " select number from found order by number desc limit %s"
)


def _kept(word: str) -> str:
    return word[:_KEPT_LETTERS] if word.isalpha() else word


def _is_prefix(word: str) -> bool:
    return len(word) >= SHORTEST_PREFIX and not (word.isalpha() and len(word) >= _KEPT_LETTERS)
