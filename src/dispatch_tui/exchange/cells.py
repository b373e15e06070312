"""One row of a table, read: typed cells, its identity, its instants in order, what is odd about it."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from dispatch_tui.exchange import columns
from dispatch_tui.exchange.columns import ABSENT, Fault
from dispatch_tui.exchange.mapping import ROW, Flag, Mapping
from dispatch_tui.exchange.stamps import Moment, Stamps
from dispatch_tui.exchange.templates import template

_KEY_LENGTH = 12
"""Letters of a content key, five bits each: among a million rows a chance of 4 in ten million that two are alike."""


@dataclass(slots=True)
class Cells:
    """One row. ``texts`` has every column of the mapping (empty where the cell is), ``values`` only
    the filled ones, as their types read them (instants in microseconds since 1970 UTC), and under
    (column, table of words) our word for a cell."""

    line: int
    row: list[str]
    content: bytes
    texts: dict[str, str]
    values: dict[str | tuple[str, str], Any]
    key: str = ""
    flags: list[str] = field(default_factory=list)


class CellReader:
    """Reads rows by a mapping. Where rows are known by their content alone it counts how often each
    content came (about 100 bytes a row); else it knows the keys that came (about 200 bytes a row)."""

    def __init__(self, mapping: Mapping, headings: Sequence[str], file: str, stamps: Stamps) -> None:
        assert mapping.row is not None  # a table has one: checked with the mapping
        self._identity = mapping.row
        self._headings = headings
        self._places = columns.find(mapping, headings, file)
        self._readers = [
            (name, self._places[name], columns.reader_of(column, mapping, stamps), column)
            for name, column in mapping.columns.items()
            if self._places[name] != ABSENT
        ]
        self._empty = {
            name: frozenset((*mapping.empty, *column.empty, "")) for name, column in mapping.columns.items()
        }
        self._blank = dict.fromkeys(mapping.columns, "") | {
            "currency": mapping.currency,
            "zone": mapping.zone,
        }
        self._key = template(mapping.row.key)
        self._content = [place for name in mapping.row.content if (place := self._places[name]) != ABSENT]
        self._occurrences: dict[bytes, int] = {}
        self._first: dict[str, int] = {}  # by key: what the first row with it says, as a hash
        self._again: dict[str, list[int]] = {}  # by key: what other rows with it say
        self._flags = [(flag, re.compile(flag.matches)) for flag in mapping.flags]
        self._words = [
            (name, words, {word.casefold(): ours for word, ours in mapping.words[words].items()})
            for name, words in sorted(_worded(mapping))
        ]
        instants = [name for name, column in mapping.columns.items() if column.type == "instant"]
        self._ordered = [name for name in mapping.order if self._places[name] != ABSENT]
        self._unordered = [name for name in instants if name not in mapping.order]

    def heading(self, name: str) -> str:
        """What the file calls a column; empty where it has none."""
        place = self._places[name]
        return self._headings[place] if place != ABSENT else ""

    def read(self, line: int, row: list[str]) -> Cells:
        """The row, read. Raises :class:`Fault` with the first heading at fault and all reasons."""
        cells = Cells(line, row, encoded(row, self._headings), self._blank.copy(), {})
        texts, values = cells.texts, cells.values
        faults: list[tuple[str, str]] = []
        for name, place, read, column in self._readers:
            cell = row[place].strip()
            if cell in self._empty[name]:
                if column.filled:
                    faults.append((self._headings[place], "is empty"))
                continue
            try:
                value = values[name] = read(cell)
            except ValueError as error:
                if column.faults == "flag":
                    cells.flags.append(f"{self._headings[place]}: {error}")
                else:
                    faults.append((self._headings[place], str(error)))
                continue
            texts[name] = value if type(value) is str else cell
        for name, table, words in self._words:
            text = texts[name]
            found = words.get(text.casefold(), words.get("*"))
            if found is not None:
                values[name, table] = text if found == "=" else found
            elif text:
                faults.append((self.heading(name), f"{text!r} is not a known word ({', '.join(words)})"))
        if faults:
            (heading, reason), *others = faults
            raise Fault(heading, reason + "".join(f"; {name}: {why}" for name, why in others))
        cells.key = texts[ROW] = self._key_of(cells)
        self._settle_instants(cells)
        cells.flags += [flag.says for flag, pattern in self._flags if _hits(flag, pattern, cells)]
        return cells

    def _key_of(self, cells: Cells) -> str:
        if self._identity.key:
            key = self._key(cells.texts)
            if not key:
                raise Fault(self._headings[0], "nothing tells this row from others")
            says = hash(cells.content)  # the content itself of a million rows would not fit into memory
            if self._first.setdefault(key, says) == says:
                return key  # the first, or the same once more
            others = self._again.setdefault(key, [])
            if says not in others:
                others.append(says)
            occurrence = others.index(says) + 2
            cells.flags.append(f"another row with the key {key}, occurrence {occurrence}")
            return f"{key}#{occurrence}"
        # The cells as they stand in the file: what a person would not call equal is not a duplicate.
        content = "\x1f".join(cells.row[place] for place in self._content)
        digest = blake2b(content.encode(), digest_size=8).digest()
        count = self._occurrences[digest] = self._occurrences.get(digest, 0) + 1
        name = b32encode(digest).decode()[:_KEY_LENGTH]
        if count == 1:
            return name
        cells.flags.append(f"exact duplicate, occurrence {count}")
        return f"{name}-{count}"

    def _settle_instants(self, cells: Cells) -> None:
        """Moments become microseconds; a wall time that came twice is read so that the order holds."""
        values = cells.values
        before, before_name = None, ""
        for name in self._ordered:
            moment: Moment | None = values.get(name)
            if moment is None:
                continue
            us, again_us, note = moment
            if note:
                cells.flags.append(f"{self.heading(name)}: {note}")
            if before is not None and us < before:
                if before <= again_us:
                    us = again_us
                else:
                    cells.flags.append(f"{self.heading(name)} is before {self.heading(before_name)}")
            values[name] = before = us
            before_name = name
        for name in self._unordered:
            if name in values:
                us, _, note = values[name]
                values[name] = us
                if note:
                    cells.flags.append(f"{self.heading(name)}: {note}")


def _worded(mapping: Mapping) -> set[tuple[str, str]]:
    """Which columns are read through which table of words."""
    values = [value for record in mapping.records for value in record.all_values()]
    return {(value.column, value.words) for value in values if value.words}


def _hits(flag: Flag, pattern: re.Pattern[str], cells: Cells) -> bool:
    text = cells.texts[flag.column]
    if flag.empty:
        return not text
    if flag.below is not None:
        value = cells.values.get(flag.column)
        return isinstance(value, int | float) and value < flag.below
    return bool(text) and pattern.fullmatch(text) is not None


def encoded(row: list[str], headings: Sequence[str]) -> bytes:
    """A row's content as bytes; a :class:`Fault` where the file's encoding did not hold."""
    try:
        return "\x1f".join(row).encode()
    except UnicodeEncodeError as error:
        found = str(error.object)[error.start]
    heading = next((heading for heading, cell in zip(headings, row, strict=False) if found in cell), "")
    if "\udc80" <= found <= "\udcff":
        byte = ord(found) - 0xDC00
        raise Fault(heading, f"byte {byte:#04x} is not of the file's encoding (state it: --encoding cp1252?)")
    raise Fault(heading, "it holds half a character (a lone surrogate)")
