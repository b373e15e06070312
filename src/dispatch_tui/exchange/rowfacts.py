"""Rows to facts by a mapping's table of records: cells are read, templates filled, steps put in order."""

from __future__ import annotations

import json
import re
from base64 import b32encode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from dispatch_tui.exchange import columns
from dispatch_tui.exchange.columns import ABSENT, Fault
from dispatch_tui.exchange.mapping import NAMES, ROW, Mapping, Record, Step, Value
from dispatch_tui.exchange.readers import Line, Refuse, Reject, as_csv
from dispatch_tui.exchange.stamps import Moment, Stamps
from dispatch_tui.records import Fact, Ref, SourceRow

_FLAGGED = ("call", "visit", "reading")
"""Kinds that keep a flag of their own beside the one in the change log."""
_TOGETHER = 200
"""Rows handed on at once where they are not grouped."""
_KEY_LENGTH = 12
"""Letters of a content key, five bits each: among a million rows a chance of 4 in ten million that two are alike."""


@dataclass(slots=True)
class Cells:
    """One row, read: texts and typed values by column name (absent and empty ones are not in ``values``)."""

    line: int
    row: list[str]
    content: bytes
    texts: dict[str, str]
    values: dict[str, Any]
    key: str = ""
    flags: list[str] = field(default_factory=list)


