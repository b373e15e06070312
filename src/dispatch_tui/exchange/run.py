"""A whole file into the desk: read, mapped, recorded in batches, every row accounted for."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.errors import ImportProblem
from dispatch_tui.exchange.ahead import read_ahead
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.rejects import Rejects, place_for
from dispatch_tui.exchange.source import AS_THE_PRESET, Delivery, Source, Stated, deliveries, open_source
from dispatch_tui.records import RowOutcome, SourceRow


class Progress(NamedTuple):
    """How far an import has come: rows read, share of the file (0 to 1), rows a second."""

    rows: int
    share: float
    rate: float


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


class Recorder(Protocol):
    """What :func:`record_history` is to an import."""

    def __call__(
        self, desk: Desk, source: str, rows: Sequence[SourceRow], *, dry_run: bool, memory: Memory
    ) -> list[RowOutcome]: ...


def import_file(
    desk: Desk,
    preset: str | Path | Mapping,
    path: Path,
    *,
    stated: Stated = AS_THE_PRESET,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    record: Recorder = record_history,
) -> ImportResult:
    """Import a file. Each batch is one transaction, so a run that is killed or stopped leaves whole
    batches behind; the same call again takes up the rest and changes nothing of what is there.

    With ``dry_run`` nothing is recorded; the rejects are written. ``progress`` hears after each batch, ``stop``
    is asked. Raises :class:`ImportProblem` where the file cannot be used at all, ``SettingsError`` for
    a wrong mapping, ``NotAllowed`` and ``DatabaseProblem`` from the desk.
    """
    started = perf_counter()
    counts = {"imported": 0, "updated": 0, "unchanged": 0, "rejected": 0}
    flagged = 0
    stopped = False
    memory = Memory()
    waiting: list[Reject] = []
    with (
        _rare_collections(),
        closing(Rejects(_beside(path, rejects))) as refused,
        open_source(preset, path, stated, waiting.append) as source,
        closing(_delivered(source, path, stated, waiting)) as delivered,
    ):
        once = {record.kind for record in source.mapping.records if record.once}

        def recorded(rows: Sequence[SourceRow]) -> list[RowOutcome]:
            return record(desk, source.mapping.source, rows, dry_run=dry_run, memory=memory)

        for batch, rejected, share in delivered:
            outcomes = _without_the_refused(batch, recorded(batch), once, recorded)
            for row, (outcome, reason) in zip(batch, outcomes, strict=True):
                if outcome == "rejected":
                    rejected.append(Reject(row.line, "", reason, row.key))
                else:
                    counts[outcome] += 1
                    for fact in row.facts:
                        if fact.flag:
                            flagged += 1
                            break
            for reject in sorted(rejected, key=lambda one: one.line):
                refused(reject)
            if progress is not None:
                read = sum(counts.values()) + refused.count
                progress(Progress(read, share, read / (perf_counter() - started)))
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


def _beside(path: Path, rejects: Path | None) -> Path:
    """Where the rejects go. Raises :class:`ImportProblem` where that is the file itself."""
    if rejects is not None and rejects.exists() and path.exists() and rejects.samefile(path):
        raise ImportProblem(f"The rejects would be written over {path}.", "Name another file with --rejects.")
    return rejects or place_for(path)


def _without_the_refused(
    batch: Sequence[SourceRow],
    outcomes: list[RowOutcome],
    once: Set[str],
    recorded: Callable[[Sequence[SourceRow]], list[RowOutcome]],
) -> list[RowOutcome]:
    """The outcomes of a batch when no row falls with another: sites, teams and the like that refused rows tell of for
    the whole file are recorded on their own, and what may have been refused for lack of them is recorded again."""
    refused = [place for place, outcome in enumerate(outcomes) if outcome.outcome == "rejected"]
    owed = [
        SourceRow(row.line, f"~{fact.kind} {fact.external_id}", row.digest, (fact,))
        for row in (batch[place] for place in refused)
        for fact in row.facts
        if fact.kind in once
    ]
    if not owed:
        return outcomes
    results = recorded(owed)
    taken = {
        one.facts[0][:2] for one, result in zip(owed, results, strict=True) if result.outcome != "rejected"
    }
    again = [
        row._replace(facts=tuple(fact for fact in row.facts if fact[:2] not in taken))
        for row in (batch[place] for place in refused)
    ]
    outcomes = list(outcomes)
    for place, outcome in zip(refused, recorded(again), strict=True):
        outcomes[place] = outcome
    return outcomes


def _delivered(
    source: Source, path: Path, stated: Stated, waiting: list[Reject]
) -> Generator[Delivery, None, None]:
    """What ``source`` holds: read here, or, where it is long, by a process of its own that reads ahead."""
    if source.long:
        waiting.clear()  # the other process begins at the beginning and tells them again
        yield from read_ahead(source.mapping, path, stated)
    else:
        yield from deliveries(source, waiting)


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
