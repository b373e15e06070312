"""The story of a day, walked in the workbench: a page says what has happened and where to look; a key goes on."""

from __future__ import annotations

import asyncio
from functools import partial

from dispatch_tui.actions import STORY, bindings_for
from dispatch_tui.app import WorkbenchApp
from dispatch_tui.demo.story.walk import Story
from dispatch_tui.settings import Settings
from dispatch_tui.widgets.background import in_background

_AROUND = "Esc: look around. Ctrl+n: back to this page."


class WalkApp(WorkbenchApp):
    """The workbench with a story: its people act at the press of a key, and its clock moves with them."""

    def __init__(self, where: str, story: Story, *, settings: Settings | None = None) -> None:
        super().__init__(where, settings=settings, clock=story.clock)
        self.story = story
        for one in bindings_for(STORY):
            self.bind(one.key, one.action, show=False)

    async def _open_database(self) -> None:
        await super()._open_database()
        if self.session is not None:
            self.action_do_story()

    def action_do_story(self) -> None:
        """Show where the story is, and go on with it."""
        in_background(self, partial(self.guarded, self._walk), "act", exclusive=True)

    async def _walk(self) -> None:
        from dispatch_tui.screens.dialogs import AskDialog

        while True:
            shown = self.story.shown
            answers = (("enter", shown.next),) if shown.next else ()
            words = "\n\n".join(filter(None, (shown.told, shown.look, _AROUND)))
            dialog = AskDialog(shown.title, words, answers)
            if await self.push_screen_wait(dialog) is None:
                return
            await asyncio.to_thread(self.story.forward)
            self.queue_screen.calls.reload()
            self.look_again()


def walk(where: str, story: Story, *, settings: Settings | None = None) -> int:
    """Walk through a story in a terminal; the exit code."""
    app = WalkApp(where, story, settings=settings)
    app.run(mouse=app.settings.mouse)
    return app.return_code or 0
