"""A log of states folded into the history of calls: each row is a call as it was at one instant.

Rows of one call stand together; they are put in order of (instant, sequence). What a row changed is
what differs from the row before it. A row that is alone with its call (a plain export) also tells
when the call was resolved and closed. The last row of each call is remembered for a while, so a log
in which calls are mixed comes out right as well.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from dispatch_tui.exchange import columns
from dispatch_tui.exchange.cells import encoded
from dispatch_tui.exchange.columns import ABSENT, Fault
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.readers import Line, Refuse, Reject, as_csv
from dispatch_tui.exchange.stamps import Moment, Stamps
from dispatch_tui.exchange.templates import names_in, template
from dispatch_tui.exchange.watched import FromCells, Once, Where, watch
from dispatch_tui.records import Fact, SourceRow
from dispatch_tui.text import plain

_REMEMBERED = 50_000
_NOTHING: dict[str, Any] = {}
_STILL_NEW = {"status": "new"}
_IN_ORDER = itemgetter(0, 1)
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


Entry = tuple[int, int, int, list[str], bytes, str]
"""One row of the log, read as far as its place in the order needs it: instant, sequence (-1: none),
line, row, digest, what is odd about the instant. A bare tuple: there is one for every row."""


@dataclass(slots=True)
class Known:
    """A call as its rows so far leave it."""

    status: str
    cells: tuple[str, ...]
    """The cells whose change matters, in the order of the getter."""
    sequence: int
    reason: str = ""
    odd: bool = False
    """Its last state is none that we know."""
    flags: tuple[str, ...] = ()
    seen: dict[int | str, int] = field(default_factory=dict)
    """How often each sequence (or instant, where there is none) came again."""


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
        self._moments = stamps.known
        self._places = columns.find(mapping, headings, file)
        self._empty = frozenset((*mapping.empty, ""))
        states = mapping.words["state"]
        self._statuses = {
            form: str(status) for word, status in states.items() for form in (word, word.casefold())
        }
        self._key = self._places[log.key]
        self._when = itemgetter(self._places[log.updated], self._places[log.sequence])
        where = Where(mapping, self._places, self._empty)
        self._once = Once(mapping, where)
        self._watched = watch(mapping, self._places, headings, stamps, self._empty, self._once)
        watched, kept = len(self._watched), len(log.keep)
        self._told, self._kept = slice(watched + kept), slice(watched, watched + kept)
        self._state_in, self._held_in = watched + kept, watched + kept + 1
        places = [one.place for one in self._watched] + [self._places[name] for name in log.keep]
        places += [self._places[log.state], self._places[log.held]]
        self._cells = itemgetter(*places)
        self._titles = [FromCells(names_in(text), where, template(text)) for text in log.title]
        self._resolution = FromCells(names_in(log.resolution), where, template(log.resolution))
        self._extra = FromCells(log.keep, where, _json)
        self._extra_at_end = FromCells((*log.keep, *log.verdict), where, _json)
        self._opened_in, self._created_in = self._places[log.opened], self._places[log.created]
        self._resolved_in, self._closed_in = self._places[log.resolved], self._places[log.closed]
        self._known: OrderedDict[str, Known] = OrderedDict()

    def forget(self, facts: Iterable[Fact]) -> None:
        """The once-only records among ``facts`` were not kept after all: tell of them again."""
        self._once.forget(facts)

    def batches(self, lines: Iterator[Line]) -> Iterator[list[SourceRow]]:
        """Source rows, one list per call; rows at fault go to the rejects."""
        key = self._key
        name: str | None = None
        entries: list[Entry] = []
        for line, row in lines:
            if row[key] != name:
                if entries and name is not None:
                    yield self._call(name.strip(), entries)
                    entries = []
                name = row[key]
            try:
                entries.append(self._entry(line, row))
            except Fault as fault:
                self._refuse(line, row, fault)
        if entries and name is not None:
            yield self._call(name.strip(), entries)

    def _refuse(self, line: int, row: list[str], fault: Fault) -> None:
        self._reject(Reject(line, fault.column, fault.reason, as_csv(row[: len(self._headings)])))

    # -- one call ------------------------------------------------------------------------------

    def _entry(self, line: int, row: list[str]) -> Entry:
        content = encoded(row, self._headings)
        row.append("")  # where absent columns point to
        if row[self._key].strip() in self._empty:
            raise Fault(self._headings[self._key], "is empty")
        updated, sequence = self._when(row)
        moment = self._moments.get(updated) or self._moment(row, updated)
        count = int(sequence) if sequence.isdecimal() and sequence.isascii() else self._sequence(sequence)
        return moment[0], count, line, row, blake2b(content, digest_size=16).digest(), moment[2]

    def _moment(self, row: list[str], updated: str) -> Moment:
        """When the row came to be."""
        moment = self._instant(self._log.updated, updated)
        if moment is None:
            moment = self._instant(self._log.opened, row[self._opened_in])
        if moment is None:
            raise Fault(self._heading(self._log.opened), "nothing says when")
        return moment

    def _sequence(self, cell: str) -> int:
        if cell.strip() in self._empty:
            return -1
        raise Fault(self._heading(self._log.sequence), f"{cell!r} is not a count")

    def _call(self, number: str, entries: list[Entry]) -> list[SourceRow]:
        """The source rows of one call, in the order in which they came to be."""
        told: list[SourceRow] = []
        known = self._known.pop(number, None)
        seen: dict[int | str, int] = known.seen if known is not None else {}
        alone = known is None and len(entries) == 1
        external_id = f"{self._mapping.source}:{number}"
        if not alone:
            entries.sort(key=_IN_ORDER)
        for entry in entries:
            _, sequence, line, row, digest, _ = entry
            facts: list[Fact] = []
            try:
                if known is None:
                    known = self._opened(external_id, entry, alone, facts)
                else:
                    self._changed(external_id, entry, known, facts)
            except Fault as fault:
                self._once.forget(facts)
                self._refuse(line, row, fault)
                continue
            which = sequence if sequence >= 0 else self._updated(row)
            count = seen[which] = seen.get(which, -1) + 1
            told.append(SourceRow(line, f"{number}/{which}#{count}", digest, tuple(facts)))
        if known is not None:
            known.seen = seen
            self._known[number] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return told

    def _updated(self, row: list[str]) -> str:
        """The instant as it is written: what tells a row without a sequence from the call's others."""
        updated, _ = self._when(row)
        return "" if updated.strip() in self._empty else updated.strip()

    # -- its first row -------------------------------------------------------------------------

    def _opened(self, external_id: str, entry: Entry, alone: bool, facts: list[Fact]) -> Known:
        us, sequence, _, row, _, _ = entry
        cells = self._cells(row)
        status, unknown = self._status(cells[self._state_in])
        opened, flags = self._opening(entry)
        if unknown:
            flags.append(unknown)
        values: dict[str, Any] = {"title": self._title(row), "status": "new", "opened_at": opened.us}
        for one, cell in zip(self._watched, cells, strict=False):
            value = one.value(cell, row, us, facts)
            if value is not None and value != "":
                values[one.column] = value
        if extra := self._extra(row):
            values["extra_json"] = extra
        flag = "; ".join(flags)
        if flag:
            values["flag"] = flag
        facts.append(Fact("call", external_id, "open", min(opened.us, us), values, flag))
        known = Known("new", cells, sequence, odd=bool(unknown), flags=tuple(flags))
        if status != "new" and not unknown:
            self._first_state(external_id, entry, alone, status, known, facts)
        if sequence and us > facts[-1].happened_us:
            # Where the call is known already, what the row says holds from here on: not from the opening.
            as_it_is = _STILL_NEW if status == "new" and not unknown else _NOTHING
            facts.append(Fact("call", external_id, "state", us, as_it_is))
        return known

    def _opening(self, entry: Entry) -> tuple[Moment, list[str]]:
        """When the call was opened, and what is odd about that."""
        us, _, _, row, _, note = entry
        opened = self._instant(self._log.opened, row[self._opened_in])
        flags = [note] if note else []
        if opened is None:
            return Moment(us, us), [*flags, "no opening is given: the first row's instant is taken"]
        if opened.note and opened.note not in flags:
            flags.append(opened.note)
        if us < opened.us:
            flags.append("updated before it was opened")
        try:
            created = self._instant(self._log.created, row[self._created_in])
        except Fault as fault:
            return opened, [*flags, f"{fault.column}: {fault.reason}"]  # it says nothing that the call needs
        if created is not None and created.us < opened.us:
            flags.append("created before it was opened")
        return opened, flags

    def _first_state(
        self, external_id: str, entry: Entry, alone: bool, status: str, known: Known, facts: list[Fact]
    ) -> None:
        """What the first row says beyond that the call was opened; for a plain export with the stamps it has."""
        us, _, _, row, _, _ = entry
        stamps: list[tuple[str, Moment | None]] = []
        if alone and status in _ENDED:
            resolved = self._instant(self._log.resolved, row[self._resolved_in])
            closed = self._instant(self._log.closed, row[self._closed_in])
            if status == "resolved" or (status == "closed" and resolved is not None):
                stamps.append(("resolved", resolved))
            if status != "resolved":
                stamps.append((status, closed))
        else:
            stamps.append((status, None))
        for reached, moment in stamps:
            us = max(us if moment is None else moment.us, facts[-1].happened_us)
            values = self._turned(reached, row, known, us)
            facts.append(Fact("call", external_id, _ACTS[reached], us, values, moment.note if moment else ""))

    # -- its later rows ------------------------------------------------------------------------

    def _changed(self, external_id: str, entry: Entry, known: Known, facts: list[Fact]) -> None:
        us, sequence, _, row, _, note = entry
        cells = self._cells(row)
        if cells == known.cells and sequence > known.sequence and not known.odd and not note:
            known.sequence = sequence
            facts.append(Fact("call", external_id, "update", us, _NOTHING))
            return
        values: dict[str, Any] = {}
        flags: list[str] = [note] if note else []
        before = known.cells
        act = "update"
        if cells[self._told] != before[self._told]:
            for one, cell, old in zip(self._watched, cells, before, strict=False):
                if cell != old:
                    values[one.column] = one.value(cell, row, us, facts)
            act = _act_of(values)
            if cells[self._kept] != before[self._kept] and (extra := self._extra(row)):
                values["extra_json"] = extra
        if cells[self._state_in :] != before[self._state_in :] or known.odd:
            status, unknown = self._status(cells[self._state_in])
            known.odd = bool(unknown)
            if unknown:
                flags.append(unknown)
            elif status != known.status or (status == "on_hold" and self._reason(cells) != known.reason):
                act = _turn(known.status, status)
                values |= self._turned(status, row, known, us)
        if 0 <= sequence <= known.sequence:
            name = self._heading(self._log.sequence)
            again = sequence == known.sequence
            flags.append(
                f"a second row with {name} {sequence}" if again else f"{name} goes back to {sequence}"
            )
        known.cells, known.sequence = cells, sequence
        if flags and (new := [flag for flag in flags if flag not in known.flags]):
            known.flags += tuple(new)
            values["flag"] = "; ".join(known.flags)
        facts.append(Fact("call", external_id, act, us, values, "; ".join(flags)))

    def _turned(self, status: str, row: list[str], known: Known, us: int) -> dict[str, Any]:
        """The values of a change of status, and the call as it is then."""
        values: dict[str, Any] = {"status": status}
        if known.status in _ENDED and status not in _ENDED:
            values |= {"resolved_at": None, "closed_at": None}
        if status == "on_hold":
            values["held_reason"] = known.reason = self._reason(self._cells(row))
        elif known.status == "on_hold":
            values["held_reason"] = known.reason = ""
        if status in ("resolved", "closed"):
            resolution = self._resolution(row)
            if resolution:
                values["resolution"] = resolution
        if status == "resolved":
            values["resolved_at"] = us
        elif status in ("closed", "cancelled"):
            resolved = (
                self._instant(self._log.resolved, row[self._resolved_in]) if status == "closed" else None
            )
            closed = self._instant(self._log.closed, row[self._closed_in])
            if resolved is not None:
                values["resolved_at"] = resolved.us
            values["closed_at"] = closed.us if closed is not None else us
            if extra := self._extra_at_end(row):
                values["extra_json"] = extra
        known.status = status
        return values

    # -- cells ---------------------------------------------------------------------------------

    def _status(self, state: str) -> tuple[str, str]:
        """Our status for a state, and a flag where there is none."""
        status = self._statuses.get(state) or self._statuses.get(state.strip().casefold())
        if status is not None:
            return status, ""
        if state.strip() in self._empty:
            raise Fault(self._heading(self._log.state), "is empty")
        return "new", f"state {plain(state)}"

    def _reason(self, cells: tuple[str, ...]) -> str:
        """Why the call waits: what the file gives as the reason, else the state's own words."""
        reason = cells[self._held_in]
        return plain(cells[self._state_in] if reason.strip() in self._empty else reason)

    def _title(self, row: list[str]) -> str:
        for fill in self._titles:
            title = fill(row)
            if title:
                return title
        return ""

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


def _json(kept: dict[str, str]) -> str:
    filled = {name: text for name, text in kept.items() if text}
    return _ENCODE(filled) if filled else ""


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
