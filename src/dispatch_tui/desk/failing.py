"""From service records to how a unit fails: the records of its model, with its own, as the failure law takes them.

Ages are years since installation, or hours of use where these forecast better (:mod:`.ageing`). A unit without an
install date counts from where its records begin, by the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from dispatch_tui.desk.ageing import ENOUGH, Meter, Metered, by_use, choose, metered
from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs
from dispatch_tui.roi.failures.fleet import FleetFit, fit_fleet, from_family
from dispatch_tui.roi.failures.prior import Prior, rated
from dispatch_tui.roi.failures.records import NO_HISTORY, AgeClock, Span, UnitRecord, unit_record
from dispatch_tui.roi.history import FAILURE_KINDS, YEAR, History
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.store import fleet_records
from dispatch_tui.store.fleet_records import FleetFailure, FleetUnit

UNITS = 2_000
"""How many units of a model a fit looks at, those watched longest first."""

UNPRICED = 100_000
"""Stands for the cost of one repair where none is on record; only the ratio to it is ever used."""


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is on record of a model: its units' failures by the calendar, those of them that a meter tells the hours
    of, and what mending them cost."""

    units: tuple[UnitRecord, ...] = ()
    events: tuple[PricedEvent, ...] = ()
    metered: tuple[Metered, ...] = ()

    @property
    def failures(self) -> int:
        return sum(unit.count for unit in self.units)

    @property
    def by_hours(self) -> bool:
        """Whether its hours tell enough of its failures."""
        seen = sum(one.years.count for one in self.metered)
        return bool(self.metered) and seen >= ENOUGH * self.failures


NOTHING = ModelRecord()


def model_record(
    connection: Connection,
    model_id: int | None,
    currency: str,
    now: datetime,
    *,
    without: int | None = None,
    hours: bool = False,
) -> ModelRecord:
    """The units of a model on record, one of them left out; costs in another currency do not count.

    ``hours``: look at their meters too.
    """
    if model_id is None:
        return NOTHING
    units = fleet_records.fleet_units(connection, model_id, UNITS)
    failures: dict[int, list[FleetFailure]] = {}
    for one in fleet_records.fleet_failures(connection, model_id, failure_kinds=FAILURE_KINDS):
        failures.setdefault(one.unit_id, []).append(one)
    meters = fleet_records.fleet_hours(connection, model_id) if hours else {}
    records, events, known = [], [], []
    for unit in units:
        if unit.id == without or (unit.until or now) <= unit.since:
            continue
        mine = failures.get(unit.id, [])
        record = _record(unit, mine, now)
        records.append(record)
        events += _priced(str(unit.id), mine, currency, now)
        if unit.installed_at is not None and unit.id in meters:
            both = metered(record, meter(meters[unit.id], unit.installed_at))
            known += [both] if both is not None else []
    return ModelRecord(tuple(records), tuple(events), tuple(known))


def meter(readings: Iterable[tuple[datetime, float]], installed_at: datetime) -> Meter:
    """Readings of an hour meter by the unit's age; those from before its installation are not its own."""
    return [((at - installed_at) / YEAR, value) for at, value in readings if at >= installed_at]


def unit_failing(
    history: History | None,
    installed_at: datetime | None,
    model: ModelRecord,
    rating: Prior | None,
    now: datetime,
    own_meter: Meter = (),
) -> Failing:
    """How a unit fails, from its own history and the other units of its model; ``rating`` is by the calendar.

    Never refuses: with nothing on record it is the rating, else a wide guess, flagged as such by the fit.
    """
    own, age = own_record(history, installed_at, now)
    events = list(model.events)
    if history is not None:
        events += [
            PricedEvent(OWN, one.amount, (now - one.at) / YEAR) for one in history.failures if one.amount > 0
        ]
    units = (*model.units, own) if own.windows else model.units
    costs = fit_costs(events, assumed=UNPRICED)
    mine = metered(own, own_meter) if installed_at is not None else None
    known = (*model.metered, mine) if mine is not None else model.metered
    if mine is None:
        why = "Ages are years: this unit has no meter readings in hours that tell them."
        return Failing(fit_fleet(units, prior=rating), costs, own, age, why=why)
    by_hours = by_use(rating, mine.pace) if rating else None
    clock = choose(units, known, rating, by_hours)
    if clock.clock is AgeClock.HOURS:
        records = [one.hours for one in known]
        fit = fit_fleet(records, clock=AgeClock.HOURS, use_per_year=mine.pace, prior=by_hours)
        today = mine.hours.oldest + mine.pace * (age - own.oldest)
        return Failing(fit, costs, mine.hours, today, mine.pace, why=clock.why)
    return Failing(fit_fleet(units, prior=rating), costs, own, age, why=clock.why)


OWN = "this unit"
"""What the unit is called among its fleet."""


def own_record(
    history: History | None, installed_at: datetime | None, now: datetime, name: str = OWN
) -> tuple[UnitRecord, float]:
    """What is on record of a unit's failures by the calendar, and its age today."""
    if history is None:
        return NO_HISTORY, _age(now, installed_at) if installed_at else 0.0
    start = installed_at or history.window.start
    span = Span(_age(history.window.start, start), _age(history.window.end, start))
    failures = [_age(one.at, start) for one in history.failures]
    return unit_record(name, (span,), failures), _age(now, start)


def new_failing(today: Failing, model: ModelRecord, rating: Prior | None) -> Failing:
    """How a new unit of another model fails: by its own fleet, its rating, else as today's model does.

    By the clock of today's unit, which it is used as much as; by the calendar where its own fleet has no hours.
    """
    by_hours = today.fit.clock is AgeClock.HOURS
    costs = fit_costs(model.events, assumed=UNPRICED) if model.events else today.costs
    if by_hours and model.units and not model.by_hours:
        prior = rating or by_use(from_family(today.fit), 1 / today.use)
        return Failing(fit_fleet(model.units, prior=prior), costs)
    use = today.use if by_hours else 1.0
    said = by_use(rating, use) if rating and by_hours else rating
    prior = said or from_family(today.fit)
    records = [one.hours for one in model.metered] if by_hours else model.units
    fit = (
        fit_fleet(records, clock=today.fit.clock, use_per_year=use, prior=prior)
        if records or rating
        else _as_new(today, prior, use)
    )
    return Failing(fit, costs, NO_HISTORY, use=use)


def rating(mtbf_hours: float | None, hours_a_year: float | None) -> Prior | None:
    """The catalogue's mean time between failures, by the calendar; ``None`` where either is not known."""
    if not mtbf_hours or not hours_a_year or mtbf_hours < 0 or hours_a_year < 0:
        return None
    return rated(mtbf_hours / hours_a_year)


def _as_new(today: Failing, prior: Prior, use: float) -> FleetFit:
    return today.fit if today.fit.units else fit_fleet((), prior=prior, use_per_year=use)


def _record(unit: FleetUnit, failures: Iterable[FleetFailure], now: datetime) -> UnitRecord:
    start = unit.installed_at or unit.since
    span = Span(_age(unit.since, start), _age(min(unit.until or now, now), start))
    return unit_record(str(unit.id), (span,), [_age(one.at, start) for one in failures])


def _priced(unit: str, failures: Iterable[FleetFailure], currency: str, now: datetime) -> list[PricedEvent]:
    return [
        PricedEvent(unit, one.cost_minor, (now - one.at) / YEAR)
        for one in failures
        if one.cost_minor and one.cost_minor > 0 and one.currency in (currency, "")
    ]


def _age(at: datetime, start: datetime) -> float:
    """Years since ``start``, 0 for what was before it."""
    return max(0.0, (at - start) / YEAR)
