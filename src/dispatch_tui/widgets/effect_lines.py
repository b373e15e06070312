"""The lines of the page that shows what an edit would do to running calls."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch_tui.desk.effects import CallEffect, ClockEffect, Effect
from dispatch_tui.sla.sentence import span_words
from dispatch_tui.text import age, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.moments import zone
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_NUMBER, _CLOCK, _DUE, _SHIFT = 10, 17, 17, 17
_ZONE_FROM, _WHO_FROM = 92, 110
MOST_CALLS = 300
"""Nobody reads more; the counts above tell of all."""


def effect_summary(effect: Effect, name: str, width: int, look: Look) -> list[Line]:
    """How many calls are under it, how many would be due earlier or later; what can be chosen; the columns."""
    calls = f"{effect.checked:,} running call{' is' if effect.checked == 1 else 's are'} under it"
    glyphs = look.glyphs
    counts = (
        (glyphs.up, effect.earlier, "earlier", "soon" if effect.earlier else "dim"),
        (glyphs.down, effect.later, "later", "text" if effect.later else "dim"),
        (glyphs.none, effect.unchanged, "unchanged", "dim"),
    )
    told: list[Piece] = [Piece(" If re-applied, due: ", "dim")]
    for sign, count, word, style in counts:
        told.append(Piece(f" {sign} {count:,} {word}  ", style))
    room = max(1, width - len(calls) - 4)
    return [
        (
            Piece(f" {fit(plain(name), min(room, len(plain(name)) or 1), look)}", "bold"),
            Piece(f"  {calls}", "dim"),
        ),
        tuple(told),
        (
            Piece(
                fit(" New calls only: running calls keep what they have. Nothing is saved yet.", width, look),
                "dim",
            ),
        ),
        (),
        _columns(width, look),
    ]


def _columns(width: int, look: Look) -> Line:
    names = f" {'CALL':<{_NUMBER}}{'CLOCK':<{_CLOCK}}{'DUE':<{_DUE}}{'WOULD BE':<{_DUE}}{'':<{_SHIFT}}"
    zone_name = f"{'ZONE':<20}" if width >= _ZONE_FROM else ""
    return (Piece(fit(f"{names}{zone_name}{'CUSTOMER' if width >= _WHO_FROM else ''}", width, look), "dim"),)


def effect_rows(effect: Effect, width: int, look: Look) -> list[Row]:
    """A row for each clock that would change, times in the zone of the call's site."""
    if not effect.calls:
        return [Row((Piece(" No running call would be due at another time.", "dim"),))]
    rows = [
        Row(_line(call, clock, number == 0, width, look), f"{call.call_id}:{clock.kind}")
        for call in effect.calls[:MOST_CALLS]
        for number, clock in enumerate(one for one in call.clocks if one.changes)
    ]
    more = len(effect.calls) - MOST_CALLS
    return [*rows, Row((Piece(f" and {more:,} calls more", "dim"),))] if more > 0 else rows


def _line(call: CallEffect, clock: ClockEffect, first: bool, width: int, look: Look) -> Line:
    words, style = _shift(clock, look)
    pieces = [
        Piece(f" {fit(plain(call.number) if first else '', _NUMBER - 1, look)} ", "bold"),
        Piece(fit(clock.kind.replace("_", " "), _CLOCK, look), "text"),
        Piece(fit(_due_words(clock.was_due, clock.was_left, call.site_tz), _DUE, look), "dim"),
        Piece(fit(_due_words(clock.new_due, clock.new_left, call.site_tz), _DUE, look), "text"),
        Piece(fit(words, _SHIFT, look), style),
    ]
    if width >= _ZONE_FROM:
        pieces.append(Piece(fit(plain(call.site_tz), 19, look) + " ", "dim"))
    if width >= _WHO_FROM:
        used = 1 + _NUMBER + _CLOCK + 2 * _DUE + _SHIFT + 20
        pieces.append(Piece(fit(plain(call.customer), max(1, width - used), look), "dim"))
    return tuple(pieces)


def _due_words(instant: datetime | None, left: timedelta | None, tz: str) -> str:
    """When a clock is due, at the site; of a paused one what is left of it."""
    if left is not None:
        return f"{span_words(left)} left"
    return "no due time" if instant is None else f"{instant.astimezone(zone(tz)):%a %d %b %H:%M}"


def _shift(clock: ClockEffect, look: Look) -> tuple[str, str]:
    """By how much it moves, with sign and word."""
    if clock.was_left is not None and clock.new_left is not None:
        if clock.new_left < clock.was_left:
            return f"{look.glyphs.up} {span_words(clock.was_left - clock.new_left)} less", "soon"
        return f"{look.glyphs.down} {span_words(clock.new_left - clock.was_left)} more", "text"
    if clock.was_due is None:
        return f"{look.glyphs.up} gets one", "soon"
    if clock.new_due is None:
        return f"{look.glyphs.down} loses it", "text"
    if clock.new_due < clock.was_due:
        return f"{look.glyphs.up} {age(clock.was_due - clock.new_due)} earlier", "soon"
    return f"{look.glyphs.down} {age(clock.new_due - clock.was_due)} later", "text"
