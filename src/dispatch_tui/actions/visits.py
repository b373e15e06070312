"""Before and after a visit."""

from __future__ import annotations

from dispatch_tui.actions.action import VISITS, Action, action
from dispatch_tui.actions.screens import ASKING, BRIEF, DELIVERABLES

ACTIONS: tuple[Action, ...] = (
    action("brief", "b", "Visit brief", "All that is known before the visit, on one page.", VISITS),
    action(
        "deliverables", "i", "Deliverables", "What an installation or project delivers, and when.", VISITS
    ),
    action(
        "acknowledge_brief",
        "a",
        "Acknowledge",
        "The arrival instruction and the warranty guard have been read.",
        VISITS,
        (BRIEF,),
        footer=1,
    ),
    action("set_out", "o", "On the way", "Set out, once that is acknowledged.", VISITS, (BRIEF,), footer=3),
    action("hold_yes", "y enter", "Yes", "The line of the list holds.", VISITS, (BRIEF,), footer=4),
    action("hold_no", "n", "No", "It does not hold: say what is missing.", VISITS, (BRIEF,), footer=5),
    action(
        "told_ahead",
        "t",
        "Told ahead",
        "Record what could delay the job, as the customer was told.",
        VISITS,
        (BRIEF,),
        footer=6,
    ),
    action(
        "to_deliverables", "d", "Deliverables", "The deliverables of the call.", VISITS, (BRIEF,), footer=7
    ),
    action("read_brief", "r", "Read again", "Read the brief from the database again.", VISITS, (BRIEF,)),
    action("answer_down", "down ctrl+n", "Down", "Go to the next question.", VISITS, (ASKING,)),
    action("answer_up", "up", "Up", "Go to the question before.", VISITS, (ASKING,)),
    action(
        "give_answer",
        "enter",
        "Next",
        "Take the answer and go on to what is missing; save once nothing is.",
        VISITS,
        (ASKING,),
        footer=1,
    ),
    action("save_answers", "ctrl+s", "Save", "Save what is answered.", VISITS, (ASKING,), footer=2),
    action("leave_asking", "escape", "Back", "Leave it; what is typed is kept.", VISITS, (ASKING,), footer=3),
    action(
        "step_on",
        "enter",
        "Begun, done, accepted",
        "Take the deliverable a step on.",
        VISITS,
        (DELIVERABLES,),
        footer=1,
    ),
    action("verify", "v", "Verify", "Somebody has verified it: say who.", VISITS, (DELIVERABLES,), footer=3),
    action("add_deliverable", "a", "Add", "Plan another one.", VISITS, (DELIVERABLES,), footer=4),
    action(
        "shift_plan",
        "s",
        "Shift",
        "Move all that is not begun by some days.",
        VISITS,
        (DELIVERABLES,),
        footer=5,
    ),
    action(
        "read_deliverables", "r", "Read again", "Read them from the database again.", VISITS, (DELIVERABLES,)
    ),
)
