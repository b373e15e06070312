"""Repair or replace, put together for one unit: what the records say becomes the inputs of the comparison.

Reads only. Every input tells where it came from; what nobody knows stays open, for the operator to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.unit_record import READINGS, currency_of, recorded_history
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.roi.costs import FAILURE_KINDS, YEAR
from dispatch_tui.roi.forecast import DOWNTIME, OTHER_WORK, REPAIRS, Fleet, RepairForecast, forecast
from dispatch_tui.roi.inputs import CONTRACT, ENERGY, Inputs
from dispatch_tui.roi.marks import Flag, Origin, Source
from dispatch_tui.roi.usage import Reading, recorded_usage
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import fleet, unit_history, units
from dispatch_tui.store.fleet import CatalogueModel
from dispatch_tui.store.unit_history import UnitVisit
from dispatch_tui.store.units import UnitCard

_CHALLENGERS = 500
_HISTORY = Origin(Source.HISTORY)
_SETTINGS = Origin(Source.ASSUMED, "settings")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the comparison of one unit starts from; ``challengers`` are the models that could replace it."""

    card: UnitCard
    inputs: Inputs
    challengers: tuple[CatalogueModel, ...]


def suggest(desk: Desk, unit_id: int, settings: RoiSettings) -> Suggestion:
    """Prefill the comparison for a unit, with the first challenger of its family where the catalogue has one.

    Raises ``NotFound`` for an unknown unit.
    """
    now = desk.clock.now()
    with desk.store.read() as connection:
        card = units.unit_card(connection, unit_id)
        inputs = _known(connection, card, settings, now)
        challengers = tuple(
            one for one in fleet.catalogue(connection, card.family, _CHALLENGERS) if one.id != card.model_id
        )
    family = next((one for one in challengers if one.family and one.family == card.family), None)
    if family is not None:
        inputs = against(inputs, family)
    return Suggestion(card, inputs, challengers)


def against(inputs: Inputs, model: CatalogueModel) -> Inputs:
    """The inputs with another challenger; what was typed for the last one is replaced by the catalogue's facts.

    A model without rated failures is taken to need the repairs of the fleet, or of the unit itself: nothing
    is claimed for it that nobody has said.
    """
    origin = Origin(Source.CATALOGUE, model.name)
    known = model.currency in ("", inputs.currency)
    energy = (model.energy_minor or 0) + (model.consumables_minor or 0) if known else 0
    repairs, repairs_origin = _rated_repairs(inputs, model)
    found: dict[str, tuple[Any, Origin]] = {
        "challenger.price": (model.price_minor if known else None, origin),
        "challenger.changeover": ((model.install_minor or 0) if known else 0, origin),
        "challenger.life": (round(model.rated_life_years) if model.rated_life_years else None, origin),
        f"challenger.{REPAIRS}.free_years": ((model.warranty_months or 0) / 12, origin),
        f"challenger.{REPAIRS}": (repairs, repairs_origin),
        f"challenger.{OTHER_WORK}": (inputs.other_work, Origin(Source.ASSUMED, "as the unit's")),
        f"challenger.{ENERGY}": (energy, origin),
        f"challenger.{CONTRACT}": ((model.contract_minor or 0) if known else 0, origin),
    }
    flags = tuple(flag for flag in inputs.flags if flag.code != "challenger_currency")
    if not known:
        words = f"{model.name} is priced in {model.currency}: enter its price in {inputs.currency}."
        flags += (Flag("challenger_currency", words),)
    changed: dict[str, Any] = {_ATTRIBUTE[key]: value for key, (value, _) in found.items()}
    origins = {**inputs.origins, **{key: one for key, (_, one) in found.items()}}
    return replace(inputs, challenger=model.name, flags=flags, origins=origins, **changed)


_ATTRIBUTE: Mapping[str, str] = {
    "challenger.price": "price",
    "challenger.changeover": "changeover",
    "challenger.life": "life",
    f"challenger.{REPAIRS}.free_years": "warranty",
    f"challenger.{REPAIRS}": "new_repairs",
    f"challenger.{OTHER_WORK}": "new_other_work",
    f"challenger.{ENERGY}": "new_energy",
    f"challenger.{CONTRACT}": "new_contract",
}


