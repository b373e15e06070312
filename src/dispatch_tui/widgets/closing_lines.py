"""What follows from how a call or visit ended: follow-ups with their times, and words better put otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from dispatch_tui.care.closing import Closing
from dispatch_tui.care.followups import FollowUp
from dispatch_tui.desk.ending import Ending
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.moments import zone_word
from dispatch_tui.widgets.pieces import Line, Piece, fit

FOLLOW_UP_WORDS = {
    "bad_visit": "call today",
    "incomplete_visit": "call today",
    "aftercare": "aftercare",
    "follow_up": "follow-up",
}
_WHEN, _WHAT = 20, 12


def following_lines(
    made: Closing | InvalidInput, ending: Ending, zone: tzinfo, width: int, look: Look
) -> Iterator[Line]:
    """The follow-ups that saving makes; what is missing before they can be told."""
    yield ()
    if isinstance(made, InvalidInput):
        yield (Piece(" What follows ", "bold"), Piece("is shown here before it is saved.", "dim"))
        return
    one = "nothing is owed after this" if not made.follow_ups else "we owe the customer:"
    yield (Piece(" What follows ", "bold"), Piece(one, "dim"))
    for owed in made.follow_ups:
        yield _owed(owed, zone, width, look)
    for marked in made.wording:
        words = f"“{plain(marked.mark.phrase)}” reads as {marked.mark.kind}. {plain(marked.mark.instead)}"
        yield (
            Piece(f" {look.glyphs.soon} ", "soon"),
            Piece(fit(words, max(1, width - 3), look), "soon"),
        )
    if ending.act == "close" and "confirmed" not in made.answers:
        yield (Piece(" Closed without the customer's own word: it is asked for later.", "dim"),)


def _owed(owed: FollowUp, zone: tzinfo, width: int, look: Look) -> Line:
    due = owed.due_at.astimezone(zone)
    when = f"by {due:%a} {due.day} {due:%b} {due:%H:%M}"
    what = FOLLOW_UP_WORDS[owed.kind]
    room = max(1, width - 3 - _WHEN - _WHAT)
    return (
        Piece(f" {look.glyphs.left} ", "accent"),
        Piece(fit(when, _WHEN, look), "text"),
        Piece(fit(what, _WHAT, look), "accent"),
        Piece(fit(plain(owed.reason), room, look), "dim"),
    )


def moment_words(text: str, zone: tzinfo) -> str:
    """An instant in ISO form as the site's wall clock reads: ``Thu 5 Mar 14:00 CET``; empty for none."""
    if not text:
        return ""
    there = datetime.fromisoformat(text).astimezone(zone)
    return f"{there:%a} {there.day} {there:%b} {there:%H:%M} {zone_word(there)}"
