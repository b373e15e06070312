"""The keys of the queue screen: one method for each action of the registry.

What only some keys need (dialogs, inputs, the palette) is imported when the key is pressed: the first picture does
without.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar, Literal

from textual.binding import BindingType

from dispatch_tui.actions import QUEUE, bindings_for
from dispatch_tui.screens.queue_view import QueueView
from dispatch_tui.store.filters import Filter
from dispatch_tui.text import plain
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.moments import wall
from dispatch_tui.widgets.queue_list import QueueList


class QueueScreen(QueueView):
    """The live queue."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(QUEUE)]

    # Actions: moving

    def action_do_down(self) -> None:
        self.calls.move(1)

    def action_do_up(self) -> None:
        self.calls.move(-1)

    def action_do_page_down(self) -> None:
        self.calls.page(1)

    def action_do_page_up(self) -> None:
        self.calls.page(-1)

    def action_do_top(self) -> None:
        self.calls.top()

    def action_do_end(self) -> None:
        self.calls.end()

    def action_do_select(self) -> None:
        self.calls.toggle()

    def action_do_select_page(self) -> None:
        self.calls.select_loaded()

    def action_do_go_to(self) -> None:
        from dispatch_tui.screens import finding

        self._worker(partial(finding.go_to_number, self))

    # Actions: queues

    async def action_do_filter(self) -> None:
        from dispatch_tui.widgets.filter_bar import FilterBar

        if not self.query(FilterBar):
            await self.mount(FilterBar(self.look, self.filter_text, self.app.names), after=self.bar)

    def action_do_next_queue(self) -> None:
        self._step_queue(1)

    def action_do_previous_queue(self) -> None:
        self._step_queue(-1)

    def _step_queue(self, delta: int) -> None:
        tabs = self.tabs
        at = next(index for index, one in enumerate(tabs) if one.id == self.queue.id)
        self.open_queue(tabs[(at + delta) % len(tabs)])

    def action_do_queue(self, key: str) -> None:
        found = next((one for one in self.queues if one.key == key), None)
        if found is None:
            self.say(f"There is no queue {key}. Write your own into the settings, under [queues].")
        else:
            self.open_queue(found)

    def action_do_all_queues(self) -> None:
        from dispatch_tui.screens import finding

        self._worker(partial(finding.pick_queue, self))

    def action_do_sort(self) -> None:
        from dispatch_tui.screens import finding

        self._worker(partial(finding.pick_sort, self))

    def action_do_rank_weights(self) -> None:
        from dispatch_tui.screens import ranking

        self._worker(partial(ranking.change_weights, self))

    def action_do_read_again(self) -> None:
        self.app.read_again()

    # Actions: the story

    def action_do_open(self) -> None:
        if self.calls.current is not None:
            self.add_class("-story")
            self.story.call_id = self.calls.current.id
            self.call_after_refresh(self.story.read)

    def on_queue_list_chosen(self, event: QueueList.Chosen) -> None:
        event.stop()
        self.action_do_open()

    def action_do_back(self) -> None:
        """Close what was opened last: the selection, the story, then the filter."""
        if self.calls.release():
            return
        if self.has_class("-story") and not self.has_class("-beside"):
            self.remove_class("-story")
        elif self.filter_text:
            self.set_filter("", Filter())

    def action_do_story_down(self) -> None:
        self.story.scroll_lines(max(1, self.story.size.height // 2))

    def action_do_story_up(self) -> None:
        self.story.scroll_lines(-max(1, self.story.size.height // 2))

    def action_do_explain(self) -> None:
        row = self.calls.current
        self.explain(row.clock if row is not None else "")

    def explain(self, clock: str = "") -> None:
        from dispatch_tui.screens.explain import show_explained

        row = self.calls.current
        visited = self.story.call_id if self.story_open else None
        call_id = visited if visited is not None else row.id if row is not None else None
        if call_id is not None:
            self._worker(partial(show_explained, self.app, call_id, clock))

    def action_do_copy(self) -> None:
        row = self.calls.current
        if row is None:
            return
        now = self.app.now_us
        words = (row.number, row.title, row.customer, row.site, row.unit, wall(row.due_us, row.site_tz, now))
        who = (STATUS_WORDS.get(row.status, row.status), row.technician)
        self.app.copy_to_clipboard("\t".join(plain(one) for one in (*words, *who)))
        self.say(f"{row.number} copied")

    # Actions: work

    def action_do_take(self) -> None:
        self._act("take")

    def action_do_acknowledge(self) -> None:
        self._act("acknowledge")

    def action_do_assign(self) -> None:
        self._act("assign")

    def action_do_start(self) -> None:
        self._act("start")

    def action_do_hold(self) -> None:
        self._act("hold")

    def action_do_resume(self) -> None:
        self._act("resume")

    def action_do_resolve(self) -> None:
        self._end("resolve")

    def action_do_close(self) -> None:
        self._end("close")

    def action_do_reopen(self) -> None:
        self._act("reopen")

    def action_do_cancel(self) -> None:
        self._act("cancel")

    def action_do_priority(self) -> None:
        self._act("set_priority")

    def action_do_note(self) -> None:
        self._act("note")

    def action_do_contact(self) -> None:
        from dispatch_tui.screens.talking import log_about_call

        if self.calls.current is not None:
            self._worker(partial(log_about_call, self.app, self.calls.current.id))

    def action_do_drafts(self) -> None:
        from dispatch_tui.screens.talking import go_on_with_draft

        self._worker(partial(go_on_with_draft, self.app))

    def action_do_call_first(self) -> None:
        from dispatch_tui.screens.call_first import show_call_first

        self._worker(partial(show_call_first, self.app))

    def action_do_visit(self) -> None:
        from dispatch_tui.screens.visiting import move_visit

        if self.calls.current is not None:
            self._worker(partial(move_visit, self, self.calls.current))

    def action_do_brief(self) -> None:
        from dispatch_tui.screens.brief import show_brief

        if self.calls.current is not None:
            self._worker(partial(show_brief, self.app, self.calls.current.id))

    def action_do_deliverables(self) -> None:
        from dispatch_tui.screens.deliverables import show_deliverables

        if self.calls.current is not None:
            self._worker(partial(show_deliverables, self.app, self.calls.current.id))

    def action_do_undo(self) -> None:
        from dispatch_tui.screens import acts

        self._worker(partial(acts.undo, self))

    def action_do_new_call(self) -> None:
        from dispatch_tui.screens import acts

        self._worker(partial(acts.open_new, self))

    # Actions: the unit

    def action_do_unit(self) -> None:
        from dispatch_tui.screens.unit_ways import show_unit

        if self.calls.current is not None:
            self._worker(partial(show_unit, self.app, self.calls.current))

    def action_do_replace(self) -> None:
        from dispatch_tui.screens.unit_ways import show_replacement

        if self.calls.current is not None:
            self._worker(partial(show_replacement, self.app, self.calls.current))

    def action_do_find_unit(self) -> None:
        from dispatch_tui.screens.unit_ways import find_unit

        self._worker(partial(find_unit, self.app))

    # Actions: the customer

    def action_do_customer(self) -> None:
        from dispatch_tui.screens.customer import show_customer

        if self.calls.current is not None:
            self._worker(partial(show_customer, self.app, self.calls.current))

    def action_do_find_everything(self) -> None:
        from dispatch_tui.screens.find import search_everything

        self._worker(partial(search_everything, self.app))

    def action_do_attainment(self) -> None:
        from dispatch_tui.screens.attainment import show_attainment

        self._worker(partial(show_attainment, self.app))

    def action_do_fleet(self) -> None:
        from dispatch_tui.screens.fleet import show_fleet

        self._worker(partial(show_fleet, self.app))

    def action_do_agreements(self) -> None:
        from dispatch_tui.screens.agreements import open_agreements

        self._worker(partial(open_agreements, self.app))

    def action_do_escalate(self) -> None:
        from dispatch_tui.screens.escalations import escalate_call

        if self.calls.current is not None:
            row = self.calls.current
            self._worker(partial(escalate_call, self.app, row.id, row.number))

    def action_do_delay(self) -> None:
        from dispatch_tui.screens.outreach import delay_calls

        self._worker(partial(delay_calls, self.app, self.calls.acted_on))

    def action_do_escalations(self) -> None:
        from dispatch_tui.screens.escalations import show_escalations

        self._worker(partial(show_escalations, self.app))

    def action_do_looking_back(self) -> None:
        from dispatch_tui.screens.looking_back import show_looking_back

        self._worker(partial(show_looking_back, self.app))

    def action_do_care_rules(self) -> None:
        from dispatch_tui.screens.care_rules import show_care_rules

        self._worker(partial(show_care_rules, self.app))

    def action_do_import_file(self) -> None:
        from dispatch_tui.screens.import_file import open_import

        self._worker(partial(open_import, self.app))

    def _end(self, act: Literal["resolve", "close"]) -> None:
        from dispatch_tui.screens.closing import end_calls

        rows = self.calls.acted_on
        if rows:
            self._worker(partial(end_calls, self, act, rows))

    def _act(self, act: str) -> None:
        from dispatch_tui.screens import acts

        rows = self.calls.acted_on
        if rows:
            self._worker(partial(acts.do, self, act, rows))

    def _worker(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        in_background(self, partial(self.app.guarded, work), "act")
