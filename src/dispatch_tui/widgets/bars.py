"""What the bars at the top and the bottom say, as plain lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from dispatch_tui.actions import Action, key_label, keys_of
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit, width_of

FILTER_LEAST = 12
"""Cells of a filter's words below which they say nothing."""


class QueueTab(NamedTuple):
    """A saved queue as the bar shows it; ``calls`` is None until it was counted."""

    id: str
    title: str
    key: str
    calls: int | None


def queue_bar(
    tabs: Sequence[QueueTab],
    current: str,
    width: int,
    look: Look,
    *,
    filter_words: str = "",
    right: Line = (),
) -> Line:
    """The saved queues with their counts. The current one is always in view, and so is a filter on it, cut where it is
    long; then comes what stands at the ``right``. What has no room is left out at the ends, with a sign."""
    labels = [_tab(tab, tab.id == current, look) for tab in tabs]
    at = next((index for index, tab in enumerate(tabs) if tab.id == current), 0)
    sign = Piece(f" {look.glyphs.more}", "bar")
    if filter_words:
        right = _narrowed(filter_words, right, width - width_of(labels[at]) - 2 * width_of((sign,)) - 1, look)
    room = width - (width_of(right) + 1 if right else 0)
    first, last = 0, len(labels)
    while first < at and _total(labels[first:last]) > room and _total(labels[first : at + 1]) + 4 > room:
        first += 1
    while (
        last > at + 1
        and _total(labels[first:last]) + (2 if first else 0) + (2 if last < len(labels) else 0) > room
    ):
        last -= 1
    pieces = [*((sign,) if first else ()), *(piece for label in labels[first:last] for piece in label)]
    if last < len(labels):
        pieces.append(sign)
    spare = width - width_of(pieces) - width_of(right) - 1
    if right and spare >= 0:
        pieces += [Piece(" " * spare, "bar"), *right, Piece(" ", "bar")]
    return tuple(pieces)


def _narrowed(words: str, right: Line, room: int, look: Look) -> Line:
    """A filter in front of what stands at the right, or without that, in so many cells."""
    for rest in (right, ()):
        width = room - width_of(rest) - 3
        if width >= min(cell_len(words), FILTER_LEAST):
            return (Piece(f" {fit(words, min(cell_len(words), width), look)}  ", "title"), *rest)
    return right


class Owed(NamedTuple):
    """What waits beside the queue: customers to call first, how many of them late; texts that are not saved."""

    first: int = 0
    late: int = 0
    drafts: int = 0


def owed_line(owed: Owed, look: Look) -> Line:
    """The right end of the queue's bar: ``1 draft: D  first 3 · 1 late``."""
    pieces: list[Piece] = []
    if owed.drafts:
        words = f"{owed.drafts} draft{'s' if owed.drafts > 1 else ''}"
        pieces += [Piece("D", "key", "drafts"), Piece(f" {words}  ", "title", "drafts")]
    if owed.first:
        pieces += [
            Piece("f", "key", "call_first"),
            Piece(f" first {_short(owed.first)}", "title", "call_first"),
        ]
        if owed.late:
            late = f" {look.glyphs.late} {_short(owed.late)} late"
            pieces.append(Piece(late, "error", "call_first"))
    return tuple(pieces)


def _tab(tab: QueueTab, current: bool, look: Look) -> Line:
    action = f"queue.open:{tab.id}"
    count = "" if tab.calls is None else f" ({_short(tab.calls)})"
    if current:
        left, right = ("[", "]") if look.theme == "dispatch-16" else (" ", " ")
        return (Piece(f"{left}{plain(tab.title)}{count}{right}", "current", action),)
    key = (Piece(f" {tab.key} ", "key", action),) if tab.key else (Piece(" ", "bar", action),)
    return (*key, Piece(f"{plain(tab.title)}{count} ", "bar", action))


def _short(count: int) -> str:
    """A count in at most five cells: ``999``, ``9,999``, ``98k``, ``1.2M``."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count // 1000}k" if count < 1_000_000 else f"{count / 1_000_000:.1f}M"


def _total(labels: Sequence[Line]) -> int:
    return sum(width_of(label) for label in labels)


def footer(
    actions: Sequence[Action],
    keymap: Mapping[str, Sequence[str]],
    width: int,
    look: Look,
    *,
    message: str = "",
    style: str = "bar",
) -> Line:
    """The most useful keys, as many as fit beside the way to all of them; for a moment, a message."""
    if message:
        return (Piece(f" {message}", style),)
    shown: list[Line] = []
    help_: Line = ()
    for action in sorted((one for one in actions if one.footer), key=lambda one: one.footer):
        key = key_label(keys_of(action, keymap)[0], ascii_only=look.glyphs.ascii_only)
        hint: Line = (Piece(f" {key}", "key", action.id), Piece(f" {action.title} ", "bar", action.id))
        if action.id != "help":
            shown.append(hint)
        elif width_of(hint) <= width:
            help_ = hint
    room = width - width_of(help_)
    pieces: list[Piece] = []
    for hint in shown:
        if width_of(pieces) + width_of(hint) <= room:
            pieces += hint
    return (*pieces, *help_)


def place_words(position: int | None, total: int | None, selected: int) -> str:
    """Where the cursor is: ``412/98,231``, or how many calls are selected."""
    if selected:
        return f"{selected} selected"
    if position is None:
        return "" if total is None else f"of {total:,}"
    return f"{position + 1:,}" if total is None else f"{position + 1:,}/{total:,}"
