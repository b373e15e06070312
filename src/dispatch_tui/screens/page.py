"""What the pages beside the queue share: a bar of keys at the bottom, errors said in words, motion in a list."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from dispatch_tui.actions import APP, Action, action_named, actions_for, key_code, keys_of
from dispatch_tui.errors import DatabaseProblem, DispatchError
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.bars import footer
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.feed import FeedChange


class Page(Screen[None], inherit_bindings=False):
    """A full screen over the queue. ``kind`` is its name in the action registry."""

    app: WorkbenchApp
    kind: ClassVar[str]

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._message: tuple[str, str] = ("", "bar")

    @property
    def rows(self) -> Rows:
        """The list that the keys of motion walk through."""
        raise NotImplementedError

    def paint(self) -> None:
        """Fill every pane from what is known."""
        raise NotImplementedError

    def calls_changed(self, call_ids: set[int]) -> None:
        """These calls were changed in another session. A page that shows one of them reads it again."""

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        """These records were changed in another session. A page that shows one of them reads it again."""

    def prompts_changed(self) -> None:
        """The call-first list may have changed. A page that shows it reads it again."""

    def at_once(self, acts: Mapping[str, Callable[[], None]]) -> dict[str, Callable[[], None]]:
        """What the keys of these actions do, for a :class:`TypedLine`."""
        keys = self.app.user_keys
        return {key_code(key): act for name, act in acts.items() for key in keys_of(action_named(name), keys)}

    def keep_now(self) -> None:
        """The program leaves: keep what was typed here and is not saved."""

    def on_resize(self) -> None:
        self.call_after_refresh(self.paint)

    @property
    def footer_actions(self) -> Sequence[Action]:
        """What the bar at the bottom may tell of."""
        return (*actions_for(self.kind), *actions_for(APP))

    def paint_keys(self) -> None:
        """The bar at the bottom: the keys of this page, or a message."""
        foot = self.query_one("#keys", Lines)
        words, style = self._message
        actions = self.footer_actions
        foot.show(
            [footer(actions, self.app.user_keys, foot.size.width, self.look, message=words, style=style)]
        )

    def say(self, words: str, style: str = "bar") -> None:
        """A message in place of the keys, until the next one."""
        self._message = (plain(words), style)
        self.paint_keys()

    def restyle(self, look: Look) -> None:
        """Another theme."""
        self.look = look
        for pane in self.query(Lines):
            pane.restyle(look)
        self.paint()

    async def run_clicked(self, action_id: str) -> None:
        """Do what a click on a hint of the bar, or on a word with an action, stands for."""
        action = action_named(action_id)
        await self.run_action(f"app.{action.method}" if APP in action.screens else action.method)

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Run ``work`` beside the event loop's other work; a later one of the same group takes its place."""
        in_background(self, partial(self._guarded, work), group, exclusive=True)

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except DatabaseProblem as problem:
            self.say(str(problem), "error")
        except DispatchError as error:
            self.say(str(error), "error")

    def action_do_down(self) -> None:
        self.rows.move(1)

    def action_do_up(self) -> None:
        self.rows.move(-1)

    def action_do_page_down(self) -> None:
        self.rows.move(max(1, self.rows.size.height - 1))

    def action_do_page_up(self) -> None:
        self.rows.move(-max(1, self.rows.size.height - 1))

    def action_do_top(self) -> None:
        self.rows.move(-1_000_000)

    def action_do_end(self) -> None:
        self.rows.move(1_000_000)

    def action_do_leave(self) -> None:
        self.dismiss()
