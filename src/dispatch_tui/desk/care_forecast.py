"""When visits will be reached and done, and what of that is later than promised.

How long work takes us is read from our own finished visits once a day (of the clock that holds) and kept in
the database: an act must not read twenty thousand visits. Arrival is promised by the window of a visit, or by a
promise about it; the finish by a promise about it, else by when the call's resolution is due.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from sqlalchemy.engine import Connection

from dispatch_tui.care.forecast import (
    Expected,
    Lengths,
    OpenVisit,
    TypicalLength,
    WorkDone,
    forecast_day,
    late_from,
    travel_lengths,
    work_lengths,
)
from dispatch_tui.care.rules import CareRules, ForecastRules
from dispatch_tui.care.sources.slips import ForecastSlip, reasons
from dispatch_tui.store.care_rows import CallFact, CareFacts, DecisionFact
from dispatch_tui.store.care_visits import VisitFact, days_of, lengths_taken
from dispatch_tui.store.noted import note, noted

_KEY = "work_lengths"
_MOST_KINDS = 500
_ORDER = ("on_site", "en_route", "confirmed", "planned")
_CHAIN = 20
"""So many visits ahead of one are looked at; who has more to do first is late anyway."""
_MICROSECOND = timedelta(microseconds=1)
_LEAST = timedelta(seconds=1)
"""A slip is kept in whole seconds: the least by which one is larger."""


class OurLengths(NamedTuple):
    """How long our work and our journeys take."""

    work: Lengths
    travel: Lengths


def our_lengths(connection: Connection, now: datetime, rules: ForecastRules) -> tuple[OurLengths, str | None]:
    """The lengths that hold on this day, and the text to :func:`keep_lengths` where they were read anew."""
    stored = noted(connection, _KEY)
    stamp = f"{now:%Y-%m-%d} {rules.model_dump_json()}"
    if stored is not None and json.loads(stored)["stamp"] == stamp:
        return _read(stored), None
    taken = lengths_taken(connection, now)
    work = [WorkDone(one.kind, one.work * _MICROSECOND) for one in taken if one.work is not None]
    travel = [WorkDone(one.kind, one.travel * _MICROSECOND) for one in taken if one.travel is not None]
    found = OurLengths(work_lengths(work, rules), travel_lengths(travel, rules))
    return found, json.dumps({"stamp": stamp, "work": _stored(found.work), "travel": _stored(found.travel)})


def keep_lengths(connection: Connection, text: str) -> None:
    """Store lengths that were read anew: derived, so there is no change row."""
    note(connection, _KEY, text)


def slips(
    connection: Connection,
    facts: CareFacts,
    visits: Iterable[VisitFact],
    now: datetime,
    rules: CareRules,
    ours: OurLengths,
) -> list[ForecastSlip]:
    """What may come later than promised, of the open calls among these facts."""
    open_visits = [one for one in visits if one.open]
    technicians = sorted({one.technician_id for one in open_visits if one.technician_id is not None})
    days: dict[int, list[VisitFact]] = {}
    for one in sorted(days_of(connection, technicians), key=_turn):
        if one.technician_id is not None:
            days.setdefault(one.technician_id, []).append(one)
    by_call: dict[int, list[VisitFact]] = {}
    for one in sorted(open_visits, key=_turn):
        by_call.setdefault(one.call_id, []).append(one)
    promised = _promised(facts)
    found: list[_Slip] = []
    for call in facts.calls:
        if call.live and call.status != "resolved":
            found += _of_call(call, by_call.get(call.id, ()), days, promised, now, rules, ours)
    decided = {one.key: one for one in sorted(facts.decisions, key=_when_decided)}
    return [_again(one, decided, now, rules) for one in found]


def _again(
    found: _Slip, decided: Mapping[str, DecisionFact], now: datetime, rules: CareRules
) -> ForecastSlip:
    """What was decided on comes back once it has grown by the rule's share, though nothing else happens."""
    slip = found.slip
    (reason,) = reasons((slip,))
    last = decided.get(reason.key)
    if last is None:
        return slip
    limit = slip.promised_at + timedelta(seconds=last.slip_seconds) + rules.slip.again
    again_at = late_from(found.expected, limit, max(found.chain.since, last.happened_at), 0.5)
    if last.until is not None and last.until <= again_at:
        return slip
    expected_at = found.expected(max(again_at, now)).expected_at
    return replace(slip, again_at=again_at, expected_at=max(expected_at, limit + _LEAST))


def _when_decided(one: DecisionFact) -> tuple[datetime, str]:
    return one.happened_at, one.act


