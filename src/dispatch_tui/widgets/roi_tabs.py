"""The tabs of the repair-or-replace panel, each as rows: years, forecast, cost by age, tornado, assumptions, talk."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.dispatch.parts import PartClue
from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.coming import coming, kept
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.fields import FIELDS, Field
from dispatch_tui.roi.history import YearCost
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.sensitivity import Bar
from dispatch_tui.roi.talk import talk_track
from dispatch_tui.text import plain, years_long
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.roi_charts import forecast_chart, keeping_chart, signs_of
from dispatch_tui.widgets.roi_inputs import field_text
from dispatch_tui.widgets.roi_lines import flag_lines
from dispatch_tui.widgets.roi_pieces import bullets, head, notes, whole
from dispatch_tui.widgets.roi_tornado import tornado_rows
from dispatch_tui.widgets.roi_ways import way_rows
from dispatch_tui.widgets.rows import Row

TABS = {
    "results": "Results",
    "years": "Years",
    "forecast": "Forecast",
    "keeping": "Keep",
    "tornado": "Tornado",
    "assumed": "Assumed",
    "talk": "Talk",
    "ways": "Ways",
}
"""The tabs in their order, which is their key."""

_CHART_HEIGHT = 14


def tab_titles(cautions: int, look: Look) -> dict[str, str]:
    """The tabs; the one that lists cautions says how many there are."""
    return TABS | ({"assumed": f"{TABS['assumed']} {look.glyphs.soon}{cautions}"} if cautions else {})


def tab_rows(
    tab: str,
    found: Answer,
    past: Sequence[YearCost],
    bars: Sequence[Bar] | None,
    parts: Sequence[PartClue],
    width: int,
    height: int,
    look: Look,
) -> list[Row]:
    """The rows of a tab by its name. ``past`` is the unit's record by year, ``bars`` the tornado once it is known,
    ``parts`` those likely needed next."""
    decision, inputs = found.decision, found.inputs
    if tab == "forecast":
        return forecast_rows(decision, past, width, height, look)
    if tab == "keeping":
        return keeping_rows(decision, width, height, look)
    if tab == "tornado":
        return tornado_rows(bars, inputs, width, look)
    if tab == "assumed":
        return assumed_rows(decision, inputs, width, look)
    if tab == "ways":
        return way_rows(decision, parts, inputs, width, look)
    if tab == "talk":
        return talk_rows(decision, width, look)
    return year_rows(decision, width, look)


def year_rows(decision: Decision, width: int, look: Look) -> list[Row]:
    """What falls due by year on both ways, and the balance so far; each year opens."""
    columns = f"{'keep':>10}{'replace':>10}{'balance':>11}"
    rows = [Row((Piece(fit(f" {'year':<5}{columns}", width, look), "dim"),))]
    balance, digits = 0.0, decision.case.digits
    for year, (old, new) in enumerate(zip(decision.kept_on.by_year, decision.replaced.by_year, strict=True)):
        balance += old - new
        name = "now" if year == 0 else str(year)
        line = (
            Piece(f" {name:<5}{whole(old, digits):>10}{whole(new, digits):>10}", "text"),
            Piece(f"{whole(balance, digits):>11}", "bold" if balance >= 0 else "text"),
        )
        rows.append(Row(line, f"year:{year}"))
    said = "Balance: what replacing has brought in so far. Amounts are those of each year, not discounted."
    return [*rows, Row(()), *notes(said, width)]


def forecast_rows(
    decision: Decision, past: Sequence[YearCost], width: int, height: int, look: Look
) -> list[Row]:
    """The picture of failures seen and expected, then a line for each coming year; each opens."""
    ahead = coming(decision)
    rows = [Row(line) for line in forecast_chart(past, ahead, width - 1, _chart_height(height), look)]
    new = plain(decision.standing.best.name)
    rows.append(
        Row((Piece(fit(f" {'year':<6}{'failures':>9}{'8 of 10':>10}{'if new':>9}", width, look), "dim"),))
    )
    for one in ahead:
        band = f"{one.low:.0f} to {one.high:.0f}"
        line = (
            Piece(f" +{one.year:<5}{one.mean:>9.1f}", "text"),
            Piece(f"{band:>10}{one.new:>9.1f}", "dim"),
        )
        rows.append(Row(line, f"coming:{one.year}"))
    said = f"Years count from now. If new: {new} of that age." + (
        "" if past else " Nothing is on record yet."
    )
    return [*rows, Row(()), *notes(said, width)]


def keeping_rows(decision: Decision, width: int, height: int, look: Look) -> list[Row]:
    """What keeping so long costs beyond replacing now, the best number of years marked; each opens."""
    digits, best = decision.case.digits, decision.years
    lengths = kept(decision)
    drawn = lengths[: max(decision.case.horizon, min(len(lengths), best + 2))]
    rows = [Row(line) for line in keeping_chart(drawn, best, digits, width - 1, _chart_height(height), look)]
    rows.append(
        Row((Piece(fit(f" {'kept':<7}{'dearer by':>10}{'a year':>9}{'if new':>9}", width, look), "dim"),))
    )
    age = decision.case.defender.age_years
    mark = signs_of(look).best
    for one in lengths:
        here = one.years == best
        new = "" if one.new_yearly is None else whole(one.new_yearly, digits)
        style = "bold" if here else "text"
        old = "" if age is None or width < 48 else f"  age {age + one.years:.0f}"
        line = (
            Piece(f"{mark if here else ' '}", "late"),
            Piece(f"{one.years:<7}{whole(one.more, digits):>10}", style),
            Piece(f"{whole(one.yearly, digits):>9}{new:>9}{old}", "bold" if here else "dim"),
        )
        rows.append(Row(line, f"kept:{one.years}"))
    said = (
        "Dearer by: keeping so many years and replacing then, less replacing now, in today's money. Below 0 keeping "
        "pays. A year, if new: even cost a year of the unit, and of a new one kept as long."
    )
    return [*rows, Row(()), *notes(said, width)]


def assumed_rows(decision: Decision, inputs: Inputs, width: int, look: Look) -> list[Row]:
    """Cautions, what nobody has confirmed, and how it was counted; an assumed input opens for editing."""
    rows: list[Row] = []
    if decision.flags:
        rows += [head("Cautions"), *(Row(line) for line in flag_lines(decision.flags, width, look)), Row(())]
    assumed = [one for one in FIELDS if _taken(inputs, one)]
    if assumed:
        rows.append(head("Assumed: nobody has confirmed it"))
        rows += [Row(_assumed(one, inputs, width, look), f"input:{one.name}") for one in assumed]
        rows.append(Row(()))
    return [*rows, head("How it is counted"), *bullets(_method(decision, inputs), width, look)]


def _taken(inputs: Inputs, field: Field) -> bool:
    """Whether somebody should confirm it; what is seldom used only where something of its fold has been stated."""
    if field.fold and not any(one.key in inputs.origins for one in FIELDS if one.fold == field.fold):
        return False
    return inputs.origin(field).source is Source.ASSUMED and inputs.value(field) not in (None, "")


def _assumed(field: Field, inputs: Inputs, width: int, look: Look) -> Line:
    side = "new" if field.key.startswith("challenger") else ""
    name = f"{field.label}{', new' if side else ''}"
    note = inputs.origin(field).note
    room = max(0, width - 37)
    return (
        Piece(f" ? {fit(name, 20, look)}", "text"),
        Piece(fit(field_text(field, inputs), 12, look, right=True), "text"),
        Piece(f"  {fit(plain(note), room, look)}" if room > 4 else "", "dim"),
    )


def _method(decision: Decision, inputs: Inputs) -> list[str]:
    case, futures = decision.case, decision.futures
    years = years_long(case.horizon)
    found = [
        f"{futures.paths:,} futures of {years} from seed {futures.seed}: the same inputs give the same answer.",
        "In each the unit is kept for as long as pays there; all ways meet the same circumstances.",
        f"Interest {case.rate * 100:.4g} % a year, prices rise by {case.inflation * 100:.4g} %; today's money.",
        "What was once paid for the unit plays no part.",
        "No tax is reckoned with." if not case.tax else f"After tax of {case.tax * 100:.4g} %.",
    ]
    if decision.turns:
        turns = ", ".join(str(year) for year in decision.turns)
        found.append(f"How long a unit is needed turns the verdict from year {turns} on.")
    if inputs.failing is not None:
        law = inputs.failing.fit
        found.append(
            f"The failure law is fitted to {law.failures} failures of {law.units} units, by their {law.clock.value}."
        )
        if inputs.failing.why:
            found.append(inputs.failing.why)
    return found


def talk_rows(decision: Decision, width: int, look: Look) -> list[Row]:
    """What to say at the customer's desk, sentence by sentence."""
    return [head("What to say to the customer"), *bullets(talk_track(decision), width, look)]


def _chart_height(height: int) -> int:
    return max(8, min(_CHART_HEIGHT, height - 5))
