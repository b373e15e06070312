"""Looking back, and my work."""

from __future__ import annotations

from dispatch_tui.actions.action import BACK, Action, action
from dispatch_tui.actions.screens import LOOKING_BACK, MY_WORK

ACTIONS: tuple[Action, ...] = (
    action("looking_back", "B", "Looking back", "Who called first, promises kept, repairs: by period.", BACK),
    action(
        "whose_figures",
        "w",
        "Whose",
        "Everybody, a team, a person or a customer.",
        BACK,
        (LOOKING_BACK,),
        footer=3,
    ),
    action("my_work", "m", "My work", "Your goals, reviews and ratings.", BACK, (LOOKING_BACK,), footer=7),
    action("save_measures", "o", "Save", "Save the figures as CSV.", BACK, (LOOKING_BACK,), footer=8),
    action("stop_counting", "x", "Stop", "Stop counting.", BACK, (LOOKING_BACK,)),
    action("set_goal", "n", "New goal", "Set a goal: a measure and its target.", BACK, (MY_WORK,), footer=3),
    action("write_review", "v", "Review", "Write your review of the last month.", BACK, (MY_WORK,), footer=4),
    action(
        "new_review_action",
        "a",
        "Action",
        "Write down what you mean to do, by when.",
        BACK,
        (MY_WORK,),
        footer=5,
    ),
    action(
        "settle_mine",
        "enter space",
        "Settle",
        "Change the goal, or settle the action.",
        BACK,
        (MY_WORK,),
        footer=1,
    ),
    action("end_goal", "x delete", "End goal", "The goal counts no longer.", BACK, (MY_WORK,)),
)
