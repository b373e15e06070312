"""The log dialog as it is seen: what matters first is on top, the rest is folded; what is wrong stands below."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar, Final, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from dispatch_tui.actions import LOG, Action, action_named, actions_for
from dispatch_tui.care.coming import bygone, coming, promise_from
from dispatch_tui.care.contacts import Contact
from dispatch_tui.care.interactions import MOODS
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.wording import marks
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.log_form import TEXTS, WAYS, LogForm
from dispatch_tui.screens.page import Page
from dispatch_tui.store.conversations import Partner
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.choices import Choices, Option
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.log_lines import (
    about_lines,
    contact_words,
    mark_lines,
    talk_lines,
    title_line,
    wish_words,
)
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Rows
from dispatch_tui.widgets.typed_line import TypedLine


class FieldText(NamedTuple):
    """A field's label and what its empty line says."""

    label: str
    hint: str
    folded: bool = False


FIELDS: Final = {
    "way": FieldText("How", ""),
    "contact": FieldText("With", ""),
    "number": FieldText("Number", "none on record: the number you used"),
    "said": FieldText("Said", "what was said, in a few words"),
    "mood": FieldText("Mood", ""),
    "next_update": FieldText("Next update", "when they hear from us again: 2h, 14:30, fri 9:00"),
    "promise_1": FieldText("Promised", "what by when: a loaner by fri 12:00"),
    "bad_news": FieldText("Bad news", ""),
    "plan": FieldText("Plan", "what happens now"),
    "believes": FieldText("They believe", "what they take to be so", folded=True),
    "true": FieldText("In truth", "what is so", folded=True),
    "listen": FieldText("Listen", "what they said matters to them", folded=True),
    "observe": FieldText("Observe", "what you noticed", folded=True),
    "think": FieldText("Think", "what you make of it", folded=True),
    "speak": FieldText("Speak", "what you said to it", folded=True),
    "promise_2": FieldText("Promised 2", "what by when", folded=True),
    "promise_3": FieldText("Promised 3", "what by when", folded=True),
    "told_before": FieldText("Told before", "what may delay the job, told in advance", folded=True),
    "ago": FieldText("How long ago", "empty: just now; else 20m, 2h", folded=True),
}
"""The fields in their order; those folded are shown on a key, or where something stands in them."""

TALL_FROM: Final = 38
"""From this height what to say stands above the fields."""
READ_BY_CUSTOMERS: Final = ("said", "plan", "speak", "promise_1", "promise_2", "promise_3", "ago")
"""Fields whose words may go to a customer as they are."""
TIMES: Final = ("next_update", "promise_1", "promise_2", "promise_3")


class Matter(NamedTuple):
    """What a conversation is about beside the call: the prompt that was seen, if any."""

    seen: PromptRow | None = None
    talk: tuple[tuple[str, str], ...] = ()
    """What to say, line by line with its title; shown where there is room."""

    @property
    def words(self) -> str:
        return self.seen.words if self.seen is not None else ""

    @property
    def bad_news(self) -> bool:
        return self.seen is not None and self.seen.bad_news


NOTHING: Final = Matter()


