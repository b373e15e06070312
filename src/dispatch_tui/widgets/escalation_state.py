"""How an escalated matter stands: sign, word and colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dispatch_tui.care.escalation import Status
from dispatch_tui.text import plain
from dispatch_tui.themes import Glyphs, Look
from dispatch_tui.widgets.pieces import Piece

STATE_WORDS: Final[Mapping[Status, str]] = {
    "open": "nobody owns it",
    "working": "worked on",
    "fixed": "to be checked",
    "checked": "to report back",
    "closed": "closed",
}
_STYLES: Final[Mapping[Status, str]] = {
    "open": "late",
    "working": "soon",
    "fixed": "accent",
    "checked": "accent",
    "closed": "dim",
}


def state_piece(status: Status, look: Look) -> Piece:
    """Sign, word and colour of a status."""
    return Piece(f"{_sign(status, look.glyphs)} {STATE_WORDS[status]}", _STYLES[status])


def _sign(status: Status, glyphs: Glyphs) -> str:
    return {
        "open": glyphs.late,
        "working": glyphs.statuses["in_progress"],
        "fixed": glyphs.statuses["acknowledged"],
        "checked": glyphs.soon,
        "closed": glyphs.kept,
    }[status]


def matter_words(status: Status, owner: str, look: Look) -> str:
    """The same in a line of text, with who owns it."""
    words = f"{_sign(status, look.glyphs)} {STATE_WORDS[status]}"
    return f"{words} by {plain(owner)}" if status == "working" and owner else words