class RowFacts:
    """Makes facts of rows. It remembers which once-only records it has told of, and, where rows are
    known by their content alone, how often each content came (about 100 bytes a row)."""

    def __init__(
        self, mapping: Mapping, headings: Sequence[str], file: str, stamps: Stamps, reject: Refuse
    ) -> None:
        self._mapping = mapping
        self._headings = headings
        self._reject = reject
        self._places = columns.find(mapping, headings, file)
        self._readers = [
            (name, self._places[name], columns.reader_of(column, mapping, stamps), column.filled, {*mapping.empty, *column.empty, ""})
            for name, column in mapping.columns.items()
            if self._places[name] != ABSENT
        ]  # fmt: skip
        self._constants = {"currency": mapping.currency, "zone": mapping.zone}
        self._told: set[tuple[str, str]] = set()
        self._occurrences: dict[bytes, int] = {}
        self._words = {name: {key.casefold(): value for key, value in table.items()} for name, table in mapping.words.items()}
        self._instants = tuple(name for name, column in mapping.columns.items() if column.type == "instant")

    def forget(self, facts: Iterable[Fact]) -> None:
        """The once-only records among ``facts`` were not kept after all: tell of them again."""
        self._told.difference_update((fact.kind, fact.external_id) for fact in facts)

    def batches(self, lines: Iterator[Line]) -> Iterator[list[SourceRow]]:
        """Source rows in lists that belong into one transaction; rows at fault go to the rejects."""
        group = self._mapping.group
        read = (cells for number, row in lines if (cells := self._read(number, row)) is not None)
        if group is None:
            together: list[SourceRow] = []
            for cells in read:
                together += self._told_of([cells])
                if len(together) >= _TOGETHER:
                    yield together
                    together = []
            if together:
                yield together
        else:
            for rows in grouped(read, lambda cells: cells.texts[group.by], group.within):
                yield self._told_of(rows)

    # -- one row -------------------------------------------------------------------------------

    def _read(self, line: int, row: list[str]) -> Cells | None:
        try:
            cells = self._cells(line, row)
            cells.key = cells.texts[ROW] = self._key(cells)
            self._settle_instants(cells)
            self._flag(cells)
        except Fault as fault:
            self._reject(Reject(line, fault.column, fault.reason, as_csv(row)))
            return None
        return cells

    def _cells(self, line: int, row: list[str]) -> Cells:
        content = encoded(row, self._headings)
        texts = self._constants.copy()
        values: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for name, place, read, filled, empty in self._readers:
            cell = row[place].strip()
            if cell in empty:
                texts[name] = ""
                if filled:
                    faults.append((self._headings[place], "is empty"))
                continue
            try:
                value = values[name] = read(cell)
            except ValueError as error:
                faults.append((self._headings[place], str(error)))
                continue
            texts[name] = value if type(value) is str else cell
        if faults:
            column, reason = faults[0]
            more = "".join(f"; {name}: {why}" for name, why in faults[1:])
            raise Fault(column, reason + more)
        return Cells(line, row, content, texts, values)

    def _key(self, cells: Cells) -> str:
        identity = self._mapping.row
        assert identity is not None  # a table has one: checked with the mapping
        if identity.key:
            key = filled(identity.key, cells.texts)
            if not key:
                raise Fault(self._headings[0], "nothing tells this row from others")
            return key
        # The cells as they stand in the file: what a person would not call equal is not a duplicate.
        places = (self._places[name] for name in identity.content)
        content = "\x1f".join(cells.row[place] for place in places if place != ABSENT)
        digest = blake2b(content.encode(), digest_size=8).digest()
        count = self._occurrences[digest] = self._occurrences.get(digest, 0) + 1
        name = b32encode(digest).decode()[:_KEY_LENGTH]
        if count == 1:
            return name
        cells.flags.append(f"exact duplicate, occurrence {count}")
        return f"{name}-{count}"

    def _settle_instants(self, cells: Cells) -> None:
        """Moments become microseconds: a wall time that came twice is read so that the order holds."""
        before, before_name = None, ""
        order = self._mapping.order
        for name in (*order, *(other for other in self._instants if other not in order)):
            moment = cells.values.get(name)
            if type(moment) is not Moment:
                continue
            us = moment.us
            ordered = name in order
            if ordered and before is not None and us < before <= moment.again_us:
                us = moment.again_us
            if moment.note:
                cells.flags.append(f"{self._heading(name)}: {moment.note}")
            if ordered:
                if before is not None and us < before:
                    cells.flags.append(f"{self._heading(name)} is before {self._heading(before_name)}")
                before, before_name = us, name
            cells.values[name] = us

    def _flag(self, cells: Cells) -> None:
        for flag in self._mapping.flags:
            text = cells.texts.get(flag.column)
            if text is None:
                continue
            value = cells.values.get(flag.column)
            if flag.empty:
                hit = not text
            elif flag.below is not None:
                hit = isinstance(value, int | float) and value < flag.below
            else:
                hit = bool(text) and _matches(flag.matches, text)
            if hit:
                cells.flags.append(flag.says)

    def _heading(self, name: str) -> str:
        return self._headings[self._places[name]]

    # -- rows that belong together -------------------------------------------------------------

    def _told_of(self, rows: list[Cells]) -> list[SourceRow]:
        """Source rows of a group. What the group tells as a whole is told by its first row, whose
        digest therefore covers all of them."""
        told: list[SourceRow] = []
        for cells in rows:
            first = cells is rows[0]
            facts: list[Fact] = []
            try:
                for record in self._mapping.records:
                    if record.per == "row":
                        facts += self._record(record, cells, [cells])
                    elif first:
                        facts += self._record(record, cells, rows)
            except Fault as fault:
                self.forget(facts)
                self._reject(Reject(cells.line, fault.column, fault.reason, as_csv(cells.row)))
                if first and len(rows) > 1:
                    return told + self._told_of(rows[1:])
                continue
            content = b"\x1e".join(one.content for one in rows) if first and len(rows) > 1 else cells.content
            told.append(SourceRow(cells.line, cells.key, blake2b(content, digest_size=16).digest(), tuple(facts)))
        return told

    def _record(self, record: Record, cells: Cells, rows: list[Cells]) -> list[Fact]:
        name = filled(record.id, cells.texts)
        if not name:
            return []
        external_id = f"{self._mapping.source}:{name}"
        if record.once:
            if (record.kind, external_id) in self._told:
                return []
            self._told.add((record.kind, external_id))
        flag = "" if record.once or record.per == "group" else "; ".join(cells.flags)
        values = self._values(record.values, cells)
        if flag and record.kind in _FLAGGED:
            values["flag"] = flag
        if record.keep and (kept := {name: cells.texts[name] for name in record.keep if cells.texts.get(name)}):
            values["extra_json"] = json.dumps(kept, ensure_ascii=False)
        now = self._when(record, cells)
        facts = [Fact(record.kind, external_id, record.act, now, values, flag)]
        for step in record.steps:
            found = _at(step, rows)
            if found is not None:
                at, there = found
                now = max(now, at)  # the log goes forward; the stamp itself stays as it was written
                facts.append(Fact(record.kind, external_id, step.act, now, self._values(step.values, there)))
        return facts

    def _when(self, record: Record, cells: Cells) -> int:
        for name in (*record.at, *self._mapping.order, *self._instants):
            if name in cells.values:
                return int(cells.values[name])
        raise Fault("", "nothing says when it happened")

    def _values(self, wanted: dict[str, Value], cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column, value in wanted.items():
            found = self._value(value, cells)
            if found is not None and found != "":
                values[column] = found
        return values

    def _value(self, value: Value, cells: Cells) -> Any:
        if value.ref is not None:
            name = filled(value.id, cells.texts)
            return Ref(value.ref, f"{self._mapping.source}:{name}") if name else None
        if value.text:
            return filled(value.text, cells.texts)
        found = cells.values.get(value.column)
        if value.words:
            return self._word(value, cells)
        if value.part and found is not None:
            return found[0 if value.part == "latitude" else 1]
        return int(found) if type(found) is bool else found

    def _word(self, value: Value, cells: Cells) -> str | int | None:
        words = self._words[value.words]
        text = cells.texts.get(value.column, "")
        found = words.get(text.casefold(), words.get("*"))
        if found is None and not text:
            return None
        if found is None:
            raise Fault(self._heading(value.column), f"{text!r} is not a known word ({', '.join(words)})")
        return text if found == "=" else found


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


def encoded(row: list[str], headings: Sequence[str]) -> bytes:
    """A row's content as bytes; a :class:`Fault` where the file's encoding did not hold."""
    try:
        return "\x1f".join(row).encode()
    except UnicodeEncodeError:
        pass
    for heading, cell in zip(headings, row, strict=False):
        for char in cell:
            if "\udc80" <= char <= "\udcff":
                raise Fault(
                    heading, f"byte {ord(char) - 0xDC00:#04x} is not of the file's encoding (state it: --encoding cp1252?)"
                )
    raise Fault("", "it holds half a character (a lone surrogate)")


_DOUBLED = re.compile(r"([,;/-])(?:\s*[,;/-])+")


def filled(template: str, texts: Dict[str, str]) -> str:
    """A template with its columns' cells. Empty where it names columns and all of them are empty;
    what stands between is let go where a side of it is."""
    names = NAMES.findall(template)
    if not names:
        return template
    found = [texts.get(name, "") for name in names]
    if not any(found):
        return ""
    text = NAMES.sub(lambda match: texts.get(match[1], ""), template)
    return text if all(found) else _DOUBLED.sub(r"\1", text).strip(" ,;/-")


def _at(step: Step, rows: list[Cells]) -> tuple[int, Cells] | None:
    """The instant of a step and the row that holds it; ``None`` where it did not happen."""
    if step.when and not any(cells.texts.get(step.when) for cells in rows):
        return None
    if step.unless and any(cells.texts.get(step.unless) for cells in rows):
        return None
    found = [(int(cells.values[step.at]), index) for index, cells in enumerate(rows) if step.at in cells.values]
    if not found:
        return None
    at, index = min(found) if step.of == "first" else max(found)
    return at, rows[index]


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None
