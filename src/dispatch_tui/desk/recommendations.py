"""Recommendations: a verdict saved as it was presented, what the customer decided, and the same asked again later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import Suggestion, suggest
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.inputs import Inputs, sharing
from dispatch_tui.roi.kept import (
    InputChange,
    Kept,
    ResultChange,
    input_changes,
    inputs_kept,
    restated,
    result_changes,
    result_kept,
)
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store.recommendations import SavedRecommendation, recommendation
from dispatch_tui.text import plain, plain_block

DECISIONS = ("repair", "replace", "component", "wait")
"""What a customer may decide: repair as quoted, replace, replace the component alone, not now."""


def recommend(
    desk: Desk, unit_id: int, found: Answer, *, presented: str = "", call_id: int | None = None
) -> int:
    """Save a verdict with its inputs and what was presented of it; its id.

    Raises ``NotFound`` for the unit or the call, and ``NotAllowed``.
    """
    with desk.act("recommend") as writer:
        writer.get("unit", unit_id)
        if call_id is not None:
            writer.get("call", call_id)
        values: dict[str, Any] = {
            "unit_id": unit_id,
            "call_id": call_id,
            "operator_id": desk.operator.id,
            "made_at": desk.clock.now(),
            "inputs_json": _text(inputs_kept(found.inputs, *found.rivals)),
            "result_json": _text(result_kept(found.decision)),
            "presented": plain_block(presented),
        }
        return writer.insert("recommendation", values, act="recommend", call_id=call_id)


def record_decision(
    desk: Desk, recommendation_id: int, version: int | None, *, decided: str, reason: str
) -> int:
    """Record what the customer decided, and why; the record's version after it. A later decision takes the place of
    an earlier one, which the change log keeps.

    ``version`` is the one that was seen (``None``: as it is now). Raises ``Conflict``, ``NotFound``, ``NotAllowed``,
    and ``InvalidInput`` for a decision that is none of :data:`DECISIONS` or has no reason.
    """
    if decided not in DECISIONS:
        words = ", ".join(DECISIONS[:-1]) + f" or {DECISIONS[-1]}"
        raise InvalidInput("decided", f"{decided!r} is no decision", f"Give {words}.")
    why = plain_block(reason).strip()
    if not why:
        raise InvalidInput("reason", "it is empty", "Say in a few words why the customer decided so.")
    with desk.act("record_decision") as writer:
        row = writer.get("recommendation", recommendation_id, to_change=True)
        values = {"decided": plain(decided), "reason": why}
        writer.update(
            "recommendation",
            row,
            values,
            act="record_decision",
            expected=version,
            call_id=row["call_id"],
        )
        return int(writer.get("recommendation", recommendation_id)["version"])


@dataclass(frozen=True, slots=True, eq=False)
class Reopened:
    """A saved recommendation beside today's: ``inputs`` are today's with what was typed then; ``answer`` is ``None``
    where these have none any more, for the reason in ``fault``."""

    saved: SavedRecommendation
    suggestion: Suggestion
    inputs: Inputs
    rivals: tuple[Inputs, ...]
    answer: Answer | None
    fault: InvalidInput | None
    input_changes: tuple[InputChange, ...]
    result_changes: tuple[ResultChange, ...]


def reopen(desk: Desk, recommendation_id: int, settings: RoiSettings) -> Reopened:
    """Ask the same again on today's records, against the same challenger. Raises ``NotFound``."""
    with desk.store.read() as connection:
        saved = recommendation(connection, recommendation_id)
    suggestion = suggest(desk, saved.unit_id, settings)
    inputs, *rivals = asked_again(suggestion, saved.inputs)
    found, fault = None, None
    try:
        found = answer(inputs, *rivals, seed=saved.unit_id)
    except InvalidInput as missing:
        fault = missing
    now = result_kept(found.decision) if found is not None else None
    return Reopened(
        saved,
        suggestion,
        inputs,
        tuple(rivals),
        found,
        fault,
        input_changes(saved.inputs, inputs, *rivals),
        result_changes(saved.result, now),
    )


def asked_again(suggestion: Suggestion, kept: Kept) -> list[Inputs]:
    """Today's inputs against the challengers of then, the first in hand; what was typed in then stands."""
    inputs = restated(suggestion.named(suggestion.inputs, kept["challenger"]), kept)
    rivals = (restated(suggestion.named(inputs, one["challenger"]), one) for one in kept.get("rivals", ()))
    return [inputs, *(sharing(one, inputs) for one in rivals)]


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)
