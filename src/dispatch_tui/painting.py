"""Fewer bytes for a repaint: of a line only the cells that were asked for.

Textual writes the whole piece of a line up to the last dirty cell. Where time alone changes two figures
of each row, that is four times what has to cross an SSH line.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor


class NarrowUpdate(ChopsUpdate):
    """As :class:`ChopsUpdate`, cut at the left end of what is dirty as well as at the right one."""

    def render_segments(self, console: Console) -> str:
        written: list[str] = []
        for y, first, last in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is not None and x < last and end > first:
                    left, right = max(x, first), min(end, last)
                    written += (
                        Control.move_to(left, y).segment.text,
                        strip.crop(left - x, right - x).render(console),
                    )
        return "".join(written)


class NarrowCompositor(Compositor):
    """Textual's compositor with :class:`NarrowUpdate` for what changed."""

    def render_partial_update(self) -> NarrowUpdate | None:
        update = super().render_partial_update()
        return None if update is None else NarrowUpdate(update.chops, update.spans, update.chop_ends)
