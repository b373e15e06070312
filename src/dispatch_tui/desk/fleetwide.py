"""Every unit of a customer, or of all: what replacing each would save. Reads only.

Each model is fitted once, with all its units; a unit is set against the first model of its family that has a price,
as on its own panel. Two things differ from there: ages are always years, and a rating in hours is turned into years by
what the model's units are used on average.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from zlib import crc32

from sqlalchemy.engine import Connection

from dispatch_tui.desk.challengers import catalogued, hours_a_year
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.failing import NOTHING, UNPRICED, model_record, new_failing, own_record, rating
from dispatch_tui.desk.prefilled import Facts, Recorded, prefilled, recorded
from dispatch_tui.desk.workers import compared
from dispatch_tui.roi.failures.event_costs import fit_costs
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.many import FLEET_PATHS, Batch, Outcome
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import fleet, fleet_facts, units
from dispatch_tui.store.fleet import CatalogueModel
from dispatch_tui.store.units import Cover, UnitCard

SEED = 1
_CHALLENGERS = 500
_BATCH = 250
"""Units that are read and handed to a process at a time."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The outcomes, the unit whose replacement saves most first; units without an answer come last."""

    outcomes: tuple[Outcome, ...]
    at: datetime

    @property
    def currency(self) -> str:
        """The one of most units."""
        seen = [one.currency for one in self.outcomes]
        return max(sorted(set(seen)), key=seen.count) if seen else ""


def whole_fleet(
    desk: Desk,
    settings: RoiSettings,
    customer_id: int | None = None,
    *,
    paths: int = FLEET_PATHS,
    progress: Callable[[int, int], None] = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Fleet | None:
    """Compare every unit in service; ``None`` where ``stop`` said so before the end.

    ``progress`` hears how many units are done, and of how many. Blocks: call it beside the event loop.
    """
    now = desk.clock.now()
    with desk.store.read() as connection:
        by_model = fleet_facts.units_in_service(connection, now, customer_id)
        whose = fleet_facts.owners(connection, customer_id)
        total = sum(map(len, by_model.values()))
        found: list[Outcome] = []
        progress(0, total)
        batches = _batches(connection, by_model, settings, now)
        for some in compared(batches, seed=SEED, paths=paths, stop=stop):
            found += [replace(one, customer=whose.get(one.unit_id, "")) for one in some]
            progress(len(found), total)
    if len(found) < total:
        return None
    found.sort(key=lambda one: (bool(one.problem), -one.saving, one.unit, one.unit_id))
    return Fleet(tuple(found), now)


def _batches(
    connection: Connection, by_model: dict[int | None, list[int]], settings: RoiSettings, now: datetime
) -> Iterator[Batch]:
    named = fleet_facts.own_agreements(connection)
    covers: dict[tuple[int | None, int | None], list[Cover]] = {}

    def cover(card: UnitCard) -> list[Cover]:
        if card.id in named:
            return units.covers(connection, card)
        place = (card.customer_id, card.site_id)
        if place not in covers:
            covers[place] = units.covers(connection, card)
        return covers[place]

    for model_id, ids in by_model.items():
        models: dict[str, _Model] = {}
        for index, start in enumerate(range(0, len(ids), _BATCH)):
            by_currency: dict[str, list[_Unit]] = {}
            for unit in _read(connection, ids[start : start + _BATCH], cover, settings, now):
                by_currency.setdefault(unit.said.currency, []).append(unit)
            for currency, some in sorted(by_currency.items()):
                if currency not in models:
                    models[currency] = _model(connection, model_id, some, currency, now)
                inputs = tuple(_inputs(one, models[currency], settings, now) for one in some)
                apart = crc32(f"{model_id} {currency} {index}".encode())
                yield Batch(tuple(one.card.id for one in some), inputs, apart)


@dataclass(frozen=True, slots=True)
class _Unit:
    card: UnitCard
    facts: Facts
    said: Recorded

    @property
    def hours_a_year(self) -> float | None:
        return hours_a_year(self.card.meter_unit, self.said.meter or self.card.usage_per_year)


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """What the units of a model share, in one currency; ``new`` is how the challenger fails."""

    failing: Failing
    fresh: Failing
    challenger: CatalogueModel | None
    new: Failing


def _read(
    connection: Connection,
    ids: list[int],
    cover: Callable[[UnitCard], list[Cover]],
    settings: RoiSettings,
    now: datetime,
) -> Iterator[_Unit]:
    visits = fleet_facts.done_visits(connection, ids)
    meters = fleet_facts.readings(connection, ids)
    quotes = fleet_facts.latest_quotes(connection, ids)
    for card in fleet_facts.cards(connection, ids):
        facts = Facts(visits.get(card.id, []), meters.get(card.id, []), cover(card), quotes.get(card.id))
        yield _Unit(card, facts, recorded(card, facts, settings, now))


def _model(
    connection: Connection, model_id: int | None, some: list[_Unit], currency: str, now: datetime
) -> _Model:
    card = some[0].card
    used = [one.hours_a_year for one in some if one.hours_a_year]
    hours = fmean(used) if used else None
    record = model_record(connection, model_id, currency, now)
    fit = fit_fleet(record.units, prior=rating(card.rated_mtbf_hours, hours))
    failing = Failing(fit, fit_costs(record.events, assumed=UNPRICED))
    fresh = new_failing(failing, NOTHING, None)
    family = [
        one
        for one in fleet.catalogue(connection, card.family, _CHALLENGERS)
        if one.id != model_id and one.family and one.family == card.family
    ]
    if not family:
        return _Model(failing, fresh, None, fresh)
    challenger = family[0]
    theirs = model_record(connection, challenger.id, currency, now)
    return _Model(
        failing, fresh, challenger, new_failing(failing, theirs, rating(challenger.rated_mtbf_hours, hours))
    )


def _inputs(unit: _Unit, model: _Model, settings: RoiSettings, now: datetime) -> Inputs:
    card = unit.card
    own, age = own_record(unit.said.history, card.installed_at, now, str(card.id))
    failing = replace(model.failing, unit=own, age=age)
    inputs = prefilled(card, unit.facts, unit.said, failing, model.fresh, settings, now)
    if model.challenger is None:
        return inputs
    known = inputs.repair is not None
    return replace(
        catalogued(inputs, model.challenger),
        new_failing=model.new,
        new_repair=model.new.costs.mean if known else None,
    )
