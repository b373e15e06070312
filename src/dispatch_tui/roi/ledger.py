"""What falls due when: the expected flows of each way forward, kind by kind, in the money of each year.

Where ``replacement`` weighs present costs for every length at once, these are the plain yearly amounts of one
length, for the table by year, the payback and the explanation. Both say the same: the lines' present values add up
to the present cost of the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch_tui.roi.capital import after_tax_sale, annuity, repair_share
from dispatch_tui.roi.case import COMPONENT, KEEP, Case, Challenger
from dispatch_tui.roi.costs import Array, Running, basis, parts
from dispatch_tui.roi.replacement import Expected

QUOTE, LOANER, REFUND, MARKET = "repair quote", "loaner", "contract refund forgone", "market value forgone"
PURCHASE, PAYMENTS, CHANGEOVER, ONCE = "purchase", "payments", "changeover", "once, on replacing now"
RELIEF, RESALE, UNUSED = "tax depreciation", "resale", "worth of unused years"
"""Names of the lines that are no yearly streams."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One kind of cost: ``by_year[k]`` falls due at the end of year k (0 is now); money received is negative."""

    name: str
    by_year: Array
    present: float


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """One way forward over ``years`` years; ``present`` is the sum of its lines."""

    name: str
    years: int
    lines: tuple[Line, ...]

    @property
    def present(self) -> float:
        return sum(line.present for line in self.lines)

    @property
    def by_year(self) -> Array:
        """All lines together, now and at the end of each year: (years + 1,)."""
        return np.asarray(np.sum([line.by_year for line in self.lines], axis=0))

    def line(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)


def keep_ledger(case: Case, expected: Expected, years: int, way: str = KEEP) -> Ledger:
    """The unit kept ``years`` years more."""
    unit, tax = case.defender, case.tax
    flows: dict[str, Array] = {}
    component = unit.component if way == COMPONENT else None
    name, price = (component.name, component.price) if component else (QUOTE, unit.quote)
    _now(flows, name, price, years)
    _relief(flows, case, price * (1 - repair_share(unit.capitalised, case.rate, years, tax)[-1]), years)
    _now(flows, LOANER, unit.loaner * (1 - tax), years)
    _now(flows, REFUND, unit.refund * (1 - tax), years)
    _now(flows, MARKET, float(after_tax_sale(np.array(unit.resale.today), np.array(unit.book), tax)), years)
    _run(flows, case, unit.running, expected, years, years)
    book = unit.book * unit.write_off.book(years)
    _last(flows, RESALE, -after_tax_sale(unit.resale.after(years, case.inflation), book, tax)[-1], years)
    _add(flows, RELIEF, years, slice(1, None), -tax * unit.book * unit.write_off.taken(years)[-1])
    return _ledger(unit.name, case.rate, years, flows)


def new_ledger(
    case: Case, challenger: Challenger, expected: Expected, life: int, years: int, *, once: float = 0.0
) -> Ledger:
    """The challenger for ``years`` years, bought again after each ``life`` at prices risen by then.

    One whose life is not over at the end is credited with what is unused of its even yearly capital cost. ``once`` is
    paid on replacing now only.
    """
    flows: dict[str, Array] = {}
    _now(flows, ONCE, once, years)
    owned = _one_life(case, challenger, life)
    for start in range(0, years, life):
        dearer, end = (1 + case.inflation) ** start, min(start + life, years)
        for name, amounts in owned.items():
            whole = end - start == life
            _add(flows, name, years, slice(start, end + 1), dearer * amounts[: end - start + 1] * whole)
            if not whole:
                _add(flows, name, years, slice(start, end), dearer * amounts[: end - start])
        if end - start < life:
            _part_life(flows, case, owned, start, end, life, years)
    _run(flows, case, challenger.running, expected, life, years)
    return _ledger(challenger.name, case.rate, years, flows)


def _one_life(case: Case, challenger: Challenger, life: int) -> dict[str, Array]:
    """Capital flows of one unit over a whole life, by name: (life + 1,) each."""
    owning, tax = challenger.owning, case.tax
    flows: dict[str, Array] = {}
    payments = owning.payments
    if payments is None:
        _now(flows, PURCHASE, owning.price, life)
    else:
        now = payments.now if payments.owned else payments.now * (1 - tax)
        _now(flows, PAYMENTS, now, life)
        amounts, less, owed = (
            np.concatenate((values, np.zeros(life)))[:life]
            for values in (payments.by_year, payments.deductible, payments.owed)
        )
        _add(flows, PAYMENTS, life, slice(1, None), amounts - tax * less)
        _last(flows, PAYMENTS, owed[-1] * (1.0 if payments.owned else 1 - tax), life)
    _now(flows, CHANGEOVER, owning.changeover.total * (1 - tax), life)
    if payments is None or payments.owned:
        _add(flows, RELIEF, life, slice(1, None), -tax * owning.price * owning.write_off.taken(life)[-1])
        book = owning.price * owning.write_off.book(life)
        sold = after_tax_sale(owning.resale.after(life, case.inflation), book, tax)
        _last(flows, RESALE, -sold[-1], life)
    return flows


def _part_life(
    flows: dict[str, Array], case: Case, owned: dict[str, Array], start: int, end: int, life: int, years: int
) -> None:
    """Credit the last unit, whose life is cut at ``end``, so that its capital has cost its even yearly share."""
    due = np.sum(list(owned.values()), axis=0)
    worn = (1 + case.rate) ** -np.arange(life + 1, dtype=np.float64)
    real = annuity(case.real_rate, life)
    used = end - start
    share = float(due @ worn) / real[-1] * real[used - 1]
    paid = float(due[:used] @ worn[:used])
    credit = (share - paid) / worn[used] * (1 + case.inflation) ** start
    _last(flows, UNUSED, credit, years)


def _run(
    flows: dict[str, Array], case: Case, running: Running, expected: Expected, life: int, years: int
) -> None:
    """Running costs, which begin anew with each unit."""
    for start in range(0, years, life):
        dearer, length = (1 + case.inflation) ** start, min(life, years - start)
        for part in parts(running, length, case.tax):
            per_unit = basis(part, expected.failures[:length], expected.bills[:length])
            _add(
                flows,
                part.name,
                years,
                slice(start + 1, start + 1 + length),
                part.by_year * per_unit * dearer,
            )


def _relief(flows: dict[str, Array], case: Case, amount: float, years: int) -> None:
    """What the repair saves in tax, at its value today."""
    _now(flows, f"{RELIEF} of the repair", -amount, years)


def _now(flows: dict[str, Array], name: str, amount: float, years: int) -> None:
    _add(flows, name, years, slice(0, 1), np.array([amount]))


def _last(flows: dict[str, Array], name: str, amount: float, years: int) -> None:
    _add(flows, name, years, slice(years, years + 1), np.array([amount]))


def _add(flows: dict[str, Array], name: str, years: int, where: slice, amounts: Array) -> None:
    line = flows.setdefault(name, np.zeros(years + 1))
    line[where] += amounts


def _ledger(name: str, rate: float, years: int, flows: dict[str, Array]) -> Ledger:
    worn = (1 + rate) ** -np.arange(years + 1, dtype=np.float64)
    lines = tuple(
        Line(kind, amounts, float(amounts @ worn)) for kind, amounts in flows.items() if amounts.any()
    )
    return Ledger(name, years, lines or (Line("no cost", np.zeros(years + 1), 0.0),))
