"""How the rules of the customer side read: their sections, and what a change would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.rules_sections import Section
from dispatch_tui.desk.rules_effect import RulesEffect
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_KEY, _STATE = 13, 11
MOST_SHOWN = 200
"""Reasons of one kind of effect that are listed; the counts above tell of all."""


def section_rows(
    sections: Sequence[Section], changed: Mapping[str, int], edited: Mapping[str, int], width: int, look: Look
) -> list[Row]:
    """A line for each section, and how far it is the firm's own; keys ``section:slip``. ``edited``: not saved yet."""
    rows = [
        Row(
            (
                Piece(
                    f" {'section':<{_KEY}}{fit('what it is about', max(1, width - _KEY - _STATE - 2), look)}",
                    "dim",
                ),
            )
        )
    ]
    for one in sections:
        ours, is_edited = changed.get(one.key, 0), one.key in edited
        words = f"{look.glyphs.news} not saved" if is_edited else f"{ours} ours" if ours else "default"
        style = "soon" if is_edited else "text" if ours else "dim"
        about = fit(one.about[:1].upper() + one.about[1:], max(1, width - _KEY - _STATE - 2), look)
        rows.append(
            Row(
                (
                    Piece(f" {fit(one.key.replace('_', ' '), _KEY, look)}", "bold"),
                    Piece(about, "text"),
                    Piece(f"{words:>{_STATE}}", style),
                ),
                f"section:{one.key}",
            )
        )
    return rows


def effect_head(found: RulesEffect, width: int, look: Look) -> list[Line]:
    """How many rules differ, and how today's list would look."""
    effect = found.effect
    rules = f" {len(found.changes)} rule{'' if len(found.changes) == 1 else 's'} would change"
    counts = (
        ("+", len(effect.new), "new", "soon"),
        (look.glyphs.gone, len(effect.gone), "gone", "text"),
        (look.glyphs.up, len(effect.earlier), "earlier", "soon"),
        (look.glyphs.down, len(effect.later), "later", "text"),
    )
    told = [Piece(" Reasons to call: ", "dim")]
    told += [
        Piece(f" {sign} {count:,} {word}  ", style if count else "dim") for sign, count, word, style in counts
    ]
    asked = f" To call now: {effect.asked_was:,} as it is, {effect.asked_now:,} by these rules."
    return [
        (Piece(rules, "bold"), Piece(f"   looked at {found.parties:,} customers and calls", "dim")),
        tuple(told),
        (Piece(fit(f"{asked} Nothing is saved yet.", width, look), "dim"),),
    ]


def effect_rows(found: RulesEffect, zone: tzinfo, width: int, look: Look) -> list[Row]:
    """The rules with both values, then the reasons that would come, go and move."""
    rows = [Row((Piece(" RULES", "bold"), Piece("  as it is, and as it would be", "dim")))]
    for change in found.changes:
        name = fit(change.field, min(34, width // 2), look)
        words = f"{plain(change.was) or look.glyphs.none} → {plain(change.now) or look.glyphs.none}"
        room = max(8, width - len(name) - 3)
        rows.append(
            Row((Piece(f" {name} ", "text"), Piece(fit(words, room, look), "accent")), f"rule:{change.field}")
        )
    effect = found.effect
    for title, reasons in (
        ("NEW", effect.new),
        ("GONE", effect.gone),
        ("EARLIER", effect.earlier),
        ("LATER", effect.later),
    ):
        rows += _reasons(title, reasons, found.names, zone, width, look)
    if not any((effect.new, effect.gone, effect.earlier, effect.later)):
        rows += [Row(()), Row((Piece(" Nobody would be called at another time because of it.", "dim"),))]
    return rows


def _reasons(
    title: str, reasons: Sequence[Reason], names: Mapping[int, str], zone: tzinfo, width: int, look: Look
) -> Iterator[Row]:
    if not reasons:
        return
    yield Row(())
    yield Row((Piece(f" {title}", "bold"), Piece(f"  {len(reasons):,}", "dim")))
    for one in reasons[:MOST_SHOWN]:
        name = names.get(one.customer_id, "") if one.customer_id is not None else ""
        when = _moment(one.prompt_at, zone)
        customer = min(24, width // 3)
        words = fit(plain(one.words), max(8, width - customer - len(when) - 4), look)
        yield Row(
            (
                Piece(f" {when} ", "dim"),
                Piece(f"{fit(plain(name) or look.glyphs.none, customer, look)} "),
                Piece(words, "text"),
            ),
            f"{title}:{one.key}",
        )
    if len(reasons) > MOST_SHOWN:
        yield Row((Piece(f" and {len(reasons) - MOST_SHOWN:,} more", "dim"),))


def _moment(at: datetime, zone: tzinfo) -> str:
    there = at.astimezone(zone)
    return f"{there:%a} {there.day:>2} {there:%b %H:%M}"
