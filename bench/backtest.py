"""``python -m bench.backtest``: forecasts from the past of real repair logs, scored by what came after.

At 30, 50 and 70 % of each unit's observation its later failures are hidden, and forecast until the end of its
observation. Two ways of hiding:

- *all cut*: every unit is cut at the same share, as if all had been installed on one day. The fleet has then
  never been seen at the ages that are forecast. Counted are origins with ten failures or more on record (any line
  from 2 to 30 gives the same verdicts); before, a forecast carries the flag ``thin_fleet`` or ``prior_only``, and
  these are printed beside;
- *older fleet*: the unit is cut, the others' records are whole, as for the youngest unit of a fleet that was
  installed over the years.

Printed for each log and all together:

- CRPS over the mean count (Gneiting and Raftery 2007), less is better: each forecast's score is divided by the
  mean count of its log and origin, so that logs of many failures do not drown the others;
- the share of outcomes in the middle 80 %. A count jumps over the ends of an interval, so the outcome's place
  is spread evenly over its own probability (Czado, Gneiting and Held 2009): a true law scores .80 exactly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bench import rivals
from bench.repair_logs import FOLDER, LOGS, SERVICED, read
from dispatch_tui.roi.failures.fleet import FEW, FleetFit, fit_fleet
from dispatch_tui.roi.failures.grid import Floats
from dispatch_tui.roi.failures.records import UnitRecord

Law = Callable[[UnitRecord, float, float], Floats]
"""Probabilities of 0, 1, ... failures of a unit between two ages."""

ORIGINS = (0.3, 0.5, 0.7)

OURS, FLEET, FLEET_RATE, UNIT_RATE, UNIT = (
    "pooled, ours",
    "fleet Poisson",
    "fleet rate",
    "unit-only rate",
    "unit-only power law",
)
LAWS = (OURS, FLEET, FLEET_RATE, UNIT_RATE, UNIT)
"""The laws, ours first. ``fleet Poisson`` is the likeliest power law that all units share."""

COVERAGE = (0.75, 0.90)
AGAINST_FLEET = 1.03
AGAINST_UNIT = 0.60
"""The limits: coverage of the 80 % interval, and CRPS over that of the two laws."""


@dataclass(frozen=True, slots=True)
class Score:
    """One law on one log, or on all: ``crps`` over the mean count, ``inside`` the middle 80 %."""

    law: str
    crps: float
    inside: float


@dataclass(frozen=True, slots=True)
class Result:
    title: str
    forecasts: int
    failures: int
    scores: tuple[Score, ...]

    def of(self, law: str) -> Score:
        return next(score for score in self.scores if score.law == law)


@dataclass(frozen=True, slots=True)
class _Forecast:
    law: str
    crps: float
    inside: float
    observed: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """One way of hiding: each log, all together, and beside these what is not counted."""

    title: str
    logs: tuple[Result, ...]
    together: Result
    beside: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    words: str
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return self.low <= self.value <= self.high


@dataclass(frozen=True, slots=True)
class _Origin:
    """One origin of a log, every unit cut there: how many failures were known, and the forecasts."""

    title: str
    known: int
    forecasts: tuple[_Forecast, ...]


@cache
def _origins(shared: Path) -> tuple[_Origin, ...]:
    found = []
    for log in LOGS:
        units = read(shared, log)
        for share in ORIGINS:
            known = [unit.until(share * unit.oldest) for unit in units]
            scored = _scored(units, known, [known] * len(units), log.per_year)
            found.append(_Origin(log.title, sum(unit.count for unit in known), tuple(scored)))
    return tuple(found)


def all_cut(shared: Path, fewest: int = FEW) -> Backtest:
    """``fewest``: origins with fewer failures known are not counted, but stand beside."""
    counted: dict[str, list[_Forecast]] = {}
    thin: list[_Forecast] = []
    for origin in _origins(shared):
        where = counted.setdefault(origin.title, []) if origin.known >= fewest else thin
        where += origin.forecasts
    units = read(shared, SERVICED)
    serviced = []
    for share in ORIGINS:
        known = [unit.until(share * unit.oldest) for unit in units]
        serviced += _scored(units, known, [known] * len(units), SERVICED.per_year)
    return Backtest(
        "all cut",
        tuple(result(title, found) for title, found in counted.items()),
        result("all logs", [one for found in counted.values() for one in found]),
        (
            *((result(f"fewer than {fewest} failures known", thin),) if thin else ()),
            result(SERVICED.title, serviced),
        ),
    )


def older_fleet(shared: Path) -> Backtest:
    counted = {log.title: _among_older(read(shared, log), log.per_year) for log in LOGS}
    serviced = _among_older(read(shared, SERVICED), SERVICED.per_year)
    return Backtest(
        "older fleet",
        tuple(result(title, found) for title, found in counted.items()),
        result("all logs", [one for found in counted.values() for one in found]),
        (result(SERVICED.title, serviced),),
    )


def result(title: str, forecasts: Sequence[_Forecast]) -> Result:
    ours = [one for one in forecasts if one.law == OURS]
    scores = []
    for law in LAWS:
        mine = [one for one in forecasts if one.law == law]
        crps = float(np.mean([one.crps for one in mine]))
        scores.append(Score(law, crps, float(np.mean([one.inside for one in mine]))))
    return Result(title, len(ours), sum(one.observed for one in ours), tuple(scores))


def limits(of: Result) -> tuple[Limit, ...]:
    """What must hold over all logs together, and is shown for each."""
    ours, fleet, unit = (of.of(law) for law in (OURS, FLEET, UNIT))
    return (
        Limit("inside the middle 80 %", ours.inside, *COVERAGE),
        Limit("CRPS over that of fleet Poisson", ours.crps / fleet.crps, 0.0, AGAINST_FLEET),
        Limit("CRPS over that of the unit-only power law", ours.crps / unit.crps, 0.0, AGAINST_UNIT),
    )


def crps(pmf: Floats, observed: int) -> float:
    """``sum over k of (F(k) - [k >= observed])^2`` of a law on the whole numbers."""
    size = max(len(pmf), observed + 1)
    below = np.cumsum(np.pad(pmf, (0, size - len(pmf))))
    return float(((below - (np.arange(size) >= observed)) ** 2).sum())


def inside(pmf: Floats, observed: int, share: float = 0.8) -> float:
    """How much of the outcome's own probability lies in the middle ``share`` of the law."""
    if observed >= len(pmf) or pmf[observed] <= 0:
        return 0.0
    upper = float(pmf[: observed + 1].sum())
    lower = upper - float(pmf[observed])
    edge = (1 - share) / 2
    return max(0.0, min(upper, 1 - edge) - max(lower, edge)) / (upper - lower)


