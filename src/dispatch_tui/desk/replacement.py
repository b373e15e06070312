"""Repair or replace, put together for one unit: what the records say becomes the inputs of the comparison.

Reads only. Every input tells where it came from; what nobody knows stays open, for the operator to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.failing import (
    NOTHING,
    ModelRecord,
    model_record,
    new_failing,
    rating,
    unit_failing,
)
from dispatch_tui.desk.unit_record import READINGS, currency_of, recorded_history
from dispatch_tui.errors import NotFound
from dispatch_tui.roi.costs import CONTRACT, DOWNTIME, ENERGY, OTHER_WORK
from dispatch_tui.roi.failures.event_costs import unit_mean
from dispatch_tui.roi.failures.forecast import flags as forecast_flags
from dispatch_tui.roi.history import YEAR, History
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.usage import Reading, recorded_usage
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import fleet, unit_history, units
from dispatch_tui.store.fleet import CatalogueModel, UnitQuote
from dispatch_tui.store.unit_history import MeterReading, UnitVisit
from dispatch_tui.store.units import Cover, UnitCard

_CHALLENGERS = 500
_HISTORY = Origin(Source.HISTORY)
_SETTINGS = Origin(Source.ASSUMED, "settings")
_AS_TODAYS = Origin(Source.ASSUMED, "as today's model when new")


_ON_RECORD = 8
"""For how many challengers of the unit's family their own units on record are read."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the comparison of one unit starts from; ``challengers`` are the models that could replace it, ``records``
    what is on record of some of them, by their id; ``history`` is the unit's own."""

    card: UnitCard
    inputs: Inputs
    history: History | None
    challengers: tuple[CatalogueModel, ...]
    records: Mapping[int, ModelRecord] = field(default_factory=dict)

    def against(self, inputs: Inputs, model: CatalogueModel) -> Inputs:
        """The inputs with another challenger, and what is on record of it."""
        return against(inputs, model, self.records.get(model.id, NOTHING))

    def named(self, inputs: Inputs, challenger: str) -> Inputs:
        """The inputs with the challenger of that name; as they are where the catalogue has none such."""
        model = next((one for one in self.challengers if one.name == challenger), None)
        return inputs if model is None else self.against(inputs, model)


def suggest(desk: Desk, unit_id: int, settings: RoiSettings) -> Suggestion:
    """Prefill the comparison for a unit, with the first challenger of its family where the catalogue has one.

    Raises ``NotFound`` for an unknown unit.
    """
    now = desk.clock.now()
    with desk.store.read() as connection:
        card = units.unit_card(connection, unit_id)
        inputs, history = _known(connection, card, settings, now)
        challengers = tuple(
            one for one in fleet.catalogue(connection, card.family, _CHALLENGERS) if one.id != card.model_id
        )
        family = [one for one in challengers if one.family and one.family == card.family]
        records = {
            one.id: model_record(connection, one.id, inputs.currency, now) for one in family[:_ON_RECORD]
        }
    suggestion = Suggestion(card, inputs, history, challengers, records)
    if family:
        suggestion = replace(suggestion, inputs=suggestion.against(inputs, family[0]))
    return suggestion


def against(inputs: Inputs, model: CatalogueModel, record: ModelRecord = NOTHING) -> Inputs:
    """The inputs with another challenger; what was typed for the last one is replaced by what is known of this one.

    A model without a record or a rating is taken to fail as today's does when new: nothing is claimed for it that
    nobody has said.
    """
    found = _new_failures(inputs, model, record)
    changed: dict[str, Any] = {name: value for name, (_, value, _) in found.items()}
    priced = catalogued(inputs, model)
    origins = {**priced.origins, **{key: said for key, _, said in found.values() if key}}
    return replace(priced, origins=origins, **changed)


