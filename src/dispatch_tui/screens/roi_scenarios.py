"""Scenarios of the panel: kept with the unit, read again when it is opened, shown side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dispatch_tui.desk.scenarios import keep_scenario, kept_scenarios
from dispatch_tui.errors import NotAllowed
from dispatch_tui.roi.futures import PATHS
from dispatch_tui.roi.scenarios import MOST_SCENARIOS, Scenario, scenario_name
from dispatch_tui.screens.roi_reckoning import Stated

if TYPE_CHECKING:
    from dispatch_tui.screens.roi import RoiScreen


async def read_scenarios(panel: RoiScreen) -> None:
    """Those that were kept with the unit, on today's records."""
    if panel.suggestion is None:
        return
    found, without = await asyncio.to_thread(kept_scenarios, panel.desk, panel.suggestion)
    panel.scenarios[:] = found
    if without:
        panel.say(f"Kept, but without an answer on today's records: {', '.join(without)}.")


async def add_scenario(panel: RoiScreen) -> None:
    """Keep what is compared; for who may not write, as long as the panel is open."""
    found = panel.answer
    if found is None or found.decision.futures.paths < PATHS:
        panel.say("There is no answer yet that could be kept.")
        return
    if len(panel.scenarios) == MOST_SCENARIOS:
        panel.say(f"There are {MOST_SCENARIOS} already: = shows them, x there drops one.")
        return
    name = scenario_name(found.inputs, panel.scenarios)
    try:
        kept = await asyncio.to_thread(keep_scenario, panel.desk, panel.unit_id, name, found)
        words = f"Kept as {name} with the unit. = shows all side by side."
    except NotAllowed:
        kept = Scenario(name, found)
        words = f"Kept as {name} while this page is open: you may look, not write. = shows all."
    panel.scenarios.append(kept)
    panel.say(words, "news")


def show_scenarios(panel: RoiScreen) -> None:
    """Side by side on a page of their own; Enter there takes one up here."""
    if not panel.scenarios:
        panel.say("No scenario yet: + keeps what is compared now as one.")
        return
    from dispatch_tui.screens.scenarios import ScenariosScreen

    def take(scenario: Scenario) -> None:
        found = scenario.answer
        if panel.stated is not None and panel.suggestion is not None:
            recorded = panel.suggestion.named(panel.stated.recorded, found.inputs.challenger)
            panel.change(Stated(found.inputs, recorded, found.rivals))

    panel.app.push_screen(ScenariosScreen(panel.desk, panel.scenarios, take, panel.look))
