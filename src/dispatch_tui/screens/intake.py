"""What the rules ask with a new call. Nothing of it keeps a call from being opened: the brief shows what is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.screens.asking import Matter, Shown, Typed
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.asking_lines import Ask
from dispatch_tui.widgets.pieces import Piece

if TYPE_CHECKING:
    from dispatch_tui.care.rules import ListItem


def intake_matter(title: str, items: Sequence[ListItem], save: Callable[[Typed], Awaitable[None]]) -> Matter:
    """The questions with a new call."""
    return Matter(
        f"New call: {plain(title)}",
        "What is answered now need not be asked again. Ctrl+s opens the call as it is.",
        "Open the call",
        "new call",
        partial(_shown, items),
        lambda _field, text: text,
        save,
    )


def _shown(items: Sequence[ListItem], typed: Typed, _width: int, _look: Look) -> Shown:
    asks = tuple(
        Ask(
            item.key,
            plain(item.key).replace("_", " ").capitalize(),
            typed.get(item.key, ""),
            item.must,
            plain(item.text),
        )
        for item in items
    )
    return Shown(asks, ((), (Piece(" Unanswered questions are shown in the visit brief.", "dim"),)))
