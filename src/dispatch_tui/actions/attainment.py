"""How agreements are kept."""

from __future__ import annotations

from dispatch_tui.actions.action import KEPT, Action, action
from dispatch_tui.actions.screens import ATTAINMENT, ATTAINMENT_CALLS, LOOKING_BACK, MY_WORK, QUEUE

ACTIONS: tuple[Action, ...] = (
    action(
        "attainment",
        "%",
        "Attainment",
        "Clocks that were met and missed, by team and month.",
        KEPT,
        (QUEUE,),
    ),
    action("first_clock", "1", "First response", "Count the first responses.", KEPT, (ATTAINMENT,)),
    action("resolution_clock", "2", "Resolution", "Count the resolutions.", KEPT, (ATTAINMENT,)),
    action("update_clock", "3", "Next update", "Count the updates promised.", KEPT, (ATTAINMENT,)),
    action("waiting_clock", "4", "Waiting", "Count the customers who wait.", KEPT, (ATTAINMENT,)),
    action(
        "next_grouping",
        "b tab",
        "Group by",
        "By team, customer, agreement or technician in turn.",
        KEPT,
        (ATTAINMENT,),
        footer=3,
    ),
    action(
        "next_period",
        "p",
        "Period",
        "Days, weeks, months in turn.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK),
        footer=4,
    ),
    action(
        "earlier",
        "[ left h",
        "Earlier",
        "As many periods back as are shown.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK),
        footer=5,
    ),
    action(
        "later",
        "] right l",
        "Later",
        "As many periods on, at most to today.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK),
        footer=6,
    ),
    action(
        "worst", "s", "Sort", "The lowest share first, or most missed first.", KEPT, (ATTAINMENT,), footer=7
    ),
    action(
        "count_again",
        "r",
        "Count again",
        "Count from the database again.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK, MY_WORK),
    ),
    action(
        "next_verdict",
        "v tab",
        "Missed, met, ...",
        "Missed, met, still running and left out in turn.",
        KEPT,
        (ATTAINMENT_CALLS,),
        footer=3,
    ),
)
