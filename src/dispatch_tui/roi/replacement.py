"""Repair the unit, or replace it with a challenger, over the years the customer needs one or the other.

Both ways are priced before tax over the same study period, as an outsider would who owns neither: keeping
the unit costs the quote and the money it would fetch today; what was paid for it long ago plays no part
(Park, Contemporary Engineering Economics, ch. 14; Newnan, Engineering Economic Analysis, ch. 13).

Money is integer minor units. Each line's present value is rounded once (half to even), and every total is
the sum of such lines, so that what a reader adds up agrees to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance
from dispatch_tui.roi.costs import Stream
from dispatch_tui.roi.forecast import REPAIRS, RepairForecast
from dispatch_tui.roi.marks import Flag, Origin

LONGEST_HORIZON = 60

QUOTE, MARKET, SALVAGE = "repair quote", "market value forgone", "salvage"
PURCHASE, CHANGEOVER = "purchase", "changeover"
"""Names of the lines that are no yearly streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defender:
    """The unit that stands there. ``market_value`` is what it fetches today, ``salvage`` at the horizon's end."""

    name: str
    streams: tuple[Stream, ...]
    market_value: int = 0
    salvage: int = 0
    age_years: float | None = None
    rated_life: float | None = None
    usage: float = 1.0
    """Expected over recorded use; the streams are already scaled by it."""
    forecast: RepairForecast | None = None
    """What the record says. The repairs stream has a range where it was estimated from it, none where typed."""

    @property
    def repairs(self) -> Stream | None:
        return next((stream for stream in self.streams if stream.name == REPAIRS), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenger:
    """What would replace it. ``changeover`` is delivery, installation, moving, training and lost days;
    ``scrap`` what it fetches at the end of its ``life``."""

    name: str
    price: int | None
    life: int | None
    streams: tuple[Stream, ...] = ()
    changeover: int = 0
    scrap: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question. ``rate`` is per year and nominal (0.08 is 8 %), ``horizon`` whole years, ``quote`` the price
    of the repair now. ``origins`` says by input name (``quote``, ``challenger.price`` ...) who says so."""

    currency: str
    rate: float
    horizon: int
    quote: int
    defender: Defender
    challenger: Challenger
    origins: Mapping[str, Origin] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    quoted: bool = True
    """False while nobody has named a price of the repair: ``quote`` is 0, and only the limit is an answer."""
    digits: int = 2
    """Decimal digits of the currency's minor unit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of cost: ``by_year[k]`` falls due at the end of year k (0 is now); money received is negative."""

    name: str
    by_year: tuple[int, ...]
    present: int


@dataclass(frozen=True, slots=True)
class WayForward:
    """One of the two ways priced: present cost ``npv`` (the lines' sum) and its even yearly ``euac``."""

    name: str
    lines: tuple[Line, ...]
    npv: int
    euac: int

    @property
    def by_year(self) -> tuple[int, ...]:
        """All lines together, now and at the end of each year."""
        return tuple(map(sum, zip(*(line.by_year for line in self.lines), strict=True)))

    def line(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer to a :class:`Case`. Savings are those of replacing: negative where keeping is cheaper."""

    case: Case
    keep: WayForward
    replace: WayForward
    saving_per_year: int
    breakeven_quote: int
    """The quote at which both ways cost the same; below 0 even a free repair does not pay."""
    payback: float | None
    payback_discounted: float | None
    returns: tuple[finance.RateOfReturn, ...]
    """Every rate of return of replacing instead of repairing; empty where there is none."""
    switch_repairs: float | None
    """The yearly repair cost (today's money, minor units) at which the verdict turns."""
    flags: tuple[Flag, ...]

    @property
    def extra_flow(self) -> tuple[int, ...]:
        """What replacing brings in against keeping, by year: first the extra outlay (negative), then savings."""
        return tuple(old - new for old, new in zip(self.keep.by_year, self.replace.by_year, strict=True))


def compare(case: Case) -> Comparison:
    """Price both ways of ``case``. Raises ``InvalidInput`` naming the field that is missing or impossible."""
    life, price = _check(case)
    keep = _way(case, case.defender.name, _keep_lines(case))
    new = _way(case, case.challenger.name, _replace_lines(case, price, life))
    flow = [old - fresh for old, fresh in zip(keep.by_year, new.by_year, strict=True)]
    return Comparison(
        case=case,
        keep=keep,
        replace=new,
        saving_per_year=keep.euac - new.euac,
        breakeven_quote=new.npv - (keep.npv - case.quote),
        payback=finance.payback(flow),
        payback_discounted=finance.payback_discounted(case.rate, flow),
        returns=finance.rates_of_return(flow) if min(flow) < 0 < max(flow) else (),
        switch_repairs=_switch(case, keep, new),
        flags=_flags(case, life),
    )


def rank(case: Case, challengers: Iterable[Challenger]) -> tuple[Comparison, ...]:
    """The case against each challenger, cheapest way first; the order of ``challengers`` has no effect."""
    answers = [compare(replace(case, challenger=one)) for one in challengers]
    return tuple(sorted(answers, key=lambda answer: (answer.replace.npv, answer.replace.name)))


def imputed_value(price: int, scrap: int, life: int, age: int, rate: float) -> float:
    """What a unit of ``age`` years is still worth to a customer who goes on needing one.

    The even yearly capital cost over its life, for the years that remain, and the scrap at their end, both
    brought back to ``age`` (implied salvage value; Sullivan, Engineering Economy, co-terminated lives).
    """
    if age >= life:
        return float(scrap)
    yearly = finance.equivalent_annual(rate, life, price - scrap * finance.discount_factor(rate, life))
    left = life - age
    return yearly * finance.annuity_factor(rate, left) + scrap * finance.discount_factor(rate, left)


def _keep_lines(case: Case) -> list[tuple[str, list[int]]]:
    unit, years = case.defender, case.horizon
    return [
        (QUOTE, [case.quote] + [0] * years),
        (MARKET, [unit.market_value] + [0] * years),
        *((stream.name, [0, *stream.by_year(years)]) for stream in unit.streams),
        (SALVAGE, [0] * years + [-unit.salvage]),
    ]


def _replace_lines(case: Case, price: int, life: int) -> list[tuple[str, list[int]]]:
    new, years = case.challenger, case.horizon
    purchase, changeover, salvage = ([0] * (years + 1) for _ in range(3))
    for start in range(0, years, life):
        purchase[start], changeover[start] = price, new.changeover
        end = min(start + life, years)
        salvage[end] -= round(imputed_value(price, new.scrap, life, end - start, case.rate))
    return [
        (PURCHASE, purchase),
        (CHANGEOVER, changeover),
        *((stream.name, [0, *stream.by_year(years, life)]) for stream in new.streams),
        (SALVAGE, salvage),
    ]


def _way(case: Case, name: str, lines: list[tuple[str, list[int]]]) -> WayForward:
    priced = tuple(
        Line(what, tuple(by_year), round(finance.npv(case.rate, by_year)))
        for what, by_year in lines
        if any(by_year)
    )
    if not priced:
        priced = (Line("no cost", (0,) * (case.horizon + 1), 0),)
    total = sum(line.present for line in priced)
    return WayForward(name, priced, total, round(finance.equivalent_annual(case.rate, case.horizon, total)))


def _switch(case: Case, keep: WayForward, new: WayForward) -> float | None:
    """Keeping costs ``rest + factor * repairs per year``: solve for the cost of the challenger."""
    stream = case.defender.repairs
    if stream is None:
        return None
    factor = sum(
        (1 + stream.escalator) ** year * stream.payable(year) * finance.discount_factor(case.rate, year)
        for year in range(1, case.horizon + 1)
    )
    return stream.per_year + (new.npv - keep.npv) / factor if factor else None


def _check(case: Case) -> tuple[int, int]:
    """The challenger's life and price, once every input has proved possible."""
    if not math.isfinite(case.rate) or case.rate < 0:
        raise InvalidInput("rate", "must be 0 or above", "Give a yearly rate such as 0.08 for 8 %.")
    if case.rate > 1:
        raise InvalidInput("rate", f"{case.rate:g} would be {case.rate:.0%} a year", "Write 8 % as 0.08.")
    if not 1 <= case.horizon <= LONGEST_HORIZON:
        raise InvalidInput("horizon", f"must be 1 to {LONGEST_HORIZON} whole years")
    if case.defender.repairs is None:
        raise InvalidInput("repairs", "no yearly repair cost is given", "Enter a yearly repair cost.")
    evidence = case.defender.forecast
    if evidence is not None and evidence.history.currency != case.currency:
        raise InvalidInput("currency", f"the history is in {evidence.history.currency}, not {case.currency}")
    price, life, name = case.challenger.price, case.challenger.life, case.challenger.name or "the challenger"
    if price is None:
        raise InvalidInput("challenger.price", f"{name} has no price", "Enter a price.")
    if life is None or life < 1:
        raise InvalidInput("challenger.life", f"{name} has no life", "Enter whole years of life.")
    for field_name, amount in (
        ("quote", case.quote),
        ("challenger.price", price),
        ("challenger.changeover", case.challenger.changeover),
        ("defender.market_value", case.defender.market_value),
    ):
        if amount < 0:
            raise InvalidInput(field_name, "must be 0 or above")
    return life, price


def _flags(case: Case, life: int) -> tuple[Flag, ...]:
    unit, flags = case.defender, list(case.flags)
    if unit.forecast is not None and unit.repairs is not None and unit.repairs.low is not None:
        flags += unit.forecast.flags
    if unit.age_years is None:
        flags.append(Flag("age_unknown", "No install date: the unit's age plays no part."))
    elif unit.rated_life is None:
        flags.append(Flag("life_unknown", "The model has no rated life."))
    elif unit.age_years + case.horizon > unit.rated_life:
        end = unit.age_years + case.horizon
        flags.append(
            Flag(
                "beyond_life", f"At the end it would be {end:.0f} years old, rated for {unit.rated_life:.0f}."
            )
        )
    if life < case.horizon:
        flags.append(
            Flag("bought_again", f"The challenger lasts {life} years and is bought again at the same price.")
        )
    return tuple(flags)
