"""The cells of a state log whose changes are a call's history, each read once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from dispatch_tui.exchange import columns
from dispatch_tui.exchange.columns import ABSENT, Fault, Reader
from dispatch_tui.exchange.mapping import Mapping, Value
from dispatch_tui.exchange.stamps import Stamps
from dispatch_tui.exchange.templates import names_in, template
from dispatch_tui.records import Fact, Ref
from dispatch_tui.text import plain

_REMEMBERED = 100_000


class Where:
    """Where a row holds which column, and what it says there as plain text."""

    def __init__(self, mapping: Mapping, places: Dict[str, int], empty: Set[str]) -> None:
        self._constants = {"currency": mapping.currency, "zone": mapping.zone}
        self.places = places
        self._empty = empty

    def texts(self, row: Sequence[str], names: Iterable[str]) -> dict[str, str]:
        """These columns of a row, for templates; an absent or empty one is the empty text."""
        return {name: self._text(row, name) for name in names}

    def _text(self, row: Sequence[str], name: str) -> str:
        place = self.places.get(name, ABSENT)
        if place == ABSENT:
            return self._constants.get(name, "")
        cell = row[place].strip()
        return "" if cell in self._empty else plain(cell)


class FromCells:
    """A text made of some columns of a row, remembered by their cells."""

    def __init__(self, names: Iterable[str], where: Where, make: Callable[[dict[str, str]], str]) -> None:
        self._names = tuple(names)
        places = [where.places[name] for name in self._names if name in where.places]
        self._cells = itemgetter(*places) if places else lambda row: ()
        self._where = where
        self._make = make
        self._known: dict[object, str] = {}

    def __call__(self, row: Sequence[str]) -> str:
        cells = self._cells(row)
        text = self._known.get(cells)
        if text is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            text = self._known[cells] = self._make(self._where.texts(row, self._names))
        return text


class Once:
    """The records that a call refers to (site, team, ...): each is told of when it is first met."""

    def __init__(self, mapping: Mapping, where: Where) -> None:
        self._where = where
        self._records = {record.kind: record for record in mapping.records}
        self.told: set[tuple[str, str]] = set()

    def tell(self, ref: Ref, row: Sequence[str], us: int, facts: list[Fact]) -> None:
        """Add the fact of the record that ``ref`` names, unless it was told of before."""
        if ref in self.told:
            return
        self.told.add(ref)
        if ref.kind not in self._records:
            return
        record = self._records[ref.kind]
        values: dict[str, str] = {}
        for column, value in record.values.items():
            text = template(value.text)(self._where.texts(row, names_in(value.text)))
            if text:
                values[column] = text
        facts.append(Fact(ref.kind, ref.external_id, record.act, us, values))

    def forget(self, facts: Iterable[Fact]) -> None:
        self.told.difference_update((fact.kind, fact.external_id) for fact in facts)


@dataclass(slots=True)
class Watched:
    """One value of a call that comes from one column of the file."""

    column: str
    place: int
    heading: str
    read: Reader
    empty: Set[str]
    nothing: object
    """What an empty cell is to the column."""
    once: Once | None
    """Where the value is a reference: what tells of the record."""
    seen: dict[str, Any] = field(default_factory=dict)

    def value(self, cell: str, row: Sequence[str], us: int, facts: list[Fact]) -> Any:
        """The value of a cell (for an empty one what "nothing" is to the column). What it refers to
        is told of in ``facts`` first. Raises :class:`Fault` with the heading."""
        found = self.seen.get(cell)
        if found is None:
            if len(self.seen) >= _REMEMBERED:
                self.seen.clear()
            found = self.seen[cell] = self._fresh(cell.strip())
        if self.once is not None and found is not None and found not in self.once.told:
            self.once.tell(found, row, us, facts)
        return found

    def _fresh(self, cell: str) -> Any:
        if cell in self.empty:
            return self.nothing
        try:
            return self.read(cell)
        except ValueError as error:
            raise Fault(self.heading, str(error)) from None


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
        name = value.column or names_in(value.text + value.id)[0]
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
        fill = template(value.text)
        return lambda cell: fill({name: str(read(cell))})
    return read


def _referring(value: Value, name: str, source: str) -> Callable[[str], Ref]:
    kind, fill = value.ref, template(value.id)
    assert kind is not None
    return lambda cell: Ref(kind, f"{source}:{fill({name: plain(cell)})}")


def _worded(table: Dict[str, str | int]) -> Reader:
    words = {word.casefold(): ours for word, ours in table.items()}
    other = words.get("*")

    def read(cell: str) -> str | int:
        found = words.get(cell.casefold(), other)
        if found is None:
            raise ValueError(f"{cell!r} is not a known word ({', '.join(table)})")
        return cell if found == "=" else found

    return read
