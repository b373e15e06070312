"""The weights by which everybody's queue is ranked: a small form, then the ranking as a job that can be watched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from dispatch_tui.desk.ranking import Ranked, Standing, rank_again, set_rank_weights, standing
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.kinds import PRIORITIES
from dispatch_tui.sla.rank import weights_from_mapping, written_weights
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.desk.desk import Desk
    from dispatch_tui.screens.queue_view import QueueView

Written = dict[str, dict[str, str]]
"""``lead`` and ``allowance``: each priority to what is typed."""

_PARTS = ("lead", "allowance")
_KEYS = "Enter rank   Tab ↑ ↓ other field   Esc leave"


class WeightsDialog(ModalScreen[Written | None]):
    """Ten lengths of time. Returns what is typed, once it can be read, or None when left with Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "row(1)", show=False),
        Binding("up", "row(-1)", show=False),
    ]
    CSS = """
    WeightsDialog Grid { grid-size: 3; grid-columns: 12 14 14; grid-rows: 1; height: 6; margin: 1 0 0 0; }
    WeightsDialog .dialog Grid Input { margin: 0 2 0 0; }
    WeightsDialog Grid .head { color: $dim; }
    """

    def __init__(self, held: Standing, *, ascii_only: bool = False) -> None:
        super().__init__()
        self._held = held
        self._keys = _KEYS.replace("↑ ↓", "Up Down") if ascii_only else _KEYS

    def compose(self) -> ComposeResult:
        written = written_weights(self._held.weights)
        with Vertical(classes="dialog"):
            yield Static(Content("Rank weights, for everybody"), classes="title")
            yield Static(
                Content(
                    "A call is ranked by when it is due, less its lead; where nothing is due, by when it came "
                    "in, plus its allowance. Write 4h, 1d12h, 30m or 0."
                ),
                classes="hint",
            )
            if self._held.unfinished:
                yield Static(
                    Content("Not all calls have been ranked by these weights yet; Enter ranks the rest."),
                    classes="fault",
                )
            with Grid():
                for head in ("Priority", "Lead", "Allowance"):
                    yield Static(Content(head), classes="head")
                for priority in PRIORITIES:
                    yield Static(Content(f"P{priority}"))
                    for part in _PARTS:
                        field = Input(
                            written[part][str(priority)],
                            id=_id(part, str(priority)),
                            compact=True,
                            select_on_focus=False,
                        )
                        field.cursor_blink = False
                        yield field
            yield Static(Content(self._keys), classes="keys")

    def on_mount(self) -> None:
        self.query_one(f"#{_id('lead', '1')}", Input).focus()

    def on_input_changed(self) -> None:
        self._say(self._keys, fault=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = {
            part: {
                str(priority): self.query_one(f"#{_id(part, str(priority))}", Input).value
                for priority in PRIORITIES
            }
            for part in _PARTS
        }
        try:
            weights_from_mapping(typed)
        except InvalidInput as error:
            self.query_one(f"#{_id(*error.field.split('.'))}", Input).focus()
            self._say(f"{error.reason}. {error.remedy}", fault=True)
            return
        self.dismiss(typed)

    def action_row(self, step: int) -> None:
        """The same column, another priority."""
        if self.focused is None or self.focused.id is None:
            return
        part, _, priority = self.focused.id.partition("-")
        other = (int(priority) - 1 + step) % len(PRIORITIES) + 1
        self.query_one(f"#{_id(part, str(other))}", Input).focus()

    def action_leave(self) -> None:
        self.dismiss(None)

    def _say(self, words: str, *, fault: bool) -> None:
        line = self.query_one(".keys", Static)
        line.set_class(fault, "fault")
        line.update(Content(plain(words) if fault else words), layout=False)


def _id(part: str, priority: str) -> str:
    return f"{part}-{priority}"


async def change_weights(screen: QueueView) -> None:
    """Ask for the weights, set them, and rank the calls by them while the line at the bottom says how far it is."""
    session = await screen.app.session_ready()
    desk = session.desk
    desk.check_role("set_rank_weights", desk.operator.role)
    held = await asyncio.to_thread(_standing, desk)
    typed = await screen.app.push_screen_wait(WeightsDialog(held, ascii_only=screen.look.glyphs.ascii_only))
    if typed is None:
        return
    ranked = await asyncio.to_thread(_rank, screen, desk, typed, held, asyncio.get_running_loop())
    screen.after_act(bulk=True)
    if ranked.finished:
        screen.say(f"{ranked.total:,} calls are ranked by these weights", "news")


def _standing(desk: Desk) -> Standing:
    with desk.store.read() as connection:
        return standing(connection)


def _rank(
    screen: QueueView,
    desk: Desk,
    typed: Mapping[str, object],
    held: Standing,
    loop: asyncio.AbstractEventLoop,
) -> Ranked:
    """In a worker. Whoever leaves the program stops it; it goes on when the weights are opened again."""

    def tell(done: int, total: int) -> None:
        if screen.app.is_running:
            loop.call_soon_threadsafe(screen.say, f"Ranking: {done:,} of {total:,} calls")

    set_rank_weights(desk, typed, version=held.version)
    return rank_again(desk, progress=tell, stop=lambda: not screen.app.is_running)
