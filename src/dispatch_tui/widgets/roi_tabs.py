"""The tabs of the repair-or-replace panel, each as rows: years, forecast, cost by age, tornado, assumptions, talk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.coming import coming, kept
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.fields import FIELDS, Field, Kind
from dispatch_tui.roi.history import YearCost
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.sensitivity import Bar
from dispatch_tui.roi.talk import talk_track
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.roi_charts import forecast_chart, keeping_chart, signs_of
from dispatch_tui.widgets.roi_inputs import field_text
from dispatch_tui.widgets.roi_lines import flag_lines
from dispatch_tui.widgets.rows import Row

TABS = {
    "results": "Results",
    "years": "Years",
    "forecast": "Forecast",
    "keeping": "Keep on",
    "tornado": "Tornado",
    "assumed": "Assumed",
    "talk": "Talk",
}
"""The tabs in their order, which is their key."""

_CHART_HEIGHT = 14
_LABEL, _LONG_LABEL = 17, 25
_DETAILS_FROM = 64


def tab_titles(cautions: int, look: Look) -> dict[str, str]:
    """The tabs; the one that lists cautions says how many there are."""
    return TABS | ({"assumed": f"{TABS['assumed']} {look.glyphs.soon}{cautions}"} if cautions else {})


def tab_rows(
    tab: str,
    found: Answer,
    past: Sequence[YearCost],
    bars: Sequence[Bar] | None,
    width: int,
    height: int,
    look: Look,
) -> list[Row]:
    """The rows of a tab by its name. ``past`` is the unit's record by year, ``bars`` the tornado once it is known."""
    decision, inputs = found.decision, found.inputs
    if tab == "forecast":
        return forecast_rows(decision, past, width, height, look)
    if tab == "keeping":
        return keeping_rows(decision, width, height, look)
    if tab == "tornado":
        return tornado_rows(bars, inputs, width, look)
    if tab == "assumed":
        return assumed_rows(decision, inputs, width, look)
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
    notes = "Balance: what replacing has brought in so far. Amounts are those of each year, not discounted."
    return [*rows, Row(()), *_notes(notes, width)]


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
    notes = f"Years count from now. If new: {new} of that age." + (
        "" if past else " Nothing is on record yet."
    )
    return [*rows, Row(()), *_notes(notes, width)]


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
    notes = (
        "Dearer by: keeping so many years and replacing then, less replacing now, in today's money. Below 0 keeping "
        "pays. A year, if new: even cost a year of the unit, and of a new one kept as long."
    )
    return [*rows, Row(()), *_notes(notes, width)]


def tornado_rows(bars: Sequence[Bar] | None, inputs: Inputs, width: int, look: Look) -> list[Row]:
    """A bar for each input that moves the answer, longest first; a sign and a word where it turns the verdict."""
    if bars is None:
        return [Row((Piece(" Weighing every input …", "dim"),))]
    if not bars:
        return _notes("No input moves the answer.", width)
    details = width >= _DETAILS_FROM
    label = _LONG_LABEL if details else _LABEL
    room = max(8, width - label - 4 - (26 if details else 0))
    low = min(0.0, *(min(bar.saving_low, bar.saving_high) for bar in bars))
    high = max(0.0, *(max(bar.saving_low, bar.saving_high) for bar in bars))
    step = (high - low) / (room - 1) or 1.0
    none, base = round(-low / step), _base(bars, low, step)
    head = f" {'saving a year':<{label + 2}}{_scale(low, high, none, room, inputs.digits)}"
    if details:
        head = f"{head:<{label + room + 3}} {'from':>8}{'to':>8}{'turns at':>10}"
    rows = [Row((Piece(fit(head, width, look), "dim"),))]
    for bar in bars:
        start, end = sorted(round((one - low) / step) for one in (bar.saving_low, bar.saving_high))
        drawn = "".join(_cell(at, start, end, none, base, look) for at in range(room))
        sign = look.glyphs.soon if bar.flips else " "
        pieces: list[Piece] = [
            Piece(f" {sign} ", "soon"),
            Piece(
                fit(bar.label.replace("New unit: ", "New: "), label, look), "bold" if bar.flips else "text"
            ),
            Piece(drawn, "soon" if bar.flips else "text"),
        ]
        if details:
            turns = look.glyphs.none if bar.turns_at is None else _value(bar, bar.turns_at, inputs)
            spread = f" {_value(bar, bar.low, inputs):>8}{_value(bar, bar.high, inputs):>8}"
            pieces += [Piece(spread, "dim"), Piece(f"{turns:>10}", "bold" if bar.flips else "dim")]
        rows.append(Row(tuple(pieces), f"bar:{bar.key}"))
    sign = look.glyphs.soon
    notes = f"{sign} turns the verdict within what the input may be (P10 to P90). "
    _, stands, none_ = _signs(look)
    notes += f"{stands} the saving as it stands, {none_} no saving: left of it repair, right of it replace."
    return [*rows, Row(()), *_notes(notes, width)]


