"""Units, and finding them."""

from __future__ import annotations

from dispatch_tui.actions.action import UNITS, Action, action
from dispatch_tui.actions.screens import (
    AGREEMENTS,
    ATTAINMENT,
    ATTAINMENT_CALLS,
    BREAKDOWN,
    CUSTOMER,
    ESCALATIONS,
    FIND,
    FIRST,
    FLEET,
    LOG,
    PAGES,
    QUEUE,
    RECOMMENDATION,
    ROI,
    SCENARIOS,
    SEARCH,
    UNIT,
)

ACTIONS: tuple[Action, ...] = (
    action(
        "find_unit",
        "F",
        "Find a unit",
        "Find a unit by serial, model, customer or site.",
        UNITS,
        (QUEUE, UNIT),
    ),
    action("unit", "U", "Unit", "Show the service history of the call's unit.", UNITS),
    action(
        "replace",
        "$",
        "Repair or replace",
        "Compare repairing the unit with replacing it.",
        UNITS,
        (QUEUE, UNIT, FIRST),
        footer=12,
    ),
    action(
        "look_into",
        "enter",
        "Look into",
        "Open what the cursor is on.",
        UNITS,
        (
            *(UNIT, ROI, BREAKDOWN, RECOMMENDATION, SCENARIOS, FLEET),
            *(CUSTOMER, ATTAINMENT, ATTAINMENT_CALLS, AGREEMENTS, ESCALATIONS),
        ),
        footer=1,
    ),
    action(
        "leave",
        "escape",
        "Back",
        "Back to where you came from.",
        UNITS,
        (*PAGES, LOG),
        footer=2,
    ),
    action(
        "show_timeline", "1", "Timeline", "Calls, visits, parts and readings, newest first.", UNITS, (UNIT,)
    ),
    action("show_costs", "2", "Costs", "Costs and failures by year.", UNITS, (UNIT,)),
    action(
        "show_similar",
        "3",
        "Similar failures",
        "What failed here, and on other units of the model.",
        UNITS,
        (UNIT,),
    ),
    action(
        "show_recommended", "4", "Recommended", "What was recommended, and what was decided.", UNITS, (UNIT,)
    ),
    action("next_part", "tab ]", "Next part", "Timeline, costs, similar failures in turn.", UNITS, (UNIT,)),
    action("read_unit", "r", "Read again", "Read the unit from the database again.", UNITS, (UNIT,)),
    action("found_down", "down ctrl+n", "Down", "Go to the next one found.", UNITS, (SEARCH, FIND)),
    action("found_up", "up", "Up", "Go to the one before.", UNITS, (SEARCH, FIND)),
    action("found_page_down", "pagedown", "Page down", "Go down one page.", UNITS, (SEARCH, FIND)),
    action("found_page_up", "pageup", "Page up", "Go up one page.", UNITS, (SEARCH, FIND)),
    action("open_found", "enter", "Open", "Open what was found.", UNITS, (SEARCH, FIND), footer=1),
    action("leave_search", "escape", "Back", "Back to where you came from.", UNITS, (SEARCH, FIND), footer=2),
)
