"""``python -m bench.backtest``: forecasts from the past of real repair logs, scored by what came after.

At 30, 50 and 70 % of each unit's observation everything later is hidden, the fleet is fitted on what is left,
and each unit's failures until its end of observation are forecast. Printed for each log and all together:

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
from pathlib import Path

import numpy as np

from bench import rivals
from bench.repair_logs import FOLDER, LOGS, SERVICED, RepairLog, read
from dispatch_tui.roi.failures.fleet import FleetFit, fit_fleet
from dispatch_tui.roi.failures.grid import Floats
from dispatch_tui.roi.failures.records import UnitRecord

ORIGINS = (0.3, 0.5, 0.7)

OURS, FLEET, FLEET_RATE, UNIT_RATE, UNIT = (
    "pooled, ours",
    "fleet Poisson",
    "fleet rate",
    "unit-only rate",
    "unit-only power law",
)
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


def backtest(units: Sequence[UnitRecord], per_year: float) -> list[_Forecast]:
    """Every law's forecast for every unit and origin, scored."""
    return [one for share in ORIGINS for one in _at_origin(units, share, per_year)]


def result(title: str, forecasts: Sequence[_Forecast]) -> Result:
    laws = list(dict.fromkeys(one.law for one in forecasts))
    ours = [one for one in forecasts if one.law == OURS]
    scores = []
    for law in laws:
        mine = [one for one in forecasts if one.law == law]
        scores.append(
            Score(
                law, float(np.mean([one.crps for one in mine])), float(np.mean([one.inside for one in mine]))
            )
        )
    return Result(title, len(ours), sum(one.observed for one in ours), tuple(scores))


def results(shared: Path) -> tuple[list[Result], Result, Result]:
    """Each log, all of them together, and the log that holds planned service."""
    forecasts = {log.name: _of_log(shared, log) for log in LOGS}
    each = [result(log.title, forecasts[log.name]) for log in LOGS]
    together = result("all logs", [one for log in LOGS for one in forecasts[log.name]])
    return each, together, result(SERVICED.title, _of_log(shared, SERVICED))


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
    each, together, serviced = results(shared)
    print("CRPS over mean count / share inside the middle 80 %\n")
    print(table([*each, together, serviced]))
    ours, fleet, unit = together.of(OURS), together.of(FLEET), together.of(UNIT)
    held = (
        (f"inside the middle 80 %: {ours.inside:.2f}", COVERAGE[0] <= ours.inside <= COVERAGE[1], ".75 to .90"),
        (f"CRPS against fleet Poisson: {ours.crps / fleet.crps:.2f}", ours.crps <= AGAINST_FLEET * fleet.crps, "<= 1.03"),
        (f"CRPS against unit-only power law: {ours.crps / unit.crps:.2f}", ours.crps <= AGAINST_UNIT * unit.crps, "<= .60"),
    )  # fmt: skip
    print()
    for words, good, limit in held:
        print(f"{'holds ' if good else 'BROKEN'}  {words} (limit {limit}), all logs")
    return 0 if all(good for _, good, _ in held) else 1


def _of_log(shared: Path, log: RepairLog) -> list[_Forecast]:
    return backtest(read(shared, log), log.per_year)


def _at_origin(units: Sequence[UnitRecord], share: float, per_year: float) -> list[_Forecast]:
    known = [unit.until(share * unit.oldest) for unit in units]
    fit = fit_fleet(known, use_per_year=per_year)
    counts = [unit.count - before.count for unit, before in zip(units, known, strict=True)]
    mean = max(float(np.mean(counts)), rivals.HALF)
    laws = _laws(fit, known)
    found = []
    for unit, before, observed in zip(units, known, counts, strict=True):
        for law, pmf_of in laws.items():
            pmf = pmf_of(before, before.oldest, unit.oldest)
            found.append(_Forecast(law, crps(pmf, observed) / mean, inside(pmf, observed), observed))
    return found


def _laws(
    fit: FleetFit, known: Sequence[UnitRecord]
) -> dict[str, Callable[[UnitRecord, float, float], Floats]]:
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
