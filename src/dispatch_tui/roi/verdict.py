"""The answer in one sentence, and no more certain than its inputs."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_tui.roi.replacement import Comparison
from dispatch_tui.text import money

REPAIR, REPLACE, DEPENDS = "repair", "replace", "depends"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``answer`` is ``repair``, ``replace`` or ``depends``; ``sentence`` says it, ``reason`` sets the limit
    against the quote."""

    answer: str
    sentence: str
    reason: str


def verdict(comparison: Comparison) -> Verdict:
    """Replace where it saves money, repair where it costs more.

    It depends where both cost the same, or where the yearly repair cost at which the answer turns lies
    within the 80 % range of that cost: then the record does not carry an answer.
    """
    if not comparison.case.quoted:
        return _without_quote(comparison)
    if comparison.saving_per_year == 0:
        return Verdict(DEPENDS, "It depends: both ways cost the same.", _limit(comparison))
    turning = _turning_point(comparison)
    if turning:
        return Verdict(DEPENDS, turning, _limit(comparison))
    saving = comparison.saving_per_year
    answer = REPLACE if saving > 0 else REPAIR
    years = comparison.case.horizon
    over = "over one year" if years == 1 else f"over {years} years"
    sentence = f"{answer.capitalize()}: {over} that is {_round(abs(saving), comparison)} a year cheaper."
    return Verdict(answer, sentence, _limit(comparison))


def _without_quote(comparison: Comparison) -> Verdict:
    """Nobody has priced the repair: what it may cost is the answer."""
    if comparison.breakeven_quote < 0:
        years = comparison.case.horizon
        return Verdict(
            REPLACE, "Replace: even a repair for nothing would not pay.", f"Counted over {years} years."
        )
    limit = _round(comparison.breakeven_quote, comparison)
    return Verdict(
        DEPENDS,
        f"It depends on the quote: a repair is worth at most {limit}.",
        "There is no quote yet; the cost of keeping is shown without one.",
    )


def _turning_point(comparison: Comparison) -> str:
    stream, turn = comparison.case.defender.repairs, comparison.switch_repairs
    if stream is None or turn is None or stream.low is None or stream.high is None:
        return ""
    if not stream.low < turn < stream.high:
        return ""
    expected, low, high = (_round(round(x), comparison) for x in (stream.per_year, stream.low, stream.high))
    return (
        f"It depends on the repairs to come: replacing pays from {_round(round(turn), comparison)} a year, "
        f"expected are {expected} ({low.removesuffix(comparison.case.currency).strip()} to {high})."
    )


def _limit(comparison: Comparison) -> str:
    limit, quote = comparison.breakeven_quote, comparison.case.quote
    if limit < 0:
        return "Even a repair for nothing would not pay."
    side = "below" if quote < limit else "above" if quote > limit else "exactly"
    return (
        f"A repair is worth at most {_round(limit, comparison)}; the quote of {_round(quote, comparison)} is "
        f"{side} that."
    )


def _round(minor: int, comparison: Comparison) -> str:
    """Whole currency units from 100 up: cents would claim a certainty that is not there."""
    digits = comparison.case.digits
    if digits and abs(minor) >= 100 * 10**digits:
        return money(round(minor / 10**digits), comparison.case.currency, 0)
    return money(minor, comparison.case.currency, digits)
