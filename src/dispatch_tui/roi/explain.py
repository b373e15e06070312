"""What each result is made of, down to the visits: a tree of figures that any face can open."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch_tui.roi import finance
from dispatch_tui.roi.costs import Stream
from dispatch_tui.roi.evidence import CHALLENGER, DEFENDER, given, made_of
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.replacement import (
    CHANGEOVER,
    MARKET,
    PURCHASE,
    QUOTE,
    SALVAGE,
    Case,
    Comparison,
    Line,
    WayForward,
)


def explain(comparison: Comparison, *, visits: bool = True) -> dict[str, Figure]:
    """Every result of the comparison by its key, in the order in which a reader wants them.

    Without ``visits`` the figures end above the unit's record: thousands of visits take some milliseconds.
    """
    case = comparison.case
    if not visits:
        case = replace(case, defender=replace(case.defender, forecast=None))
    keep = _way(case, DEFENDER, f"Keep {comparison.keep.name}", comparison.keep)
    new = _way(case, CHALLENGER, f"Replace by {comparison.replace.name}", comparison.replace)
    quote = given(case, "quote", "Repair quote", case.quote if case.quoted else None, Unit.MONEY)
    flow = tuple(
        Figure(f"extra.{year}", _when(year), amount, Unit.MONEY, "cost of keeping less cost of replacing")
        for year, amount in enumerate(comparison.extra_flow)
    )
    results = [
        Figure(
            "saving",
            "Yearly saving by replacing",
            comparison.saving_per_year,
            Unit.MONEY_A_YEAR,
            "yearly cost of keeping less yearly cost of replacing",
            inputs=(keep.euac, new.euac),
        ),
        Figure(
            "breakeven",
            "Most a repair is worth",
            comparison.breakeven_quote,
            Unit.MONEY,
            "present cost of replacing less present cost of keeping without the quote",
            inputs=(new.npv, keep.npv, quote),
        ),
        keep.euac,
        new.euac,
        keep.npv,
        new.npv,
        Figure("payback", "Payback", comparison.payback, Unit.YEARS, _PAYBACK, inputs=flow),
        Figure(
            "payback_discounted",
            "Payback, discounted",
            comparison.payback_discounted,
            Unit.YEARS,
            f"{_PAYBACK}, each year first brought to today's value",
            inputs=(_rate(case), *flow),
        ),
        _returns(comparison, flow),
        _switch(comparison, keep.npv, new.npv),
    ]
    return {figure.key: figure for figure in results}


_PAYBACK = "years until the savings have brought back the extra outlay, evenly within a year"


_IMPUTED = "what is unused of its yearly capital cost at the horizon, and its scrap, brought to today"


@dataclass(frozen=True, slots=True)
class _Way:
    npv: Figure
    euac: Figure


def _way(case: Case, key: str, label: str, way: WayForward) -> _Way:
    streams = case.defender.streams if key == DEFENDER else case.challenger.streams
    named = {stream.name: stream for stream in streams}
    lines = tuple(_line(case, key, line, named.get(line.name)) for line in way.lines)
    npv = Figure(
        f"{key}.npv",
        f"{label}: cost in today's money",
        way.npv,
        Unit.MONEY,
        "the sum of its parts",
        inputs=lines,
    )
    recovery = Figure(
        "recovery",
        "Capital recovery factor",
        finance.capital_recovery(case.rate, case.horizon),
        Unit.FACTOR,
        "rate / (1 - (1 + rate)^-years); 1 / years at a rate of 0",
        inputs=(_rate(case), given(case, "horizon", "Horizon", case.horizon, Unit.YEARS)),
    )
    euac = Figure(
        f"{key}.euac",
        f"{label}: cost a year",
        way.euac,
        Unit.MONEY_A_YEAR,
        "cost in today's money times the capital recovery factor",
        inputs=(npv, recovery),
    )
    return _Way(npv, euac)


def _line(case: Case, key: str, line: Line, stream: Stream | None) -> Figure:
    path = f"{key}.{line.name}"
    years = tuple(
        Figure(
            f"{path}.{year}",
            _when(year),
            amount,
            Unit.MONEY,
            f"worth {finance.discount_factor(case.rate, year):.4f} of itself today",
        )
        for year, amount in enumerate(line.by_year)
        if amount
    )
    basis = made_of(case, key, stream) if stream else _lump(case, key, line)
    return Figure(
        path,
        line.name.capitalize(),
        line.present,
        Unit.MONEY,
        _IMPUTED if key == CHALLENGER and line.name == SALVAGE else "each year brought to today, added",
        inputs=basis + years,
    )


def _lump(case: Case, key: str, line: Line) -> tuple[Figure, ...]:
    """The given amounts behind a line that is no stream."""
    old, new = case.defender, case.challenger
    quote = given(case, "quote", "Repair quote", case.quote, Unit.MONEY)
    market = given(case, "defender.market_value", "What it fetches today", old.market_value, Unit.MONEY)
    left = given(case, "defender.salvage", "What it fetches at the end", old.salvage, Unit.MONEY)
    price = given(case, "challenger.price", "Price", new.price, Unit.MONEY)
    changeover = given(case, "challenger.changeover", "Changeover", new.changeover, Unit.MONEY)
    scrap = given(case, "challenger.scrap", "Scrap value at the end of its life", new.scrap, Unit.MONEY)
    life = given(case, "challenger.life", "Life", new.life, Unit.YEARS)
    return {
        (DEFENDER, QUOTE): (quote,),
        (DEFENDER, MARKET): (market,),
        (DEFENDER, SALVAGE): (left,),
        (CHALLENGER, PURCHASE): (price, life),
        (CHALLENGER, CHANGEOVER): (changeover, life),
        (CHALLENGER, SALVAGE): (price, life, scrap),
    }.get((key, line.name), ())


def _returns(comparison: Comparison, flow: tuple[Figure, ...]) -> Figure:
    rates = comparison.returns
    words = "the rate at which the extra outlay and its savings are worth nothing today"
    if len(rates) > 1:
        words = f"{len(rates)} rates solve it ({', '.join(f'{one.rate:.1%}' for one in rates)}): none is the answer"
    return Figure(
        "returns",
        "Return on the extra outlay",
        rates[0].rate if len(rates) == 1 else None,
        Unit.RATE,
        words,
        inputs=flow,
    )


def _switch(comparison: Comparison, keep: Figure, new: Figure) -> Figure:
    return Figure(
        "switch",
        "Yearly repairs at which the answer turns",
        comparison.switch_repairs,
        Unit.MONEY_A_YEAR,
        "the yearly repair cost that makes both ways cost the same",
        inputs=(keep, new),
    )


def _rate(case: Case) -> Figure:
    return given(case, "rate", "Interest rate a year", case.rate, Unit.RATE)


def _when(year: int) -> str:
    return "Now" if year == 0 else f"Year {year}"
