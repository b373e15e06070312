"""Attainment: how many clocks were kept, and in which period each of them counts.

A clock counts once, on one date, and nothing that happens later to a missed one moves it: it counts
when it ended in time, or when its due time passed. Dates are those of the call's site.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

Verdict = Literal["met", "missed", "running", "never", "cancelled"]
Period = Literal["day", "week", "month"]
PERIODS: Final[tuple[Period, ...]] = ("day", "week", "month")

RULES: Final = (
    "A clock counts on the site's date on which it ended in time (met) or passed due (missed).",
    "Running and paused ones count in no period yet.",
    "Left out: never due, or ended by cancelling. Share: met / (met + missed).",
)
"""What counts, as it is shown beside the figures."""

SHOWN: Final[Mapping[Period, int]] = {"day": 14, "week": 12, "month": 12}
"""How many periods are shown where nobody says from when."""

_ONE: Final = timedelta(days=1)


class Counted(NamedTuple):
    """What a clock counts as, and the instant that decides its period (None: in none yet)."""

    verdict: Verdict
    at: datetime | None


class Tally(NamedTuple):
    """Clocks by what they count as."""

    met: int = 0
    missed: int = 0
    running: int = 0
    never: int = 0
    cancelled: int = 0

    @property
    def counted(self) -> int:
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """Met among met and missed, 0 to 1; None where there are neither."""
        return self.met / self.counted if self.counted else None

    def plus(self, verdict: Verdict, clocks: int) -> Tally:
        return self._replace(**{verdict: getattr(self, verdict) + clocks})


def counted(
    due_at: datetime | None,
    paused_since: datetime | None,
    ended_at: datetime | None,
    *,
    cancelled: bool,
    now: datetime,
) -> Counted:
    """What a clock counts as at ``now``. ``cancelled``: it ended because the call was cancelled.

    Without a due time it is never due, unless it is paused: then nobody knows yet.
    """
    if ended_at is not None and cancelled:
        return Counted("cancelled", ended_at)
    if due_at is None:
        waits = paused_since is not None and ended_at is None
        return Counted("running", None) if waits else Counted("never", ended_at)
    if ended_at is not None:
        return Counted("met", ended_at) if ended_at <= due_at else Counted("missed", due_at)
    # Nothing breaches while paused; what was past due before stays missed.
    late = (now if paused_since is None else paused_since) > due_at
    return Counted("missed", due_at) if late else Counted("running", None)


def percent(tally: Tally) -> str:
    """The share as ``91.2 %``, floored, so that only a whole 100 says 100; empty where nothing counts."""
    if not tally.counted:
        return ""
    tenths = tally.met * 1000 // tally.counted
    return f"{tenths // 10}.{tenths % 10} %"


# -- periods -----------------------------------------------------------------------------------


def first_of(day: date, period: Period) -> date:
    """The first date of the period that ``day`` is in; weeks begin on Monday."""
    if period == "month":
        return day.replace(day=1)
    return day - day.weekday() * _ONE if period == "week" else day


def following(first: date, period: Period) -> date:
    """The first date of the period after that which begins on ``first``."""
    if period == "month":
        return (first + 31 * _ONE).replace(day=1)
    return first + (7 if period == "week" else 1) * _ONE


def earlier(first: date, period: Period, count: int) -> date:
    """The first date of the period that lies ``count`` periods before that which begins on ``first``."""
    if period != "month":
        return first - count * (7 if period == "week" else 1) * _ONE
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def periods_between(first: date, last: date, period: Period) -> list[date]:
    """The first date of each period that has days from ``first`` to ``last``, both inclusive."""
    found, one = [], first_of(first, period)
    while one <= last:
        found.append(one)
        one = following(one, period)
    return found


def period_name(first: date, period: Period) -> str:
    """``2026-03``, ``2026-W10`` or ``2026-03-04``."""
    if period == "month":
        return f"{first:%Y-%m}"
    return f"{first:%G-W%V}" if period == "week" else first.isoformat()


def short_name(first: date, period: Period) -> str:
    """A period over its column: ``Feb``, the year in January, ``W07``, ``02-14``."""
    if period == "month":
        return f"{first:%b}" if first.month > 1 else f"{first:%Y}"
    return f"W{first:%V}" if period == "week" else f"{first:%m-%d}"


def shown_until(last: date, period: Period) -> date:
    """Where to begin so that the usual number of periods ends with that of ``last``."""
    return earlier(first_of(last, period), period, SHOWN[period] - 1)