def _known(connection: Connection, card: UnitCard, settings: RoiSettings, now: datetime) -> Inputs:
    """What the records say of the unit itself."""
    visits = unit_history.all_done_visits(connection, card.id)
    currency = currency_of(card, visits, settings.currency)
    expected, flags = _forecast(connection, card, visits, currency, now)
    meter, meter_flags = recorded_usage(
        [Reading(one.read_at, one.value) for one in unit_history.readings(connection, card.id, READINGS)]
    )
    origins = {
        f"defender.{REPAIRS}": Origin(
            Source.HISTORY if expected and not expected.prior_only else Source.FLEET
        ),
        f"defender.{OTHER_WORK}": _HISTORY,
        f"defender.{DOWNTIME}": _HISTORY,
        f"defender.{ENERGY}": Origin(Source.CATALOGUE, card.model),
        f"defender.{CONTRACT}": Origin(Source.CATALOGUE, card.model),
        f"defender.{DOWNTIME}.price": _SETTINGS,
        "rate": _SETTINGS,
        "horizon": _SETTINGS,
        "usage": Origin(Source.CATALOGUE, "unit record") if card.usage_per_year else _HISTORY,
    }
    quote, quote_flags = _quote(connection, card, currency, origins, now)
    return Inputs(
        unit=card.serial or card.name or f"unit {card.id}",
        challenger="",
        currency=currency,
        quote=quote,
        repairs=expected.per_year if expected else None,
        other_work=expected.other_per_year if expected else 0.0,
        energy=float((card.energy_minor or 0) + (card.consumables_minor or 0)),
        contract=float(card.contract_minor or 0),
        downtime=expected.downtime_hours_per_year if expected else 0.0,
        horizon=settings.horizon_years,
        rate=settings.rate,
        downtime_price=round(settings.downtime_cost_per_hour * 100),
        expected_usage=card.usage_per_year or meter,
        recorded_usage=meter,
        meter_unit=card.meter_unit,
        age_years=(now - card.installed_at) / YEAR if card.installed_at else None,
        rated_life=card.rated_life_years,
        forecast=expected,
        origins=origins,
        flags=(*flags, *meter_flags, *quote_flags),
    )


def _quote(
    connection: Connection, card: UnitCard, currency: str, origins: dict[str, Origin], now: datetime
) -> tuple[int | None, tuple[Flag, ...]]:
    """The latest repair quote; its origin is added to ``origins``."""
    quote = fleet.latest_quote(connection, card.id)
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


def _forecast(
    connection: Connection, card: UnitCard, visits: list[UnitVisit], currency: str, now: datetime
) -> tuple[RepairForecast | None, tuple[Flag, ...]]:
    record = recorded_history(visits, card, currency, now)
    if record is None:
        return None, (Flag("no_history", "Nothing is on record for this unit."),)
    sums = fleet.fleet_sums(connection, card, currency, now, failure_kinds=FAILURE_KINDS)
    try:
        return forecast(record, Fleet(*sums)), ()
    except InvalidInput as nothing:
        return None, (Flag("no_failures", f"{nothing.reason[:1].upper()}{nothing.reason[1:]}."),)


def _rated_repairs(inputs: Inputs, model: CatalogueModel) -> tuple[float | None, Origin]:
    """Yearly repairs of a new unit at today's use: rated failures times what one costs here."""
    expected = inputs.forecast
    hours = inputs.recorded_usage or inputs.expected_usage if inputs.meter_unit.startswith("h") else None
    if expected is not None and model.rated_mtbf_hours and hours:
        failures = hours / model.rated_mtbf_hours
        return failures * expected.cost_per_failure, Origin(
            Source.CATALOGUE, f"{failures:.2f} failures a year"
        )
    if expected is not None and expected.fleet is not None:
        return expected.model_rate * expected.fleet.cost_per_failure, Origin(Source.FLEET, "as today's model")
    return inputs.repairs, Origin(Source.ASSUMED, "as the unit's")


def challenger_named(suggestion: Suggestion, name: str) -> CatalogueModel:
    """The challenger of that name, upper and lower case alike. Raises ``NotFound``."""
    for one in suggestion.challengers:
        if one.name.casefold() == name.strip().casefold():
            return one
    raise NotFound("challenger", name, "Only models with a price can replace a unit.")
