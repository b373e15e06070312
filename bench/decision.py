"""How long an answer takes: one unit against five challengers, 20 years, 10,000 futures; and the same draws again."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.figures import Figure, Limit, Line, stats_of
from bench.setting import Setting
from dispatch_tui.roi.capital import Changeover, Owning, Resale
from dispatch_tui.roi.case import KEEP, Case, Challenger, Defender
from dispatch_tui.roi.costs import Running, Stream
from dispatch_tui.roi.decision import decide
from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.prior import rated
from dispatch_tui.roi.failures.records import Span, unit_record
from dispatch_tui.roi.futures import PATHS, PREVIEW_PATHS
from dispatch_tui.roi.outlook import Failing, futures

REPEATS = 15
CHALLENGERS, YEARS, LIFE = 5, 20, 15

FULL = Line(
    "roi_unit",
    f"one unit, {CHALLENGERS} challengers, {YEARS} years, {PATHS:,} futures",
    "ms",
    goals=(Limit("p50", most=150),),
)
PREVIEW = Line(
    "roi_preview", f"the same, preview of {PREVIEW_PATHS:,} futures", "ms", goals=(Limit("p95", most=100),)
)
AGAIN = Line(
    "roi_again",
    f"the same, a price edited: {PATHS:,} futures as drawn",
    "ms",
    goals=(Limit("p95", most=100),),
)
LINES = (FULL, PREVIEW, AGAIN)


def measure(_setting: Setting) -> list[Figure]:
    """From fitted records to the decision; fitting itself is done when the panel opens."""
    case, ways = _case(), _ways()
    drawn = futures(ways, YEARS, seed=1, paths=PATHS)
    return [
        Figure(FULL, _times(lambda: decide(case, futures(ways, YEARS, seed=1, paths=PATHS)))),
        Figure(PREVIEW, _times(lambda: decide(case, futures(ways, YEARS, seed=1, paths=PREVIEW_PATHS)))),
        Figure(AGAIN, _times(lambda: decide(case, drawn))),
    ]


def _times(act: Callable[[], object]) -> dict[str, float]:
    act()
    found = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        act()
        found.append((time.perf_counter() - begun) * 1000)
    return stats_of(found)


def _names() -> list[str]:
    return [f"model {number}" for number in range(CHALLENGERS)]


def _ways() -> dict[str, Failing]:
    units = [
        unit_record(
            f"unit {k}", [Span(0.5 * k, 8.0 + k)], [0.5 * k + (1.3 + 0.1 * k) * n for n in range(1, 6)]
        )
        for k in range(8)
    ]
    costs = fit_costs([PricedEvent(f"unit {k}", 40_000 + 9_000 * n) for k in range(8) for n in range(5)])
    ways = {KEEP: Failing(fit_fleet(units), costs, units[0], age=units[0].oldest)}
    return ways | {
        name: Failing(fit_fleet((), prior=rated(2.0 + k)), costs) for k, name in enumerate(_names())
    }


def _case() -> Case:
    running = Running(repair=60_000, hours_down=6, hour_price=4_000, streams=(Stream("energy", 500_000),))
    challengers = tuple(
        Challenger(
            name=name,
            owning=Owning(
                price=2_500_000 + 100_000 * k,
                changeover=Changeover(installing=300_000, overrun=0.25),
                resale=Resale(2_500_000, 0.3),
            ),
            life=LIFE,
            running=Running(
                repair=60_000, hours_down=6, hour_price=4_000, streams=(Stream("energy", 400_000),)
            ),
        )
        for k, name in enumerate(_names())
    )
    return Case(
        currency="EUR",
        rate=0.08,
        horizon=YEARS,
        defender=Defender(name="unit 0", running=running, quote=700_000.0, resale=Resale(100_000, 0.3)),
        challengers=challengers,
        spread={"quote": 0.05, "defender.energy": 0.1, "defender.downtime.price": 0.25},
    )
