"""What a way's yearly costs rest on: failures and the cost of one, the fleet behind them, prices and quantities."""

from __future__ import annotations

from dataclasses import replace

from dispatch_tui.roi import evidence
from dispatch_tui.roi.case import Case
from dispatch_tui.roi.costs import DOWNTIME, OTHER_WORK, REPAIRS, Running
from dispatch_tui.roi.failures.fleet import unit_factor
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.history import History
from dispatch_tui.roi.marks import ASSUMED, Origin, Source
from dispatch_tui.roi.outlook import Failing

DEFENDER, CHALLENGER = "defender", "challenger"
"""First part of an input's key: which way forward it belongs to."""


def given(case: Case, key: str, label: str, value: float | None, unit: Unit) -> Figure:
    """An input of the case with whoever said so; ``key`` is its name in ``case.origins``."""
    return Figure(key, label, value, unit, "", case.origins.get(key, ASSUMED))


def running_inputs(
    case: Case,
    side: str,
    name: str,
    running: Running,
    yearly: float,
    failing: Failing | None,
    record: History | None,
) -> tuple[Figure, ...]:
    """The inputs behind one line of running costs. ``yearly`` is the way's expected failures a year."""
    found: list[Figure] = []
    if name == REPAIRS:
        found = [_failures(case, side, yearly, failing, record), _repair(case, side, running, record)]
        if running.covered_years:
            found.append(
                given(case, f"{side}.covered", "Free of charge for", running.covered_years, Unit.YEARS)
            )
    elif name == DOWNTIME:
        found = [
            _failures(case, side, yearly, failing, record),
            _hours_down(case, running, record),
            given(
                case, f"{DEFENDER}.{DOWNTIME}.price", "Price of an hour down", running.hour_price, Unit.MONEY
            ),
        ]
    elif (stream := running.stream(name)) is not None:
        base = given(
            case,
            f"{side}.{name}",
            f"{name.capitalize()} a year, today's prices",
            stream.per_year,
            Unit.MONEY_A_YEAR,
        )
        if name == OTHER_WORK and record is not None and base.origin.source is Source.HISTORY:
            visits = evidence.amounts(record.other)
            base = replace(base, formula="other work on record per observed year", inputs=visits)
        found = [base]
    if found and running.escalator:
        found.append(given(case, "escalator", "Prices rise by", running.escalator, Unit.RATE))
    return tuple(found)


def _failures(
    case: Case, side: str, yearly: float, failing: Failing | None, record: History | None
) -> Figure:
    base = given(case, f"{side}.failures", "Failures a year, on average", yearly, Unit.PER_YEAR)
    if failing is None or base.origin.source is Source.OPERATOR:
        return base
    fit, own = failing.fit, unit_factor(failing.fit, failing.unit)
    growth = "rarer" if fit.beta < 1 else "more frequent"
    law = Figure(
        "fleet.shape",
        "Shape of the failure law",
        fit.beta,
        Unit.FACTOR,
        f"failures grow as age to this power: {growth} with age",
        Origin(Source.FLEET, f"{fit.units} units, {fit.failures} failures on record"),
    )
    if side == CHALLENGER:
        return replace(base, formula="the law of its fleet from new, every year the same use", inputs=(law,))
    factor = Figure(
        "unit.factor",
        "The unit's own factor",
        own.factor,
        Unit.FACTOR,
        f"{own.weight:.0%} of ({own.observed} failures / {own.expected:.1f} expected of its fleet's law), the rest 1",
        inputs=(_record(record),) if record is not None else (),
    )
    return replace(
        base, formula="the fleet's law at the unit's age times its own factor", inputs=(factor, law)
    )


def _record(record: History) -> Figure:
    seen = f"in {record.window.years:.1f} years of observation"
    own = record.failures
    return Figure(
        "record",
        "Failures on record",
        len(own),
        Unit.COUNT,
        seen,
        Origin(Source.HISTORY),
        evidence.amounts(own),
    )


def _repair(case: Case, side: str, running: Running, record: History | None) -> Figure:
    base = given(case, f"{side}.repair", "Cost of one repair", running.repair, Unit.MONEY)
    if side == CHALLENGER or record is None or base.origin.source is Source.OPERATOR:
        return base
    words = "mean of a lognormal law, the unit's own repairs and its fleet's weighed by how many they are"
    return replace(base, formula=words, inputs=evidence.amounts(record.failures))


def _hours_down(case: Case, running: Running, record: History | None) -> Figure:
    base = given(case, f"{DEFENDER}.hours_down", "Hours down at a failure", running.hours_down, Unit.HOURS)
    if record is None or base.origin.source is Source.OPERATOR:
        return base
    return replace(base, formula="mean of the failures on record", inputs=evidence.hours(record.failures))
