"""A whole file into the desk: read, mapped, recorded in batches, every row accounted for."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.errors import ImportProblem, InvalidInput
from dispatch_tui.exchange import columns, presets
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.opening import BROKEN_WRAPPING, Opened, opened
from dispatch_tui.exchange.readers import Line, Notation, Refuse, Reject, Rows, rows
from dispatch_tui.exchange.rejects import Rejects, place_for
from dispatch_tui.exchange.rowfacts import RowFacts
from dispatch_tui.exchange.stamps import Seen, Stamps, settle
from dispatch_tui.exchange.statelog import StateLog
from dispatch_tui.records import Fact, RowOutcome, SourceRow

FACTS = 1000
"""Facts in one transaction, about: some 30 ms in which others wait to write."""
_LOOKED_AT = 2000
"""Rows that are looked at for the order of day and month, at most."""


class Progress(NamedTuple):
    """How far an import has come: rows read, share of the file (0 to 1), rows a second."""

    rows: int
    share: float
    rate: float


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


@dataclass(frozen=True)
class ImportResult:
    """What became of a file. ``read`` is the sum of the four that follow it."""

    read: int
    imported: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None
    flagged: int
    """Rows taken whose content is irregular (their changes carry the reason)."""
    seconds: float
    stopped: bool = False
    dry_run: bool = False

    @property
    def rows_per_second(self) -> float:
        return self.read / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """Stable keys for ``--json``."""
        return asdict(self) | {
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows_per_second),
        }


class FactMaker(Protocol):
    """Turns lines into source rows, in lists that belong into one transaction."""

    def batches(self, lines: Iterator[Line]) -> Iterator[list[SourceRow]]: ...

    def forget(self, facts: Sequence[Fact]) -> None: ...


class Recorder(Protocol):
    """What :func:`record_history` is to an import."""

    def __call__(
        self, desk: Desk, source: str, rows: Sequence[SourceRow], *, dry_run: bool, memory: Memory
    ) -> list[RowOutcome]: ...


@dataclass(frozen=True)
class Source:
    """A file opened with its mapping: ``batches`` gives its source rows once."""

    mapping: Mapping
    maker: FactMaker
    lines: Iterator[Line]
    share: Callable[[], float]

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


@contextmanager
def open_source(preset: str | Path | Mapping, path: Path, stated: Stated, reject: Refuse) -> Iterator[Source]:
    """A file made ready by a preset's name, a mapping file or a mapping. Raises :class:`ImportProblem`."""
    mapping = _as_stated(preset if isinstance(preset, Mapping) else presets.load(preset), stated)
    with opened(path, stated.member) as file:
        met: list[Reject] = []
        refuse = [met.append]  # while the reader looks ahead, its rejects wait for their turn
        notation = Notation(stated.encoding, stated.delimiter, stated.sheet)
        found = rows(file, notation, lambda one: refuse[0](one))
        lines = _guarded(found.lines, file)
        looked_at = list(islice(lines, _LOOKED_AT))
        refuse[0] = reject
        order = settle(mapping.dates, _stamps_in(looked_at, mapping, found, file))
        stamps = Stamps(order, mapping.zone)
        make = StateLog if mapping.shape == "state-log" else RowFacts
        maker = make(mapping, found.headings, file.name, stamps, reject)
        yield Source(mapping, maker, chain(_with_rejects(looked_at, met, reject), lines), file.share)


def import_file(
    desk: Desk,
    preset: str | Path | Mapping,
    path: Path,
    *,
    stated: Stated = Stated(),
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    record: Recorder = record_history,
) -> ImportResult:
    """Import a file. Each batch is one transaction, so a run that is killed or stopped leaves whole
    batches behind; the same call again takes up the rest and changes nothing of what is there.

    With ``dry_run`` nothing is written but the rejects. ``progress`` hears after each batch, ``stop``
    is asked. Raises :class:`ImportProblem` where the file cannot be used at all, ``SettingsError`` for
    a wrong mapping, ``NotAllowed`` and ``DatabaseProblem`` from the desk.
    """
    started = perf_counter()
    counts = {"imported": 0, "updated": 0, "unchanged": 0, "rejected": 0}
    flagged = 0
    stopped = False
    memory = Memory()
    with (
        _rare_collections(),
        closing(Rejects(rejects or place_for(path))) as refused,
        open_source(preset, path, stated, refused) as source,
    ):
        for batch in source.batches():
            outcomes = record(desk, source.mapping.source, batch, dry_run=dry_run, memory=memory)
            for row, (outcome, reason) in zip(batch, outcomes, strict=True):
                if outcome == "rejected":
                    source.maker.forget(row.facts)
                    refused(Reject(row.line, "", reason, row.key))
                else:
                    counts[outcome] += 1
                    for fact in row.facts:
                        if fact.flag:
                            flagged += 1
                            break
            if progress is not None:
                read = sum(counts.values()) + refused.count
                progress(Progress(read, source.share(), read / (perf_counter() - started)))
            if stop is not None and stop():
                stopped = True
                break
        counts["rejected"] = refused.count
        file = str(refused.written) if refused.written else None
    return ImportResult(
        sum(counts.values()),
        **counts,
        rejects_file=file,
        flagged=flagged,
        seconds=perf_counter() - started,
        stopped=stopped,
        dry_run=dry_run,
    )


@contextmanager
def _rare_collections() -> Iterator[None]:
    """An import makes and drops millions of small values and no cycles; looking for cycles at the
    usual rate costs a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


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
        raise InvalidInput(str(first["loc"][0]), f"{first['input']!r}: {reason}") from None


def _stamps_in(lines: list[Line], mapping: Mapping, found: Rows, file: Opened) -> Iterator[Seen]:
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


def _guarded(lines: Iterator[Line], file: Opened) -> Iterator[Line]:
    """The lines; damage in the middle of the wrapping becomes a word for people."""
    number = 0
    try:
        for number, row in lines:
            yield number, row
    except (*BROKEN_WRAPPING, UnicodeError) as error:
        raise ImportProblem(
            f"{file.path} is damaged after line {number}: {error}.",
            "What stands before it is recorded. Fetch the file again and repeat: nothing is recorded twice.",
        ) from None
