"""The cells of a state log whose changes are a call's history, each read once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from collections.abc import Mapping as Dict
from typing import Any

from dispatch_tui.exchange import columns
from dispatch_tui.exchange.columns import ABSENT, Fault, Reader
from dispatch_tui.exchange.mapping import NAMES, Mapping, Value
from dispatch_tui.exchange.rowfacts import filled
from dispatch_tui.exchange.stamps import Stamps
from dispatch_tui.records import Fact, Ref
from dispatch_tui.text import plain

_REMEMBERED = 100_000


class Once:
    """The records that a call refers to (site, team, ...): each is told of when it is first met."""

    def __init__(self, mapping: Mapping, places: Dict[str, int], empty: Set[str]) -> None:
        self._source = mapping.source
        self._constants = {"currency": mapping.currency, "zone": mapping.zone}
        self._present = [(name, place) for name, place in places.items() if place != ABSENT]
        self._empty = empty
        self._records = {record.kind: record for record in mapping.records}
        self._told: set[tuple[str, str]] = set()

    def texts(self, row: Sequence[str]) -> dict[str, str]:
        """Every column of the row as plain text, for templates."""
        texts = self._constants.copy()
        for name, place in self._present:
            cell = row[place].strip()
            texts[name] = "" if cell in self._empty else plain(cell)
        return texts

    def tell(self, ref: Ref, row: Sequence[str], us: int, facts: list[Fact]) -> None:
        """Add the fact of the record that ``ref`` names, unless it was told of before."""
        if ref in self._told or ref.kind not in self._records:
            return
        self._told.add(ref)
        record = self._records[ref.kind]  # type: ignore[index]
        texts = self.texts(row)
        values = {name: text for name, value in record.values.items() if (text := filled(value.text, texts))}
        facts.append(Fact(ref.kind, ref.external_id, record.act, us, values))

    def forget(self, facts: Iterable[Fact]) -> None:
        self._told.difference_update((fact.kind, fact.external_id) for fact in facts)


class Watched:
    """One value of a call that comes from one column of the file."""

    def __init__(self, column: str, place: int, heading: str, read: Reader, empty: Set[str], nothing: object, once: Once | None) -> None:  # fmt: skip
        self.column = column
        self.place = place
        self._heading = heading
        self._read = read
        self._empty = empty
        self._nothing = nothing
        self._once = once
        self._seen: dict[str, Any] = {}

    def value(self, cell: str, row: Sequence[str], us: int, facts: list[Fact]) -> Any:
        """The value of a cell (for an empty one what "nothing" is to the column). What it refers to
        is told of in ``facts`` first. Raises :class:`Fault` with the heading."""
        found = self._seen.get(cell)
        if found is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            found = self._seen[cell] = self._fresh(cell.strip())
        if self._once is not None and found is not None:
            self._once.tell(found, row, us, facts)
        return found

    def _fresh(self, cell: str) -> Any:
        if cell in self._empty:
            return self._nothing
        try:
            return self._read(cell)
        except ValueError as error:
            raise Fault(self._heading, str(error)) from None


def watch(
    mapping: Mapping,
    places: Dict[str, int],
    headings: Sequence[str],
    stamps: Stamps,
    empty: Set[str],
    once: Once,
) -> list[Watched]:
    """The values of ``[log.values]`` whose columns the file has."""
    assert mapping.log is not None
    watched: list[Watched] = []
    for column, value in mapping.log.values.items():
        name = value.column or NAMES.findall(value.text + value.id)[0]
        place = places[name]
        if place == ABSENT:
            continue
        read = _reader(mapping, name, value, stamps)
        nothing = None if value.ref else _NOTHING.get(column, "")
        watched.append(
            Watched(column, place, headings[place], read, empty, nothing, once if value.ref else None)
        )
    return watched


_NOTHING: dict[str, object] = {"priority": 3, "reopened": 0}
"""What an empty cell means to a column that must have a number."""


def _reader(mapping: Mapping, name: str, value: Value, stamps: Stamps) -> Reader:
    read = columns.reader_of(mapping.columns[name], mapping, stamps)
    if value.ref is not None:
        return _referring(value, name, mapping.source)
    if value.words:
        return _worded(mapping.words[value.words])
    if value.text:
        template = value.text
        return lambda cell: filled(template, {name: str(read(cell))})
    return read


def _referring(value: Value, name: str, source: str) -> Callable[[str], Ref]:
    kind, template = value.ref, value.id
    assert kind is not None
    return lambda cell: Ref(kind, f"{source}:{filled(template, {name: plain(cell)})}")


def _worded(table: Dict[str, str | int]) -> Reader:
    words = {word.casefold(): ours for word, ours in table.items()}
    other = words.get("*")

    def read(cell: str) -> str | int:
        found = words.get(cell.casefold(), other)
        if found is None:
            raise ValueError(f"{cell!r} is not a known word ({', '.join(table)})")
        return cell if found == "=" else found

    return read
