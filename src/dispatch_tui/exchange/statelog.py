"""A log of states folded into the history of calls: each row is a call as it was at one instant.

Rows of one call stand together; they are put in order of (instant, sequence). What a row changed is
what differs from the row before it. A row that is alone with its call (a plain export) also tells
when the call was resolved and closed. The last row of each call is remembered for a while, so a log
in which calls are mixed comes out right as well.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from dispatch_tui.exchange import columns
from dispatch_tui.exchange.columns import ABSENT, Fault
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.readers import Line, Refuse, Reject, as_csv
from dispatch_tui.exchange.rowfacts import encoded, filled
from dispatch_tui.exchange.stamps import Moment, Stamps
from dispatch_tui.exchange.watched import Once, Watched, watch
from dispatch_tui.records import Fact, SourceRow

_REMEMBERED = 50_000
_ENDED = ("resolved", "closed", "cancelled")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ACTS = {
    "new": "update",
    "acknowledged": "acknowledge",
    "assigned": "assign",
    "in_progress": "start",
    "on_hold": "hold",
    "resolved": "resolve",
    "closed": "close",
    "cancelled": "cancel",
}


class Entry(NamedTuple):
    """One row of the log, read as far as its place in the order needs it."""

    us: int
    sequence: int
    line: int
    row: list[str]
    content: bytes
    note: str


@dataclass(slots=True)
class Known:
    """A call as its rows so far leave it."""

    status: str
    state: str
    watched: tuple[str, ...]
    kept: tuple[str, ...]
    us: int
    sequence: int
    reason: str = ""
    odd: bool = False
    """Its last state is none that we know."""
    flags: tuple[str, ...] = ()


class StateLog:
    """Makes facts of the rows of a state log."""

    def __init__(
        self, mapping: Mapping, headings: Sequence[str], file: str, stamps: Stamps, reject: Refuse
    ) -> None:
        log = mapping.log
        assert log is not None  # a state log has one: checked with the mapping
        self._log = log
        self._mapping = mapping
        self._headings = headings
        self._reject = reject
        self._stamps = stamps
        self._places = columns.find(mapping, headings, file)
        self._empty = frozenset((*mapping.empty, ""))
        self._statuses = {word.casefold(): str(status) for word, status in mapping.words["state"].items()}
        self._key = self._places[log.key]
        self._state_at = self._places[log.state]
        self._role = itemgetter(*(self._places[n] for n in (log.state, log.updated, log.sequence, log.held)))
        self._once = Once(mapping, self._places, self._empty)
        self._watched = watch(mapping, self._places, headings, stamps, self._empty, self._once)
        self._cells = _getter([one.place for one in self._watched])
        kept = [name for name in log.keep if self._places[name] != ABSENT]
        self._kept_names = kept
        self._kept = _getter([self._places[name] for name in kept])
        self._known: OrderedDict[str, Known] = OrderedDict()

    def forget(self, facts: Iterable[Fact]) -> None:
        """The once-only records among ``facts`` were not kept after all: tell of them again."""
        self._once.forget(facts)

    def batches(self, lines: Iterator[Line]) -> Iterator[list[SourceRow]]:
        """Source rows, one list per call; rows at fault go to the rejects."""
        key = self._key
        for name, rows in groupby(lines, lambda line: line[1][key]):
            number = name.strip()
            if number in self._empty:
                for line, row in rows:
                    self._reject(Reject(line, self._headings[key], "is empty", as_csv(row)))
                continue
            told = self._call(number, self._entries(rows))
            if told:
                yield told

    # -- one call ------------------------------------------------------------------------------

    def _entries(self, lines: Iterable[Line]) -> list[Entry]:
        """The rows of one call in the order in which they came to be."""
        entries: list[Entry] = []
        for line, row in lines:
            try:
                content = encoded(row, self._headings)
                row.append("")  # where absent columns point to
                entries.append(self._entry(line, row, content))
            except Fault as fault:
                self._reject(Reject(line, fault.column, fault.reason, as_csv(row[: len(self._headings)])))
        entries.sort(key=itemgetter(0, 1))
        return entries

    def _entry(self, line: int, row: list[str], content: bytes) -> Entry:
        _, updated, sequence, _ = self._role(row)
        moment = self._instant(self._log.updated, updated) or self._stamp(row, self._log.opened)
        if moment is None:
            raise Fault(self._heading(self._log.opened), "nothing says when")
        if sequence and sequence not in self._empty:
            if not sequence.isascii() or not sequence.isdigit():
                raise Fault(self._heading(self._log.sequence), f"{sequence!r} is not a count")
            return Entry(moment.us, int(sequence), line, row, content, moment.note)
        return Entry(moment.us, -1, line, row, content, moment.note)

    def _call(self, number: str, entries: list[Entry]) -> list[SourceRow]:
        told: list[SourceRow] = []
        keys: Counter[str] = Counter()
        known = self._known.pop(number, None)
        alone = known is None and len(entries) == 1
        external_id = f"{self._mapping.source}:{number}"
        for entry in entries:
            facts: list[Fact] = []
            try:
                if known is None:
                    known = self._opened(external_id, entry, alone, facts)
                else:
                    self._changed(external_id, entry, known, facts)
            except Fault as fault:
                self._once.forget(facts)
                self._reject(Reject(entry.line, fault.column, fault.reason, as_csv(entry.row[:-1])))
                continue
            key = self._row_key(number, entry)
            count = keys[key]
            keys[key] += 1
            digest = blake2b(entry.content, digest_size=16).digest()
            told.append(SourceRow(entry.line, f"{key}#{count}", digest, tuple(facts)))
        if known is not None:
            self._known[number] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return told

    def _row_key(self, number: str, entry: Entry) -> str:
        if entry.sequence >= 0:
            return f"{number}/{entry.sequence}"
        updated = self._role(entry.row)[1]
        return f"{number}@{updated}" if updated and updated not in self._empty else number

    # -- its first row -------------------------------------------------------------------------

    def _opened(self, external_id: str, entry: Entry, alone: bool, facts: list[Fact]) -> Known:
        row = entry.row
        state, status, unknown = self._state(row)
        opened, flags = self._opening(entry)
        first_us = min(opened.us, entry.us)
        if unknown:
            flags.append(unknown)
        watched = self._cells(row)
        values: dict[str, Any] = {"title": self._title(row), "status": "new", "opened_at": opened.us}
        for one, cell in zip(self._watched, watched, strict=True):
            value = one.value(cell, row, entry.us, facts)
            if value is not None and value != "":
                values[one.column] = value
        kept = self._kept(row)
        if extra := self._extra(row, ()):
            values["extra_json"] = extra
        if flags:
            values["flag"] = "; ".join(flags)
        facts.append(Fact("call", external_id, "open", first_us, values, "; ".join(flags)))
        known = Known(
            "new", state, watched, kept, entry.us, entry.sequence, odd=bool(unknown), flags=tuple(flags)
        )
        if status != "new":
            self._first_state(external_id, entry, alone, status, known, facts)
        return known

    def _opening(self, entry: Entry) -> tuple[Moment, list[str]]:
        """When the call was opened, and what is odd about that."""
        opened = self._stamp(entry.row, self._log.opened)
        flags = [entry.note] if entry.note else []
        if opened is None:
            return Moment(entry.us, entry.us), [*flags, "no opening is given: the first row's instant is taken"]
        if opened.note and opened.note not in flags:
            flags.append(opened.note)
        if entry.us < opened.us:
            flags.append("updated before it was opened")
        created = self._stamp(entry.row, self._log.created)
        if created is not None and created.us < opened.us:
            flags.append("created before it was opened")
        return opened, flags

    def _first_state(
        self, external_id: str, entry: Entry, alone: bool, status: str, known: Known, facts: list[Fact]
    ) -> None:
        """What the first row says beyond that the call was opened; for a plain export with the stamps it has."""
        if alone and status in _ENDED:
            resolved = self._stamp(entry.row, self._log.resolved)
            if status != "cancelled" and resolved is not None:
                values = self._turned("resolved", entry.row, known, resolved.us)
                facts.append(Fact("call", external_id, "resolve", resolved.us, values, resolved.note))
            closed = self._stamp(entry.row, self._log.closed)
            if status != "resolved":
                us = closed.us if closed is not None else entry.us
                facts.append(Fact("call", external_id, _ACTS[status], us, self._turned(status, entry.row, known, us)))
            elif resolved is None:
                values = self._turned(status, entry.row, known, entry.us)
                facts.append(Fact("call", external_id, "resolve", entry.us, values))
            return
        values = self._turned(status, entry.row, known, entry.us)
        facts.append(Fact("call", external_id, _ACTS[status], max(entry.us, facts[-1].happened_us), values))

    # -- its later rows ------------------------------------------------------------------------

    def _changed(self, external_id: str, entry: Entry, known: Known, facts: list[Fact]) -> None:
        row = entry.row
        values: dict[str, Any] = {}
        act = "update"
        flags: list[str] = [entry.note] if entry.note else []
        watched = self._cells(row)
        if watched != known.watched:
            for one, cell, before in zip(self._watched, watched, known.watched, strict=True):
                if cell != before:
                    values[one.column] = one.value(cell, row, entry.us, facts)
            act = _act_of(values)
        kept = self._kept(row)
        if kept != known.kept and (extra := self._extra(row, ())):
            values["extra_json"] = extra
        if row[self._state_at] != known.state or known.status == "on_hold" or known.odd:
            known.state, status, unknown = self._state(row)
            known.odd = bool(unknown)
            if unknown:
                flags.append(unknown)
            elif status != known.status or (status == "on_hold" and self._reason(row) != known.reason):
                act = _turn(known.status, status)
                values |= self._turned(status, row, known, entry.us)
        if entry.sequence >= 0:
            if entry.sequence == known.sequence:
                flags.append(f"a second row with {self._heading(self._log.sequence)} {entry.sequence}")
            elif entry.sequence < known.sequence:
                flags.append(f"{self._heading(self._log.sequence)} goes back from {known.sequence} to {entry.sequence}")
        if new := tuple(flag for flag in flags if flag not in known.flags):
            known.flags += new
            values["flag"] = "; ".join(known.flags)
        known.watched, known.kept, known.us, known.sequence = watched, kept, entry.us, entry.sequence
        facts.append(Fact("call", external_id, act, entry.us, values, "; ".join(flags)))

    def _turned(self, status: str, row: list[str], known: Known, us: int) -> dict[str, Any]:
        """The values of a change of status, and the call as it is then."""
        values: dict[str, Any] = {"status": status}
        if known.status in _ENDED and status not in _ENDED:
            values |= {"resolved_at": None, "closed_at": None}
        if status == "on_hold":
            values["held_reason"] = known.reason = self._reason(row)
        elif known.status == "on_hold":
            values["held_reason"] = known.reason = ""
        if status in ("resolved", "closed"):
            resolution = filled(self._log.resolution, self._texts(row))
            if resolution:
                values["resolution"] = resolution
        if status == "resolved":
            values["resolved_at"] = us
        elif status in ("closed", "cancelled"):
            resolved = self._stamp(row, self._log.resolved) if status == "closed" else None
            closed = self._stamp(row, self._log.closed)
            if resolved is not None:
                values["resolved_at"] = resolved.us
            values["closed_at"] = closed.us if closed is not None else us
            if extra := self._extra(row, self._log.verdict):
                values["extra_json"] = extra
        known.status = status
        return values

    # -- cells ---------------------------------------------------------------------------------

    def _state(self, row: list[str]) -> tuple[str, str, str]:
        """The state as it is written, our status for it, and a flag where there is none."""
        state = row[self._state_at]
        status = self._statuses.get(state.strip().casefold())
        if status is None:
            if state.strip() in self._empty:
                raise Fault(self._heading(self._log.state), "is empty")
            return state, "new", f"state {state.strip()}"
        return state, status, ""

    def _reason(self, row: list[str]) -> str:
        reason = row[self._places[self._log.held]].strip()
        return columns.plain(row[self._state_at] if reason in self._empty else reason)

    def _title(self, row: list[str]) -> str:
        texts = self._texts(row)
        return next((text for template in self._log.title if (text := filled(template, texts))), "")

    def _extra(self, row: list[str], verdict: tuple[str, ...]) -> str:
        texts = self._texts(row)
        kept = {name: text for name in (*self._kept_names, *verdict) if (text := texts.get(name))}
        return _ENCODE(kept) if kept else ""

    def _texts(self, row: list[str]) -> dict[str, str]:
        return self._once.texts(row)

    def _stamp(self, row: list[str], name: str) -> Moment | None:
        return self._instant(name, row[self._places[name]])

    def _instant(self, name: str, cell: str) -> Moment | None:
        if cell in self._empty:
            return None
        try:
            return self._stamps.read(cell)
        except ValueError as error:
            raise Fault(self._heading(name), str(error)) from None

    def _heading(self, name: str) -> str:
        place = self._places[name]
        return self._headings[place] if place != ABSENT else ""


def _getter(places: list[int]) -> Any:
    """``row -> tuple`` of the cells at ``places``, however many they are."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)


def _act_of(values: dict[str, Any]) -> str:
    if "technician_id" in values or "team_id" in values:
        return "assign"
    return "set_priority" if "priority" in values else "update"


def _turn(before: str, status: str) -> str:
    if before in _ENDED and status not in _ENDED:
        return "reopen"
    if before == "on_hold" and status in ("acknowledged", "assigned", "in_progress"):
        return "resume"
    return _ACTS[status]
