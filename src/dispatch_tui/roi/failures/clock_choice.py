"""By which clock a fleet ages: the one that would have forecast better what came later."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.forecast import predict
from dispatch_tui.roi.failures.prior import Prior
from dispatch_tui.roi.failures.records import AgeClock, UnitRecord

_FEWEST_UNITS = 3


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One unit's record by both clocks, and where by each of them the part held out begins.

    From there on the unit was watched without a gap.
    """

    hours: UnitRecord
    years: UnitRecord
    cut_hours: float
    cut_years: float


@dataclass(frozen=True, slots=True)
class ClockChoice:
    """The better clock. Scores are mean logs of the probability given to what happened: greater is better.

    ``clear`` is false where the difference is within its own standard error: then it is the hours, if there
    are any, since use is what wears a machine that has a meter.
    """

    clock: AgeClock
    clear: bool
    hours: float
    years: float
    standard_error: float


def choose_clock(
    units: Sequence[HeldOut],
    *,
    use_per_year: float,
    by_hours: Prior | None = None,
    by_years: Prior | None = None,
) -> ClockChoice:
    """Fit the part before the cut by either clock, and score the failures after it.

    The hours of the part held out are taken as known, as the customer's coming use is when a forecast is asked
    for. Raises ``InvalidInput`` (``units``) for fewer than three units with anything held out.
    """
    judged = [
        one for one in units if _held_out(one.hours, one.cut_hours) and _held_out(one.years, one.cut_years)
    ]
    if len(judged) < _FEWEST_UNITS:
        raise InvalidInput("units", "three units with a record by both clocks are needed")
    hours = _scores([(one.hours, one.cut_hours) for one in judged], AgeClock.HOURS, use_per_year, by_hours)
    years = _scores([(one.years, one.cut_years) for one in judged], AgeClock.YEARS, 1.0, by_years)
    apart = [h - y for h, y in zip(hours, years, strict=True)]
    mean = math.fsum(apart) / len(apart)
    error = math.sqrt(math.fsum((one - mean) ** 2 for one in apart) / (len(apart) - 1) / len(apart))
    clear = abs(mean) > error
    return ClockChoice(
        clock=AgeClock.YEARS if clear and mean < 0 else AgeClock.HOURS,
        clear=clear,
        hours=math.fsum(hours) / len(hours),
        years=math.fsum(years) / len(years),
        standard_error=error,
    )


def _held_out(record: UnitRecord, cut: float) -> bool:
    return record.oldest > cut > 0 and record.windows[-1].start <= cut


def _scores(
    records: Sequence[tuple[UnitRecord, float]], clock: AgeClock, use_per_year: float, prior: Prior | None
) -> list[float]:
    known = [record.until(cut) for record, cut in records]
    fit = fit_fleet(known, clock=clock, use_per_year=use_per_year, prior=prior)
    scores = []
    for (record, cut), before in zip(records, known, strict=True):
        law = predict(fit, before, cut, record.oldest)
        later = record.count - before.count
        least = float(law.pmf[-1])
        scores.append(math.log(max(float(law.pmf[later]) if later < len(law.pmf) else least, 1e-12)))
    return scores
