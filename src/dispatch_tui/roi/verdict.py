"""The answer in one sentence, and no more certain than its inputs."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_tui.roi.case import COMPONENT
from dispatch_tui.roi.decision import Decision
from dispatch_tui.text import money, plain, whole_money, years_long

REPAIR, REPLACE, DEPENDS = "repair", "replace", "depends"

OPEN_FROM, OPEN_TO = 0.4, 0.6
"""Between these probabilities the record does not carry an answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``answer`` is ``repair``, ``replace`` or ``depends``; ``sentence`` says it, ``reason`` sets the limit
    against the quote."""

    answer: str
    sentence: str
    reason: str


def verdict(decision: Decision) -> Verdict:
    """Replace where every way of keeping costs more, repair where one costs less.

    It depends where nobody has quoted, where the years that a unit is needed decide, where nothing but an
    assumption stands behind the failures, and where too few futures agree.
    """
    if not decision.case.quoted:
        return _without_quote(decision)
    reason = against_limit(decision)
    if decision.horizon_decides:
        return Verdict(DEPENDS, _by_horizon(decision), reason)
    if any(flag.code == "prior_only" for flag in decision.flags):
        return Verdict(
            DEPENDS, f"It depends on how often it fails, which nobody knows: {_futures(decision)}.", reason
        )
    likely = decision.probability > OPEN_TO if decision.replace else decision.probability < OPEN_FROM
    if not likely:
        return Verdict(DEPENDS, f"It depends on the repairs to come: {_futures(decision)}.", reason)
    answer = REPLACE if decision.replace else REPAIR
    what = answer.capitalize()
    if not decision.replace and by_component(decision):
        what = "Replace the component alone"
    elif decision.replace and len(decision.case.challengers) > 1:
        what = f"Replace by {plain(decision.standing.now.name)}"
    sentence = (
        f"{what}: {_over(decision)} that is {rounded(abs(decision.saving.mean), decision)} a year "
        f"cheaper; {_futures(decision)}."
    )
    return Verdict(answer, sentence, reason)


def _without_quote(decision: Decision) -> Verdict:
    """Nobody has priced the repair: what it may cost is the answer."""
    if decision.limit.mean < 0:
        return Verdict(
            REPLACE, "Replace: even a repair for nothing would not pay.", f"{_sentence(_futures(decision))}."
        )
    limit = rounded(decision.limit.mean, decision)
    return Verdict(
        DEPENDS,
        f"It depends on the quote: a repair is worth at most {limit}.",
        "There is no quote yet; the cost of keeping is shown without one.",
    )


def _by_horizon(decision: Decision) -> str:
    years = decision.case.horizon
    alone = REPAIR if decision.replace else REPLACE
    ever = REPLACE if decision.replace else REPAIR
    turn = next((turn for turn in decision.turns if turn > years), None)
    words = f"from {years_long(turn)} on {ever}" if turn else f"for good {ever}"
    return f"It depends on how long a unit is needed: for {years_long(years)} {alone}, {words}."


def _futures(decision: Decision) -> str:
    return f"replacing is cheaper in {decision.probability * 100:.0f} of 100 futures"


def against_limit(decision: Decision) -> str:
    limit, quote = decision.limit.mean, decision.case.defender.quote
    if limit < 0:
        return "Even a repair for nothing would not pay."
    side = "below" if quote < limit else "above" if quote > limit else "exactly"
    if by_component(decision):
        return (
            f"Quoted at {rounded(quote, decision)}, worth at most {rounded(limit, decision)}; the component costs "
            f"{rounded(component_price(decision), decision)}."
        )
    return (
        f"A repair is worth at most {rounded(limit, decision)}; the quote of {rounded(quote, decision)} is "
        f"{side} that."
    )


def by_component(decision: Decision) -> bool:
    """Whether the unit is best kept with one component replaced instead of repaired as quoted."""
    return decision.standing.plan.way == COMPONENT


def component_price(decision: Decision) -> float:
    component = decision.case.defender.component
    return component.price if component is not None else 0.0


def _over(decision: Decision) -> str:
    years = decision.case.horizon
    return "over one year" if years == 1 else f"over {years} years"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def rounded(minor: float, decision: Decision) -> str:
    """Whole currency units from 100 up: cents would claim a certainty that is not there."""
    digits, currency = decision.case.digits, decision.case.currency
    if digits and abs(minor) >= 100 * 10**digits:
        return whole_money(minor, currency)
    return money(round(minor), currency, digits)
