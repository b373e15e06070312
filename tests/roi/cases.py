"""Cases to weigh, with failures that are known: as often each year as stated, each repair the average one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from dispatch_tui.roi.capital import Changeover, Owning, Resale
from dispatch_tui.roi.case import COMPONENT, KEEP, Case, Challenger, Defender
from dispatch_tui.roi.costs import Running, Stream
from dispatch_tui.roi.futures import Futures, compound, gathered, stream
from dispatch_tui.roi.replacement import Expected


def challenger(name: str = "Model N", price: float = 100_000, life: int = 10, **more: Any) -> Challenger:
    running = more.pop("running", Running(repair=10_000))
    owning = more.pop("owning", Owning(price=price, changeover=more.pop("changeover", Changeover())))
    return Challenger(name=name, owning=owning, life=life, running=running, **more)


def case(**more: Any) -> Case:
    """A unit that fails more often every year, against one challenger."""
    unit = Defender(
        name="Unit 7",
        running=Running(repair=10_000, hours_down=4, hour_price=500, streams=(Stream("energy", 3_000),)),
        quote=20_000,
        resale=Resale(5_000, 0.5),
        age_years=8,
        rated_life=40,
    )
    given: dict[str, Any] = {
        "currency": "EUR",
        "rate": 0.10,
        "horizon": 8,
        "defender": unit,
        "challengers": (challenger(),),
    }
    return Case(**{**given, **more})


def expected(one: Case, old: float = 1.0, growth: float = 0.2, new: float = 0.5) -> dict[str, Expected]:
    """``old`` failures in the coming year, more by ``growth`` each year; ``new`` each year of any challenger."""
    years = np.arange(one.span)
    rising, level = old * (1 + growth * years), np.full(one.span, new)
    ways = {KEEP: Expected(rising, rising)}
    if one.defender.component is not None:
        ways[COMPONENT] = Expected(rising / 2, rising / 2)
    return ways | {other.name: Expected(level, level) for other in one.challengers}


def drawn(
    one: Case, *, paths: int = 4_000, seed: int = 5, shape: float = 4.0, sigma: float = 0.8, **more: float
) -> Futures:
    """The same failures as futures: a gamma factor for each unit, Poisson counts, lognormal repairs."""
    means: Mapping[str, Expected] = expected(one, **more)
    ways = {
        name: compound(shape, mean.failures, sigma, paths, stream(seed, name)) for name, mean in means.items()
    }
    return gathered(ways, seed=seed)


def rescaled(one: Case, by: float) -> Case:
    """The same case in a currency of which ``by`` make one of the other."""

    def running(of: Running) -> Running:
        streams = tuple(replace(each, per_year=each.per_year * by) for each in of.streams)
        return replace(of, repair=of.repair * by, hour_price=of.hour_price * by, streams=streams)

    def resale(of: Resale) -> Resale:
        return Resale(of.today * by, of.fall, of.scrap * by)

    def owning(of: Owning) -> Owning:
        changeover = replace(of.changeover, installing=of.changeover.installing * by)
        return replace(of, price=of.price * by, changeover=changeover, resale=resale(of.resale))

    unit = one.defender
    return replace(
        one,
        defender=replace(
            unit,
            running=running(unit.running),
            quote=unit.quote * by,
            loaner=unit.loaner * by,
            refund=unit.refund * by,
            book=unit.book * by,
            resale=resale(unit.resale),
        ),
        challengers=tuple(
            replace(
                other,
                owning=owning(other.owning),
                running=running(other.running),
                once=other.once * by,
                trade_in=other.trade_in * by,
            )
            for other in one.challengers
        ),
    )
