"""Scenarios of a unit, kept beyond the panel: what was compared, asked again on today's records."""

from __future__ import annotations

import json

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.recommendations import asked_again
from dispatch_tui.desk.replacement import Suggestion
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.kept import inputs_kept
from dispatch_tui.roi.scenarios import MOST_SCENARIOS, Scenario
from dispatch_tui.store import scenarios as store
from dispatch_tui.text import plain


def keep_scenario(desk: Desk, unit_id: int, name: str, found: Answer) -> Scenario:
    """Keep what is compared under a name.

    Raises ``InvalidInput`` where the unit has :data:`MOST_SCENARIOS` already, ``NotFound``, ``NotAllowed``.
    """
    with desk.act("keep_scenario") as writer:
        writer.get("unit", unit_id, to_change=True)
        if len(store.scenarios(writer.connection, unit_id)) >= MOST_SCENARIOS:
            raise InvalidInput(
                "scenario", f"there are {MOST_SCENARIOS} already", "= shows them, x there drops one."
            )
        values = {
            "unit_id": unit_id,
            "operator_id": desk.operator.id,
            "name": plain(name),
            "made_at": desk.clock.now(),
            "inputs_json": json.dumps(inputs_kept(found.inputs, *found.rivals), allow_nan=False),
        }
        made = writer.insert("scenario", values, act="keep_scenario")
    return Scenario(plain(name), found, made, 1)


def name_scenario(desk: Desk, scenario: Scenario, name: str) -> Scenario:
    """Give it another name. Raises ``Conflict``, ``NotFound``, ``NotAllowed``, ``InvalidInput`` for an empty one."""
    words = plain(name).strip()
    if not words:
        raise InvalidInput("name", "it is empty", "Give the scenario a name.")
    version = scenario.version
    if scenario.id:
        with desk.act("name_scenario") as writer:
            row = writer.get("scenario", scenario.id, to_change=True)
            writer.update("scenario", row, {"name": words}, act="name_scenario", expected=version)
            version = int(writer.get("scenario", scenario.id)["version"])
    return Scenario(words, scenario.answer, scenario.id, version)


def drop_scenario(desk: Desk, scenario: Scenario) -> None:
    """Take it off the table. Raises ``Conflict``, ``NotFound``, ``NotAllowed``."""
    if not scenario.id:
        return
    with desk.act("drop_scenario") as writer:
        row = writer.get("scenario", scenario.id, to_change=True)
        values = {"dropped_at": desk.clock.now()}
        writer.update("scenario", row, values, act="drop_scenario", expected=scenario.version)


def kept_scenarios(desk: Desk, suggestion: Suggestion) -> tuple[list[Scenario], list[str]]:
    """The unit's scenarios on today's records, with what was typed in then; and the names of those that have no answer
    any more."""
    with desk.store.read() as connection:
        kept = store.scenarios(connection, suggestion.card.id)
    found, without = [], []
    for one in kept:
        try:
            inputs, *rivals = asked_again(suggestion, one.inputs)
            answered = answer(inputs, *rivals, seed=suggestion.card.id)
        except InvalidInput:
            without.append(one.name)
        else:
            found.append(Scenario(one.name, answered, one.id, one.version))
    return found, without
