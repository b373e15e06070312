"""The rules of the customer side."""

from __future__ import annotations

from dispatch_tui.actions.action import RULES, Action, action
from dispatch_tui.actions.screens import CARE_RULES, RULE_EFFECT

ACTIONS: tuple[Action, ...] = (
    action(
        "care_rules",
        "Z",
        "Rules",
        "When to call, how trust counts, lists and words: the rules of the customer side.",
        RULES,
    ),
    action(
        "edit_section",
        "enter",
        "Edit",
        "Edit the section that the cursor is on.",
        RULES,
        (CARE_RULES,),
        footer=1,
    ),
    action(
        "save_rules",
        "s ctrl+s",
        "Save",
        "See what it does to today's list, then save.",
        RULES,
        (CARE_RULES,),
        footer=3,
    ),
    action(
        "undo_rules",
        "ctrl+z u",
        "Undo",
        "Take back the last change that is not saved.",
        RULES,
        (CARE_RULES,),
        footer=4,
    ),
    action(
        "default_section",
        "d",
        "Default",
        "Put the section back to the defaults.",
        RULES,
        (CARE_RULES,),
        footer=5,
    ),
    action("read_rules", "r", "Read again", "Read the rules from the database again.", RULES, (CARE_RULES,)),
    action("keep_rules", "enter s", "Save", "Save the rules for everybody.", RULES, (RULE_EFFECT,), footer=1),
)
