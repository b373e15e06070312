"""From service records to how a unit fails: the records of its model, with its own, as the failure law takes them.

Ages are calendar years since installation. A unit without an install date counts from where its records begin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs
from dispatch_tui.roi.failures.fleet import FleetFit, fit_fleet, from_family
from dispatch_tui.roi.failures.prior import Prior, rated
from dispatch_tui.roi.failures.records import NO_HISTORY, Span, UnitRecord, unit_record
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
    """What is on record of a model: its units' failures, and what mending them cost."""

    units: tuple[UnitRecord, ...] = ()
    events: tuple[PricedEvent, ...] = ()

    @property
    def failures(self) -> int:
        return sum(unit.count for unit in self.units)


NOTHING = ModelRecord()


def model_record(
    connection: Connection, model_id: int | None, currency: str, now: datetime, *, without: int | None = None
) -> ModelRecord:
    """The units of a model on record, one of them left out; costs in another currency do not count."""
    if model_id is None:
        return NOTHING
    units = fleet_records.fleet_units(connection, model_id, UNITS)
    failures: dict[int, list[FleetFailure]] = {}
    for one in fleet_records.fleet_failures(connection, model_id, failure_kinds=FAILURE_KINDS):
        failures.setdefault(one.unit_id, []).append(one)
    records, events = [], []
    for unit in units:
        if unit.id == without or (unit.until or now) <= unit.since:
            continue
        mine = failures.get(unit.id, [])
        records.append(_record(unit, mine, now))
        events += _priced(str(unit.id), mine, currency, now)
    return ModelRecord(tuple(records), tuple(events))


def unit_failing(
    history: History | None,
    installed_at: datetime | None,
    model: ModelRecord,
    rating: Prior | None,
    now: datetime,
) -> Failing:
    """How a unit fails, from its own history and the other units of its model.

    Never refuses: with nothing on record it is the rating, else a wide guess, flagged as such by the fit.
    """
    own, age = own_record(history, installed_at, now)
    events = list(model.events)
    if history is not None:
        events += [
            PricedEvent(OWN, one.amount, (now - one.at) / YEAR) for one in history.failures if one.amount > 0
        ]
    units = (*model.units, own) if own.windows else model.units
    fit = fit_fleet(units, prior=rating)
    return Failing(fit, fit_costs(events, assumed=UNPRICED), own, age)


OWN = "this unit"
"""What the unit is called among its fleet."""


def own_record(
    history: History | None, installed_at: datetime | None, now: datetime, name: str = OWN
) -> tuple[UnitRecord, float]:
    """What is on record of a unit's failures, and its age today."""
    if history is None:
        return NO_HISTORY, _age(now, installed_at) if installed_at else 0.0
    start = installed_at or history.window.start
    span = Span(_age(history.window.start, start), _age(history.window.end, start))
    failures = [_age(one.at, start) for one in history.failures]
    return unit_record(name, (span,), failures), _age(now, start)


def new_failing(today: Failing, model: ModelRecord, rating: Prior | None) -> Failing:
    """How a new unit of another model fails: by its own fleet, its rating, else as today's model does."""
    prior = rating or from_family(today.fit)
    fit: FleetFit = fit_fleet(model.units, prior=prior) if model.units or rating else _as_new(today, prior)
    costs = fit_costs(model.events, assumed=UNPRICED) if model.events else today.costs
    return Failing(fit, costs, NO_HISTORY)


def rating(mtbf_hours: float | None, hours_a_year: float | None) -> Prior | None:
    """The catalogue's mean time between failures, by the calendar; ``None`` where either is not known."""
    if not mtbf_hours or not hours_a_year or mtbf_hours < 0 or hours_a_year < 0:
        return None
    return rated(mtbf_hours / hours_a_year)


def _as_new(today: Failing, prior: Prior) -> FleetFit:
    return today.fit if today.fit.units else fit_fleet((), prior=prior)


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
