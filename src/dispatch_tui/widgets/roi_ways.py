"""All ways forward on the repair-or-replace panel, and the parts that the next visit is likely to need."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.dispatch.parts import PartClue
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.ways import ways
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.roi_charts import signs_of
from dispatch_tui.widgets.roi_pieces import head, notes, whole
from dispatch_tui.widgets.rows import Row

_DETAILS_FROM = 56
"""From this width the number of years and what is paid at once have columns of their own."""

_WIDEST = 80
"""So that a number stands near its name."""


def way_rows(
    decision: Decision, parts: Sequence[PartClue], inputs: Inputs, width: int, look: Look
) -> list[Row]:
    """Every way forward, the cheapest first and marked; each opens. Below, parts that can be weighed alone."""
    width = min(width, _WIDEST)
    digits, best = decision.case.digits, signs_of(look).best
    details = width >= _DETAILS_FROM
    room = max(8, width - (41 if details else 21))
    columns = f"{'best for':>9}{'to pay now':>11}" if details else ""
    columns += f"{'a year':>8}{'dearer':>10}"
    rows = [Row((Piece(fit(f"  {'way':<{room}}{columns}", width, look), "dim"),))]
    for number, one in enumerate(ways(decision)):
        more_said = f"{one.years:>7} y{whole(one.outlay, digits):>11}" if details else ""
        more = "cheapest" if not number else whole(one.more, digits)
        line = (
            Piece(f"{best if not number else ' '} ", "late"),
            Piece(fit(plain(one.name), room, look), "text" if number else "bold"),
            Piece(f"{more_said}{whole(one.yearly, digits):>8}", "dim"),
            Piece(f"{more:>10}", "text" if number else "bold"),
        )
        rows.append(Row(line, f"way:{one.key}"))
    said = (
        "A year: its own even cost over the years for which it is best. Dearer: by so much a year than the cheapest "
        "way, over the years compared."
    )
    rows += [Row(()), *notes(said, width)]
    return [*rows, Row(()), *_part_rows(parts, inputs, width, look)]


def _part_rows(parts: Sequence[PartClue], inputs: Inputs, width: int, look: Look) -> list[Row]:
    rows = [head("Parts likely on the next visit")]
    if not parts:
        return [*rows, *notes("None: no part was used twice on this unit or its like.", width)]
    room = max(8, width - 22)
    marks = ("[x]", "[ ]") if look.glyphs.ascii_only else ("●", "○")
    for number, one in enumerate(parts):
        weighed = inputs.component is not None and inputs.component_name == plain(one.name)
        cost = look.glyphs.none if one.cost is None else whole(one.cost, inputs.digits)
        line = (
            Piece(f" {marks[not weighed]} ", "bold" if weighed else "dim"),
            Piece(fit(plain(one.name), room - len(marks[0]), look), "bold" if weighed else "text"),
            Piece(f"{one.chance * 100:>6.0f} %{cost:>10}", "dim"),
        )
        rows.append(Row(line, f"part:{number}"))
    said = "Chance, and what a visit with it costs. Enter weighs replacing it alone; again takes that back."
    return [*rows, *notes(said, width)]
