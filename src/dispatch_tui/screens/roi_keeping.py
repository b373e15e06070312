"""Keeping what the panel found: saving a recommendation, choosing a saved one, and what the customer decided."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.store.recommendations import SavedRecommendation, recommendations
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.roi.answer import Answer
    from dispatch_tui.screens.page import Page

DECISION_WORDS = {
    "repair": "repair as quoted",
    "replace": "replace it",
    "component": "replace the component alone",
    "wait": "wait, and decide later",
}


async def save(page: Page, desk: Desk, unit_id: int, found: Answer, call_id: int | None) -> int | None:
    """Ask what was presented, and save; the recommendation's id, ``None`` where it was left."""
    hint = "What was presented to the customer, and how. May be empty."
    from dispatch_tui.desk.recommendations import recommend  # with the engine behind it

    dialog = TextDialog(
        "Save this recommendation", hint, check=lambda _text: "", about=f"recommendation unit {unit_id}"
    )
    async with typed(page.app, dialog) as presented:
        if presented is None:
            return None
        keep = partial(recommend, desk, unit_id, found, presented=presented, call_id=call_id)
        return await asyncio.to_thread(keep)


def saved_for(desk: Desk, unit_id: int) -> list[SavedRecommendation]:
    """The unit's saved recommendations, newest first."""
    with desk.store.read() as connection:
        return recommendations(connection, unit_id)


async def choose(page: Page, desk: Desk, unit_id: int) -> int | None:
    """Choose one of the unit's saved recommendations; its id."""

    saved = await asyncio.to_thread(saved_for, desk, unit_id)
    choices = [
        Choice(
            str(one.id),
            f"{one.made_at:%Y-%m-%d} {one.result['answer']}",
            " ".join(
                filter(None, (plain(one.by), f"decided: {one.decided}" if one.decided else "undecided"))
            ),
            plain(one.inputs["challenger"]),
        )
        for one in saved
    ]
    empty = "" if choices else "None is saved for this unit. s in Repair or replace saves one."
    chosen = await page.app.push_screen_wait(
        PickDialog("Recommendations", matching(choices), page.look, empty=empty)
    )
    return None if chosen is None else int(chosen)


async def open_saved(page: Page, desk: Desk, unit_id: int) -> None:
    """Choose one of the unit's saved recommendations, and reopen it."""
    chosen = await choose(page, desk, unit_id)
    if chosen is not None:
        open_recommendation(page, desk, chosen)


def open_recommendation(page: Page, desk: Desk, recommendation_id: int) -> None:
    """Ask it again on today's records, on a page of its own."""
    from dispatch_tui.screens.recommendation import RecommendationScreen

    page.app.push_screen(RecommendationScreen(desk, recommendation_id, page.look))


async def decide(page: Page, desk: Desk, saved: SavedRecommendation) -> bool:
    """Ask what the customer decided, and why; True where it was recorded."""
    choices = [Choice(one, words) for one, words in DECISION_WORDS.items()]
    decided = await page.app.push_screen_wait(
        PickDialog("The customer decided to", matching(choices), page.look)
    )
    if decided is None:
        return False
    from dispatch_tui.desk.recommendations import record_decision

    title, about = f"Why {DECISION_WORDS[decided]}?", f"decision {saved.id} {decided}"
    async with typed(page.app, TextDialog(title, value=saved.reason, about=about)) as reason:
        if reason is None:
            return False
        act = partial(record_decision, desk, saved.id, saved.version, decided=decided, reason=reason)
        await asyncio.to_thread(act)
    return True
