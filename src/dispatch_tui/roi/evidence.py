"""What a yearly cost rests on: the unit's visits, its fleet, or a price and a quantity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dispatch_tui.roi.costs import CostEvent, Stream, YearCost
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.forecast import DOWNTIME, OTHER_WORK, REPAIRS, RepairForecast
from dispatch_tui.roi.marks import ASSUMED, Origin, Source
from dispatch_tui.roi.replacement import Case

DEFENDER, CHALLENGER = "keep", "replace"
"""First part of a figure's key: which way forward it belongs to."""

_INPUT_SIDE = {DEFENDER: "defender", CHALLENGER: "challenger"}


def given(case: Case, key: str, label: str, value: float | None, unit: Unit) -> Figure:
    """An input of the case with whoever said so; ``key`` is its name in ``case.origins``."""
    return Figure(key, label, value, unit, "", case.origins.get(key, ASSUMED))


def made_of(case: Case, key: str, stream: Stream) -> tuple[Figure, ...]:
    """The inputs behind one way's stream: its yearly amount, then escalator and warranty where there are any."""
    path = f"{_INPUT_SIDE[key]}.{stream.name}"
    label = f"{stream.name.capitalize()} a year, today's prices"
    base = given(case, path, label, stream.per_year, Unit.MONEY_A_YEAR)
    recorded = key == DEFENDER and base.origin.source is not Source.OPERATOR
    forecast = case.defender.forecast if recorded else None
    if stream.quantity is not None:
        base = _priced(case, base, stream, forecast)
    elif forecast is not None and stream.name == REPAIRS:
        base = _repairs(base, forecast, case.defender.usage)
    elif forecast is not None and stream.name == OTHER_WORK:
        visits = _amounts(forecast.history.other)
        base = replace(base, formula="other work on record per observed year", inputs=visits)
    found = [base]
    if stream.escalator:
        found.append(given(case, "escalator", "Prices rise by", stream.escalator, Unit.RATE))
    if stream.free_years:
        found.append(given(case, f"{path}.free_years", "Free of charge for", stream.free_years, Unit.YEARS))
    return tuple(found)


def cost_of_year(year: YearCost) -> Figure:
    """What a calendar year of a unit's history cost, visit by visit."""
    seen = (
        f"{year.observed:.0%} of the year is on record" if year.partial else "every visit of the year, added"
    )
    visits = _amounts(year.events)
    return Figure(f"year.{year.year}", f"Costs of {year.year}", year.total, Unit.MONEY, seen, inputs=visits)


def _priced(case: Case, base: Figure, stream: Stream, forecast: RepairForecast | None) -> Figure:
    if stream.quantity is None:
        return base
    what = stream.quantity.unit
    visits = _hours(forecast.history.events) if forecast is not None and stream.name == DOWNTIME else ()
    amount = Figure(
        f"{base.key}.quantity",
        f"{what} a year",
        stream.quantity.per_year,
        Unit.PER_YEAR,
        "hours on record per observed year" if visits else "",
        base.origin,
        visits,
    )
    price = given(case, f"{base.key}.price", f"Price of one {what}", stream.quantity.price, Unit.MONEY)
    return replace(base, formula="quantity times price", inputs=(amount, price))


def _repairs(base: Figure, expected: RepairForecast, usage: float) -> Figure:
    own = expected.history.failures
    seen = f"in {expected.history.window.years:.1f} years of observation"
    record = Figure(
        "record", "Failures on record", len(own), Unit.COUNT, seen, Origin(Source.HISTORY), _amounts(own)
    )
    rate_words, cost_words, fleet = _fleet(expected)
    rate = Figure(
        "failures",
        "Failures a year",
        expected.failures_per_year,
        Unit.PER_YEAR,
        rate_words,
        inputs=(record, *fleet),
    )
    cost = Figure(
        "cost_per_failure",
        "Cost of one",
        expected.cost_per_failure,
        Unit.MONEY,
        cost_words,
        inputs=(record, *fleet),
    )
    if usage == 1:
        return replace(base, formula="failures a year times cost of one", inputs=(rate, cost))
    use = Figure("usage", "Expected over recorded use", usage, Unit.FACTOR)
    return replace(base, formula="failures a year times cost of one times use", inputs=(rate, cost, use))


def _fleet(expected: RepairForecast) -> tuple[str, str, tuple[Figure, ...]]:
    """How rate and cost of one came about, in words, and what the fleet contributes to them."""
    fleet = expected.fleet
    if fleet is None:
        return "failures on record per observed year", "mean of the repairs on record", ()
    weight = f"{fleet.weight:.1f}"
    rate_words = (
        f"the model's rate times ({weight} + own failures) / ({weight} + failures likely at that rate); the unit's "
        f"own record decides {expected.own_weight:.0%}"
    )
    cost_words = f"own repairs and {weight} at the fleet's mean, averaged"
    origin = Origin(Source.FLEET, f"{fleet.units} other units, {fleet.unit_years:.0f} unit-years")
    figures = (
        Figure(
            "model.rate",
            "Model: failures a unit and year",
            expected.model_rate,
            Unit.PER_YEAR,
            f"{fleet.failures} failures of the others and this unit's own, by all their years on record",
            origin,
        ),
        Figure("fleet.cost", "Fleet: cost of one", fleet.cost_per_failure, Unit.MONEY, "", origin),
    )
    return rate_words, cost_words, figures


def _amounts(events: Iterable[CostEvent]) -> tuple[Figure, ...]:
    return tuple(_event(event, event.amount, Unit.MONEY) for event in events)


def _hours(events: Iterable[CostEvent]) -> tuple[Figure, ...]:
    return tuple(_event(event, event.downtime_hours, Unit.HOURS) for event in events if event.downtime_hours)


def _event(event: CostEvent, value: float, unit: Unit) -> Figure:
    label = f"{event.at:%Y-%m-%d} {event.label}".strip()
    return Figure(
        f"event.{event.ref}", label, value, unit, "", Origin(Source.HISTORY, event.ref), ref=event.ref
    )
