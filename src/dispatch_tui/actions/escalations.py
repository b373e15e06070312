"""Escalated matters."""

from __future__ import annotations

from dispatch_tui.actions.action import MATTERS, Action, action
from dispatch_tui.actions.screens import CUSTOMER, ESCALATION, ESCALATIONS, QUEUE

ACTIONS: tuple[Action, ...] = (
    action(
        "escalate",
        "E",
        "Escalate",
        "Escalate the call or something about the customer, or go to its room.",
        MATTERS,
        (QUEUE, CUSTOMER),
    ),
    action(
        "escalations", "!", "Escalations", "Every escalated matter, those that nobody owns first.", MATTERS
    ),
    action(
        "new_escalation",
        "N",
        "New matter",
        "Escalate something about a customer.",
        MATTERS,
        (ESCALATIONS,),
        footer=3,
    ),
    action(
        "every_escalation",
        "a",
        "Closed too",
        "Show those that are closed, or hide them.",
        MATTERS,
        (ESCALATIONS,),
        footer=4,
    ),
    action(
        "read_escalations",
        "r",
        "Read again",
        "Read the list from the database again.",
        MATTERS,
        (ESCALATIONS,),
    ),
    action(
        "settle_part",
        "enter space",
        "Settle",
        "Choose the option, do the action, look at the check.",
        MATTERS,
        (ESCALATION,),
        footer=1,
    ),
    action(
        "write_line",
        "n i",
        "Write",
        "Write lines of the log; Esc goes back.",
        MATTERS,
        (ESCALATION,),
        footer=3,
    ),
    action("own", "t", "Take", "Take it, or say who owns it.", MATTERS, (ESCALATION,), footer=4),
    action(
        "move_on",
        "m",
        "Move on",
        "Fixed, checked, reported back: what comes next.",
        MATTERS,
        (ESCALATION,),
        footer=5,
    ),
    action(
        "add_option",
        "o",
        "Option",
        "Add an option with cost, time and risk.",
        MATTERS,
        (ESCALATION,),
        footer=6,
    ),
    action(
        "add_action",
        "a",
        "Action",
        "Add a corrective action with who and by when.",
        MATTERS,
        (ESCALATION,),
        footer=7,
    ),
    action(
        "add_check", "c", "Check", "Add what is looked at after the fix.", MATTERS, (ESCALATION,), footer=8
    ),
    action("add_person", "p", "Person", "Add somebody of ours or theirs.", MATTERS, (ESCALATION,)),
    action("remove_part", "x delete", "Take out", "Take out what the cursor is on.", MATTERS, (ESCALATION,)),
    action("show_escalated", "s", "Show call", "Show the call that it is about.", MATTERS, (ESCALATION,)),
    action("log_up", "ctrl+u K", "Log up", "Scroll the log up.", MATTERS, (ESCALATION,)),
    action("log_down", "ctrl+d J", "Log down", "Scroll the log down.", MATTERS, (ESCALATION,)),
    action("read_room", "r", "Read again", "Read the room from the database again.", MATTERS, (ESCALATION,)),
)
