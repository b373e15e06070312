"""Agreements and calendars."""

from __future__ import annotations

from dispatch_tui.actions.action import PROMISES, Action, action
from dispatch_tui.actions.screens import AGREEMENT, AGREEMENTS, CALENDAR, EDITORS, EFFECT, ROI

ACTIONS: tuple[Action, ...] = (
    action(
        "agreements",
        "L",
        "Agreements",
        "Agreements and calendars: what is promised, and when is open.",
        PROMISES,
    ),
    action(
        "new_agreement",
        "n",
        "New agreement",
        "Make an agreement; it begins as a copy of the one under the cursor.",
        PROMISES,
        (AGREEMENTS,),
        footer=2,
    ),
    action(
        "new_calendar",
        "N",
        "New calendar",
        "Make a calendar that agreements share.",
        PROMISES,
        (AGREEMENTS,),
        footer=3,
    ),
    action(
        "read_agreements",
        "r",
        "Read again",
        "Read the lists from the database again.",
        PROMISES,
        (AGREEMENTS,),
    ),
    action("edit_field", "enter", "Edit", "Edit what the cursor is on.", PROMISES, EDITORS, footer=1),
    action(
        "save_edit",
        "s ctrl+s",
        "Save",
        "See what it does to running calls, then save.",
        PROMISES,
        EDITORS,
        footer=3,
    ),
    action(
        "undo_edit",
        "ctrl+z u",
        "Undo",
        "Take back the last change that is not saved.",
        PROMISES,
        (*EDITORS, ROI),
        footer=4,
    ),
    action("rename", "n", "Rename", "Give it another name.", PROMISES, EDITORS),
    action("show_month", "1", "Month", "The month with its open hours.", PROMISES, (CALENDAR,)),
    action("show_hours", "2", "Hours", "Time zone, and the hours of each weekday.", PROMISES, (CALENDAR,)),
    action(
        "show_holidays",
        "3",
        "Holidays",
        "The list of holidays, each switched on or off.",
        PROMISES,
        (CALENDAR,),
    ),
    action(
        "show_dates", "4", "Single dates", "Dates with hours of their own, and breaks.", PROMISES, (CALENDAR,)
    ),
    action(
        "next_tab", "tab", "Next part", "Month, hours, holidays, single dates in turn.", PROMISES, (CALENDAR,)
    ),
    action("day_before", "left h", "Day before", "Go a day back.", PROMISES, (CALENDAR,)),
    action("day_after", "right l", "Day after", "Go a day on.", PROMISES, (CALENDAR,)),
    action("month_before", "[", "Month before", "Show the month before.", PROMISES, (CALENDAR,)),
    action("month_after", "]", "Month after", "Show the next month.", PROMISES, (CALENDAR,)),
    action("today", "t", "Today", "Go to today in the calendar's zone.", PROMISES, (CALENDAR,)),
    action(
        "switch_day",
        "space",
        "Day off",
        "Switch the date between a day off and none.",
        PROMISES,
        (CALENDAR,),
        footer=5,
    ),
    action("own_hours", "o", "Own hours", "Give the date hours of its own.", PROMISES, (CALENDAR,), footer=6),
    action("day_break", "b", "Break", "Give the date a break.", PROMISES, (CALENDAR,), footer=7),
    action(
        "add_holiday",
        "a",
        "Add holiday",
        "Add a date, a day of every year, or a range.",
        PROMISES,
        (CALENDAR,),
    ),
    action(
        "bring_holidays",
        "i",
        "Bring in",
        "Bring in the holidays of a country or an iCalendar file.",
        PROMISES,
        (CALENDAR,),
    ),
    action("remove_entry", "x delete", "Remove", "Take the entry off the list.", PROMISES, (CALENDAR,)),
    action("clock_before", "left h", "Clock before", "Go to the column before.", PROMISES, (AGREEMENT,)),
    action("clock_after", "right l tab", "Clock after", "Go to the next column.", PROMISES, (AGREEMENT,)),
    action(
        "shared_calendar",
        "c",
        "Calendar",
        "Choose the calendar that it goes by.",
        PROMISES,
        (AGREEMENT,),
        footer=5,
    ),
    action(
        "only_new",
        "enter n",
        "New calls only",
        "Save; running calls keep what they have.",
        PROMISES,
        (EFFECT,),
        footer=1,
    ),
    action(
        "reapply", "r", "Re-apply", "Save, and put the running calls under it.", PROMISES, (EFFECT,), footer=3
    ),
)
