"""Rows to facts by a mapping's table of records: templates filled, references made, steps put in order."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from dispatch_tui.exchange.cells import CellReader, Cells
from dispatch_tui.exchange.columns import Fault
from dispatch_tui.exchange.mapping import Mapping, Record, Step, Value, Values
from dispatch_tui.exchange.readers import Line, Refuse, Reject, as_csv
from dispatch_tui.exchange.stamps import Stamps
from dispatch_tui.exchange.templates import Fill, template
from dispatch_tui.records import Fact, Ref, SourceRow

_FLAGGED = ("call", "visit", "reading")
"""Kinds that keep a flag of their own beside the one in the change log."""
_TOGETHER = 50
"""Rows handed on at once where they are not grouped."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_Get = Callable[[Cells], Any]


class _Step(NamedTuple):
    """A :class:`Step`, made ready."""

    step: Step
    values: list[tuple[str, _Get]]


class _Record(NamedTuple):
    """A :class:`Record`, made ready."""

    record: Record
    name: Fill
    values: list[tuple[str, _Get]]
    steps: list[_Step]
    at: tuple[str, ...]


class RowFacts:
    """Makes facts of rows, and remembers which once-only records it has told of."""

    def __init__(
        self, mapping: Mapping, headings: Sequence[str], file: str, stamps: Stamps, reject: Refuse
    ) -> None:
        self._prefix = f"{mapping.source}:"
        self._group = mapping.group
        self._reject = reject
        self._cells = CellReader(mapping, headings, file, stamps)
        instants = [name for name, column in mapping.columns.items() if column.type == "instant"]
        self._records = [
            _Record(
                record,
                template(record.id),
                self._ready(record.values),
                [_Step(step, self._ready(step.values)) for step in record.steps],
                tuple(dict.fromkeys((*record.at, *mapping.order, *instants))),
            )
            for record in mapping.records
        ]
        self._told: set[tuple[str, str]] = set()

    def forget(self, facts: Iterable[Fact]) -> None:
        """The once-only records among ``facts`` were not kept after all: tell of them again."""
        self._told.difference_update((fact.kind, fact.external_id) for fact in facts)

    def batches(self, lines: Iterator[Line]) -> Iterator[list[SourceRow]]:
        """Source rows in lists that belong into one transaction; rows at fault go to the rejects."""
        if self._group is not None:
            by = self._group.by
            for rows in grouped(self._read(lines), lambda cells: cells.texts[by], self._group.within):
                yield self._tell(rows)
            return
        together: list[SourceRow] = []
        for cells in self._read(lines):
            together += self._tell([cells])
            if len(together) >= _TOGETHER:
                yield together
                together = []
        if together:
            yield together

    def _read(self, lines: Iterator[Line]) -> Iterator[Cells]:
        for number, row in lines:
            try:
                yield self._cells.read(number, row)
            except Fault as fault:
                self._reject(Reject(number, fault.column, fault.reason, as_csv(row)))

    # -- rows that belong together -------------------------------------------------------------

    def _tell(self, rows: list[Cells]) -> list[SourceRow]:
        """Source rows of a group. What the group tells as a whole is told by its first row, whose
        digest therefore covers all of them."""
        told: list[SourceRow] = []
        carriers = rows  # of the group's own facts: the first row that is taken
        for cells in rows:
            facts: list[Fact] = []
            try:
                for plan in self._records:
                    if plan.record.once and not told:
                        # The group may refer to what only its later rows name.
                        for one in carriers:
                            self._tell_of(plan, one, [one], facts)
                    elif plan.record.per == "row":
                        self._tell_of(plan, cells, [cells], facts)
                    elif not told:
                        self._tell_of(plan, cells, carriers, facts)
            except Fault as fault:
                self.forget(facts)
                self._reject(Reject(cells.line, fault.column, fault.reason, as_csv(cells.row)))
                carriers = [one for one in carriers if one is not cells]
                continue
            content = cells.content
            if not told and len(carriers) > 1:
                content = b"\x1e".join(one.content for one in carriers)
            told.append(
                SourceRow(cells.line, cells.key, blake2b(content, digest_size=16).digest(), tuple(facts))
            )
        return told

    def _tell_of(self, plan: _Record, cells: Cells, rows: list[Cells], facts: list[Fact]) -> None:
        record = plan.record
        texts = cells.texts
        if (record.when and not texts[record.when]) or (record.unless and texts[record.unless]):
            return
        name = plan.name(texts)
        if not name:
            return
        kind, external_id = record.kind, self._prefix + name
        if record.once:
            if (kind, external_id) in self._told:
                return
            self._told.add((kind, external_id))
        flag = "" if record.once or record.per == "group" else "; ".join(cells.flags)
        values = _values(plan.values, cells)
        if flag and kind in _FLAGGED:
            values["flag"] = flag
        if record.keep and (kept := {name: text for name in record.keep if (text := cells.texts[name])}):
            values["extra_json"] = _ENCODE(kept)
        now = _when(plan, cells)
        facts.append(Fact(kind, external_id, record.act, now, values, flag))
        for step, step_values in plan.steps:
            found = _at(step, rows)
            if found is not None:
                at, there = found
                now = max(now, at)  # the log goes forward; the stamp itself stays as it was written
                facts.append(Fact(kind, external_id, step.act, now, _values(step_values, there)))

    # -- values, made ready --------------------------------------------------------------------

    def _ready(self, values: Values) -> list[tuple[str, _Get]]:
        return [(column, self._getter(value)) for column, value in values.items()]

    def _getter(self, value: Value) -> _Get:
        if value.ref is not None:
            return self._referring(value.ref, template(value.id))
        if value.text:
            fill = template(value.text)
            return lambda cells: fill(cells.texts)
        if value.words:
            return _getting((value.column, value.words))
        column = value.column
        if value.part:
            half = 0 if value.part == "latitude" else 1
            return lambda cells: cells.values[column][half] if column in cells.values else None
        return _getting(column)

    def _referring(self, kind: str, fill: Fill) -> _Get:
        prefix = self._prefix

        def refer(cells: Cells) -> Ref | None:
            name = fill(cells.texts)
            return Ref(kind, prefix + name) if name else None

        return refer


