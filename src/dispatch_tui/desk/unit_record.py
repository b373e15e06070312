"""The service record of one unit, put together from the store: who it is, its cover, its costs, its like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch_tui.desk.desk import Desk
from dispatch_tui.dispatch.parts import PartClue, likely_parts
from dispatch_tui.roi.history import FAILURE_KINDS, CostEvent, History, Trend, Window, history, trend
from dispatch_tui.roi.marks import Flag
from dispatch_tui.roi.usage import Reading, recorded_usage
from dispatch_tui.store import fleet, unit_history, units
from dispatch_tui.store.fleet import SimilarFailure
from dispatch_tui.store.part_counts import part_counts
from dispatch_tui.store.unit_history import MeterReading, UnitVisit
from dispatch_tui.store.units import Cover, UnitCard

READINGS = 500
"""How many of the latest meter readings a yearly use is taken from."""

_SIMILAR = 50
_A_DAY = timedelta(days=1)
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """What the unit's screen shows above its timeline. ``history`` is ``None`` where nothing was observed;
    ``usage`` is per year by the meter."""

    card: UnitCard
    covers: tuple[Cover, ...]
    reading: MeterReading | None
    usage: float | None
    currency: str
    history: History | None
    trend: Trend | None
    similar: tuple[SimilarFailure, ...]
    parts: tuple[PartClue, ...]
    """Parts likely needed on the next visit."""
    flags: tuple[Flag, ...]


def unit_record(desk: Desk, unit_id: int, currency: str) -> UnitRecord:
    """Read the record of a unit; ``currency`` counts where neither the unit nor its visits name one.

    Raises ``NotFound``.
    """
    now = desk.clock.now()
    with desk.store.read() as connection:
        card = units.unit_card(connection, unit_id)
        visits = unit_history.all_done_visits(connection, unit_id)
        meter = unit_history.readings(connection, unit_id, READINGS)
        covers = units.covers(connection, card)
        similar = fleet.similar_failures(connection, card, _SIMILAR, failure_kinds=FAILURE_KINDS)
        paid_in = currency_of(card, visits, currency)
        used = part_counts(connection, card, paid_in, failure_kinds=FAILURE_KINDS)
    record = recorded_history(visits, card, paid_in, now)
    usage, flags = recorded_usage([Reading(one.read_at, one.value) for one in meter])
    return UnitRecord(
        card=card,
        covers=tuple(covers),
        reading=meter[0] if meter else None,
        usage=usage,
        currency=paid_in,
        history=record,
        trend=trend(record) if record else None,
        similar=tuple(similar),
        parts=likely_parts(*used),
        flags=(*(record.flags if record else ()), *flags),
    )


def recorded_history(visits: list[UnitVisit], card: UnitCard, currency: str, now: datetime) -> History | None:
    """The unit's finished visits as a cost history; ``None`` where there is nothing and no time to observe.

    Records count from ``records_from``, else from installation, to ``records_until``, else retirement, else
    now. Where neither beginning is known they count from the first visit to the last one: nobody knows
    whether more would have been recorded.
    """
    start, flags = card.records_from, []
    end = card.records_until or card.retired_at
    if start is None and card.installed_at is not None:
        start = card.installed_at
    elif start is None and visits:
        start, end = visits[0].at, end or visits[-1].at + _A_DAY
        flags.append(
            Flag("records_assumed", f"Records are taken to run from {start:%Y-%m-%d} to {end:%Y-%m-%d}.")
        )
    end = min(end or now, now) + _A_MOMENT  # the last instant itself belongs to it
    if start is None or end <= start:
        return None
    found = history((_event(visit, currency) for visit in visits), Window(start, end), currency)
    return replace(found, flags=(*found.flags, *flags))


def currency_of(card: UnitCard, visits: list[UnitVisit], fallback: str) -> str:
    """The unit's currency, else the one that its visits were mostly paid in, else ``fallback``."""
    if card.currency:
        return card.currency
    seen = [visit.currency for visit in visits if visit.currency]
    return max(sorted(set(seen)), key=seen.count) if seen else fallback


def _event(visit: UnitVisit, currency: str) -> CostEvent:
    """A visit as a cost; one without a currency is taken to be in the unit's."""
    words = visit.problem or visit.title or visit.work
    return CostEvent(
        ref=visit.number or f"visit {visit.id}",
        at=visit.at,
        amount=visit.cost_minor or 0,
        currency=visit.currency or currency,
        failure=visit.kind in FAILURE_KINDS,
        label=words,
        downtime_hours=(visit.downtime_minutes or 0) / 60,
    )