def bar_words(bar: Bar, inputs: Inputs) -> str:
    """A bar in a sentence, for the line that explains it."""
    ends = f"{_value(bar, bar.low, inputs)} to {_value(bar, bar.high, inputs)}"
    saving = f"{whole(bar.saving_low, inputs.digits)} to {whole(bar.saving_high, inputs.digits)}"
    turn = "" if bar.turns_at is None else f" The verdict turns at {_value(bar, bar.turns_at, inputs)}."
    return f"{bar.label} {ends}: saving {saving} a year.{turn}"


def assumed_rows(decision: Decision, inputs: Inputs, width: int, look: Look) -> list[Row]:
    """Cautions, what nobody has confirmed, and how it was counted; an assumed input opens for editing."""
    rows: list[Row] = []
    if decision.flags:
        rows += [_head("Cautions"), *(Row(line) for line in flag_lines(decision.flags, width, look)), Row(())]
    assumed = [one for one in FIELDS if _taken(inputs, one)]
    if assumed:
        rows.append(_head("Assumed: nobody has confirmed it"))
        rows += [Row(_assumed(one, inputs, width, look), f"input:{one.name}") for one in assumed]
        rows.append(Row(()))
    return [*rows, _head("How it is counted"), *_bullets(_method(decision, inputs), width, look)]


def _taken(inputs: Inputs, field: Field) -> bool:
    return inputs.origin(field).source is Source.ASSUMED and inputs.value(field) is not None


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
    years = "1 year" if case.horizon == 1 else f"{case.horizon} years"
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
    return found


def talk_rows(decision: Decision, width: int, look: Look) -> list[Row]:
    """What to say at the customer's desk, sentence by sentence."""
    return [_head("What to say to the customer"), *_bullets(talk_track(decision), width, look)]


def whole(minor: float, digits: int) -> str:
    """Money in whole units: the panel's heading names the currency."""
    return f"{round(minor / 10**digits):,}"


def _chart_height(height: int) -> int:
    return max(8, min(_CHART_HEIGHT, height - 5))


def _signs(look: Look) -> tuple[str, str, str]:
    """The bar, the saving as it stands, no saving."""
    return ("#", "|", ":") if look.glyphs.ascii_only else ("█", "│", "┊")


def _cell(at: int, start: int, end: int, none: int, base: int, look: Look) -> str:
    full, stands, zero = _signs(look)
    if at == base:
        return stands
    if start <= at <= end:
        return full
    return zero if at == none else " "


def _base(bars: Sequence[Bar], low: float, step: float) -> int:
    """The cell of the saving as it stands: within the shortest bar, where all of them meet."""
    least = min(bars, key=lambda bar: bar.swing)
    return round(((least.saving_low + least.saving_high) / 2 - low) / step)


def _scale(low: float, high: float, none: int, room: int, digits: int) -> str:
    """The ends of the scale, and its nothing where there is room for it."""
    left, right = (whole(low, digits) if low < 0 else "0"), (whole(high, digits) if high > 0 else "0")
    line = [" "] * room
    for at, words in ((0, left), (room - len(right), right)):
        line[at : at + len(words)] = words
    if low < 0 < high and len(left) < none < room - len(right) - 1:
        line[none] = "0"
    return "".join(line)[:room]


def _value(bar: Bar, value: float, inputs: Inputs) -> str:
    """A value of the bar's input, short."""
    kind = _KINDS.get(bar.key) or _KINDS.get(f"challenger.{bar.key.rpartition('.')[2]}", Kind.MONEY)
    if kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return whole(value, inputs.digits)
    if kind is Kind.RATE:
        return f"{value * 100:.3g} %"
    return f"{value:.0f}" if kind is Kind.WHOLE_YEARS else f"{value:,.3g}"


_KINDS = {field.key: field.kind for field in FIELDS}


def _head(words: str) -> Row:
    return Row((Piece(f" {words}", "dim"),))


def _notes(words: str, width: int) -> list[Row]:
    return [Row((Piece(f" {line}", "dim"),)) for line in wrap(words, max(20, width - 2))]


def _bullets(sentences: Iterable[str], width: int, look: Look) -> list[Row]:
    rows: list[Row] = []
    for sentence in sentences:
        first, *others = wrap(plain(sentence), max(16, width - 4)) or [""]
        rows.append(Row((Piece(f" {look.glyphs.bullet} ", "dim"), Piece(first, "text"))))
        rows += [Row((Piece(f"   {rest}", "text"),)) for rest in others]
    return rows
