"""What a person states in the panel: one input in the editor, or another challenger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.fields import Field
from dispatch_tui.roi.inputs import Inputs, edit
from dispatch_tui.roi.typed import parse
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.text import money, plain
from dispatch_tui.widgets.roi_inputs import source_sentence, typed_text

if TYPE_CHECKING:
    from dispatch_tui.screens.roi import RoiScreen


class Stated(NamedTuple):
    """What is compared, and what the records say in its place."""

    inputs: Inputs
    recorded: Inputs


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

    hint = source_sentence(inputs.origin(field)) if inputs.value(field) is not None else ""
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


async def choose_challenger(panel: RoiScreen) -> None:
    """Choose the model that would replace the unit; what was typed for the last one goes with it."""
    if panel.suggestion is None or panel.stated is None:
        return
    models = {str(one.id): one for one in panel.suggestion.challengers}
    choices = [
        Choice(
            key,
            plain(f"{one.maker} {one.name}").strip(),
            f"{plain(one.family)}  {money(one.price_minor or 0, one.currency)}",
        )
        for key, one in models.items()
    ]
    empty = "No other model in the catalogue has a price. Enter price and life yourself, or press Esc."
    chosen = await panel.app.push_screen_wait(
        PickDialog("Replace it by", matching(choices), panel.look, empty="" if choices else empty)
    )
    if chosen is not None:
        inputs, recorded = panel.stated
        model = models[chosen]
        panel.change(
            Stated(panel.suggestion.against(inputs, model), panel.suggestion.against(recorded, model))
        )
