"""Keep the unit some years more, or replace it now: what each way costs, and which one is cheaper.

``EUAC(n) = CRF(n) [P + sum v^k C_k - v^n S_n]`` for each life n of each challenger; the cheapest of all is ``E*``.
Keeping n years and then taking the best challenger for ever costs ``V(n) = D(n) + v^n E*/r``, taking it now ``E*/r``,
so that keeping n years costs more by ``gap(n) = D(n) - E* a(n)`` with ``a(n)`` the annuity factor. The gap needs no
perpetuity and holds at a rate of 0 too, where ``V`` has no value. Every n is evaluated: where costs are not monotone
neither the first rise nor the first marginal cost above ``E*`` finds the best (Park, Contemporary Engineering
Economics, ch. 14; Newnan, Engineering Economic Analysis, ch. 13).

Later purchases cost more as prices rise by ``inflation``; ``E*`` is in today's money and its annuity at the rate
in real terms, which is the plain one where prices do not rise. What the unit fetches today after tax is its first
cost (outsider view); what was once paid for it plays no part. Costs that follow failures enter by their expected
number: ``decision`` evaluates the same weights on thousands of futures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import annuity, capital, discount, repair_share
from dispatch_tui.roi.case import COMPONENT, KEEP, Case, Challenger, check
from dispatch_tui.roi.costs import Array, Basis, Running, parts


@dataclass(frozen=True, slots=True)
class Weights:
    """Present cost of one way forward, after tax, as it follows from its failures.

    ``fixed[n - 1]`` is what n years cost apart from failures, ``capital`` the part of it that is not running cost;
    ``bills`` and ``failures`` are what an average repair and a failure's downtime in each year are worth now.
    """

    fixed: Array
    capital: Array
    bills: Array
    failures: Array

    def present(self, failures: Array, bills: Array) -> Array:
        """The cost of 1, 2, ... years: (..., years)."""
        years = len(self.fixed)
        yearly = bills[..., :years] * self.bills + failures[..., :years] * self.failures
        return np.asarray(self.fixed + np.cumsum(yearly, axis=-1))


@dataclass(frozen=True, slots=True)
class Expected:
    """Failures and repairs of one way by year, on average: (years,) each."""

    failures: Array
    bills: Array


@dataclass(frozen=True, slots=True)
class Renewal:
    """A challenger bought again and again: ``cycle[n - 1]`` is the present cost of one that is kept n years,
    ``yearly`` its even cost a year in today's money; ``life`` is the cheapest n."""

    name: str
    weights: Weights
    cycle: Array
    yearly: Array
    life: int

    @property
    def cost(self) -> float:
        """The even yearly cost over the cheapest life."""
        return float(self.yearly[self.life - 1])


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to keep the unit: what n years cost (``present``) and by how much more than replacing now (``gap``)."""

    way: str
    weights: Weights
    present: Array
    gap: Array
    years: int
    """The cheapest n."""

    @property
    def least(self) -> float:
        return float(self.gap[self.years - 1])


@dataclass(frozen=True, slots=True)
class Standing:
    """How the ways forward compare on expected costs. ``best`` is the challenger that ``E*`` comes from, ``now`` the
    one to take today, which differs where one of them gives more for the old unit; taking it costs ``excess`` more
    than ``E*`` for ``now_life`` years would."""

    case: Case
    renewals: tuple[Renewal, ...]
    best: Renewal
    now: Renewal
    now_life: int
    excess: float
    plans: tuple[Plan, ...]

    @property
    def plan(self) -> Plan:
        """The cheapest way to keep the unit."""
        return min(self.plans, key=lambda plan: plan.least)

    @property
    def replace(self) -> bool:
        """Whether every way to keep the unit, however long, costs more than replacing it now."""
        return self.plan.least > 0

    @property
    def value_now(self) -> float | None:
        """``E*/r``: replacing now and for ever; ``None`` where prices rise as fast as interest (no such value)."""
        rate = self.case.real_rate
        return self.best.cost / rate + self.excess if rate > 0 else None

    def value(self, plan: Plan) -> Array | None:
        """``V(n)``: keeping n years, then the best challenger for ever."""
        now = self.value_now
        return None if now is None else plan.gap + now

    @property
    def yearly(self) -> float:
        """What the cheapest keeping costs more (less: negative) than replacing, spread over the years compared."""
        return self.plan.least / float(annuity(self.case.real_rate, self.case.horizon)[-1])


def weigh(case: Case, expected: Mapping[str, Expected]) -> Standing:
    """Compare every way forward; ``expected`` has the failures of each, by way or by the challenger's name."""
    check(case)
    if min(len(one.failures) for one in expected.values()) < case.span:
        raise InvalidInput("futures", f"must be drawn for {case.span} years")
    real = annuity(case.real_rate, case.span)
    renewals = tuple(_renewal(case, one, expected[one.name], real) for one in case.challengers)
    best = min(renewals, key=lambda one: (one.cost, one.name))
    taken = [taken_now(case, one, best.cost, real) for one in renewals]
    excess, now_life, now = min(taken, key=lambda one: (one[0], one[2].cost, one[2].name))
    plans = tuple(
        _plan(case, way, expected[way], best.cost * real[: case.years] + excess) for way in case.keeping
    )
    return Standing(case, renewals, best, now, now_life, excess, plans)


