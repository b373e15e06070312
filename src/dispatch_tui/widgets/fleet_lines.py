"""How the fleet's comparison reads: the headline, the budget's plan, a line for each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from dispatch_tui.desk.fleetwide import Fleet
from dispatch_tui.report.fleet_file import next_failure_at
from dispatch_tui.roi.budget import Purchase
from dispatch_tui.roi.many import Outcome
from dispatch_tui.roi.verdict import OPEN_FROM, OPEN_TO
from dispatch_tui.text import money, plain, whole_money, years_long
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

MOST_ROWS: Final = 1_000
"""Units that are listed; a saved table has them all."""
_STATE, _MONEY, _SHARE, _MONTH, _YEAR, _MODEL, _NAME = 10, 13, 6, 11, 6, 20, 28
WIDE_FROM: Final = 110
"""From this width the outlay, and both the customer and what the unit would be replaced by, have their columns."""
HEAD_HEIGHT: Final = 3


def head_lines(
    found: Fleet,
    whose: str,
    budget: Decimal | None,
    over: int,
    bought: tuple[Purchase, ...],
    width: int,
    look: Look,
) -> list[Line]:
    """How many are cheaper replaced, and what the budget buys ``over`` so many years, year by year."""
    cheaper = sum(one.replace for one in found.outcomes)
    none = sum(bool(one.problem) for one in found.outcomes)
    said = f" {cheaper:,} of {len(found.outcomes):,} units are cheaper replaced"
    more = f"   {look.glyphs.none} {none:,} without an answer" if none else ""
    first = (Piece(said, "bold"), Piece(f"   {plain(whose)}{more}", "dim"))
    if budget is None:
        return [first, (Piece(" No budget set: b says what may be spent a year.", "dim"),)]
    a_year = f"{money(round(budget), found.currency, 0)} a year for {years_long(over)}"
    if not bought:
        return [first, (Piece(f" {a_year} buys none of them.", "text"),)]
    saved = whole_money(sum(one.outcome.saving for one in bought), plain(bought[0].outcome.currency))
    units = "1 unit" if len(bought) == 1 else f"{len(bought):,} units"
    words = f" {a_year} buys {units}, saving {saved} a year."
    return [first, (Piece(fit(words, width, look), "text"),), _by_year(bought, width, look)]


def _by_year(bought: tuple[Purchase, ...], width: int, look: Look) -> Line:
    """How many units each year, and what they cost."""
    words = []
    for year, some in groupby(bought, lambda one: one.year):
        mine = list(some)
        spent = whole_money(sum(one.outcome.outlay for one in mine), plain(mine[0].outcome.currency))
        words.append(f"year {year}: {len(mine)} for {spent}")
    return (Piece(fit(f" {', '.join(words)}", width, look), "dim"),)


def progress_line(done: int, total: int, width: int, look: Look) -> Line:
    """How many units are compared."""
    cells = max(10, min(width - 40, 40))
    full = round(done / total * cells) if total else 0
    bar = look.glyphs.thumb * full + look.glyphs.none * (cells - full)
    return (
        Piece(" Comparing  ", "dim"),
        Piece(bar, "accent"),
        Piece(f"  {done:,} of {total:,} units", "dim"),
    )


def unit_rows(
    found: Fleet, years: Mapping[int, int], width: int, look: Look, *, everybody: bool = True
) -> list[Row]:
    """A heading and a line for each unit, the one whose replacement saves most first.

    ``everybody``: the units are of several customers, so that each line says whose it is.
    """
    if not found.outcomes:
        return [Row((Piece(fit(" There is no unit in service here.", width, look), "dim"),))]
    wide = width >= WIDE_FROM
    last = _last_columns(wide, everybody)
    room = width - 2 - _STATE - _MONEY * (1 + wide) - _SHARE - _MONTH - _YEAR - _MODEL * len(last)
    name = max(10, min(_NAME, room))
    head = f" {fit('unit', name, look)}{'':{_STATE}}{'saves a year':>{_MONEY}}{'P':>{_SHARE}}"
    head += f"{'outlay':>{_MONEY}}" if wide else ""
    head += f"{'fails by':>{_MONTH}}{'buy':>{_YEAR}}"
    head += "".join(f"  {title:<{_MODEL - 2}}" for title in last)
    rows = [Row((Piece(fit(head, width, look), "dim"),))]
    rows += [
        Row(_unit_line(one, found, years, name, wide, last, width, look), f"unit:{one.unit_id}")
        for one in found.outcomes[:MOST_ROWS]
    ]
    if len(found.outcomes) > MOST_ROWS:
        rest = f" and {len(found.outcomes) - MOST_ROWS:,} more: o saves a table of all"
        rows.append(Row((Piece(fit(rest, width, look), "dim"),)))
    return rows


_CUSTOMER, _RIVAL = "customer", "replace by"


def _last_columns(wide: bool, everybody: bool) -> tuple[str, ...]:
    if not everybody:
        return (_RIVAL,)
    return (_CUSTOMER, _RIVAL) if wide else (_CUSTOMER,)


def _unit_line(
    one: Outcome,
    found: Fleet,
    years: Mapping[int, int],
    name: int,
    wide: bool,
    last: Sequence[str],
    width: int,
    look: Look,
) -> Line:
    unit = Piece(f" {fit(plain(one.unit), name, look)}", "text")
    if one.problem:
        rest = fit(f"{look.glyphs.none} {plain(one.problem)}", max(1, width - name - 1), look)
        return (unit, Piece(rest, "dim"))
    at = next_failure_at(one, found.at)
    state, style = _state(one, look)
    year = years.get(one.unit_id)
    outlay = fit(whole_money(one.outlay, plain(one.currency)), _MONEY, look, right=True) if wide else ""
    return (
        unit,
        Piece(fit(state, _STATE, look), style),
        Piece(
            fit(whole_money(one.saving, plain(one.currency)), _MONEY, look, right=True),
            "text" if one.replace else "dim",
        ),
        Piece(f"{one.probability * 100:>{_SHARE - 2}.0f} %", "text"),
        Piece(outlay, "text"),
        Piece(f"{f'{at:%Y-%m}' if at else 'later':>{_MONTH}}", "text"),
        Piece(f"{f'yr {year}' if year else look.glyphs.none:>{_YEAR}}", "bold" if year else "dim"),
        *(
            Piece(
                f"  {fit(plain(one.customer if title == _CUSTOMER else one.challenger), _MODEL - 2, look)}",
                "dim",
            )
            for title in last
        ),
    )


def _state(one: Outcome, look: Look) -> tuple[str, str]:
    """As the panel's verdict: evenly divided futures answer neither."""
    if one.replace and one.probability > OPEN_TO:
        return f"{look.glyphs.up} replace", "accent"
    if not one.replace and one.probability < OPEN_FROM:
        return f"{look.glyphs.kept} keep", "dim"
    return f"{look.glyphs.left} open", "text"
