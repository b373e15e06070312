"""Do failures come closer together? Tests against a steady rate, for one system or several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import fmean, stdev
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import NORMAL, chi_square_share
from dispatch_tui.roi.failures.systems import System


class TrendTest(NamedTuple):
    """``statistic`` as the source defines it; the chance of one as extreme at a steady rate, to either side.

    ``p_rising`` small: failures come closer together. ``p_falling`` small: they thin out.
    """

    statistic: float
    p_rising: float
    p_falling: float

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return min(1.0, 2 * min(self.p_rising, self.p_falling))


def laplace(systems: Sequence[System]) -> TrendTest:
    """Laplace's test: the mean age of the free failures against the middle of the window, standard normal.

    Above 0: failures come late in the window, so they come closer together (Cox & Lewis 1966; Ascher & Feingold 1984).
    """
    _some(systems)
    late = math.fsum(age - (one.start + one.end) / 2 for one in systems for age in one.failures[: one.free])
    variance = math.fsum(one.free * (one.end - one.start) ** 2 / 12 for one in systems)
    u = late / math.sqrt(variance)
    return TrendTest(u, 1 - NORMAL.cdf(u), NORMAL.cdf(u))


def military_handbook(systems: Sequence[System]) -> TrendTest:
    """``2 sum ln((T - S) / (t - S))`` is chi-square with 2 degrees for each free failure at a steady rate.

    Small values: failures come late, closer together; the best test where a power law holds (MIL-HDBK-189).
    """
    count = _some(systems)
    x = 2 * math.fsum(
        math.log((one.end - one.start) / (age - one.start))
        for one in systems
        for age in one.failures[: one.free]
    )
    share = chi_square_share(x, 2 * count)
    return TrendTest(x, share, 1 - share)


def lewis_robinson(one: System) -> TrendTest:
    """Laplace's statistic over the coefficient of variation of the spans between failures, about standard normal.

    For a system that repairs renew: spans that are merely uneven are then not taken for a trend
    (Lewis & Robinson 1974). Raises ``InvalidInput`` where fewer than two spans differ.
    """
    u = laplace([one]).statistic
    gaps = _gaps(one)
    if len(gaps) < 2 or len(set(gaps)) == 1:
        raise InvalidInput("failures", "two spans between failures that differ are needed")
    z = u * fmean(gaps) / stdev(gaps)
    return TrendTest(z, 1 - NORMAL.cdf(z), NORMAL.cdf(z))


def reverse_arrangements(one: System) -> TrendTest:
    """How many pairs of spans between failures are ascending: many where failures thin out (NIST 8.2.3.4).

    Equal spans (to a billionth of the window, for ages are rounded) do not ascend. Exact for at most a
    hundred spans, normal beyond.
    """
    gaps = _gaps(one)
    count = len(gaps)
    if count < 2:
        raise InvalidInput("failures", "two are needed to compare the spans between them")
    equal = 1e-9 * (one.end - one.start)
    ascending = sum(after > before + equal for before, after in combinations(gaps, 2))
    if count <= 100:
        chances = _inversions(count)
        p_falling, p_rising = math.fsum(chances[ascending:]), math.fsum(chances[: ascending + 1])
    else:
        mean, variance = count * (count - 1) / 4, (2 * count + 5) * (count - 1) * count / 72
        p_falling = 1 - NORMAL.cdf((ascending - mean - 0.5) / math.sqrt(variance))
        p_rising = NORMAL.cdf((ascending - mean + 0.5) / math.sqrt(variance))
    return TrendTest(float(ascending), min(1.0, p_rising), min(1.0, p_falling))


def _inversions(count: int) -> list[float]:
    """The chance of each number of ascending pairs among ``count`` spans in random order (Mann 1945)."""
    chances = [1.0]
    for size in range(2, count + 1):
        longer = [0.0] * (len(chances) + size - 1)
        window = 0.0
        for k in range(len(longer)):
            window += chances[k] if k < len(chances) else 0.0
            window -= chances[k - size] if 0 <= k - size < len(chances) else 0.0
            longer[k] = max(window, 0.0) / size
        chances = longer
    return chances


def _gaps(one: System) -> list[float]:
    return [after - before for before, after in pairwise((one.start, *one.failures))]


def _some(systems: Sequence[System]) -> int:
    count = sum(one.free for one in systems)
    if not count:
        raise InvalidInput("failures", "none that did not itself end the record", "A trend needs failures.")
    return count
