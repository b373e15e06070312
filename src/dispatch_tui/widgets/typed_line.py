"""Lines to type on, over a slow connection too: what comes in one burst is taken key by key, in its order.

A key is sent to where the focus is when it is read, and bindings act after that. So of a burst the keys behind a Tab
would reach the field before it. Here such keys act at once, and what came behind them is passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import events
from textual.widget import Widget
from textual.widgets import Input


class TypedLine(Input):
    """A line to type on; ``at_once``: what keys do here, by Textual's names of them."""

    def __init__(
        self,
        at_once: Mapping[str, Callable[[], None]],
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False
        self._at_once = at_once

    async def _on_key(self, event: events.Key) -> None:
        if not done_at_once(self, event, self._at_once):
            await super()._on_key(event)

    def on_paste(self, event: events.Paste) -> None:
        """All lines of it, as one."""
        event.stop()
        event.prevent_default()
        self.take(" ".join(event.text.splitlines()))

    def take(self, text: str) -> None:
        """Write at the cursor, over what is selected."""
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)


def done_at_once(widget: Widget, event: events.Key, acts: Mapping[str, Callable[[], None]]) -> bool:
    """Whether the key was one of these, or was sent on to where the focus is by now."""
    there, act = widget.screen.focused, acts.get(event.key)
    if there is not None and there is not widget:
        there.post_message(events.Key(event.key, event.character))
    elif act is not None:
        act()
    else:
        return False
    event.stop()
    event.prevent_default()
    return True
