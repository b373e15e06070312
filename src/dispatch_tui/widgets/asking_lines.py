"""Questions and answers as rows: what is missing, what is given, what was known already."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit, width_of
from dispatch_tui.widgets.rows import Row

SAVE = "save"
"""The key of the row below the questions."""
_LABEL = 24


class Ask(NamedTuple):
    """One question. ``value`` is the answer as it is kept, ``words`` as it is shown where that differs, ``typed`` as
    one would type it. ``known``: who told it already (then it is not asked). ``choices``: what may be answered."""

    field: str
    label: str
    value: str = ""
    needed: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    known: str = ""
    words: str = ""
    typed: str = ""

    def chosen(self, typed: str) -> str:
        """The choice that is meant: its number, or how it begins. Raises ``InvalidInput``."""
        if typed.isdecimal() and 0 < int(typed) <= len(self.choices):
            return self.choices[int(typed) - 1]
        word = typed.casefold()
        found = [one for one in self.choices if one.casefold().startswith(word)]
        same = [one for one in found if one.casefold() == word]
        if len(same or found) != 1:
            raise InvalidInput(
                self.field, f"{plain(typed)!r} is none of them", f"Give 1 to {len(self.choices)}."
            )
        return (same or found)[0]


def asking_rows(asks: Sequence[Ask], verb: str, below: Sequence[Line], width: int, look: Look) -> list[Row]:
    """The questions, the row that saves, and what follows from the answers."""
    rows = [_row(one, width, look) for one in asks]
    left = sum(one.needed and not one.value and not one.known for one in asks)
    ready = f"{left} more to answer" if left else "everything needed is told"
    sign = look.glyphs.left if left else look.glyphs.kept
    rows.append(
        Row(
            (
                Piece(f" {sign} ", "dim" if left else "news"),
                Piece(fit(verb, _LABEL, look), "bold"),
                Piece(ready, "dim" if left else "news"),
            ),
            SAVE,
        )
    )
    return [*rows, *(Row(one) for one in below)]


def _row(one: Ask, width: int, look: Look) -> Row:
    room = max(1, width - _LABEL - 3)
    label = Piece(fit(one.label, _LABEL, look), "dim" if one.known else "text")
    said = plain(one.words or one.value)
    if one.known:
        told = f"  {look.glyphs.more} told by the {one.known}"
        words = fit(said, max(1, min(len(said), room - len(told))), look)
        return Row((Piece(f" {look.glyphs.kept} ", "dim"), label, Piece(words, "dim"), Piece(told, "dim")))
    if said:
        return Row(
            (Piece(f" {look.glyphs.kept} ", "news"), label, Piece(fit(said, room, look), "text")), one.field
        )
    if one.needed:
        return Row((Piece(f" {look.glyphs.soon} ", "soon"), label, Piece("needed", "soon")), one.field)
    return Row((Piece("   "), label, Piece(look.glyphs.none, "dim")), one.field)


def choice_lines(one: Ask | None, width: int, look: Look) -> list[Line]:
    """What may be answered, each with its number, on as many lines as it takes; else a word on the question."""
    if one is not None and not one.choices and one.hint:
        return [(Piece(f" {line}", "dim"),) for line in wrap(one.hint, max(10, width - 2))]
    lines: list[Line] = []
    pieces: list[Piece] = []
    for number, choice in enumerate(one.choices if one is not None else (), 1):
        action = f"choice:{choice}"
        both = [Piece(f" {number}", "key", action), Piece(f" {plain(choice)} ", "text", action)]
        if pieces and width_of(pieces) + width_of(both) > width:
            lines.append(tuple(pieces))
            pieces = []
        pieces += both
    return [*lines, tuple(pieces)] if pieces else lines
