"""The story walked by a person: the page of each step, on with Enter, a look around, back with Ctrl+n."""

from __future__ import annotations

from pathlib import Path

from dispatch_tui.demo.story import begin
from dispatch_tui.screens.dialogs import AskDialog
from dispatch_tui.walk import WalkApp
from tests.face.units import press


async def test_a_person_walks_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'story.sqlite'}"
    story = begin(url)
    app = WalkApp(url, story)
    async with app.run_test(size=(80, 24)) as pilot:
        app.painted()
        for _ in range(100):
            await pilot.pause(0.05)
            if isinstance(app.screen, AskDialog):
                break
        assert isinstance(app.screen, AskDialog)
        assert "Berg Print has a press that stands" in app.screen.words
        await press(pilot, "enter")
        assert isinstance(app.screen, AskDialog)
        assert "two jobs wait" in app.screen.words
        assert "Enter on the call shows its story" in app.screen.words
        await press(pilot, "escape")
        assert app.screen is app.queue_screen
        current = app.queue_screen.calls.current
        assert current is not None
        assert (current.title, current.status) == ("Press 3 jams at the feeder", "assigned")
        await press(pilot, "ctrl+n")
        assert isinstance(app.screen, AskDialog)
        for _ in range(22):
            await press(pilot, "enter")
        assert story.done == 23
        assert isinstance(app.screen, AskDialog)
        assert "four of five" in app.screen.words
        await press(pilot, "enter")  # nothing comes after the last page
        assert story.done == 23
    story.cast.dana.store.close()
