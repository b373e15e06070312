"""The tables of the unit screen: costs by year with their chart, failures beside those of the fleet, and what was
recommended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dispatch_tui.desk.unit_record import UnitRecord
from dispatch_tui.dispatch.parts import PartClue
from dispatch_tui.roi.history import YearCost
from dispatch_tui.store.fleet import SimilarFailure
from dispatch_tui.store.recommendations import SavedRecommendation
from dispatch_tui.text import amount, digits_of, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.chart import Bar, cost_chart
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row
from dispatch_tui.widgets.unit_lines import capitalised

_MONEY = 13


def chart_lines(record: UnitRecord, width: int, height: int, look: Look) -> list[Line]:
    """Cost and failures by year as a chart of at most ``height`` lines; a word where there is nothing to draw."""
    history = record.history
    if history is None or not history.events:
        return [
            (Piece(" No costs on record. They come from finished visits and imported work orders.", "dim"),)
        ]
    whole = 10 ** digits_of(record.currency)
    bars = [Bar(one.year, one.repairs / whole, one.other / whole, one.failures) for one in history.years]
    return cost_chart(bars, width - 1, height, look)


def cost_rows(record: UnitRecord, width: int, height: int, look: Look) -> list[Row]:
    """The chart, then a line for each year, newest first, and the sums."""
    history = record.history
    years = history.years if history is not None and history.events else ()
    rows = [Row(line) for line in chart_lines(record, width, min(14, max(9, height - len(years) - 3)), look)]
    if not years:
        return rows
    head = f" {'year':<8}{'repairs':>{_MONEY}}{'other work':>{_MONEY}}{'all':>{_MONEY}}{'failures':>10}{'down':>8}"
    rows.append(Row((Piece(fit(f"{head}  {record.currency}", width, look), "dim"),)))
    rows += [_year_row(year, record.currency, width, look) for year in reversed(years)]
    return [*rows, _sum_row(years, record.currency, width, look)]


def _year_row(year: YearCost, currency: str, width: int, look: Look) -> Row:
    part = f"  {year.observed:.0%} seen" if year.partial else ""
    return Row(
        (
            Piece(f" {year.year:<8}", "text"),
            *_amounts(year.repairs, year.other, currency, year.failures, year.downtime_hours, "text"),
            Piece(fit(part, max(0, width - 66), look), "dim"),
        ),
        f"year:{year.year}",
    )


def _sum_row(years: Sequence[YearCost], currency: str, width: int, look: Look) -> Row:
    repairs, other = sum(one.repairs for one in years), sum(one.other for one in years)
    down = sum(one.downtime_hours for one in years)
    amounts = _amounts(repairs, other, currency, sum(one.failures for one in years), down, "bold")
    return Row((Piece(fit(f" {'all':<8}", min(9, width), look), "bold"), *amounts))


def _amounts(repairs: int, other: int, currency: str, failures: int, down: float, style: str) -> Line:
    mine, others, both = (
        f"{amount(minor, currency):>{_MONEY}}" for minor in (repairs, other, repairs + other)
    )
    return (
        Piece(f"{mine}{others}", style),
        Piece(both, "bold"),
        Piece(f"{failures:>10}{f'{down:,.0f} h' if down else '':>8}", style),
    )


def similar_rows(similar: Sequence[SimilarFailure], currency: str, width: int, look: Look) -> list[Row]:
    """What failed here, how often it failed on others of the model, and what helped."""
    if not similar:
        return [Row((Piece(" No failures on record, so nothing to compare with the fleet.", "dim"),))]
    name = max(12, min(30, width // 3))
    columns = f"{'here':>6}{'others':>8}{'units':>7}{'mean cost':>{_MONEY}}  what helped last"
    rows = [Row((Piece(fit(f" {fit('failure', name, look)}{columns}", width, look), "dim"),))]
    for one in similar:
        mean = one.mean_cost_minor
        cost = look.glyphs.none if mean is None else amount(round(mean), currency)
        counts = f"{one.here:>6}{one.elsewhere:>8}{one.units_elsewhere:>7}"
        room = max(0, width - name - len(counts) - _MONEY - 4)
        rows.append(
            Row(
                (
                    Piece(f" {fit(capitalised(plain(one.what)), name, look)}", "text"),
                    Piece(counts, "bold" if one.elsewhere else "text"),
                    Piece(f"{cost:>{_MONEY}}", "text"),
                    Piece(f"  {fit(plain(one.helped), room, look)}", "dim"),
                ),
                f"similar:{one.what}",
            )
        )
    notes = f" Others are units of the same model; cost in {plain(currency)}, mean of theirs."
    return [*rows, Row(()), Row((Piece(fit(notes, width, look), "dim"),))]


def part_rows(parts: Sequence[PartClue], width: int, look: Look) -> list[Row]:
    """Parts likely needed on the next visit, with the visits behind each; nothing where there is no clue."""
    if not parts:
        return []
    name = max(12, min(38, width - 46))
    columns = f"{'chance':>8}{'used here':>13}{'on others':>15}"
    head = f" {fit('part likely needed next', name, look)}{columns}"
    rows = [Row(()), Row((Piece(fit(head, width, look), "dim"),))]
    for one in parts:
        here, elsewhere = f"{one.here} of {one.visits_here}", f"{one.elsewhere} of {one.visits_elsewhere}"
        title = f"{plain(one.name)} {plain(one.number)}".strip()
        rows.append(
            Row(
                (
                    Piece(f" {fit(title, name, look)}", "text"),
                    Piece(f"{f'{one.chance:.0%}':>8}", "bold"),
                    Piece(f"{here:>13}{elsewhere:>15}", "text"),
                )
            )
        )
    return rows


def tab_line(titles: Mapping[str, str], current: str, look: Look) -> Line:
    """The parts of a screen with their keys; the current one stands out."""
    pieces: list[Piece] = []
    for key, (name, title) in enumerate(titles.items(), 1):
        if name == current:
            left, right = ("[", "]") if look.theme == "dispatch-16" else (" ", " ")
            pieces.append(Piece(f"{left}{title}{right}", "current", f"tab:{name}"))
        else:
            pieces += [Piece(f" {key} ", "key", f"tab:{name}"), Piece(f"{title} ", "bar", f"tab:{name}")]
    return tuple(pieces)


def recommended_rows(saved: Sequence[SavedRecommendation], width: int, look: Look) -> list[Row]:
    """A unit's recommendations, newest first: when, by whom, what, and what the customer made of it."""
    if not saved:
        return [
            Row((Piece(" No recommendation is saved. $ compares, and s there saves what it says.", "dim"),))
        ]
    columns = f"{'made':<12}{'by':<10}{'answer':<9}{'against':<17}{'decided':<11}why"
    rows = [Row((Piece(fit(f" {columns}", width, look), "dim"),))]
    for one in saved:
        made = f" {one.made_at:%Y-%m-%d}  {fit(plain(one.by), 9, look)} "
        against = fit(plain(one.inputs["challenger"]), 16, look)
        line = (
            Piece(made, "dim"),
            Piece(fit(str(one.result["answer"]), 9, look), "bold"),
            Piece(f"{against} ", "text"),
            Piece(fit(plain(one.decided) or look.glyphs.none, 11, look), "bold" if one.decided else "dim"),
            Piece(fit(plain(one.reason), max(0, width - 61), look), "dim"),
        )
        rows.append(Row(line, f"recommendation:{one.id}"))
    return rows
