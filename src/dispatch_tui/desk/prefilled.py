"""The inputs of a comparison as the records of a unit have them: visits, readings, agreements, the latest quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.desk.challengers import AS_TODAYS
from dispatch_tui.desk.unit_record import currency_of, recorded_history
from dispatch_tui.roi.costs import CONTRACT, DOWNTIME, ENERGY, OTHER_WORK
from dispatch_tui.roi.failures.event_costs import unit_mean
from dispatch_tui.roi.history import YEAR, History
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.usage import Reading, recorded_usage
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store.fleet import UnitQuote
from dispatch_tui.store.unit_history import MeterReading, UnitVisit
from dispatch_tui.store.units import Cover, UnitCard
from dispatch_tui.text import digits_of

_HISTORY = Origin(Source.HISTORY)
_SETTINGS = Origin(Source.ASSUMED, "settings")


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
        "challenger.failures": AS_TODAYS,
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
        downtime_price=round(settings.downtime_cost_per_hour.scaleb(digits_of(said.currency))),
        expected_usage=card.usage_per_year or said.meter,
        recorded_usage=said.meter,
        meter_unit=card.meter_unit,
        age_years=(now - card.installed_at) / YEAR if card.installed_at else None,
        rated_life=card.rated_life_years,
        on=now.date(),
        failing=failing,
        new_failing=fresh,
        origins=origins,
        flags=(*flags, *said.meter_flags, *quote_flags),
    )


def _cover(covers: list[Cover], card: UnitCard, now: datetime) -> tuple[float, Origin]:
    """Years for which somebody else pays the repairs: the warranty, or an agreement for parts and labour."""
    if card.warranty_until is not None and card.warranty_until > now:
        return (card.warranty_until - now) / YEAR, Origin(Source.CATALOGUE, "warranty")
    for one in covers:
        words = one.cover.casefold()
        if one.ends_at is not None and one.ends_at > now and "parts" in words and "labour" in words:
            return (one.ends_at - now) / YEAR, Origin(Source.AGREEMENT, one.name)
    return 0.0, Origin(Source.CATALOGUE, "no warranty left") if card.warranty_until else ASSUMED


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