def grouped(rows: Iterable[Cells], key: Callable[[Cells], str], within: int) -> Iterator[list[Cells]]:
    """Rows with the same key, together: those at most ``within`` other rows apart. A group comes out
    once no more of it can follow, in the order of its last row."""
    waiting: OrderedDict[str, tuple[int, list[Cells]]] = OrderedDict()
    for index, row in enumerate(rows):
        name = key(row)
        _, members = waiting.pop(name, (0, []))
        members.append(row)
        waiting[name] = (index, members)
        while waiting:
            oldest, (last, done) = next(iter(waiting.items()))
            if index - last <= within:
                break
            del waiting[oldest]
            yield done
    for _, done in waiting.values():
        yield done


def _getting(name: str | tuple[str, str]) -> _Get:
    return lambda cells: cells.values.get(name)


def _values(wanted: list[tuple[str, _Get]], cells: Cells) -> dict[str, Any]:
    """What is known; an empty cell says nothing about a record."""
    values: dict[str, Any] = {}
    for column, get in wanted:
        found = get(cells)
        if found is not None and found != "":
            values[column] = int(found) if found is True or found is False else found
    return values


def _when(plan: _Record, cells: Cells) -> int:
    for name in plan.at:
        if name in cells.values:
            return int(cells.values[name])
    raise Fault("", "nothing says when it happened")


def _at(step: Step, rows: list[Cells]) -> tuple[int, Cells] | None:
    """The instant of a step and the row that holds it; ``None`` where it did not happen."""
    if step.when and not any(cells.texts[step.when] for cells in rows):
        return None
    if step.unless and any(cells.texts[step.unless] for cells in rows):
        return None
    found: tuple[int, Cells] | None = None
    for cells in rows:
        at = cells.values.get(step.at)
        if at is not None and (found is None or (at < found[0] if step.of == "first" else at > found[0])):
            found = at, cells
    return found
