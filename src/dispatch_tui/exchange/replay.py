"""A historical log played through the desk as if it happened now, at a chosen speed.

What was before the window is recorded at once, so that the board stands as it stood; then each fact is
recorded when its time comes. Instants stay those of the log. A call that somebody works on meanwhile
is theirs: what the log says of it afterwards is older than their act, goes into its history and
changes nothing. What was recorded is known again, so a replay that was broken off can be
started anew, and a later import finds the rows that were played to their end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.errors import ImportProblem, InvalidInput
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.source import FACTS, Source, Stated, open_source
from dispatch_tui.records import SourceRow

_TOGETHER = 50
"""Facts in one transaction at most: those of one instant at a chosen speed, of several at full speed."""
_LONGEST_PAUSE = 0.2
"""Seconds between two looks at whether to stop."""
_TOLD_BEFORE = frozenset({"customer", "site", "contact", "model", "unit", "part", "team", "technician"})
"""What is there before anything happens to it."""


class Step(NamedTuple):
    """What was just played: the log's instant, how many facts, and the share of the window behind us."""

    instant: datetime
    facts: int
    share: float


@dataclass(frozen=True)
class ReplayResult:
    """What a replay did. ``before`` counts what happened before the window and was recorded at once,
    ``played`` what was recorded in its time, ``unchanged`` what was there already and was passed over."""

    before: int
    played: int
    unchanged: int
    refused: int
    """Rows of the file that could not be read, and facts that the desk did not take."""
    since: datetime | None
    until: datetime | None
    seconds: float
    stopped: bool

    def as_json(self) -> dict[str, Any]:
        """Stable keys for ``--json``; instants in ISO 8601."""
        stamps = {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }
        return asdict(self) | stamps | {"seconds": round(self.seconds, 3)}


_Timed = tuple[int, SourceRow]
"""One fact with its instant (microseconds since 1970 UTC), as a row of its own."""


def replay(
    desk: Desk,
    preset: str | Path | Mapping,
    path: Path,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    speed: float | None = None,
    stated: Stated = Stated(),  # noqa: B008  (a frozen value)
    on_step: Callable[[Step], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    pause: Callable[[float], None] = time.sleep,
) -> ReplayResult:
    """Play what happened in ``[since, until)`` (aware; ``None``: the log's own ends).

    ``speed`` is how many seconds of the log pass in one of ours; ``None`` is as fast as it goes. The
    window is kept in memory (about 1 kB a fact). Raises what :func:`.run.import_file` raises, and
    ``InvalidInput`` for a window or a speed that cannot be.
    """
    _check(since, until, speed)
    started = time.perf_counter()
    rejected: list[Reject] = []
    memory = Memory()
    with open_source(preset, path, stated, rejected.append) as source:
        recorder = _Recorder(desk, source.mapping.source, memory)
        timed = _prepared(source, recorder, to_us(since) if since else None, to_us(until) if until else None)
    if not timed and not recorder.taken and not recorder.unchanged:
        raise ImportProblem(f"Nothing in {path} happened before {until}.", "Look at --from and --to.")
    before = recorder.taken
    stopped = _play(timed, recorder, since, speed, on_step, stop, pause)
    return ReplayResult(
        before=before,
        played=recorder.taken - before,
        unchanged=recorder.unchanged,
        refused=len(rejected) + recorder.refused,
        since=since or (from_us(timed[0][0]) if timed else None),
        until=until or (from_us(timed[-1][0]) if timed else None),
        seconds=time.perf_counter() - started,
        stopped=stopped,
    )


def _check(since: datetime | None, until: datetime | None, speed: float | None) -> None:
    for name, instant in (("from", since), ("to", until)):
        if instant is not None and instant.tzinfo is None:
            raise InvalidInput(name, "an instant needs its zone")
    if since is not None and until is not None and since >= until:
        raise InvalidInput("from", "it is not before --to", "Give the earlier instant with --from.")
    if speed is not None and not speed > 0:
        raise InvalidInput("speed", f"{speed} is not a speed", "Give a number above 0, or max.")


@dataclass
class _Recorder:
    """Hands rows to the desk and counts what became of them."""

    desk: Desk
    source: str
    memory: Memory
    taken: int = 0
    unchanged: int = 0
    refused: int = 0

    def __call__(self, rows: list[SourceRow]) -> None:
        outcomes = record_history(self.desk, self.source, rows, memory=self.memory)
        for row, (outcome, _) in zip(rows, outcomes, strict=True):
            if outcome == "rejected":
                self.refused += 1
            elif row.facts[0].kind in _TOLD_BEFORE:
                continue
            elif outcome == "unchanged":
                self.unchanged += 1
            else:
                self.taken += 1


def _prepared(source: Source, record: _Recorder, since: int | None, until: int | None) -> list[_Timed]:
    """Record what stood before ``since``; the facts from then on, in the order of their instants."""
    earlier: list[SourceRow] = []
    timed: list[_Timed] = []
    for batch in source.batches():
        for row in batch:
            for us, part in _parts(row):
                if part.facts[0].kind in _TOLD_BEFORE or (since is not None and us < since):
                    earlier.append(part)
                elif until is None or us < until:
                    timed.append((us, part))
        if len(earlier) >= FACTS:
            record(earlier)
            earlier = []
    if earlier:
        record(earlier)
    timed.sort(key=itemgetter(0))  # stable: what happened in the same instant stays in the file's order
    return timed


def _parts(row: SourceRow) -> Iterator[_Timed]:
    """Each fact of a row as a row of its own; the last one carries the row's own identity."""
    last = len(row.facts) - 1
    for number, fact in enumerate(row.facts):
        key = row.key if number == last else f"{row.key}~{number}"
        yield fact.happened_us, SourceRow(row.line, key, row.digest, (fact,))


def _play(
    timed: list[_Timed],
    record: _Recorder,
    since: datetime | None,
    speed: float | None,
    on_step: Callable[[Step], None] | None,
    stop: Callable[[], bool],
    pause: Callable[[float], None],
) -> bool:
    """Record each group in its time; whether it was stopped before the end."""
    if not timed:
        return False
    first = to_us(since) if since is not None else timed[0][0]
    length = max(1, timed[-1][0] - first)
    started = time.perf_counter()
    for group in _groups(timed, one_instant=speed is not None):
        instant = group[-1][0]
        if speed is not None:
            due = started + (instant - first) / 1e6 / speed
            while (left := due - time.perf_counter()) > 0 and not stop():
                pause(min(left, _LONGEST_PAUSE))
        if stop():
            return True
        record([row for _, row in group])
        if on_step is not None:
            on_step(Step(from_us(instant), len(group), (instant - first) / length))
    return False


def _groups(timed: list[_Timed], *, one_instant: bool) -> Iterator[list[_Timed]]:
    group: list[_Timed] = []
    for one in timed:
        if group and (len(group) >= _TOGETHER or (one_instant and one[0] != group[0][0])):
            yield group
            group = []
        group.append(one)
    yield group
