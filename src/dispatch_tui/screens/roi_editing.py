"""What a person states in the panel: one input in the editor, or a component to be replaced alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch_tui.dispatch.parts import PartClue
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.fields import BY_NAME, Field, Kind
from dispatch_tui.roi.inputs import as_recorded, edit
from dispatch_tui.roi.typed import CASH, LEASE, LOAN, PAYING, parse
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.text import plain
from dispatch_tui.widgets.roi_inputs import source_sentence, typed_text

if TYPE_CHECKING:
    from dispatch_tui.screens.roi import RoiScreen


async def edit_input(panel: RoiScreen, field: Field) -> None:
    """Edit one input; the verdict behind the editor follows each letter that makes sense."""
    before = panel.stated
    if before is None:
        return
    inputs = before.inputs

    def fault(text: str) -> str:
        try:
            parse(field, text, inputs.digits)
        except InvalidInput as refused:
            return f"{refused.reason[:1].upper()}{refused.reason[1:]}. {refused.remedy}".strip()
        return ""

    def follow(text: str) -> None:
        """The verdict behind the editor follows each letter that makes sense."""
        if not fault(text):
            panel.turn_to(before._replace(inputs=edit(inputs, field, text)))

    if field.kind is Kind.PAYING:
        chosen = await _pick_paying(panel, field)
        if chosen is not None:
            panel.change(before._replace(inputs=edit(inputs, field, chosen)))
        return
    hint = source_sentence(inputs.origin(field)) if inputs.value(field) is not None else ""
    if field.kind is Kind.WRITE_OFF:
        hint = "at once, life, straight 7, syd 7, ddb 7, macrs 7 (or macrs 7 q4), none"
    dialog = TextDialog(
        f"{field.group}: {field.label}, {field.kind.value}",
        hint,
        value=typed_text(field, inputs),
        check=fault,
        verb="use it",
        typing=follow,
    )
    typed = await panel.app.push_screen_wait(dialog)
    if typed is not None:
        panel.before.append(before)
        panel.turn_to(before._replace(inputs=edit(inputs, field, typed)))
    elif panel.stated is not before:
        panel.turn_to(before)


async def _pick_paying(panel: RoiScreen, field: Field) -> str | None:
    words = {
        CASH: "the price at once",
        LOAN: "even payments of a loan",
        LEASE: "payments; it goes back at the end",
    }
    choices = [Choice(one, one, words=words[one]) for one in PAYING]
    return await panel.app.push_screen_wait(PickDialog(field.label, matching(choices), panel.look))


def weigh_component(panel: RoiScreen, part: PartClue) -> None:
    """Weigh replacing that part alone; the same part again takes it back."""
    if panel.stated is None or panel.suggestion is None:
        return
    inputs, recorded, _ = panel.stated
    if inputs.component is not None and inputs.component_name == plain(part.name):
        for name in ("component", "component_name", "component_share"):
            inputs = as_recorded(inputs, recorded, BY_NAME[name])
    else:
        inputs = panel.suggestion.with_component(inputs, part)
    panel.change(panel.stated._replace(inputs=inputs))
