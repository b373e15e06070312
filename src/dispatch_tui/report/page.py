"""What stands on the customer's page, as texts that a template only has to place.

Everything is chosen here, by name: totals of what the customer pays, never what our own work costs (rates, margins,
minutes), and nothing of another customer but an anonymous average over enough of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from dispatch_tui.desk.comparison import Elsewhere
from dispatch_tui.desk.replacement import Suggestion
from dispatch_tui.report.assumptions import Assumption, assumptions
from dispatch_tui.report.options import OptionRow, WayRow, option_rows, options_note, way_rows
from dispatch_tui.report.picture import chart
from dispatch_tui.report.words import day_text, whole
from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.case import COMPONENT
from dispatch_tui.roi.decision import Band, Decision
from dispatch_tui.roi.history import History
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.picture import courses
from dispatch_tui.roi.verdict import REPAIR, REPLACE, by_component, verdict
from dispatch_tui.text import plain, years_long

VALID_DAYS = 30
"""For how long prices and records may be taken to stand, unless somebody says otherwise."""
_LATEST_YEARS = 6

_OWN_CAUTIONS = frozenset(
    {
        "age_unknown",
        "beyond_life",
        "challenger_currency",
        "life_unknown",
        "meter_backwards",
        "no_history",
        "no_usage",
        "other_currency",
        "outside_window",
        "prior_only",
        "quote_currency",
        "quote_expired",
        "records_assumed",
        "usage_unknown",
    }
)
"""Cautions that speak of this unit alone; the others tell of the fleet, which is other customers."""


@dataclass(frozen=True, slots=True)
class YearRow:
    year: str
    failures: str
    hours_down: str
    cost: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page. Every text is one printable line; ``chart`` is an SVG document of our own."""

    template: ClassVar[str] = "page"
    title: str
    customer: str
    place: str
    day: str
    valid_until: str
    answer: str
    headline: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    years: tuple[YearRow, ...]
    history_total: str
    keep_name: str
    new_name: str
    options: tuple[OptionRow, ...]
    options_note: str
    ways: tuple[WayRow, ...]
    chart: str
    uncertainty: tuple[str, ...]
    cautions: tuple[str, ...]
    comparison: str
    assumptions: tuple[Assumption, ...]
    currency: str

    def values(self) -> dict[str, Any]:
        """As plain lists and texts, for a template."""
        return asdict(self)


def customer_page(
    suggestion: Suggestion,
    found: Answer,
    others: Elsewhere | None,
    day: date,
    *,
    valid_days: int = VALID_DAYS,
) -> Page:
    """Choose what the customer sees of an answer, on a day; prices stand for ``valid_days``."""
    card, inputs, decision = suggestion.card, found.inputs, found.decision
    said = verdict(decision)
    keep, new = courses(decision)
    new_name = plain(decision.standing.best.name)
    return Page(
        title=plain(f"{card.name}, {card.serial}" if card.name else card.serial),
        customer=plain(card.customer),
        place=plain(card.site),
        day=day_text(day),
        valid_until=day_text(day + timedelta(days=valid_days)),
        answer=said.answer,
        headline=_headline(decision, said.answer, said.sentence),
        reason=plain(said.reason),
        facts=_facts(suggestion, day),
        years=_years(suggestion.history, decision),
        history_total=_history_total(suggestion.history, decision),
        keep_name=_keep_name(decision),
        new_name=f"Replace by {new_name}",
        options=option_rows(decision),
        options_note=options_note(decision),
        ways=_ways(found, others),
        chart=chart(keep, new, inputs.currency, inputs.digits),
        uncertainty=_uncertainty(decision),
        cautions=tuple(plain(flag.text) for flag in decision.flags if flag.code in _OWN_CAUTIONS),
        comparison=_comparison(others, suggestion.history),
        assumptions=assumptions(found.best, others),
        currency=plain(inputs.currency),
    )


def _keep_name(decision: Decision) -> str:
    if by_component(decision):
        return "One component only"
    return "Repair and keep" if decision.case.quoted else "Keep"