def _of_call(
    call: CallFact,
    visits: Sequence[VisitFact],
    days: Mapping[int, Sequence[VisitFact]],
    promised: Mapping[tuple[int, str], datetime],
    now: datetime,
    rules: CareRules,
    ours: OurLengths,
) -> Iterator[_Slip]:
    arrival_by, finish_by = promised.get((call.id, "arrival")), promised.get((call.id, "finish"))
    for place, visit in enumerate(visits):
        day = days.get(visit.technician_id or 0, [visit])
        # What a source calls open though it has ended stands in nobody's day: it counts alone.
        turn = next((place for place, one in enumerate(day) if one.id == visit.id), None)
        ahead = [visit] if turn is None else day[: turn + 1][-_CHAIN:]
        told = [one.happened_at for one in ahead]
        if _waits(call):
            told.append(call.happened_at)
        chain = _Chain(tuple(_open_visit(one, call) for one in ahead), max(told), ours)
        by = min((one for one in (visit.window_to, arrival_by) if one is not None), default=None)
        if by is not None and visit.on_site_at is None:
            yield _slip(call, visit.id, "arrival", by, chain, now, rules.slip.arrival_chance)
        if finish_by is not None and place == len(visits) - 1:
            yield _slip(call, visit.id, "finish", finish_by, chain, now, rules.slip.finish_chance)
    if not visits and finish_by is not None and call.started_at is not None and call.status == "in_progress":
        # Work without a visit: the key is the call's, which no visit can have.
        work = OpenVisit(-call.id, call.skill or call.category, on_site_at=call.started_at)
        chain = _Chain((work,), call.started_at, ours)
        yield _slip(call, work.visit_id, "finish", finish_by, chain, now, rules.slip.finish_chance)


class _Chain(NamedTuple):
    """A visit behind those that its technician has to do first; ``since``: when something last happened to them."""

    visits: tuple[OpenVisit, ...]
    since: datetime
    ours: OurLengths

    def expected(self, what: Literal["arrival", "finish"], when: datetime) -> Expected:
        """The forecast of the last visit as it will be at ``when`` if nothing happens."""
        last = forecast_day(self.visits, when, self.ours.work, self.ours.travel)[-1]
        return last.arrival if what == "arrival" and last.arrival is not None else last.finish


class _Slip(NamedTuple):
    """A slip with what it was forecast from."""

    slip: ForecastSlip
    chain: _Chain

    def expected(self, when: datetime) -> Expected:
        """Its forecast as it will be at ``when`` if nothing happens."""
        return self.chain.expected(self.slip.what, when)


def _slip(
    call: CallFact,
    visit_id: int,
    what: Literal["arrival", "finish"],
    promised_at: datetime,
    chain: _Chain,
    now: datetime,
    chance: float,
) -> _Slip:
    late = late_from(lambda when: chain.expected(what, when), promised_at, chain.since, chance)
    slip = ForecastSlip(
        customer_id=call.customer_id,
        call_id=call.id,
        visit_id=visit_id,
        what=what,
        promised_at=promised_at,
        expected_at=chain.expected(what, max(late, now)).expected_at,
        late_from=late,
    )
    return _Slip(slip, chain)


def _promised(facts: CareFacts) -> dict[tuple[int, str], datetime]:
    """What was promised of each call, by when: its arrival and its finish."""
    found: dict[tuple[int, str], datetime] = {}
    for clock in facts.clocks:
        if clock.kind == "resolution" and clock.running and clock.due_at is not None:
            found[clock.call_id, "finish"] = clock.due_at
    said: dict[tuple[int, str], datetime] = {}
    for one in facts.promises:
        if one.call_id is not None and one.about in ("arrival", "finish"):
            place = one.call_id, one.about
            said[place] = min(one.due_at, said.get(place, one.due_at))
    return found | said


def _turn(one: VisitFact) -> tuple[int, float, int]:
    """In which order a technician does visits: what is under way, then by the window."""
    begins = one.window_from or one.window_to
    under_way = min(_ORDER.index(one.status), 2)
    return under_way, begins.timestamp() if begins is not None else 0.0, one.id


def _waits(call: CallFact) -> bool:
    return call.status == "on_hold" and call.held_until is not None


def _open_visit(one: VisitFact, call: CallFact) -> OpenVisit:
    waits = call.held_until if one.call_id == call.id and _waits(call) else None
    return OpenVisit(one.id, one.work, one.window_from, one.en_route_at, one.on_site_at, waits_until=waits)


def _stored(lengths: Lengths) -> dict[str, object]:
    most = sorted(lengths.kinds.items(), key=lambda one: (-one[1].visits, one[0]))[:_MOST_KINDS]
    return {"all": _three(lengths.overall), "kinds": {kind: _three(one) for kind, one in most}}


def _three(one: TypicalLength) -> tuple[float, float, int]:
    return one.median.total_seconds(), one.safe.total_seconds(), one.visits


@lru_cache(maxsize=8)
def _read(text: str) -> OurLengths:
    stored = json.loads(text)
    return OurLengths(*(_lengths(stored[name]) for name in ("work", "travel")))


def _lengths(stored: Mapping[str, Mapping[str, Sequence[float]]]) -> Lengths:
    def typical(one: Sequence[float]) -> TypicalLength:
        return TypicalLength(timedelta(seconds=one[0]), timedelta(seconds=one[1]), int(one[2]))

    return Lengths(typical(stored["all"]), {kind: typical(one) for kind, one in stored["kinds"].items()})  # type: ignore[arg-type]
