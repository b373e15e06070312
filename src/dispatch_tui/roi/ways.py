"""All ways forward beside each other: keep it as quoted, replace one component, take any of the challengers."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_tui.roi.capital import annuity
from dispatch_tui.roi.case import COMPONENT, Case, Challenger
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.replacement import taken_now


@dataclass(frozen=True, slots=True)
class Way:
    """One way forward. Money is minor units: ``outlay`` is paid at once, before tax; ``yearly`` is its own even cost
    a year in today's money over ``years``, the number at which it is cheapest. ``more`` is what it costs more than the
    cheapest way, a year over the years compared: keep or take it so long, then go on with the best challenger.
    """

    key: str
    name: str
    years: int
    outlay: float
    yearly: float
    more: float
    replaces: bool


def ways(decision: Decision) -> tuple[Way, ...]:
    """Every way forward, the cheapest first."""
    case, standing = decision.case, decision.standing
    real = annuity(case.real_rate, case.span)
    found = [
        (
            plan.way,
            _kept_name(case, plan.way),
            plan.years,
            _at_hand(case, plan.way),
            float(plan.present[plan.years - 1] / real[plan.years - 1]),
            plan.least,
            False,
        )
        for plan in standing.plans
    ]
    for renewal in standing.renewals:
        beyond, life, _ = taken_now(case, renewal, standing.best.cost, real)
        one = case.challenger(renewal.name)
        yearly = float(renewal.yearly[life - 1])
        found.append(
            (f"new:{one.name}", one.name, life, _bought(one), yearly, beyond - standing.excess, True)
        )
    least = min(row[5] for row in found)
    compared = float(real[case.horizon - 1])
    rows = [Way(*row[:5], more=(row[5] - least) / compared, replaces=row[6]) for row in found]
    return tuple(sorted(rows, key=lambda way: (way.more, way.name)))


def explain_way(decision: Decision, key: str) -> Figure:
    """What a way costs more than the cheapest, and its own cost for each number of years. ``KeyError`` for no way."""
    way = next((one for one in ways(decision) if one.key == key), None)
    if way is None:
        raise KeyError(key)
    case, standing = decision.case, decision.standing
    real = annuity(case.real_rate, case.span)
    if way.replaces:
        yearly = next(one for one in standing.renewals if one.name == way.name).yearly
    else:
        plan = next(one for one in standing.plans if one.way == key)
        yearly = plan.present / real[: len(plan.present)]
    lengths = tuple(
        Figure(
            f"{key}.{years}",
            f"{'Owned' if way.replaces else 'Kept'} {years} year{'s' * (years != 1)}",
            float(cost),
            Unit.MONEY_A_YEAR,
            "cost in today's money by the annuity factor",
        )
        for years, cost in enumerate(yearly, 1)
    )
    outlay = Figure(f"{key}.outlay", "Paid at once", way.outlay, Unit.MONEY, "before tax")
    cost = Figure(f"{key}.yearly", "Its own cost a year", way.yearly, Unit.MONEY_A_YEAR, inputs=lengths)
    return Figure(
        f"way.{key}",
        f"{way.name}: dearer than the cheapest way by",
        way.more,
        Unit.MONEY_A_YEAR,
        "this way for its best number of years, then the best challenger, less the cheapest way; over the years "
        "compared",
        inputs=(cost, outlay),
    )


def _kept_name(case: Case, way: str) -> str:
    component = case.defender.component
    if way == COMPONENT and component is not None:
        return f"Only {component.name}"
    return "Repair as quoted" if case.quoted else "Keep, no quote yet"


def _at_hand(case: Case, way: str) -> float:
    unit = case.defender
    price = unit.component.price if way == COMPONENT and unit.component is not None else unit.quote
    return price + unit.loaner


def _bought(one: Challenger) -> float:
    owning = one.owning
    price = owning.price if owning.payments is None else owning.payments.now
    return price + owning.changeover.total + one.once