def catalogued(inputs: Inputs, model: CatalogueModel) -> Inputs:
    """The inputs with what the catalogue says of a challenger; how it fails is left as it was."""
    origin = Origin(Source.CATALOGUE, model.name)
    known = model.currency in ("", inputs.currency)
    energy = (model.energy_minor or 0) + (model.consumables_minor or 0) if known else 0
    found: dict[str, tuple[str, Any, Origin]] = {
        "price": ("challenger.price", model.price_minor if known else None, origin),
        "changeover": ("challenger.changeover", (model.install_minor or 0) if known else 0, origin),
        "overrun": ("challenger.overrun", inputs.overrun, ASSUMED),
        "life": (
            "challenger.life",
            max(1, round(model.rated_life_years)) if model.rated_life_years else None,
            origin,
        ),
        "warranty": ("challenger.covered", (model.warranty_months or 0) / 12, origin),
        "new_other_work": (
            f"challenger.{OTHER_WORK}",
            inputs.other_work,
            Origin(Source.ASSUMED, "as the unit's"),
        ),
        "new_energy": (f"challenger.{ENERGY}", energy, origin),
        "new_contract": (f"challenger.{CONTRACT}", (model.contract_minor or 0) if known else 0, origin),
    }
    flags = tuple(flag for flag in inputs.flags if flag.code != "challenger_currency")
    if not known:
        words = f"{model.name} is priced in {model.currency}: enter its price in {inputs.currency}."
        flags += (Flag("challenger_currency", words),)
    changed: dict[str, Any] = {name: value for name, (_, value, _) in found.items()}
    origins = {**inputs.origins, **{key: said for key, _, said in found.values() if key}}
    return replace(inputs, challenger=model.name, flags=flags, origins=origins, **changed)


def _new_failures(
    inputs: Inputs, model: CatalogueModel, record: ModelRecord
) -> dict[str, tuple[str, Any, Origin]]:
    if inputs.failing is None:
        return {}
    said = rating(model.rated_mtbf_hours, hours_a_year(inputs.meter_unit, inputs.recorded_usage))
    failing = new_failing(inputs.failing, record, said)
    if record.failures:
        source = Origin(Source.FLEET, f"{len(record.units)} units on record")
    else:
        source = Origin(Source.CATALOGUE, "rated") if said else _AS_TODAYS
    repair: float | None = inputs.repair
    if inputs.repair is not None:
        repair = failing.costs.mean
    return {
        "new_failing": ("", failing, source),
        "new_failures": ("challenger.failures", failing.yearly, source),
        "new_repair": (
            "challenger.repair",
            repair,
            Origin(Source.FLEET, "its own units")
            if record.events
            else Origin(Source.FLEET, "as today's model"),
        ),
    }


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database has of one unit: finished visits, meter readings, agreements, the latest repair quote."""

    visits: list[UnitVisit]
    readings: list[MeterReading]
    covers: list[Cover]
    quote: UnitQuote | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the facts say: ``meter`` is use a year."""

    currency: str
    history: History | None
    meter: float | None
    meter_flags: tuple[Flag, ...]


def recorded(card: UnitCard, facts: Facts, settings: RoiSettings, now: datetime) -> Recorded:
    """Read the facts of a unit."""
    currency = currency_of(card, facts.visits, settings.currency)
    meter, flags = recorded_usage([Reading(one.read_at, one.value) for one in facts.readings])
    return Recorded(currency, recorded_history(facts.visits, card, currency, now), meter, flags)


def _known(
    connection: Connection, card: UnitCard, settings: RoiSettings, now: datetime
) -> tuple[Inputs, History | None]:
    """What the records say of the unit itself."""
    facts = Facts(
        unit_history.all_done_visits(connection, card.id),
        unit_history.readings(connection, card.id, READINGS),
        units.covers(connection, card),
        fleet.latest_quote(connection, card.id),
    )
    said = recorded(card, facts, settings, now)
    model = model_record(connection, card.model_id, said.currency, now, without=card.id)
    rated = rating(card.rated_mtbf_hours, hours_a_year(card.meter_unit, said.meter or card.usage_per_year))
    failing = unit_failing(said.history, card.installed_at, model, rated, now)
    fresh = new_failing(failing, NOTHING, None)
    cautions = _cautions(failing, settings.horizon_years)
    inputs = prefilled(card, facts, said, failing, fresh, settings, now, cautions)
    origins = {**inputs.origins, "defender.failures": _failures_origin(failing, model)}
    stated = replace(inputs, failures=failing.yearly, new_failures=fresh.yearly, origins=origins)
    return stated, said.history


