"""A small form: some fields under each other, asked for at once. Returns what is typed once it can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain

Typed = Mapping[str, str]


class Field(NamedTuple):
    """One line to fill in; ``name`` is that of the error which a wrong value raises."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""


class FormDialog(ModalScreen[dict[str, str] | None]):
    """``check`` raises ``InvalidInput`` with the field at fault: its words stand below, the cursor in the field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    CSS = """
    FormDialog Grid { grid-size: 2; grid-columns: 14 1fr; grid-rows: 1; height: auto; margin: 1 0 0 0; }
    FormDialog .dialog Grid Input { margin: 0; }
    FormDialog Grid .label { color: $dim; }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        check: Callable[[Typed], object],
        *,
        hint: str = "",
        verb: str = "save",
    ) -> None:
        super().__init__()
        self._title, self._fields, self._check, self._hint = title, tuple(fields), check, hint
        self._keys = f"Enter {verb}   Tab next field   Esc leave"

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="title")
            if self._hint:
                yield Static(Content(plain(self._hint)), classes="hint")
            with Grid():
                for field in self._fields:
                    yield Static(Content(field.label), classes="label")
                    line = Input(
                        field.value,
                        placeholder=field.placeholder,
                        id=f"field-{field.name}",
                        compact=True,
                        select_on_focus=False,
                    )
                    line.cursor_blink = False
                    yield line
            yield Static(Content(self._keys), classes="keys")

    def on_input_changed(self) -> None:
        self._say(self._keys, fault=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = {field.name: self.query_one(f"#field-{field.name}", Input).value for field in self._fields}
        try:
            self._check(typed)
        except InvalidInput as refused:
            # The field at fault; an error of several fields at once stays at the last of them.
            self.query_one(f"#field-{self._place(refused.field)}", Input).focus()
            self._say(f"{refused.reason}. {refused.remedy}", fault=True)
            return
        self.dismiss(typed)

    def _place(self, name: str) -> str:
        names = [field.name for field in self._fields]
        return name if name in names else names[-1]

    def _say(self, words: str, *, fault: bool) -> None:
        line = self.query_one(".keys", Static)
        line.set_class(fault, "fault")
        line.update(Content(plain(words) if fault else words), layout=fault)

    def action_leave(self) -> None:
        self.dismiss(None)
