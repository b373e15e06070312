"""The options with their costs, as the customer's page sets them side by side."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_tui.report.words import whole
from dispatch_tui.roi.costs import CONTRACT, DOWNTIME, ENERGY, OTHER_WORK, REPAIRS
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.ledger import CHANGEOVER, LOANER, ONCE, PAYMENTS, PURCHASE, QUOTE, Ledger
from dispatch_tui.roi.ways import ways
from dispatch_tui.text import plain, years_long

_LINES = (
    ("To pay now", (QUOTE, LOANER, PURCHASE, PAYMENTS, CHANGEOVER, ONCE)),
    ("Repairs to come", (REPAIRS,)),
    ("Standstill", (DOWNTIME,)),
    ("Energy and supplies", (ENERGY,)),
    ("Service contract", (CONTRACT,)),
    ("Maintenance and other work", (OTHER_WORK,)),
)
_REST = "Value of the old unit, resale, tax"


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One line of the comparison; ``strong`` for the total."""

    label: str
    keep: str
    new: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class WayRow:
    """One of several ways forward, the cheapest first."""

    name: str
    outlay: str
    yearly: str
    more: str


def option_rows(decision: Decision) -> tuple[OptionRow, ...]:
    """What both ways cost, kind by kind, over the years compared."""
    keep, new = decision.kept_on, decision.replaced
    component = decision.case.defender.component
    lines = list(_LINES)
    if component is not None:
        label, names = lines[0]
        lines[0] = (label, (*names, component.name))
    rows = [
        OptionRow(label, _amount(keep, names, decision), _amount(new, names, decision))
        for label, names in lines
    ]
    named = {name for _, names in lines for name in names}
    rest = [tuple(line.name for line in one.lines if line.name not in named) for one in (keep, new)]
    rows.append(OptionRow(_REST, _amount(keep, rest[0], decision), _amount(new, rest[1], decision)))
    rows = [row for row in rows if (row.keep, row.new) != ("–", "–")]
    total = f"In all over {years_long(decision.case.horizon)}, in today's money"
    rows.append(OptionRow(total, whole(keep.present, decision), whole(new.present, decision), True))
    years = decision.case.horizon
    means, way, best = decision.futures.means, decision.standing.plan.way, decision.standing.best
    ages = [year % best.life for year in range(years)]
    old, young = means[way].failures[:years].mean(), means[best.name].failures[ages].mean()
    rows.append(OptionRow("Failures to expect a year", f"{old:.1f}", f"{young:.1f}"))
    return tuple(rows)


def options_note(decision: Decision) -> str:
    """Why the table's difference is not the yearly saving: it keeps the unit for all the years compared."""
    years = decision.case.horizon
    note = f"Amounts over {years_long(years)}, in today's money."
    if decision.years >= years:
        return note
    a_year = whole(abs(decision.saving.mean), decision)
    word = "saves" if decision.replace else "costs"
    return (
        f"{note} If kept at all, the unit is best kept for {years_long(decision.years)} more and replaced then: "
        f"against that, replacing now {word} {a_year} a year."
    )


def _amount(of: Ledger, names: tuple[str, ...], decision: Decision) -> str:
    lines = [line.present for line in of.lines if line.name in names]
    return whole(sum(lines), decision) if lines else "–"


def way_rows(decision: Decision, without: str = "") -> tuple[WayRow, ...]:
    """All ways forward where there are more than the two that the table above compares; else none."""
    found = [one for one in ways(decision) if one.key != without]
    if len(found) <= 2:
        return ()
    return tuple(
        WayRow(
            plain(f"Replace by {one.name}" if one.replaces else one.name),
            whole(one.outlay, decision),
            whole(one.yearly, decision),
            whole(one.more, decision) if round(one.more) else "the cheapest",
        )
        for one in found
    )
