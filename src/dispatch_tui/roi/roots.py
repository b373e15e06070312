"""All real roots of an exponential sum, found without a starting guess.

The net present value of dated flows is ``f(x) = sum a_k * exp(t_k * x)`` with ``x = -ln(1 + rate)``.
Such a sum has at most as many real roots as its coefficients have sign changes (Descartes' rule, which
holds for real exponents too; Laguerre 1883). The proof is the method: with ``m`` between the exponents
at a sign change, the derivative of ``exp(-m x) f(x)`` has one sign change fewer, and between two of its
roots ``exp(-m x) f(x)`` is monotone, so that it has one root there at most and bisection finds it. A root
that the derivative has too is a multiple one, and counts once more than it does there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_TOUCHES = 1e-13
"""A value this small against the sum of its terms' sizes is rounding, not a number."""

_FAR = 700.0
"""Beyond this ``exp(x)`` leaves the floating-point numbers."""


class Root(NamedTuple):
    """Where the sum is zero. ``multiplicity`` is 1 where it simply crosses; even where it only touches zero."""

    x: float
    multiplicity: int


def exponential_roots(coefficients: Sequence[float], exponents: Sequence[float]) -> list[Root]:
    """The real roots within ``|x| <= 700``, ascending; none for fewer than two terms.

    ``exponents`` are strictly ascending; terms with coefficient 0 do not matter.
    """
    terms = [(a, t) for a, t in zip(coefficients, exponents, strict=True) if a]
    return _roots([a for a, _ in terms], [t for _, t in terms])


def _roots(a: list[float], t: list[float]) -> list[Root]:
    change = next((k for k in range(len(a) - 1) if (a[k] < 0) != (a[k + 1] < 0)), None)
    if change is None:
        return []
    middle = (t[change] + t[change + 1]) / 2
    turning = _roots([c * (e - middle) for c, e in zip(a, t, strict=True)], t)
    edges = [-_reach(a, t, first=True), *(root.x for root in turning), _reach(a, t, first=False)]
    signs = [_sign(a, t, x) for x in edges]
    found = [
        Root(root.x, root.multiplicity + 1)
        for root, sign in zip(turning, signs[1:-1], strict=True)
        if sign == 0
    ]
    found += [
        Root(_bisect(a, t, low, high, sign_low), multiplicity=1)
        for (low, high), (sign_low, sign_high) in zip(pairwise(edges), pairwise(signs), strict=True)
        if sign_low * sign_high < 0
    ]
    return sorted(found)


def _reach(a: list[float], t: list[float], *, first: bool) -> float:
    """A distance from 0 beyond which the first (going down) or last term outweighs all others."""
    home = 0 if first else -1
    gaps = [(abs(c / a[home]), abs(e - t[home])) for c, e in zip(a, t, strict=True) if e != t[home]]
    x = 1.0
    while x < _FAR and sum(ratio * math.exp(-gap * x) for ratio, gap in gaps) >= 0.5:
        x *= 2
    return min(x, _FAR)


def _sign(a: list[float], t: list[float], x: float) -> int:
    top = max(e * x for e in t)
    terms = [c * math.exp(e * x - top) for c, e in zip(a, t, strict=True)]
    value = math.fsum(terms)
    if abs(value) <= _TOUCHES * math.fsum(map(abs, terms)):
        return 0
    return 1 if value > 0 else -1


def _bisect(a: list[float], t: list[float], low: float, high: float, sign_low: int) -> float:
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        sign = _sign(a, t, middle)
        if sign == 0:
            return middle
        if sign == sign_low:
            low = middle
        else:
            high = middle
