"""What each result is made of, down to the visits: a tree of figures that any face can open."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch_tui.roi import finance
from dispatch_tui.roi.capital import annuity, repair_share
from dispatch_tui.roi.case import Case
from dispatch_tui.roi.costs import Running
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.history import History
from dispatch_tui.roi.ledger import ONCE, Ledger, Line
from dispatch_tui.roi.lumps import lump_inputs
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.reasons import CHALLENGER, DEFENDER, given, running_inputs
from dispatch_tui.text import years_long


def explain(
    decision: Decision, *, ways: Mapping[str, Failing] | None = None, record: History | None = None
) -> dict[str, Figure]:
    """Every result of the decision by its key, in the order in which a reader wants them.

    ``ways`` and ``record`` are what the futures were drawn from and the unit's own history; without them the
    figures end above the record (thousands of visits take some milliseconds).
    """
    tree = Tree(decision, ways or {}, record)
    gap = tree.gap()
    flow = tuple(
        Figure(f"extra.{year}", when(year), amount, Unit.MONEY, "cost of keeping on less cost of replacing")
        for year, amount in enumerate(decision.extra_flow)
    )
    results = [
        tree.saving(gap),
        tree.probability(gap),
        tree.limit(gap),
        tree.best_years(),
        tree.downtime(),
        tree.evpi(gap),
        tree.keep_yearly(),
        tree.new_yearly(),
        Figure("payback", "Payback", decision.payback, Unit.YEARS, _PAYBACK, inputs=flow),
        Figure(
            "payback_discounted",
            "Payback, discounted",
            decision.payback_discounted,
            Unit.YEARS,
            f"{_PAYBACK}, each year first brought to today's value",
            inputs=(_rate(decision.case), *flow),
        ),
        _returns(decision, flow),
    ]
    return {figure.key: figure for figure in results}


_PAYBACK = "years until the savings have brought back the extra outlay, evenly within a year"


class Tree:
    """The figures of one decision, each made once."""

    def __init__(self, decision: Decision, ways: Mapping[str, Failing], record: History | None) -> None:
        self._decision, self._ways, self._record = decision, ways, record
        self._standing = decision.standing
        self._case = decision.case.told_of(decision.standing.best.name)
        plan, best = self._standing.plan, self._standing.best
        years = decision.years
        unit, name = self._case.defender.name, best.name
        self._keep = self.ledger(
            "keep",
            f"Keep {unit} {years_long(years)}: cost in today's money",
            decision.keep,
            self._case.defender.running,
        )
        self._new = self.ledger(
            "replace",
            f"{name} for {years_long(best.life)}: cost in today's money",
            decision.new,
            self._case.challenger(name).running,
        )
        self._plan, self._best = plan, best

    def keep_yearly(self) -> Figure:
        years = self._decision.years
        value = self._keep.value / self._annuity(years) if self._keep.value is not None else None
        return Figure(
            "keep.euac",
            f"Keep {self._case.defender.name}: cost a year",
            value,
            Unit.MONEY_A_YEAR,
            f"cost in today's money by the annuity factor of {years_long(years)}",
            inputs=(self._keep, self._factor(years)),
        )

    def new_yearly(self) -> Figure:
        best = self._best
        return Figure(
            "replace.euac",
            f"Replace by {best.name}: cost a year",
            best.cost,
            Unit.MONEY_A_YEAR,
            f"cheapest of all lives, {years_long(best.life)}: cost in today's money by the annuity factor",
            inputs=(self._new, self._factor(best.life), *self._lives()),
        )

    def gap(self) -> Figure:
        years, new = self._decision.years, self.new_yearly()
        same = Figure(
            "replace.same",
            f"{self._best.name} for the same {years_long(years)}",
            self._best.cost * self._annuity(years),
            Unit.MONEY,
            "cost a year times the annuity factor",
            inputs=(new, self._factor(years)),
        )
        parts = [self._keep, same]
        if self._standing.excess:
            parts.append(
                Figure(
                    "replace.once",
                    "Paid once, on replacing now",
                    self._standing.excess,
                    Unit.MONEY,
                    "what taking a new unit today costs beyond its share of the years to come",
                    inputs=lump_inputs(self._case, "replace", ONCE, self._standing.now.name),
                )
            )
        return Figure(
            "gap",
            "What keeping costs more than replacing now",
            self._plan.least,
            Unit.MONEY,
            f"keeping {years_long(years)} and replacing then, less replacing now; the lowest of all numbers of years",
            inputs=(*parts, *self._gaps()),
        )

    def saving(self, gap: Figure) -> Figure:
        band, years = self._decision.saving, self._case.horizon
        return Figure(
            "saving",
            "Yearly saving by replacing",
            band.mean,
            Unit.MONEY_A_YEAR,
            f"what keeping costs more, spread over {years_long(years)}; in 8 of 10 futures between the two below",
            inputs=(
                gap,
                self._factor(years),
                Figure("saving.low", "P10", band.low, Unit.MONEY_A_YEAR),
                Figure("saving.high", "P90", band.high, Unit.MONEY_A_YEAR),
            ),
        )

    def probability(self, gap: Figure) -> Figure:
        decision = self._decision
        return Figure(
            "probability",
            "Probability that replacing is cheaper",
            decision.probability,
            Unit.SHARE,
            f"share of {decision.futures.paths:,} futures in which keeping costs more; "
            f"standard error {decision.error * 100:.1f} %",
            inputs=(
                gap,
                Figure("futures", "Futures", decision.futures.paths, Unit.COUNT),
                Figure("seed", "Seed of the draws", decision.futures.seed, Unit.COUNT),
            ),
        )

    def limit(self, gap: Figure) -> Figure:
        case, band = self._case, self._decision.limit
        quote = given(case, "quote", "Repair quote", case.defender.quote if case.quoted else None, Unit.MONEY)
        share = float(
            repair_share(case.defender.capitalised, case.rate, case.years, case.tax)[self._decision.years - 1]
        )
        kept = Figure("share", "Cost of 1 of quote after tax", share, Unit.FACTOR)
        return Figure(
            "breakeven",
            "Most a repair is worth",
            band.mean,
            Unit.MONEY,
            "the quote at which keeping costs as much as replacing now: the quote less what keeping costs more",
            inputs=(
                quote,
                gap,
                *((kept,) if share != 1 else ()),
                Figure("breakeven.low", "P10", band.low, Unit.MONEY),
                Figure("breakeven.high", "P90", band.high, Unit.MONEY),
            ),
        )

    def best_years(self) -> Figure:
        return Figure(
            "years",
            "If kept, best for",
            self._decision.years,
            Unit.YEARS,
            "the number of years at which keeping costs least, compared with replacing now; every one is tried",
            inputs=self._gaps(),
        )

    def downtime(self) -> Figure:
        band, running = self._decision.downtime, self._case.defender.running
        return Figure(
            "downtime",
            "Downtime avoided",
            band.mean,
            Unit.HOURS_A_YEAR,
            f"failures times hours down, the unit less its successor, over {years_long(self._case.horizon)}",
            inputs=(
                given(
                    self._case,
                    "defender.hours_down",
                    "Hours down at a failure",
                    running.hours_down,
                    Unit.HOURS,
                ),
                Figure("downtime.low", "P10", band.low, Unit.HOURS_A_YEAR),
                Figure("downtime.high", "P90", band.high, Unit.HOURS_A_YEAR),
            ),
        )

    def evpi(self, gap: Figure) -> Figure:
        return Figure(
            "evpi",
            "Knowing the future is worth",
            self._decision.evpi,
            Unit.MONEY,
            "cost of the best way on average less the average of the best way in each future: no inspection, and "
            "no waiting, can be worth more",
            inputs=(gap,),
        )

    def _gaps(self) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                f"gap.{year}",
                f"Kept {years_long(year)}",
                float(gap),
                Unit.MONEY,
                "cost of keeping so long, then the best challenger, less replacing now",
            )
            for year, gap in enumerate(self._plan.gap, 1)
        )

    def _lives(self) -> tuple[Figure, ...]:
        return tuple(
            Figure(f"life.{year}", f"Kept {years_long(year)}", float(cost), Unit.MONEY_A_YEAR, "cost a year")
            for year, cost in enumerate(self._best.yearly, 1)
        )

    def _annuity(self, years: int) -> float:
        return float(annuity(self._case.real_rate, years)[-1])

    def _factor(self, years: int) -> Figure:
        case = self._case
        inputs = [_rate(case)]
        if case.inflation:
            inputs.append(given(case, "escalator", "Prices rise by", case.inflation, Unit.RATE))
        return Figure(
            f"annuity.{years}",
            f"Annuity factor, {years_long(years)}",
            self._annuity(years),
            Unit.FACTOR,
            "(1 - (1 + rate)^-years) / rate at the rate in real terms; the years at a rate of 0",
            inputs=tuple(inputs),
        )

    def ledger(self, key: str, label: str, ledger: Ledger, running: Running) -> Figure:
        """One way forward line by line; ``key`` is ``keep`` or ``replace``."""
        lines = tuple(self._line(key, line, running, ledger.years) for line in ledger.lines)
        return Figure(f"{key}.npv", label, ledger.present, Unit.MONEY, "the sum of its parts", inputs=lines)

    def _line(self, key: str, line: Line, running: Running, years: int) -> Figure:
        case, side = self._case, DEFENDER if key == "keep" else CHALLENGER
        way = self._standing.plan.way if key == "keep" else self._standing.best.name
        path = f"{key}.{line.name}"
        falls_due = tuple(
            Figure(
                f"{path}.{year}",
                when(year),
                float(amount),
                Unit.MONEY,
                f"worth {finance.discount_factor(case.rate, year):.4f} of itself today",
            )
            for year, amount in enumerate(line.by_year)
            if amount
        )
        yearly = float(self._decision.futures.means[way].failures[:years].mean())
        basis = running_inputs(case, side, line.name, running, yearly, self._ways.get(way), self._record)
        words = "each year brought to today, added"
        return Figure(
            path,
            line.name.capitalize(),
            line.present,
            Unit.MONEY,
            words,
            inputs=(*basis, *lump_inputs(case, key, line.name, way), *falls_due),
        )


def _returns(decision: Decision, flow: tuple[Figure, ...]) -> Figure:
    """The rate of return; where several rates solve the flow the modified one, which is single."""
    rates, rate = decision.returns, decision.case.rate
    words = "the rate at which the extra outlay and its savings are worth nothing today"
    value = rates[0].rate if len(rates) == 1 else None
    if len(rates) > 1:
        several = ", ".join(f"{one.rate * 100:.1f} %" for one in rates)
        words = (
            f"{len(rates)} rates solve it ({several}) and none is the answer: this one takes up and puts out money at "
            "the interest rate"
        )
        value = finance.mirr(decision.extra_flow, rate, rate)
    return Figure("returns", "Return on the extra outlay", value, Unit.RATE, words, inputs=flow)


def _rate(case: Case) -> Figure:
    return given(case, "rate", "Interest rate a year", case.rate, Unit.RATE)


def when(year: int) -> str:
    return "Now" if year == 0 else f"Year {year}"