def keep_weights(case: Case, way: str = KEEP) -> Weights:
    """What keeping the unit costs, by how long."""
    unit, years, tax = case.defender, case.years, case.tax
    worn = discount(case.rate, years)
    first = (
        unit.resale.today - tax * (unit.resale.today - unit.book) + (unit.refund + unit.loaner) * (1 - tax)
    )
    sold = unit.resale.after(years, case.inflation)
    last = sold - tax * (sold - unit.book * unit.write_off.book(years))
    owned = first - worn * last - tax * unit.book * unit.write_off.worth(case.rate, years)
    component = unit.component
    price = component.price if way == COMPONENT and component else unit.quote
    owned += price * repair_share(unit.capitalised, case.rate, years, tax)
    return _weights(owned, unit.running, case)


def new_weights(case: Case, challenger: Challenger) -> Weights:
    """What one challenger costs, by how long it is kept."""
    owned = capital(challenger.owning, case.rate, challenger.life, rise=case.inflation, tax=case.tax)
    return _weights(owned, challenger.running, case)


def repair_limit(case: Case, plan: Plan) -> float:
    """``Q*``: the quote at which keeping costs as much as replacing now; below 0 even a free repair does not pay.

    ``gap(n)`` grows with the quote as a straight line for each n, so that the cheapest plan breaks even at the
    largest of the lines' own roots.
    """
    slope = repair_share(case.defender.capitalised, case.rate, case.years, case.tax)
    return float(np.max((case.defender.quote * slope - plan.gap) / slope))


def _weights(owned: Array, running: Running, case: Case) -> Weights:
    years = len(owned)
    worn = discount(case.rate, years)
    by_basis = {basis: np.zeros(years) for basis in Basis}
    for part in parts(running, years, case.tax):
        by_basis[part.basis] += part.by_year * worn
    fixed = owned + np.cumsum(by_basis[Basis.FIXED])
    return Weights(fixed, owned, by_basis[Basis.BILLS], by_basis[Basis.FAILURES])


def _renewal(case: Case, challenger: Challenger, expected: Expected, real: Array) -> Renewal:
    weights = new_weights(case, challenger)
    cycle = weights.present(expected.failures, expected.bills)
    yearly = cycle / real[: challenger.life]
    return Renewal(challenger.name, weights, cycle, yearly, int(np.argmin(yearly)) + 1)


def taken_now(case: Case, renewal: Renewal, cheapest: float, real: Array) -> tuple[float, int, Renewal]:
    """What this challenger costs beyond ``E*`` when it is taken today, and for how long it is then best kept."""
    beyond = renewal.cycle - cheapest * real[: len(renewal.cycle)]
    life = int(np.argmin(beyond)) + 1
    return float(beyond[life - 1]) + one_off(case, case.challenger(renewal.name)), life, renewal


def one_off(case: Case, challenger: Challenger) -> float:
    """What replacing now costs besides the new unit; negative where the seller overpays for the old one."""
    premium = max(0.0, challenger.trade_in - case.defender.resale.today)
    return (challenger.once - premium) * (1 - case.tax)


def _plan(case: Case, way: str, expected: Expected, now: Array) -> Plan:
    weights = keep_weights(case, way)
    present = weights.present(expected.failures, expected.bills)
    gap = present - now
    return Plan(way, weights, present, gap, int(np.argmin(gap)) + 1)
