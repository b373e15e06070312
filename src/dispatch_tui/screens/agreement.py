"""One agreement as a form: what is promised, when a clock stands, when it warns, what is paid for, for which calls."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import AGREEMENT, bindings_for
from dispatch_tui.desk.agreements import NewAgreement, make_agreement, revise_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import Effect, Progress, effect_of_agreement
from dispatch_tui.screens.dialogs import Choice, PickDialog, matching
from dispatch_tui.screens.editing import EditPage, Saved, many, state_words
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.terms import CLOCK_KINDS
from dispatch_tui.sla.terms_edits import hint, with_part, written
from dispatch_tui.store import agreements as stored
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.agreement_lines import SCOPES, form_rows
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Rows

_OWN = "own"


class AgreementDraft(NamedTuple):
    """An agreement as it would be saved. ``terms`` without a calendar where a shared one is named."""

    name: str
    terms: dict[str, Any]
    calendar_id: int | None


class NewFor(NamedTuple):
    """For whom an agreement is made, in words and by the id of what ``kind`` names (``""``: everybody), and the
    agreement that it begins as a copy of."""

    words: str
    kind: str
    record_id: int | None
    copy_of: int


class AgreementScreen(EditPage[AgreementDraft]):
    """The form; Enter edits what the cursor is on, arrows walk the table of budgets."""

    kind = AGREEMENT
    thing = "agreement"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(AGREEMENT)]
    DEFAULT_CSS = """
    AgreementScreen #title { height: 3; }
    """

    title_bar = getters.query_one("#title", Lines)

    def __init__(
        self, desk: Desk, agreement_id: int | None, look: Look, *, new: NewFor | None = None
    ) -> None:
        """``new`` where there is no agreement yet."""
        super().__init__(desk, agreement_id, look)
        self.act = "revise_agreement" if new is None else "make_agreement"
        self._new = new
        self.line: stored.AgreementLine | None = None
        self.calendars: dict[int, stored.CalendarLine] = {}
        self.column = 0
        self._own_hours: dict[str, Any] | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self.read, "read")

    # What an editor says of itself

    def read_stored(self) -> tuple[AgreementDraft, int | None]:
        new = self._new if self.record_id is None else None
        shown = self.record_id if new is None else new.copy_of
        assert shown is not None
        with self.desk.store.read() as connection:
            sheet = stored.agreement_sheet(connection, shown)
            self.calendars = {one.id: one for one in stored.calendars(connection)}
        if new is not None:
            return AgreementDraft("", sheet.terms, sheet.calendar_id), None
        self.line = sheet.line
        return AgreementDraft(sheet.line.name, sheet.terms, sheet.calendar_id), sheet.line.version

    def effect(self, draft: AgreementDraft, progress: Progress) -> Effect:
        if self.record_id is None:
            return Effect(0, 0, 0, 0, ())
        return effect_of_agreement(
            self.desk, self.record_id, draft.terms, calendar_id=draft.calendar_id, progress=progress
        )

    def write(self, draft: AgreementDraft, version: int | None) -> Saved:
        if self.record_id is None:
            assert self._new is not None
            kind, holder = self._new.kind, self._new.record_id
            made = NewAgreement(
                holder if kind == "customer" else None,
                draft.name,
                draft.terms,
                site_id=holder if kind == "site" else None,
                unit_id=holder if kind == "unit" else None,
                calendar_id=draft.calendar_id,
            )
            self.record_id = make_agreement(self.desk, made)
            self.act = "revise_agreement"
            return Saved(1, ())
        revised = revise_agreement(
            self.desk,
            self.record_id,
            version,
            draft.terms,
            calendar_id=draft.calendar_id,
            name=draft.name,
        )
        return Saved(revised.version, (self.record_id,))

    def name_of(self, draft: AgreementDraft) -> str:
        return draft.name

    def renamed(self, draft: AgreementDraft, name: str) -> AgreementDraft:
        return draft._replace(name=name)

    # Painting

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        draft, line, width = self.draft, self.line, self.size.width
        if draft is None:
            self.title_bar.show([(Piece(" Reading the agreement …", "dim"),)])
            return
        if line is None:
            assert self._new is not None
            whose = plain(self._new.words)
            facts = "New: it counts for calls from now on"
        else:
            whose = plain(line.of) if line.scope == "default" else f"{plain(line.of)} ({SCOPES[line.scope]})"
            facts = f"version {line.terms_version}, {many(line.running, 'running call')}"
        state = state_words(self)
        title = plain(draft.name) or "A new agreement"
        name = fit(f" {title}", max(1, width - len(state) - 1), self.look)
        self.title_bar.show(
            [
                (Piece(name, "bold"), Piece(state, "soon")),
                (Piece(fit(f" For {whose}. {facts[:1].upper()}{facts[1:]}.", width, self.look), "dim"),),
            ]
        )
        rows = form_rows(draft.terms, self._hours_words(draft), self.column, self.rows.key, width, self.look)
        self.rows.show_rows(rows)

    def _hours_words(self, draft: AgreementDraft) -> str:
        if draft.calendar_id is not None:
            calendar = self.calendars[draft.calendar_id]
            return f"{calendar.name}, version {calendar.number} ({calendar.tz})"
        hours = BusinessCalendar.from_mapping(draft.terms["calendar"]).hours
        seconds = sum(end - start for day in hours.weekly for start, end in day)
        return f"its own, {seconds / 3600:g} h a week ({hours.zone.key})"

    # Keys

    def action_do_clock_before(self) -> None:
        self._to_column(self.column - 1)

    def action_do_clock_after(self) -> None:
        self._to_column(self.column + 1)

    def _to_column(self, column: int) -> None:
        self.column = column % len(CLOCK_KINDS)
        self.paint()

    def action_do_edit_field(self) -> None:
        self.start(self._edit, "act")

    async def _edit(self) -> None:
        draft, key = self.draft, self.rows.key
        if draft is None or not key:
            return
        if key == "calendar":
            await self._choose_calendar()
            return
        part = f"{key}.{CLOCK_KINDS[self.column]}" if key.startswith("budgets.") else key
        use = partial(self._with_part, draft, part)
        await self.ask(part_title(part), hint(part), written(draft.terms, part), use)

    def _with_part(self, draft: AgreementDraft, part: str, text: str) -> AgreementDraft:
        return draft._replace(terms=dict(with_part(draft.terms, part, text)))

    def action_do_shared_calendar(self) -> None:
        self.start(self._choose_calendar, "act")

    async def _choose_calendar(self) -> None:
        """A shared calendar, or the hours of its own that it had."""
        draft = self.draft
        if draft is None:
            return
        self.may_edit()
        own = draft.terms.get("calendar") or self._own_hours
        choices = [Choice(str(one.id), one.name, one.tz) for one in self.calendars.values()]
        if own is not None:
            choices.append(Choice(_OWN, "Hours of its own", str(own.get("tz", ""))))
        chosen = await self.app.push_screen_wait(
            PickDialog("Which hours?", matching(choices), self.look, empty="There is no shared calendar yet.")
        )
        if chosen is None:
            return
        self._own_hours = own
        bare = {key: value for key, value in draft.terms.items() if key != "calendar"}
        if chosen == _OWN:
            self.change(draft._replace(terms={**bare, "calendar": own}, calendar_id=None))
        else:
            self.change(draft._replace(terms=bare, calendar_id=int(chosen)))

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self._message[0]:
            self._message = ("", "bar")
        self.paint()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_edit_field()


def part_title(part: str) -> str:
    """What is asked for: ``Resolution, priority 1``."""
    field, _, rest = part.partition(".")
    if field == "budgets":
        priority, _, clock = rest.partition(".")
        return f"{clock.replace('_', ' ').capitalize()}, priority {priority}"
    if field == "pauses":
        return f"When does {rest.replace('_', ' ')} stand?"
    return {"warnings": "When does it warn?", "cover": "What does it pay for?", "conditions": "Which calls?"}[
        field
    ]
