"""By which clock a model ages: hours of use, where its meters tell them, or the calendar.

Whichever would have forecast better what came later, on the units that a meter was read of
(:mod:`dispatch_tui.roi.failures.clock_choice`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.clock_choice import HeldOut, choose_clock
from dispatch_tui.roi.failures.prior import Prior
from dispatch_tui.roi.failures.records import AgeClock, Span, UnitRecord, ages_on_meter, unit_record

ENOUGH = 0.8
"""Hours are asked for only where the metered units have this share of the failures on record: the others would not
count."""

_LEARNT_FROM = 0.5
"""The part of each unit's record that the clocks are fitted to; the rest is what they are asked for. In simulated
fleets of sixty units a half told them apart every time, more of the record less surely."""
_SHORTEST = 0.25
"""Readings must span this part of a year."""

Meter = Sequence[tuple[float, float]]
"""Readings of a meter, in hours, by the unit's age in years."""


@dataclass(frozen=True, slots=True)
class Metered:
    """A unit's record by both clocks; ``pace`` is its hours of use a year."""

    years: UnitRecord
    hours: UnitRecord
    cut: tuple[float, float]
    """Where the part held out begins, in years and in hours."""
    pace: float


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock, and why, in a sentence for people."""

    clock: AgeClock
    why: str


def metered(record: UnitRecord, meter: Meter) -> Metered | None:
    """The record by hours too; ``None`` where the readings do not tell them."""
    ages = [age for age, _ in meter]
    if not record.windows or not ages or max(ages) - min(ages) < _SHORTEST:
        return None
    edges = [edge for one in record.windows for edge in (one.start, one.end)]
    last = record.windows[-1]
    cut = last.start + _LEARNT_FROM * (last.end - last.start)
    try:
        hours, _flags = ages_on_meter(meter, [*edges, *record.failures, cut])
    except InvalidInput:
        return None  # a meter that stood still counts no hours
    spans = [
        Span(a, b) for a, b in zip(hours[: len(edges) : 2], hours[1 : len(edges) : 2], strict=True) if b > a
    ]
    if len(spans) < len(record.windows):
        return None
    failures = hours[len(edges) : -1]
    by_hours = unit_record(record.unit, spans, failures)
    return Metered(record, by_hours, (cut, hours[-1]), hours[len(edges) - 1] / edges[-1])


def choose(
    units: Sequence[UnitRecord], known: Sequence[Metered], by_years: Prior | None, by_hours: Prior | None
) -> Clock:
    """The clock of a model; ``units`` are all of it by the calendar, ``known`` those with hours. Its rating is given by
    either clock."""
    failures = sum(one.count for one in units)
    by_meter = sum(one.years.count for one in known)
    if not known or by_meter < ENOUGH * failures:
        return Clock(AgeClock.YEARS, "Ages are years: too few of its units have meter readings in hours.")
    pace = sum(one.pace for one in known) / len(known)
    held_out = [HeldOut(one.hours, one.years, one.cut[1], one.cut[0]) for one in known]
    try:
        choice = choose_clock(held_out, use_per_year=pace, by_hours=by_hours, by_years=by_years)
    except InvalidInput:
        return Clock(
            AgeClock.YEARS, "Ages are years: fewer than three units have a long enough record in hours."
        )
    scores = (
        f"on {len(known)} units held out, score {choice.hours:.2f} by hours and {choice.years:.2f} by years"
    )
    if choice.clear:
        return Clock(choice.clock, f"Ages are {choice.clock.value}: they forecast better {scores}.")
    return Clock(
        choice.clock,
        f"Ages are hours: use is what wears it, and neither clock forecast clearly better {scores}.",
    )


def by_use(prior: Prior, hours_a_year: float) -> Prior:
    """A prior by the calendar as one by hours of use; with the inverse, the other way round."""
    span = prior.span_of(1.0) * hours_a_year
    return replace(prior, mtbf=prior.mtbf * hours_a_year, span=span)
