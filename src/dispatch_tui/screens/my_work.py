"""My work: one's own goals, ratings, actions and reviews, beside the facts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import MY_WORK, bindings_for
from dispatch_tui.desk import reviews as desk_reviews
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import stretches_between
from dispatch_tui.desk.reviews import MyWork, my_work
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.screens.form import Field, FormDialog, Typed
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.writing import WriteDialog
from dispatch_tui.sla.attainment import earlier, first_of, periods_between, short_name
from dispatch_tui.store.reviews import KeptAction, KeptGoal, KeptReview
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.attainment_lines import progress_line
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.my_work_lines import fact_words, figure_words, my_rows
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Rows

MONTHS: Final = 6
"""Months that are shown, this one included."""
_HOURS: Final = {"s": 1 / 3600, "m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0}


class MyWorkScreen(Page):
    """Counts in a thread; Enter changes a goal, settles an action, or goes on with a review."""

    kind = MY_WORK
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(MY_WORK)]
    DEFAULT_CSS = """
    MyWorkScreen #head { height: 1; }
    MyWorkScreen #rows { margin: 1 0 0 0; }
    """

    title_bar = getters.query_one("#title", Lines)
    head = getters.query_one("#head", Lines)

    def __init__(self, desk: Desk, today: date, zone: str, look: Look) -> None:
        super().__init__(look)
        self.desk, self.today, self.zone = desk, today, zone
        self.first = earlier(first_of(today, "month"), "month", MONTHS - 1)
        self.found: MyWork | None = None
        self._share: float | None = 0.0
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.read()

    def on_unmount(self) -> None:
        self._stop.set()

    # Reading

    def read(self) -> None:
        self.start(self._read, "read")

    async def _read(self) -> None:
        self._share = 0.0
        self.paint()
        loop = asyncio.get_running_loop()

        def hear(share: float) -> None:
            loop.call_soon_threadsafe(self._tell, share)

        stretches = stretches_between(self.first, self.today, "month", self.zone)
        found = await asyncio.to_thread(my_work, self.desk, stretches, progress=hear, stop=self._stop.is_set)
        if found is not None:
            self.found, self._share = found, None
            self.paint()

    def _tell(self, share: float) -> None:
        if self._share is not None and self.is_mounted and not self._stop.is_set():
            self._share = share
            self._paint_head()

    # Painting

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.title_bar.show([(Piece(" My work ", "title"), Piece(" goals, and what they came to", "bar"))])
        self._paint_head()
        self.paint_keys()
        if self.found is not None:
            names = [short_name(one, "month") for one in periods_between(self.first, self.today, "month")]
            rows = my_rows(self.found, names, self.today, self.rows.size.width, self.look)
            self.rows.show_rows(rows)

    def _paint_head(self) -> None:
        width = self.size.width
        if self.found is None or self._share is not None:
            self.head.show([progress_line(self._share or 0.0, width, self.look)])
        else:
            words = f" {plain(self.found.whom.name)}   months, {self.first} to {self.today}"
            self.head.show([(Piece(fit(words, width, self.look)),)])

    # Acts

    async def _done(self, work: Callable[[], object], words: str) -> None:
        try:
            await asyncio.to_thread(work)
        finally:
            await self._read()
        self.say(words, "news")

    def action_do_set_goal(self) -> None:
        self.start(self._set_goal, "act")

    async def _set_goal(self, kept: KeptGoal | None = None) -> None:
        """A measure, then where one wants it to be."""
        found = self.found
        if found is None:
            return
        last = {one.key: one for one in found.figures[-1].measures}
        if kept is None:
            choices = [Choice(one.key, one.title, "", "") for one in last.values()]
            key = await self.app.push_screen_wait(
                PickDialog("A goal for what?", matching(choices), self.look)
            )
        else:
            key = kept.goal.measure
        if key is None:
            return
        one = last[key]
        bound = "At most" if key in desk_reviews.LESS_IS_BETTER else "At least"
        form = "such as 90%" if one.unit == "share" else "such as 45m, 4h or 3d"
        dialog = TextDialog(
            f"{one.title}: {bound.lower()} …",
            f"{one.definition}\n{bound}: {form}.",
            value=figure_words(kept.goal.target, one.unit).replace(" ", "") if kept is not None else "",
            check=lambda text: _fault(text, one.unit),
            verb="set it",
        )
        typed = await self.app.push_screen_wait(dialog)
        if typed is None:
            return
        own = {"goal_id": kept.id, "version": kept.version} if kept is not None else {}
        work = partial(desk_reviews.set_goal, self.desk, key, target_of(typed, one.unit), **own)
        await self._done(work, "The goal is set.")

    def action_do_end_goal(self) -> None:
        kept = self._chosen()
        if isinstance(kept, KeptGoal):
            work = partial(desk_reviews.end_goal, self.desk, kept.id, version=kept.version)
            self.start(partial(self._done, work, "The goal counts no longer."), "act")

    def action_do_write_review(self) -> None:
        self.start(self._write_review, "act")

    async def _write_review(self, kept: KeptReview | None = None) -> None:
        """Of last month, beside its facts; one that is written already goes on."""
        found = self.found
        if found is None or len(found.figures) < 2:
            return
        figures = found.figures[-2]
        kept = kept or next((one for one in found.reviews if (one.since, one.until) == figures.stretch), None)
        if kept is not None:
            figures = next((one for one in found.figures if one.stretch == (kept.since, kept.until)), figures)
        middle = figures.stretch.since + (figures.stretch.until - figures.stretch.since) / 2
        facts = fact_words(figures, self.look) or "nothing was counted"
        dialog = WriteDialog(
            f"My review of {middle:%B %Y}",
            f"What went well, what did not, what do I change?\nFacts: {facts}",
            value=kept.text if kept is not None else "",
            about=f"review of {middle:%Y-%m}",
        )
        text = await self.app.push_screen_wait(dialog)
        if text is None:
            return
        own = {"review_id": kept.id, "version": kept.version} if kept is not None else {}
        work = partial(desk_reviews.write_review, self.desk, figures.stretch, text, **own)
        await self._done(work, "The review is kept.")

    def action_do_new_review_action(self) -> None:
        self.start(self._new_action, "act")

    async def _new_action(self) -> None:
        fields = (
            Field("what", "What", "", "call back within the hour"),
            Field("due_on", "By", "", f"a day, such as {self.today}"),
        )
        typed = await self.app.push_screen_wait(
            FormDialog(
                "What do you mean to do?", fields, _action, hint="It is carried over until it is done."
            )
        )
        if typed is not None:
            what, due = _action(typed)
            work = partial(desk_reviews.add_action, self.desk, what, due)
            await self._done(work, "Written down.")

    def action_do_settle_mine(self) -> None:
        kept = self._chosen()
        if isinstance(kept, KeptGoal):
            self.start(partial(self._set_goal, kept), "act")
        elif isinstance(kept, KeptReview):
            self.start(partial(self._write_review, kept), "act")
        elif kept is not None:
            done = self.today if kept.action.done_on is None else None
            work = partial(desk_reviews.settle_action, self.desk, kept.id, done, version=kept.version)
            self.start(partial(self._done, work, "Done." if done else "Not done after all."), "act")

    def _chosen(self) -> KeptGoal | KeptAction | KeptReview | None:
        kind, _, key = self.rows.key.partition(":")
        if self.found is None or not key:
            return None
        known: dict[str, tuple[KeptGoal | KeptAction | KeptReview, ...]] = {
            "goal": self.found.goals,
            "action": self.found.actions,
            "review": self.found.reviews,
        }
        return next((one for one in known[kind] if one.id == int(key)), None)

    def action_do_count_again(self) -> None:
        self.read()

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_settle_mine()


def target_of(text: str, unit: str) -> float:
    """``90%`` as 0.9, ``4h`` as hours or days. Raises ``InvalidInput``."""
    words = text.strip().casefold().replace(" ", "").replace(",", ".")
    try:
        if unit == "share":
            return float(words.removesuffix("%")) / 100
        total, number = 0.0, ""
        for sign in words:
            if sign in _HOURS and number:
                total, number = total + float(number) * _HOURS[sign], ""
            else:
                number += sign
        if number:
            raise ValueError(number)
    except ValueError:
        form = "90%" if unit == "share" else "45m, 4h or 3d"
        raise InvalidInput("target", f"cannot read {plain(text)!r}", f"Write it as {form}.") from None
    return total if unit == "hours" else total / 24


def _fault(text: str, unit: str) -> str:
    try:
        target = target_of(text, unit)
    except InvalidInput as refused:
        return f"{refused.reason}. {refused.remedy}"
    if not target > 0 or (unit == "share" and target > 1):
        return "Give a share up to 100%." if unit == "share" else "Give a length of time above 0."
    return ""


def _action(typed: Typed) -> tuple[str, date]:
    if not plain(typed["what"]):
        raise InvalidInput("what", "It is empty", "Say what you mean to do.")
    try:
        return typed["what"], date.fromisoformat(typed["due_on"].strip())
    except ValueError:
        raise InvalidInput("due_on", "Is not a day", "Write it as 2026-03-31.") from None