def table(each: Sequence[Result]) -> str:
    """A Markdown table."""
    lines = [
        f"| log | forecasts | failures | {' | '.join(score.law for score in each[0].scores)} |",
        f"|---|---:|---:|{'---:|' * len(each[0].scores)}",
    ]
    for one in each:
        cells = " | ".join(f"{score.crps:.3f} / {score.inside:.2f}" for score in one.scores)
        lines.append(f"| {one.title} | {one.forecasts} | {one.failures} | {cells} |")
    return "\n".join(lines)


def main() -> int:
    """Print the table; 1 where a limit does not hold, 2 where the logs are absent."""
    root = Path(__file__).resolve().parent.parent
    shared = Path(os.environ.get("DISPATCH_TUI_SHARED") or root.parent / "shared")
    if not (shared / FOLDER).is_dir():
        print(
            f"No repair logs in {shared / FOLDER}: name the folder of real data in DISPATCH_TUI_SHARED.",
            file=sys.stderr,
        )
        return 2
    good = True
    for test in (all_cut(shared), older_fleet(shared)):
        print(f"\n{test.title}: CRPS over mean count / share inside the middle 80 %\n")
        print(table([*test.logs, test.together, *test.beside]), "\n")
        for limit in limits(test.together):
            verdict = "holds " if limit.holds else "BROKEN"
            print(
                f"{verdict} {limit.words}: {limit.value:.2f} (limit {limit.low:.2f} to {limit.high:.2f}), all logs"
            )
            good = good and limit.holds
    return 0 if good else 1


def _among_older(units: Sequence[UnitRecord], per_year: float) -> list[_Forecast]:
    found = []
    for share in ORIGINS:
        known = [unit.until(share * unit.oldest) for unit in units]
        fleets = [[*units[:k], cut, *units[k + 1 :]] for k, cut in enumerate(known)]
        found += _scored(units, known, fleets, per_year)
    return found


def _scored(
    units: Sequence[UnitRecord],
    known: Sequence[UnitRecord],
    fleets: Sequence[Sequence[UnitRecord]],
    per_year: float,
) -> list[_Forecast]:
    """Every law's forecast for each unit from what was ``known`` of it, beside its fleet, scored."""
    counts = [unit.count - before.count for unit, before in zip(units, known, strict=True)]
    mean = max(float(np.mean(counts)), rivals.HALF)
    found = []
    laws: dict[str, Law] = {}
    for k, (unit, before, observed) in enumerate(zip(units, known, counts, strict=True)):
        if not k or fleets[k] is not fleets[k - 1]:
            laws = _laws(fit_fleet(fleets[k], use_per_year=per_year), fleets[k])
        for law, pmf_of in laws.items():
            pmf = pmf_of(before, before.oldest, unit.oldest)
            found.append(_Forecast(law, crps(pmf, observed) / mean, inside(pmf, observed), observed))
    return found


def _laws(fit: FleetFit, known: Sequence[UnitRecord]) -> dict[str, Law]:
    shared, steady = rivals.fleet_power_law(known), rivals.fleet_constant(known)
    return {
        OURS: lambda unit, start, end: rivals.pooled(fit, unit, start, end),
        FLEET: lambda _, start, end: rivals.poisson(shared, start, end),
        FLEET_RATE: lambda _, start, end: rivals.poisson(steady, start, end),
        UNIT_RATE: lambda unit, start, end: rivals.poisson(rivals.unit_constant(unit), start, end),
        UNIT: lambda unit, start, end: rivals.poisson(rivals.unit_power_law(unit), start, end),
    }


if __name__ == "__main__":
    sys.exit(main())
