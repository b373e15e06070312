"""What the customer's page says of its inputs: value and source of each that a customer may see."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_tui.desk.comparison import Elsewhere
from dispatch_tui.roi.fields import BY_NAME, NEW, UNIT, Field, Kind
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.typed import CASH
from dispatch_tui.text import plain, years_long

_SAID_BY = {
    Source.HISTORY: "the unit's own service record",
    Source.FLEET: "experience with units of this kind",
    Source.CATALOGUE: "the manufacturer's data",
    Source.AGREEMENT: "your service agreement",
    Source.QUOTE: "our quote",
    Source.LAW: "tax law of the day",
    Source.OPERATOR: "as discussed with you",
    Source.ASSUMED: "our assumption: please tell us yours",
    Source.COMPUTED: "computed",
}

_SHOWN = (
    "quote",
    "price",
    "changeover",
    "overrun",
    "new_loaner",
    "trade_in",
    "paying",
    "down",
    "finance_years",
    "finance_rate",
    "lease",
    "component_name",
    "market_value",
    "life",
    "warranty",
    "failures",
    "new_failures",
    "hours_down",
    "downtime_price",
    "energy",
    "new_energy",
    "contract",
    "new_contract",
    "expected_usage",
    "horizon",
    "rate",
    "escalator",
)
"""The inputs that a customer sees. What one repair costs us stays out: it is made of rates and of others' bills."""


_LABELS = {
    "component_name": "Component alone",
    "lease": "Lease payments",
    "finance_years": "Term of payments",
}
"""Where the panel's name of an input needs its neighbours to be understood."""


@dataclass(frozen=True, slots=True)
class Assumption:
    label: str
    value: str
    source: str


def assumptions(inputs: Inputs, others: Elsewhere | None) -> tuple[Assumption, ...]:
    found = []
    for name in _SHOWN:
        of = BY_NAME[name]
        value, origin = inputs.value(of), inputs.origin(of)
        if (
            not value
            or value == CASH
            or (origin.source is Source.FLEET and (others is None or of.group != UNIT))
        ):
            continue
        group = {UNIT: " (today's unit)", NEW: " (new unit)"}.get(of.group, "")
        found.append(
            Assumption(
                _LABELS.get(name, of.label) + group, _words(inputs, of, value), _SAID_BY[origin.source]
            )
        )
    return tuple(found)


def _words(inputs: Inputs, of: Field, value: float | str) -> str:
    if isinstance(value, str):
        return plain(value)
    if of.kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        whole = f"{round(value / 10**inputs.digits):,} {inputs.currency}"
        return plain(f"{whole} a year" if of.kind is Kind.MONEY_A_YEAR else whole)
    if of.kind is Kind.RATE:
        return f"{value:.1%}".replace("%", " %")
    if of.kind is Kind.TIMES_A_YEAR:
        return f"{value:.1f} a year"
    if of.kind in (Kind.YEARS, Kind.WHOLE_YEARS):
        return f"{value:.1f} years" if value % 1 else years_long(round(value))
    if of.kind is Kind.HOURS:
        return f"{value:,.1f} hours"
    if of.kind is Kind.DAYS:
        return f"{value:,.1f} days"
    return plain(f"{value:,.0f} {inputs.meter_unit} a year")
