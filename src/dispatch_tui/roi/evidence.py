"""Figures that lead to the record: the visits of a unit, what they cost, how long it stood still."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.history import CostEvent, YearCost
from dispatch_tui.roi.marks import Origin, Source


def cost_of_year(year: YearCost) -> Figure:
    """What a calendar year of a unit's history cost, visit by visit."""
    seen = (
        f"{year.observed:.0%} of the year is on record" if year.partial else "every visit of the year, added"
    )
    visits = amounts(year.events)
    return Figure(f"year.{year.year}", f"Costs of {year.year}", year.total, Unit.MONEY, seen, inputs=visits)


def amounts(events: Iterable[CostEvent]) -> tuple[Figure, ...]:
    """What each visit cost."""
    return tuple(_event(event, event.amount, Unit.MONEY) for event in events)


def hours(events: Iterable[CostEvent]) -> tuple[Figure, ...]:
    """How long the unit was down at each visit that says so."""
    return tuple(_event(event, event.downtime_hours, Unit.HOURS) for event in events if event.downtime_hours)


def _event(event: CostEvent, value: float, unit: Unit) -> Figure:
    label = f"{event.at:%Y-%m-%d} {event.label}".strip()
    return Figure(
        f"event.{event.ref}", label, value, unit, "", Origin(Source.HISTORY, event.ref), ref=event.ref
    )
