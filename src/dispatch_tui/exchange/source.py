"""A file made ready: its mapping settled with what the user states, its rows as facts, in batches."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import ValidationError

from dispatch_tui.errors import ImportProblem, InvalidInput
from dispatch_tui.exchange import columns, presets
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.opening import Opened, opened
from dispatch_tui.exchange.readers import BROKEN, UNTOUCHED, Line, Notation, Refuse, Reject, Rows, rows
from dispatch_tui.exchange.rowfacts import RowFacts
from dispatch_tui.exchange.stamps import Seen, Stamps, settle
from dispatch_tui.exchange.statelog import StateLog
from dispatch_tui.records import SourceRow

FACTS = 1000
"""Facts in one transaction, about: some 30 ms in which others wait to write."""
_LOOKED_AT = 2000
"""Rows that are looked at for the order of day and month; where they leave it open, all that follow are."""

_TAKE_UP = "What was recorded of it stays. Fetch the file again and repeat: nothing is recorded twice."


@dataclass(frozen=True)
class Stated:
    """What the user states about one file, in place of what the preset says; empty means: as the preset."""

    dates: str = ""
    zone: str = ""
    currency: str = ""
    source: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    member: str = ""


class FactMaker(Protocol):
    """Turns lines into source rows, in lists that belong into one transaction."""

    def batches(self, lines: Iterator[Line]) -> Iterator[list[SourceRow]]: ...


class Delivery(NamedTuple):
    """Source rows that belong into one transaction, the rows that were refused since the last delivery, and the
    share of the file that was read (0 to 1)."""

    rows: list[SourceRow]
    rejects: list[Reject]
    share: float


@dataclass(frozen=True)
class Source:
    """A file opened with its mapping: ``batches`` gives its source rows once."""

    mapping: Mapping
    maker: FactMaker
    lines: Iterator[Line]
    share: Callable[[], float]
    long: bool
    """Whether there is more than was looked at."""

    def batches(self) -> Iterator[list[SourceRow]]:
        """Source rows in lists of about :data:`FACTS` facts; what belongs together stays together."""
        batch: list[SourceRow] = []
        facts = 0
        for together in self.maker.batches(self.lines):
            batch += together
            for row in together:
                facts += len(row.facts)
            if facts >= FACTS:
                yield batch
                batch, facts = [], 0
        if batch:
            yield batch


AS_THE_PRESET = Stated()
"""Nothing is stated: all is as the preset says."""


def deliveries(source: Source, rejects: list[Reject]) -> Iterator[Delivery]:
    """The batches of a source that was opened with ``rejects.append``, each with the rejects before it."""
    for batch in source.batches():
        yield Delivery(batch, rejects.copy(), source.share())
        rejects.clear()
    if rejects:
        yield Delivery([], rejects.copy(), 1.0)
        rejects.clear()


@contextmanager
def open_source(preset: str | Path | Mapping, path: Path, stated: Stated, reject: Refuse) -> Iterator[Source]:
    """A file made ready by a preset's name, a mapping file or a mapping. Raises :class:`ImportProblem`."""
    mapping = _as_stated(preset if isinstance(preset, Mapping) else presets.load(preset), stated)
    with opened(path, stated.member) as file:
        met: list[Reject] = []
        refuse = [met.append]  # while the reader looks ahead, its rejects wait for their turn
        notation = Notation(stated.encoding, stated.delimiter, stated.sheet)
        found = rows(file, notation, lambda one: refuse[0](one))
        remedy = [UNTOUCHED]
        lines = _guarded(found.lines, file, remedy)
        looked_at = list(islice(lines, _LOOKED_AT))
        refuse[0] = reject
        remedy[0] = _TAKE_UP
        with closing(_later_stamps(mapping, file, notation, len(looked_at))) as later:
            order = settle(mapping.dates, _stamps_in(looked_at, mapping, found, file), later)
        stamps = Stamps(order, mapping.zone)
        make = StateLog if mapping.shape == "state-log" else RowFacts
        maker = make(mapping, found.headings, file.name, stamps, reject)
        yield Source(
            mapping.model_copy(update={"dates": order}),  # whoever opens the file anew need not ask it again
            maker,
            chain(_with_rejects(looked_at, met, reject), lines),
            file.share,
            len(looked_at) == _LOOKED_AT,
        )


def _as_stated(mapping: Mapping, stated: Stated) -> Mapping:
    said = {
        name: value for name in ("dates", "zone", "currency", "source") if (value := getattr(stated, name))
    }
    if not said:
        return mapping
    try:
        return Mapping.model_validate(mapping.model_dump() | said)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(str(first["loc"][0]), reason) from None


def _later_stamps(
    mapping: Mapping, file: Opened, notation: Notation, after: int
) -> Generator[Seen, None, None]:
    """The stamps of the rows after those that were looked at, from the file opened once more."""
    if after < _LOOKED_AT:
        return
    with opened(file.path, file.name) as again:
        found = rows(again, notation, lambda _: None)
        lines = islice(_guarded(found.lines, again, [UNTOUCHED]), after, None)
        yield from _stamps_in(lines, mapping, found, again)


def _stamps_in(lines: Iterable[Line], mapping: Mapping, found: Rows, file: Opened) -> Iterator[Seen]:
    places = columns.find(mapping, found.headings, file.name)
    instants = [
        (places[name], found.headings[places[name]])
        for name, column in mapping.columns.items()
        if column.type == "instant" and places[name] != columns.ABSENT
    ]
    return (Seen(number, heading, row[place]) for number, row in lines for place, heading in instants)


def _with_rejects(lines: list[Line], rejects: list[Reject], reject: Refuse) -> Iterator[Line]:
    """The lines that were looked at, with the rejects between them told in the file's order."""
    waiting = iter(rejects)
    following = next(waiting, None)
    for line in lines:
        while following is not None and following.line < line[0]:
            reject(following)
            following = next(waiting, None)
        yield line
    while following is not None:
        reject(following)
        following = next(waiting, None)


def _guarded(lines: Iterator[Line], file: Opened, remedy: list[str]) -> Iterator[Line]:
    """The lines; damage in the middle of the wrapping becomes a word for people, with what ``remedy`` holds then."""
    number = 0
    try:
        for number, row in lines:
            yield number, row
    except BROKEN as error:
        raise ImportProblem(f"{file.path} is damaged after line {number}: {error}.", remedy[0]) from None
