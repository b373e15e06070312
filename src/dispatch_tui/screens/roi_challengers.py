"""Choosing the models that could replace a unit: one of them, or several to be compared at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.inputs import Inputs, sharing
from dispatch_tui.roi.stating import case_from
from dispatch_tui.screens.dialogs import Choice, PickDialog, matching
from dispatch_tui.screens.roi_reckoning import Stated
from dispatch_tui.store.fleet import CatalogueModel
from dispatch_tui.text import money, plain
from dispatch_tui.themes import Look

if TYPE_CHECKING:
    from dispatch_tui.screens.roi import RoiScreen


class _WithoutSpace(Input):
    """A line to type in that leaves Space to the dialog."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return key != "space" and super().check_consume_key(key, character)


class ChallengersDialog(PickDialog):
    """Enter takes the model under the cursor; once Space has marked any, it takes all that are marked.

    Returns their ids with blanks between them, or None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "mark", show=False, priority=True)]
    FILTER = _WithoutSpace
    KEYS = "Enter choose   Space mark several   Esc leave"

    def __init__(self, choices: Sequence[Choice], marked: Sequence[str], look: Look, *, empty: str) -> None:
        self._all = matching(choices)
        self._marked = dict.fromkeys(marked)
        self._chosen_by_mark = False
        super().__init__(
            "Replace it by",
            lambda query: [self._marked_as(one) for one in self._all(query)],
            look,
            empty=empty,
        )

    def _marked_as(self, choice: Choice) -> Choice:
        signs = ("[x]", "[ ]") if self._look.glyphs.ascii_only else ("●", "○")
        return choice._replace(title=f"{signs[choice.id not in self._marked]} {choice.title}")

    def action_mark(self) -> None:
        if self._at < len(self._found):
            self._chosen_by_mark = True
            chosen = self._found[self._at].id
            if chosen in self._marked:
                del self._marked[chosen]
            else:
                self._marked[chosen] = None
            self.refresh_choices()

    def _choose(self) -> None:
        if self._chosen_by_mark and self._marked:
            self.dismiss(" ".join(self._marked))
        else:
            super()._choose()


async def choose_challengers(panel: RoiScreen) -> None:
    """Choose the models that would replace the unit; what was typed for one that goes, goes with it."""
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
    compared = [one.challenger for one in (panel.stated.inputs, *panel.stated.rivals)]
    marked = [key for name in compared for key, one in models.items() if one.name == name]
    empty = "No other model in the catalogue has a price. Enter price and life yourself, or press Esc."
    chosen = await panel.app.push_screen_wait(
        ChallengersDialog(choices, marked, panel.look, empty="" if choices else empty)
    )
    if chosen is not None:
        panel.change(_against(panel, panel.stated, [models[key] for key in chosen.split()]))


def _against(panel: RoiScreen, stated: Stated, models: Sequence[CatalogueModel]) -> Stated:
    """The same unit against these; who was compared already keeps what was typed for it, where several are."""
    assert panel.suggestion is not None
    suggestion = panel.suggestion
    known = {one.challenger: one for one in (stated.inputs, *stated.rivals)} if len(models) > 1 else {}
    listed = [
        known[model.name] if model.name in known else suggestion.against(stated.inputs, model)
        for model in models
    ]
    hand = next((one for one in listed if one.challenger == stated.inputs.challenger), listed[0])
    model = next(one for one in models if one.name == hand.challenger)
    return Stated(
        sharing(hand, stated.inputs),
        suggestion.against(stated.recorded, model),
        tuple(one for one in listed if one is not hand),
    )


def lacking(panel: RoiScreen, stated: Stated) -> Stated:
    """The same with that challenger in hand which keeps them from an answer, so that its inputs can be filled in."""
    rounds = [stated]
    for _ in stated.rivals:
        rounds.append(turned(panel, rounds[-1]))
    return next((one for one in rounds if not _complete(one.inputs)), stated)


def _complete(inputs: Inputs) -> bool:
    try:
        case_from(inputs)
    except InvalidInput:
        return False
    return True


def turned(panel: RoiScreen, stated: Stated) -> Stated:
    """The next challenger in hand: its inputs are those that can be edited."""
    assert panel.suggestion is not None
    hand, *others = stated.rivals
    return Stated(
        sharing(hand, stated.inputs),
        panel.suggestion.named(stated.recorded, hand.challenger),
        (*others, stated.inputs),
    )