def _ways(found: Answer, others: Elsewhere | None) -> tuple[WayRow, ...]:
    """All ways; a component priced by other customers' bills alone only over enough of them."""
    source = found.inputs.origins.get("component.price")
    if others is None and source is not None and source.source is Source.FLEET:
        return way_rows(found.decision, without=COMPONENT)
    return way_rows(found.decision)


def _headline(decision: Decision, answer: str, sentence: str) -> str:
    if answer in (REPAIR, REPLACE):
        what = plain(decision.standing.best.name)
        words = f"replacing it by {what}" if answer == REPLACE else "repairing it"
        component = decision.case.defender.component
        if answer == REPAIR and by_component(decision) and component is not None:
            words = f"replacing one component only ({plain(component.name)})"
        a_year = whole(abs(decision.saving.mean), decision)
        return (
            f"We recommend {words}: about {a_year} a year cheaper over {years_long(decision.case.horizon)}."
        )
    return plain(sentence)


def _facts(suggestion: Suggestion, day: date) -> tuple[tuple[str, str], ...]:
    card, inputs = suggestion.card, suggestion.inputs
    found = [("Model", f"{card.maker} {card.model}"), ("Serial number", card.serial)]
    if card.installed_at is not None:
        age = (day - card.installed_at.date()).days / 365.25
        found.append(("In service since", f"{day_text(card.installed_at.date())} ({age:.0f} years)"))
    if card.rated_life_years:
        found.append(("Designed for", f"{card.rated_life_years:.0f} years"))
    if card.warranty_until is not None:
        word = "Warranty until" if card.warranty_until.date() >= day else "Warranty ended"
        found.append((word, day_text(card.warranty_until.date())))
    if inputs.recorded_usage:
        found.append(("Use a year", f"{inputs.recorded_usage:,.0f} {inputs.meter_unit}"))
    return tuple((label, plain(value)) for label, value in found if plain(value))


def _years(history: History | None, decision: Decision) -> tuple[YearRow, ...]:
    if history is None:
        return ()
    return tuple(
        YearRow(
            f"{one.year} (part)" if one.partial else str(one.year),
            str(one.failures),
            f"{one.downtime_hours:,.0f}",
            whole(one.total, decision),
        )
        for one in history.years[-_LATEST_YEARS:]
    )


def _history_total(history: History | None, decision: Decision) -> str:
    if history is None:
        return "Nothing is on record for this unit."
    count, years = len(history.failures), history.window.years
    failures = "1 failure" if count == 1 else f"{count} failures"
    return f"{failures} in {years:.1f} years on record; {whole(history.per_year, decision)} a year in all."


def _uncertainty(decision: Decision) -> tuple[str, ...]:
    """How sure it is, for somebody who has never heard of a probability."""
    cheaper = round(decision.probability * 10)
    of_ten = {0: "In hardly any", 10: "In nearly all"}.get(cheaper, f"In {cheaper} of 10")
    worked = f"{decision.futures.paths:,} possible courses of the coming years"
    lines = [
        f"Nobody can foresee single failures. So we have worked through {worked}, in keeping with the records.",
        f"{of_ten} of them replacing now is the cheaper way.",
        _span(decision.saving, decision),
    ]
    if decision.turns and decision.horizon_decides:
        lines.append(
            f"If you need the unit for less or more than {years_long(decision.turns[0])}, ask us again."
        )
    if decision.downtime.mean >= 1:
        lines.append(f"Replacing spares about {decision.downtime.mean:,.0f} hours of standstill a year.")
    return tuple(lines)


def _span(saving: Band, decision: Decision) -> str:
    low, high = (whole(abs(one), decision) for one in (saving.low, saving.high))
    if saving.low >= 0:
        return f"In 8 of 10 of them it saves between {low} and {high} a year."
    if saving.high <= 0:
        return f"In 8 of 10 of them it costs between {high} and {low} a year more."
    return (
        f"In 8 of 10 of them the result lies between {low} a year lost and {high} a year saved by replacing."
    )


def _comparison(others: Elsewhere | None, history: History | None) -> str:
    if others is None or history is None:
        return ""
    own = len(history.failures) / history.window.years
    return (
        f"Units of this model at other customers ({others.units} of them) fail {others.failures:.1f} times a year "
        f"on average; yours has failed {own:.1f} times a year."
    )
