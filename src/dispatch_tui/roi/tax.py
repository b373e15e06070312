"""Tax on sales, repairs and yearly results. Shares are fractions (0.25 is 25 %); who pays none has a share of 0.

Costs are positive in ``repair_after_tax`` and ``shield``; flows of a purchase are negative where money goes out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance


def tax_on_sale(market: float, book: float, tax: float) -> float:
    """Tax on the gain of a sale; below 0 where a loss saves tax elsewhere."""
    return _share(tax) * (market - book)


def after_tax_sale(market: float, book: float, tax: float) -> float:
    """What a sale leaves: ``MV' = MV - tax (MV - BV)``. Forgone, it is what keeping costs today."""
    return market - tax_on_sale(market, book, tax)


def shield(tax: float, rate: float, deductions: Sequence[float]) -> float:
    """What yearly deductions (the first at the end of year 1) save in tax, as of now."""
    return finance.npv(rate, [0.0, *(_share(tax) * charged for charged in deductions)])


def repair_after_tax(
    quote: float, tax: float, rate: float, capitalised: Sequence[float] | None = None
) -> float:
    """What a repair costs after tax, as of now (Q').

    Expensed, it lowers this year's tax at once: ``quote (1 - tax)``. ``capitalised`` are the yearly deductions
    instead, the first at the end of year 1, that must sum to the quote.
    """
    if quote < 0:
        raise InvalidInput("quote", "must be 0 or above")
    if capitalised is None:
        return quote * (1 - _share(tax))
    if not math.isclose(math.fsum(capitalised), quote, rel_tol=1e-6, abs_tol=1e-6):
        raise InvalidInput("capitalised", "the yearly deductions must sum to the quote")
    return quote - shield(tax, rate, capitalised)


def after_tax_flows(
    outlay: float, earned: Sequence[float], deductions: Sequence[float], tax: float, sale: float = 0.0
) -> tuple[float, ...]:
    """A purchase after tax: ``-outlay`` now, then each year, with the sale in the last.

    ``earned[k]`` is revenue less expenses of year k + 1 before tax (savings, or below 0 costs); a year's tax is on
    ``earned - deduction``, the sale's on its gain over what has not been deducted.
    """
    if len(deductions) > len(earned):
        raise InvalidInput("deductions", "go on after the last year", "Leave out the years after the sale.")
    charged = [*deductions, *[0.0] * (len(earned) - len(deductions))]
    flows = [
        -outlay,
        *(got - _share(tax) * (got - charge) for got, charge in zip(earned, charged, strict=True)),
    ]
    flows[-1] += after_tax_sale(sale, outlay - math.fsum(charged), tax)
    return tuple(flows)


def _share(tax: float) -> float:
    if not 0 <= tax < 1:
        raise InvalidInput("tax", "must be from 0 to under 100 %")
    return tax