class LogView(Page):
    """What the dialog shows of a form; its keys are in :class:`dispatch_tui.screens.log.LogScreen`."""

    kind: ClassVar[str] = LOG
    DEFAULT_CSS = """
    LogView #about { margin: 1 0 0 0; }
    LogView #form { height: 1fr; scrollbar-size: 0 0; margin: 1 0 0 0; }
    LogView #form Horizontal { height: 1; }
    LogView #form Horizontal.-folded { display: none; }
    LogView.-unfolded #form Horizontal.-folded { display: block; }
    LogView #form .-off { display: none; }
    LogView .label { width: 15; }
    LogView Input { width: 1fr; background: $background; }
    LogView Input:focus { background: $panel; }
    LogView #talk { display: none; margin: 1 0 0 0; }
    LogView.-tall #talk { display: block; }
    LogView #notice { height: 1; }
    """

    title_bar = getters.query_one("#title", Lines)
    about_pane = getters.query_one("#about", Lines)
    notice = getters.query_one("#notice", Lines)

    def __init__(
        self, about: Partner, rules: CareRules, look: Look, *, form: LogForm, matter: Matter = NOTHING
    ) -> None:
        super().__init__(look)
        self.about, self.rules, self.form, self.matter = about, rules, form, matter
        self._fault: tuple[str, str] = ("", "")

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="about")
        yield Lines(self.look, id="talk")
        with VerticalScroll(id="form", can_focus=False):
            for name, text in FIELDS.items():
                folded = text.folded and not getattr(self.form, name)
                with Horizontal(id=f"row-{name}", classes="-folded" if folded else ""):
                    yield Lines(self.look, id=f"label-{name}", classes="label")
                    yield self._widget(name)
        yield Lines(self.look, id="notice")
        yield Lines(self.look, fill="bar", id="keys")

    def _widget(self, name: str) -> Widget:
        value = getattr(self.form, name)
        at_once = self.at_once({"field_after": partial(self.go, 1), "field_before": partial(self.go, -1)})
        if name in TEXTS:
            return TypedLine(at_once, value, placeholder=FIELDS[name].hint, id=f"field-{name}")
        return Choices(
            self.look,
            self._options(name),
            value,
            at_once=at_once | {str(n): partial(self._choose, name, n) for n in range(1, 10)},
            typed=self._typed_aside,
            optional=name in ("mood", "bad_news"),
            id=f"field-{name}",
        )

    def go(self, delta: int) -> None:
        """To the field so many after this one, round at the ends."""
        names = self.names
        at = names.index(self.here) if self.here in names else 0
        self.set_focus(self.field(names[(at + delta) % len(names)]))

    def _choose(self, name: str, number: int) -> None:
        """A number chooses where something is chosen."""
        here = self.field(name)
        assert isinstance(here, Choices)
        if number <= len(here.options):
            here.choose(number - 1)
            if name == "way":
                self.set_focus(self.field("said"))  # whom we spoke with is known mostly

    def _typed_aside(self, text: str) -> None:
        """Whoever begins to write means what was said: no letter is a key here."""
        said = self.field("said")
        assert isinstance(said, TypedLine)
        self.set_focus(said)
        said.take(text)

    def _options(self, name: str) -> Sequence[Option]:
        if name == "way":
            return [Option(one, one) for one in WAYS]
        if name == "contact":
            return [Option(str(one.id), contact_words(one)) for one in self.about.contacts]
        if name == "mood":
            return [Option(one, one) for one in MOODS[1:]]
        return [Option("yes", "yes: plan and next update are needed")]

    @property
    def rows(self) -> Rows:
        raise NotImplementedError("a form has no list")

    def on_mount(self) -> None:
        self.about_pane.styles.height = 4 if self.matter.words else 3

    def on_resize(self) -> None:
        self.set_class(bool(self.matter.talk) and self.size.height >= TALL_FROM, "-tall")

    def field(self, name: str) -> Widget:
        return self.query_one(f"#field-{name}")

    @property
    def footer_actions(self) -> Sequence[Action]:
        """The keys of the form: a letter is typed here."""
        return (*actions_for(LOG), action_named("help"))

    @property
    def names(self) -> list[str]:
        """The fields that can be gone through now."""
        return [name for name in FIELDS if self.query_one(f"#row-{name}").display]

    @property
    def here(self) -> str:
        focused = self.focused
        return (focused.id or "").removeprefix("field-") if focused is not None else ""

    # Painting

    def paint(self) -> None:
        width = self.size.width
        self.title_bar.show([title_line(self.about, width, self.look)])
        lines = about_lines(self.about, self.matter.words, self.app.clock.now(), width, self.look)
        wishes = plain(wish_words(self._contact))
        self.about_pane.show(
            [*lines, (Piece(f" {'Reach':<14}", "dim"), Piece(fit(wishes, width - 15, self.look), "text"))]
        )
        talk = talk_lines(self.matter.talk, width, self.look)
        self.query_one("#talk", Lines).styles.height = len(talk)
        self.query_one("#talk", Lines).show(talk)
        self.query_one("#row-number").set_class(not self._number_missing, "-off")
        for name in FIELDS:
            self._paint_label(name)
        self._paint_notice()
        self.paint_keys()

    def _paint_label(self, name: str) -> None:
        needed = (
            name in ("plan", "next_update") and self.form.bad_news and not plain(getattr(self.form, name))
        )
        label = FIELDS[name].label
        style = "accent" if name == self.here else "dim"
        if name == self._fault[0]:
            label, style = f"{self.look.glyphs.late} {label}", "late"
        elif needed:
            label, style = f"{self.look.glyphs.soon} {label}", "soon"
            self.query_one(f"#field-{name}", Input).placeholder = f"needed: {FIELDS[name].hint}"
        self.query_one(f"#label-{name}", Lines).show([(Piece(f" {fit(label, 13, self.look)}", style),)])

    def _paint_notice(self) -> None:
        self.notice.show([self._notice()])

    def _notice(self) -> Line:
        """What is wrong, else a word to put otherwise, else what the time in the field means."""
        width = self.size.width
        if self._fault[1]:
            return (Piece(fit(f" {self.look.glyphs.late} {self._fault[1]}", width, self.look), "late"),)
        text = "\n".join(getattr(self.form, name) for name in READ_BY_CUSTOMERS)
        found = mark_lines(marks(text, self.rules.wording), width, self.look)
        if found:
            return found[0]
        return (Piece(fit(f" {self._meaning()}", width, self.look), "dim"),)

    def _meaning(self) -> str:
        name = self.here
        typed = plain(getattr(self.form, name)) if name in TIMES else ""
        if not typed:
            return ""
        now, zone = self.app.clock.now(), self.about.zone
        with suppress(InvalidInput):
            if name in ("next_update", "ago"):
                at = (coming if name == "next_update" else bygone)(typed, now, zone)
            else:
                at = promise_from(typed, now, now, zone).due_at
            local = at.astimezone(zone)
            return f"{local:%A} {local.day} {local:%B %H:%M} at the customer's ({local.tzname()})"
        return ""

    @property
    def _contact(self) -> Contact | None:
        return next((one for one in self.about.contacts if str(one.id) == self.form.contact), None)

    @property
    def _number_missing(self) -> bool:
        contact = self._contact
        return contact is not None and not (plain(contact.mobile) or plain(contact.phone))
