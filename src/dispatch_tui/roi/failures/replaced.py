"""When units are replaced: a Weibull hazard over age (miles, hours, years) with a factor for each group of units.

A group is a model, a vintage, a customer: whatever its owner treats alike. The factors are Gamma around what
all groups have in common, so that a group with few replacements leans on the others, and one without a record
is forecast by them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures import gamma_poisson, power_law
from dispatch_tui.roi.failures.gamma_poisson import GammaPoisson
from dispatch_tui.roi.failures.lives import Floats, Lives, require_failures
from dispatch_tui.roi.failures.weibull import Weibull
from dispatch_tui.roi.marks import Flag

ROUNDS = 500
SETTLED = 1e-10
"""Rounds of law and factors in turn, and the relative change of the factors at which they stop."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a group's record held: replacements, and how many the common law made likely."""

    replacements: int
    likely: float


@dataclass(frozen=True, slots=True)
class ReplacementHazard:
    """The common law, how groups differ from it, and each group's record."""

    law: Weibull
    factors: GammaPoisson
    groups: dict[str, Seen]
    flags: tuple[Flag, ...]

    def factor(self, group: str) -> float:
        """How much likelier than by the common law the group's units are replaced (posterior mean)."""
        seen = self._seen(group)
        return self.factors.rate(seen.replacements, seen.likely)

    def chance(self, group: str, age: float, further: float) -> float:
        """Probability that a unit of that age is replaced before it has aged ``further``.

        Over all factors that the group's record leaves possible: ``1 - ((b + L) / (b + L + dH))**(a + n)``.
        """
        if age < 0 or further < 0:
            raise InvalidInput("age", "ages and what is to come are zero or more")
        ahead = self.law.hazard_until(age + further) - self.law.hazard_until(age)
        a, b, seen = self.factors.a, self.factors.b, self._seen(group)
        if a is None or b is None:
            return -math.expm1(-self.factors.mean_rate * ahead)
        return -math.expm1(-(a + seen.replacements) * math.log1p(ahead / (b + seen.likely)))

    def expected_age(self, group: str) -> float:
        """Mean age at replacement if every unit of the group stayed until then."""
        return self.life(group).mean

    def life(self, group: str) -> Weibull:
        """The group's own law, at its factor's posterior mean."""
        shape = self.law.shape
        return Weibull(shape, self.law.scale * math.pow(self.factor(group), -1 / shape))

    def _seen(self, group: str) -> Seen:
        return self.groups.get(group, Seen(0, 0.0))


def fit(known: Lives, groups: Sequence[str]) -> ReplacementHazard:
    """The law and the factors that make these lives likeliest; ``groups`` names the group of each life.

    In turn: the law with each group's factor as a weight on its windows, then the factors by gamma-Poisson
    from each group's replacements against what the law makes likely. Raises ``InvalidInput`` where nothing was
    replaced yet.
    """
    if len(groups) != len(known.age):
        raise InvalidInput("groups", "one name for each life is needed")
    require_failures(known)
    names = sorted(set(groups))
    row = np.array([names.index(group) for group in groups])
    ended = np.bincount(row[known.ended], minlength=len(names))
    factors = np.ones(len(names))
    for _ in range(ROUNDS):
        law = _law(known, factors[row])
        hazard = (known.age / law.scale) ** law.shape - (known.entered / law.scale) ** law.shape
        likely = np.bincount(row, weights=hazard, minlength=len(names))
        found = gamma_poisson.fit(ended.tolist(), likely.tolist())
        before, factors = factors, np.array([found.rate(*one) for one in zip(ended, likely, strict=True)])
        if float(np.abs(factors / before - 1).max()) < SETTLED:
            break
    else:
        raise InvalidInput("groups", "law and factors do not settle", "Put small groups together.")
    seen = {name: Seen(int(n), float(one)) for name, n, one in zip(names, ended, likely, strict=True)}
    return ReplacementHazard(law, found, seen, (*found.flags, *_cautions(known.failures, names, ended == 0)))


def _law(known: Lives, weights: Floats) -> Weibull:
    """The likeliest law where each life's hazard is so many times it."""
    unit = float(known.age.max())
    ages, entered, count = known.age / unit, known.entered / unit, known.failures
    log_ages = float(np.log(ages[known.ended]).sum())
    shape, _ = power_law.shape(count, log_ages, entered, ages, weights)
    scale = (float(np.sum(weights * (ages**shape - entered**shape))) / count) ** (1 / shape)
    return Weibull(shape, float(scale) * unit)


def _cautions(count: int, names: Sequence[str], without: Sequence[bool]) -> list[Flag]:
    flags = []
    if count < 3:
        flags.append(Flag("thin_history", f"Only {count} replaced so far."))
    bare = list(compress(names, without))
    if bare:
        flags.append(Flag("prior_only", f"None replaced yet of {', '.join(bare)}: the other groups speak."))
    return flags
