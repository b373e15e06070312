"""How long a whole fleet takes: 100,000 units of 100 models, 1,000 futures each, on every core."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from bench.figures import Figure, Limit, Line, one
from bench.setting import Setting
from dispatch_tui.desk.workers import compared
from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.prior import rated
from dispatch_tui.roi.failures.records import Span, UnitRecord, unit_record
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.many import FLEET_PATHS, Batch
from dispatch_tui.roi.outlook import Failing

UNITS = int(os.environ.get("BENCH_FLEET", "100000"))
OF_A_MODEL, BATCH = 1_000, 250

WHOLE = Line(
    "roi_fleet",
    f"a fleet of {UNITS:,} units, {FLEET_PATHS:,} futures each",
    "s",
    goals=(Limit("value", most=60 * UNITS / 100_000),),
)
SHARE = Line("roi_fleet_10k", "the same, for each 10,000 units", "s")
LINES = (WHOLE, SHARE)


def measure(_setting: Setting) -> list[Figure]:
    """Fitting each model, handing units to the processes, and their answers; reading a database is not in it."""
    begun = time.perf_counter()
    done = sum(len(some) for some in compared(_batches(), seed=1))
    took = time.perf_counter() - begun
    assert done == UNITS
    return [Figure(WHOLE, one(took)), Figure(SHARE, one(took * 10_000 / UNITS))]


def _batches() -> Iterator[Batch]:
    for start in range(0, UNITS, OF_A_MODEL):
        ids = range(start, min(start + OF_A_MODEL, UNITS))
        records = {k: _record(k) for k in ids}
        costs = fit_costs(
            [
                PricedEvent(one.unit, 30_000 + 7_000 * (k % 9))
                for k, one in records.items()
                for _ in one.failures
            ]
        )
        failing = Failing(fit_fleet(list(records.values())), costs)
        new = Failing(fit_fleet((), prior=rated(3.0)), costs)
        for index, first in enumerate(range(ids.start, ids.stop, BATCH)):
            some = tuple(range(first, min(first + BATCH, ids.stop)))
            yield Batch(some, tuple(_inputs(k, records[k], failing, new) for k in some), start + index)


def _record(k: int) -> UnitRecord:
    age = 3.0 + k % 11
    return unit_record(f"unit {k}", [Span(0.5, age)], [0.6 + n * (age - 1) / 8 for n in range(k % 8)])


def _inputs(k: int, record: UnitRecord, failing: Failing, new: Failing) -> Inputs:
    mine = Failing(failing.fit, failing.costs, record, record.oldest)
    return Inputs(
        unit=f"unit {k}",
        challenger="model X",
        currency="EUR",
        quote=200_000 if k % 5 == 0 else None,
        repair=40_000.0 + k % 1000,
        hours_down=4.0,
        downtime_price=2_000,
        energy=120_000.0 + 100 * (k % 300),
        new_energy=100_000.0,
        other_work=20_000.0,
        new_other_work=20_000.0,
        price=900_000,
        changeover=60_000,
        life=12,
        warranty=2.0,
        new_repair=new.costs.mean,
        failing=mine,
        new_failing=new,
    )