def prefilled(
    card: UnitCard,
    facts: Facts,
    said: Recorded,
    failing: Failing,
    fresh: Failing,
    settings: RoiSettings,
    now: datetime,
    cautions: Sequence[Flag] = (),
) -> Inputs:
    """The inputs of a unit, apart from failures a year, which take longer than all the rest."""
    record = said.history
    horizon = settings.horizon_years
    covered, cover_origin = _cover(facts.covers, card, now)
    origins = {
        "defender.repair": Origin(Source.HISTORY if record and record.failures else Source.FLEET),
        "defender.hours_down": Origin(Source.HISTORY) if record and record.failures else ASSUMED,
        "defender.covered": cover_origin,
        f"defender.{OTHER_WORK}": _HISTORY,
        f"defender.{ENERGY}": Origin(Source.CATALOGUE, card.model),
        f"defender.{CONTRACT}": Origin(Source.CATALOGUE, card.model),
        f"defender.{DOWNTIME}.price": _SETTINGS,
        "challenger.failures": _AS_TODAYS,
        "rate": _SETTINGS,
        "horizon": _SETTINGS,
        "usage": Origin(Source.CATALOGUE, "unit record") if card.usage_per_year else _HISTORY,
    }
    quote, quote_flags = _quote(facts.quote, said.currency, origins, now)
    mean_down = [one.downtime_hours for one in record.failures] if record else []
    flags = list(record.flags if record else (Flag("no_history", "Nothing is on record for this unit."),))
    known = {flag.code for flag in flags}
    flags += [one for one in cautions if one.code not in known]
    return Inputs(
        unit=card.serial or card.name or f"unit {card.id}",
        challenger="",
        currency=said.currency,
        quote=quote,
        repair=unit_mean(failing.costs, failing.unit.unit) if failing.costs.events else None,
        hours_down=sum(mean_down) / len(mean_down) if mean_down else 0.0,
        covered=covered,
        other_work=sum(one.amount for one in record.other) / record.window.years if record else 0.0,
        energy=float((card.energy_minor or 0) + (card.consumables_minor or 0)),
        contract=float(card.contract_minor or 0),
        horizon=horizon,
        rate=settings.rate,
        downtime_price=round(settings.downtime_cost_per_hour * 100),
        expected_usage=card.usage_per_year or said.meter,
        recorded_usage=said.meter,
        meter_unit=card.meter_unit,
        age_years=(now - card.installed_at) / YEAR if card.installed_at else None,
        rated_life=card.rated_life_years,
        failing=failing,
        new_failing=fresh,
        origins=origins,
        flags=(*flags, *said.meter_flags, *quote_flags),
    )


def _failures_origin(failing: Failing, model: ModelRecord) -> Origin:
    own = failing.unit.count
    if own:
        note = f"{own} of its own, {model.failures} of its fleet's" if model.failures else f"{own} on record"
        return Origin(Source.HISTORY, note)
    if model.failures:
        return Origin(Source.FLEET, f"{len(model.units)} units on record")
    return ASSUMED if failing.fit.prior.nobody_said else Origin(Source.CATALOGUE, "rated")


def _cautions(failing: Failing, years: int) -> list[Flag]:
    """What a reader must know of the forecast over the years compared, and of the cost of one repair."""
    until = failing.age + years * failing.use
    return [*forecast_flags(failing.fit, failing.unit, until), *failing.costs.flags]


def _cover(covers: list[Cover], card: UnitCard, now: datetime) -> tuple[float, Origin]:
    """Years for which somebody else pays the repairs: the warranty, or an agreement for parts and labour."""
    if card.warranty_until is not None and card.warranty_until > now:
        return (card.warranty_until - now) / YEAR, Origin(Source.CATALOGUE, "warranty")
    for one in covers:
        words = one.cover.casefold()
        if one.ends_at is not None and one.ends_at > now and "parts" in words and "labour" in words:
            return (one.ends_at - now) / YEAR, Origin(Source.AGREEMENT, one.name)
    return 0.0, Origin(Source.CATALOGUE, "no warranty left") if card.warranty_until else ASSUMED


def hours_a_year(meter_unit: str, usage: float | None) -> float | None:
    """Use a year where the meter counts hours."""
    return usage if meter_unit.casefold().startswith("h") else None


def _quote(
    quote: UnitQuote | None, currency: str, origins: dict[str, Origin], now: datetime
) -> tuple[int | None, tuple[Flag, ...]]:
    """What the latest repair quote says; its origin is added to ``origins``."""
    if quote is None or quote.amount_minor is None:
        return None, ()
    if quote.currency not in ("", currency):
        return None, (Flag("quote_currency", f"The quote is in {quote.currency}: enter it in {currency}."),)
    origins["quote"] = Origin(Source.QUOTE, f"{quote.quoted_at:%Y-%m-%d} {quote.call_number}".strip())
    if quote.valid_until is not None and quote.valid_until < now:
        return quote.amount_minor, (
            Flag("quote_expired", f"The quote ran out on {quote.valid_until:%Y-%m-%d}."),
        )
    return quote.amount_minor, ()


def challenger_named(suggestion: Suggestion, name: str) -> CatalogueModel:
    """The challenger of that name, upper and lower case alike. Raises ``NotFound``."""
    for one in suggestion.challengers:
        if one.name.casefold() == name.strip().casefold():
            return one
    raise NotFound("challenger", name, "Only models with a price can replace a unit.")
