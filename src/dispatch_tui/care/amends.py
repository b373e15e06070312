"""Things gone wrong and what was done to make good, with its cost; and loaners, which are often part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dispatch_tui.text import age

AmendKind = Literal["apology", "credit", "replacement", "other"]
LoanerState = Literal["out", "overdue", "back"]


@dataclass(frozen=True, slots=True)
class Amend:
    """What was done to make good; ``cost_minor`` in minor units of ``currency``, 0 for what costs nothing."""

    kind: AmendKind
    what: str
    at: datetime
    cost_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class GoneWrong:
    """Something that went wrong for a customer, with what was done about it."""

    what: str
    at: datetime
    amends: tuple[Amend, ...] = ()

    @property
    def made_good(self) -> bool:
        """Whether anything was done about it: to be sorry is a beginning, and alone not enough."""
        return any(one.kind != "apology" for one in self.amends)


@dataclass(frozen=True, slots=True)
class Loaner:
    """A unit lent out; ``due_back_at`` where a time was agreed."""

    out_at: datetime
    due_back_at: datetime | None = None
    back_at: datetime | None = None

    def state_at(self, now: datetime) -> LoanerState:
        """Where it is at ``now``; due is not overdue."""
        if self.back_at is not None and self.back_at <= now:
            return "back"
        return "overdue" if self.due_back_at is not None and now > self.due_back_at else "out"

    def words_at(self, now: datetime) -> str:
        """The same in words."""
        state = self.state_at(now)
        if state == "back" and self.back_at is not None:
            return f"back after {age(self.back_at - self.out_at)}"
        if state == "overdue" and self.due_back_at is not None:
            return f"overdue by {age(now - self.due_back_at)}"
        return f"out for {age(now - self.out_at)}"


def cost_of(things: Iterable[GoneWrong]) -> Mapping[str, int]:
    """What making good has cost, in minor units by currency (sorted); currencies are never added up."""
    total: Counter[str] = Counter()
    for thing in things:
        for one in thing.amends:
            if one.cost_minor:
                total[one.currency] += one.cost_minor
    return dict(sorted(total.items()))
