"""Bulk acts: what happened elsewhere, recorded as it was.

A batch of source rows becomes one transaction: new and changed records, a change row for each fact
that changed something, and the rows' keys and digests (by which a repeated import knows what it has
seen). Transitions that our table would not allow are kept and flagged; a fact older than what is
already known of its record goes into the log but does not overwrite the newer state.

Everything here works on stored values (instants as microseconds), not on records: an import of a
million rows passes through it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy.engine import Connection

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.desk import clocks, facts
from dispatch_tui.desk.covering import Known, agreed, choose_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.facts import State
from dispatch_tui.desk.history_marks import touched_by
from dispatch_tui.desk.ranking import hold_weights
from dispatch_tui.desk.retold import retold
from dispatch_tui.desk.told import NOT_YET, Happened, Places, Told, contact_told, promise_told, told_by_log
from dispatch_tui.desk.transitions import LEGAL
from dispatch_tui.records import Fact, Ref, RowOutcome, SourceRow
from dispatch_tui.store import bulk, dialect
from dispatch_tui.store.tables import metadata
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain

_CONTACT = ("id", "happened_at", "direction", "channel", "two_way", "next_update_at")
_PROMISE = ("id", "made_at", "due_at", "outcome", "settled_at")


@dataclass
class Memory:
    """What one run of an import knows so far: ids by kind and external id.

    A dry run keeps its pretended records here (with negative ids), so that later batches find them.
    """

    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    pretended: dict[str, dict[str, State]] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)
    names: dict[tuple[str, str], str | None] = field(default_factory=dict)
    terms: clocks.KnownTerms = field(default_factory=dict)


def record_history(
    desk: Desk,
    source: str,
    rows: Sequence[SourceRow],
    *,
    dry_run: bool = False,
    memory: Memory | None = None,
) -> list[RowOutcome]:
    """Record a batch (about a thousand rows) in one transaction; what became of each row, in order.

    Pass the same ``memory`` for every batch of a run. With ``dry_run`` nothing is written and the
    outcomes are what would happen. Raises ``NotAllowed`` or a ``DatabaseProblem``: then nothing of
    the batch was kept.
    """
    memory = memory if memory is not None else Memory()
    if dry_run:
        with desk.store.read() as connection:
            return _Batch(connection, memory, source, desk, None).run(rows)
    try:
        with desk.act("import") as writer:
            dialect.make_room(writer.connection)
            # Two imports of one file at once would both find a record missing.
            dialect.one_at_a_time(writer.connection, dialect.Turn.HISTORY)
            hold_weights(writer.connection)
            return _Batch(writer.connection, memory, source, desk, writer).run(rows)
    except BaseException:
        memory.ids.clear()  # they may name records that were not kept
        raise


class _Batch:
    """One batch in the making: states by kind and external id, and the change rows to come."""

    def __init__(
        self, connection: Connection, memory: Memory, source: str, desk: Desk, writer: Writer | None
    ) -> None:
        self.connection = connection
        self.memory = memory
        self.source = source
        self.writer = writer
        self.operator_id = desk.operator.id
        self.recorded_us = to_us(desk.clock.now())
        self.states: dict[str, dict[str, State]] = {}
        self.stored_versions: dict[str, dict[str, int]] = {}
        self.were_open: list[int] = []
        self.changes: list[tuple[Any, ...]] = []
        self.fresh_ids: dict[str, Iterator[int]] = {}
        self.reserved: list[tuple[str, str]] = []  # by the row at hand, given back if it is refused
        # Whose a value is that must be unique; a dry run's own stay known from batch to batch.
        self.names = {} if writer else memory.names
        self.agreed: range | None = None
        self.candidates: Known = {}
        self.txid = dialect.transaction_number(connection) if writer else None

    def run(self, rows: Sequence[SourceRow]) -> list[RowOutcome]:
        nameless = facts.without_a_name(rows)
        digests = self._known_digests([row for row in rows if row.key not in nameless])
        pending = [row for row in rows if row.key not in nameless and digests.get(row.key) != row.digest]
        self._fetch(pending)
        outcomes: list[RowOutcome] = []
        recorded: list[SourceRow] = []
        imported, updated, unchanged = RowOutcome("imported"), RowOutcome("updated"), RowOutcome("unchanged")
        for row in rows:
            if row.key in nameless:
                outcomes.append(RowOutcome("rejected", "its identity holds characters that do not print"))
                continue
            known = digests.get(row.key)
            if known == row.digest:
                outcomes.append(unchanged)
                continue
            self.reserved.clear()
            try:
                resolved = [(fact, self._resolved(fact, row)) for fact in row.facts]
            except facts.Refused as refusal:
                self._give_back()
                outcomes.append(RowOutcome("rejected", str(refusal)))
                continue
            if len(resolved) > 1:
                resolved = retold(resolved, self.states)
            for fact, values in resolved:
                self._apply(fact, values)
            digests[row.key] = row.digest
            recorded.append(row)
            outcomes.append(imported if known is None else updated)
        if self.writer is not None:
            self._write(recorded)
        else:
            self._pretend(recorded)
        return outcomes

    # -- what is known already -----------------------------------------------------------------

    def _known_digests(self, rows: Sequence[SourceRow]) -> dict[str, bytes]:
        known = bulk.digests(self.connection, self.source, [row.key for row in rows])
        if self.memory.seen:
            known |= {row.key: self.memory.seen[row.key] for row in rows if row.key in self.memory.seen}
        return known

    def _fetch(self, rows: Sequence[SourceRow]) -> None:
        """Read every record that the batch touches or refers to, one query a kind."""
        ids = self.memory.ids
        claimed: dict[str, set[str]] = {}
        touched: dict[str, set[str]] = {}
        referred: dict[str, set[str]] = {}
        for row in rows:
            for kind, external_id, _, _, values, _, by in row.facts:
                if kind not in touched:
                    touched[kind] = set()
                if kind in facts.UNIQUE and (
                    external_id not in touched[kind] or facts.UNIQUE[kind] in values
                ):
                    claimed.setdefault(kind, set()).add(facts.unique_value(kind, external_id, values))
                touched[kind].add(external_id)
                for value in values.values():
                    if type(value) is Ref and value not in ids and facts.prints(value.external_id):
                        referred.setdefault(value.kind, set()).add(value.external_id)
                if by and ("operator", by) not in ids:
                    referred.setdefault("operator", set()).add(by)
        for kind, names in touched.items():
            stored = bulk.states(self.connection, kind, names, to_change=self.writer is not None)
            stored |= {name: dict(state) for name, state in self._pretended(kind, names)}
            self.states[kind] = stored
            self.stored_versions[kind] = {name: state["version"] for name, state in stored.items()}
            if kind == "call":
                self.were_open = [state["id"] for state in stored.values() if state["live"]]
            ids.update(((kind, name), state["id"]) for name, state in stored.items())
            self.fresh_ids[kind] = iter(self._new_ids(kind, len(names) - len(stored)))
        for kind, wanted in claimed.items():
            owners = bulk.owners(self.connection, kind, facts.UNIQUE[kind], wanted)
            self.names.update(((kind, value), owner) for value, owner in owners.items())
        for kind, names in referred.items():
            found = bulk.ids(self.connection, kind, names)
            ids.update(((kind, name), record_id) for name, record_id in found.items())

    def _pretended(self, kind: str, names: set[str]) -> Iterable[tuple[str, State]]:
        known = self.memory.pretended.get(kind, {})
        return ((name, known[name]) for name in names if name in known)

    def _new_ids(self, kind: str, count: int) -> Iterable[int]:
        if not count:
            return ()
        if self.writer is None:
            first = -1 - len(self.memory.ids)
            return range(first, first - count, -1)
        return dialect.take_ids(self.connection, metadata.tables[kind], count)

    # -- one fact ------------------------------------------------------------------------------

    def _resolved(self, fact: Fact, row: SourceRow) -> Mapping[str, Any]:
        """The fact's values with references as ids and text made safe, checked; raises :class:`facts.Refused`."""
        kind, external_id = fact.kind, fact.external_id
        is_new = external_id not in self.states[kind]
        if not is_new and not fact.values:  # nothing that we keep has changed: a third of a long log
            return fact.values
        values = facts.checked(fact, lambda column, name: self._referred(column, name, row))
        if is_new:
            self._check_new(fact, values, row)
        if kind in facts.UNIQUE and (is_new or facts.UNIQUE[kind] in values):
            value = facts.unique_value(kind, external_id, values)
            if self.names.get((kind, value), external_id) != external_id:
                raise facts.Refused(f"{facts.UNIQUE[kind]}: {value} is that of another {kind}")
        return values

    def _referred(self, column: str, name: Ref, row: SourceRow) -> int:
        """The id of a record that a fact of ``row`` refers to, which may be told of in the same row."""
        found = self.memory.ids.get(name)
        if found is not None:
            return found
        if not any(name == (one.kind, one.external_id) for one in row.facts):
            raise facts.Refused(f"{column}: there is no {name.kind} {name.external_id}")
        return self._reserve(name)

    def _check_new(self, fact: Fact, values: Mapping[str, Any], row: SourceRow) -> None:
        """Refuse a new record whose first fact lacks what it needs."""
        name = fact.kind, fact.external_id
        lacking = facts.needed(fact.kind) - values.keys()
        if lacking and fact is next(one for one in row.facts if (one.kind, one.external_id) == name):
            raise facts.Refused(f"a new {fact.kind} needs {', '.join(sorted(lacking))}")

    def _reserve(self, name: tuple[str, str]) -> int:
        """The id that a record (kind, external id) of this batch has or will have."""
        found = self.memory.ids.get(name)
        if found is None:
            found = self.memory.ids[name] = next(self.fresh_ids[name[0]])
            self.reserved.append(name)
        return found

    def _give_back(self) -> None:
        """Let others have the ids that a refused row had reserved."""
        for name in self.reserved:
            self.fresh_ids[name[0]] = chain([self.memory.ids.pop(name)], self.fresh_ids[name[0]])

    def _apply(self, fact: Fact, values: Mapping[str, Any]) -> None:
        kind, external_id, act, happened, _, flag, by = fact
        states = self.states[kind]
        state = states.get(external_id)
        if not flag.isprintable():
            flag = plain(flag)
        late = False
        was: State = {}
        now: Mapping[str, Any]
        if state is None:
            state = states[external_id] = self._new_state(fact)
            if kind == "call":
                values = {**facts.opening(fact), **values}
                values = {**values, **self._covered(values)}
            now = values
            state.update(values)
            if kind in facts.UNIQUE:
                self.names[kind, state[facts.UNIQUE[kind]]] = external_id
        else:
            if kind == "call":
                status = values.get("status", state["status"])
                if status != state["status"] and (state["status"], status) not in LEGAL:
                    flag = f"{flag}; " if flag else ""
                    flag += f"{state['status']} -> {status} is not in our table"
            now = {}
            for name, value in values.items():
                before = state[name]
                if before != value:
                    was[name], now[name] = before, value
            if not now and act == "state":
                return
            late = happened < state.get("happened_at", 0)
            if late:
                flag = f"{flag}; reported late" if flag else "reported late"
            else:
                state.update(now)
                if kind in facts.UNIQUE and facts.UNIQUE[kind] in now:
                    self.names[kind, state[facts.UNIQUE[kind]]] = external_id
        record_id = state["id"]
        if kind == "call":
            if not late:
                facts.derive_call(state, fact, values)
        elif "happened_at" in state and happened > state["happened_at"]:
            state["happened_at"] = happened
        state["version"] += 1
        self.changes.append(
            (
                self.txid,
                happened,
                self.recorded_us,
                self.memory.ids.get(("operator", by), self.operator_id) if by else self.operator_id,
                act,
                kind,
                record_id,
                state["version"],
                record_id if kind == "call" else state.get("call_id"),
                to_json(was).decode() if was else None,
                to_json(now).decode() if now else None,
                flag,
                self.source,
            )
        )

    def _new_state(self, fact: Fact) -> State:
        """A record with nothing told of it yet."""
        state = bulk.defaults(fact.kind).copy()
        state["id"] = self._reserve((fact.kind, fact.external_id))
        state["version"] = 0
        state["external_id"] = fact.external_id
        if fact.kind != "call" and "happened_at" in state:
            state["happened_at"] = fact.happened_us
        return state

    def _covered(self, values: Mapping[str, Any]) -> State:
        """The agreement of a new call, where its source does not name one."""
        if "agreement_id" in values:
            return {}
        if self.agreed is None:
            self.agreed = agreed(self.connection)
        if values["opened_at"] not in self.agreed:
            return {}
        known = {**values, "opened_at": from_us(values["opened_at"])}
        return choose_agreement(self.connection, known, self.candidates)

    # -- the end of the batch ------------------------------------------------------------------

    def _write(self, recorded: Sequence[SourceRow]) -> None:
        assert self.writer is not None
        settled: list[clocks.StoredClock] = []
        spoken_of: list[State] = []
        told = self._spoken()
        if told or "call" in self.states:
            calls = self.states.get("call", {})
            spoken_of = self._calls_spoken_of(told, calls)
            settled = self._settle([*calls.values(), *spoken_of], told)
        for kind in _in_order(self.states):
            old = self.stored_versions[kind]
            states = self.states[kind]
            fresh = [state for name, state in states.items() if name not in old]
            changed = [
                state for name, state in states.items() if name in old and state["version"] != old[name]
            ]
            bulk.insert(self.connection, kind, fresh)
            bulk.update(self.connection, kind, changed)
        bulk.update(self.connection, "call", spoken_of)
        clocks.keep_many(self.connection, settled)
        bulk.log(self.connection, self.changes)
        bulk.remember(self.connection, self.source, recorded)
        self.writer.touched = touched_by(self.states, self.stored_versions, self.were_open, self.recorded_us)

    def _calls_spoken_of(self, told: Mapping[int, Told], calls: Mapping[str, State]) -> list[State]:
        """Calls of which the batch tells nothing but contacts or promises: their clocks follow from them."""
        touched = {state["id"] for state in calls.values()}
        found = bulk.states_by_id(self.connection, "call", told.keys() - touched)
        return [state for state in found if state["agreement_id"] is not None]

    def _settle(self, calls: Sequence[State], told: dict[int, Told]) -> list[clocks.StoredClock]:
        """Reckon the clocks of calls from what is stored of them and what the batch tells."""
        covered = [state for state in calls if state["agreement_id"] is not None]
        happened = self._happened({state["id"] for state in covered})
        for call_id, changes in happened.items():
            told[call_id] = Told(tuple(changes)).also(told.get(call_id, Told()))
        known = [state["id"] for state in covered if state["version"] > len(told[state["id"]].changes)]
        before = told_by_log(self.connection, known)
        told.update((call_id, one.also(told[call_id])) for call_id, one in before.items())
        return clocks.settle_history(self.connection, calls, told, self.memory.terms, before)

    def _happened(self, call_ids: Collection[int]) -> dict[int, list[Happened]]:
        """What the batch changed about these calls, in the order in which it will stand in the log."""
        happened: dict[int, list[Happened]] = {one: [] for one in call_ids}
        for index, (_, at, _, _, _, kind, record_id, _, _, _, now, *_) in enumerate(
            self.changes if call_ids else ()
        ):
            if kind == "call" and record_id in happened:
                told = Happened(at, from_json(now) if now else {}, NOT_YET + index)
                happened[record_id].append(told)
        return happened

    def _spoken(self) -> dict[int, Told]:
        """The contacts and promises of this batch, by call."""
        contacts = _by_call(self.states.get("interaction", {}).values())
        promises = _by_call(self.states.get("promise", {}).values())
        if not contacts and not promises:
            return {}
        places = self._places()
        return {
            call_id: Told(
                (),
                tuple(
                    contact_told(*map(one.__getitem__, _CONTACT), places=places)
                    for one in contacts.get(call_id, ())
                ),
                tuple(
                    promise_told(*map(one.__getitem__, _PROMISE), places=places)
                    for one in promises.get(call_id, ())
                ),
            )
            for call_id in contacts.keys() | promises.keys()
        }

    def _places(self) -> Places:
        """Where in the log the contacts and promises of this batch will stand."""
        places: Places = {}
        for index, row in enumerate(self.changes):
            kind, record_id = row[5], row[6]
            if kind in ("interaction", "promise"):
                place = NOT_YET + index
                places[kind, record_id] = places.get((kind, record_id), (place, place))[0], place
        return places

    def _pretend(self, recorded: Sequence[SourceRow]) -> None:
        for kind, states in self.states.items():
            self.memory.pretended.setdefault(kind, {}).update(states)
        self.memory.seen.update((row.key, row.digest) for row in recorded)


def _in_order(kinds: Iterable[str]) -> list[str]:
    """Kinds with those that others refer to first."""
    return sorted(kinds, key=_order().index)


@cache
def _order() -> list[str]:
    return [table.name for table in metadata.sorted_tables]


def _by_call(states: Iterable[State]) -> dict[int, list[State]]:
    found: dict[int, list[State]] = {}
    for state in states:
        if state["call_id"] is not None:
            found.setdefault(state["call_id"], []).append(state)
    return found
