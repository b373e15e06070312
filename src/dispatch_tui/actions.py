"""Everything a key can do, once: bindings, footer, palette, help, the README's table and the user's keymap read this.

An action belongs to one or more screens (``app`` means everywhere). Screens implement it as a method named after its
id: ``take`` is ``action_do_take``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import _character_to_key

APP = "app"
QUEUE = "queue"
UNIT, ROI, BREAKDOWN, SEARCH, IMPORT = "unit", "roi", "breakdown", "search", "import"
FLEET = "fleet"
CUSTOMER, FIND = "customer", "find"
EXPLAIN, ATTAINMENT, ATTAINMENT_CALLS = "explain", "attainment", "attainment calls"
RECOMMENDATION, SCENARIOS = "recommendation", "scenarios"
AGREEMENTS, AGREEMENT, CALENDAR, EFFECT = "agreements", "agreement", "calendar", "effect"
ESCALATIONS, ESCALATION = "escalations", "escalation"
LOOKING_BACK, MY_WORK = "looking back", "my work"
CARE_RULES, RULE_EFFECT = "rules", "rule effect"
STORY = "story"
"""The story of the demo, walked in the workbench (``demo --story``)."""
LOG, FIRST = "log", "call first"
BRIEF, ASKING, DELIVERABLES = "brief", "asking", "deliverables"
DIALOG = "dialog"
"""Names of screens. ``app`` actions work on every screen, dialogs apart."""
PAGES = (
    UNIT,
    ROI,
    BREAKDOWN,
    RECOMMENDATION,
    SCENARIOS,
    FLEET,
    CUSTOMER,
    EXPLAIN,
    ATTAINMENT,
    ATTAINMENT_CALLS,
    AGREEMENTS,
    AGREEMENT,
    CALENDAR,
    EFFECT,
    ESCALATIONS,
    ESCALATION,
    FIRST,
    LOOKING_BACK,
    MY_WORK,
    CARE_RULES,
    RULE_EFFECT,
    BRIEF,
    DELIVERABLES,
)
"""Full screens over the queue."""
LISTS = (QUEUE, *PAGES)
"""Screens with a list that the keys of motion walk through."""
EDITORS = (AGREEMENT, CALENDAR)
"""Screens whose changes are kept together until they are saved."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do. ``footer`` is its place among the hints at the bottom (0: not shown there)."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    group: str
    screens: tuple[str, ...] = (QUEUE,)
    footer: int = 0
    parameter: str = ""
    """Handed to ``action_do_queue``, which the keys of the saved queues share."""

    @property
    def method(self) -> str:
        """The Textual action string."""
        return f"do_queue({self.parameter!r})" if self.parameter else f"do_{self.id}"


def _action(
    id: str,
    keys: str,
    title: str,
    help: str,
    group: str,
    screens: Sequence[str] = (QUEUE,),
    footer: int = 0,
    parameter: str = "",
) -> Action:
    return Action(id, tuple(keys.split()), title, help, group, tuple(screens), footer, parameter)


MOVE, QUEUES, WORK, LOOK, PROGRAM = "Move", "Queues", "Work a call", "Look closer", "Program"
UNITS, MONEY, FILES = "Units", "Repair or replace", "Files"
KEPT = "Attainment"
PROMISES = "Agreements and calendars"
MATTERS = "Escalations"
CUSTOMERS = "Customers"
BACK, RULES = "Looking back", "Rules of the customer side"
VISITS = "Before and after a visit"

ACTIONS: tuple[Action, ...] = (
    _action("down", "down j", "Down", "Go to the next row.", MOVE, LISTS),
    _action("up", "up k", "Up", "Go to the previous row.", MOVE, LISTS),
    _action("page_down", "pagedown ctrl+f", "Page down", "Go down one page.", MOVE, LISTS),
    _action("page_up", "pageup ctrl+b", "Page up", "Go up one page.", MOVE, LISTS),
    _action("top", "home g", "Top", "Go to the first row.", MOVE, LISTS),
    _action("end", "end G", "End", "Go to the last row.", MOVE, LISTS),
    _action("go_to", ": #", "Go to", "Go to a call by its number.", MOVE, footer=9),
    _action("select", "space", "Select", "Select the call for a bulk act, or release it.", MOVE),
    _action("select_page", "V", "Select page", "Select every call in view.", MOVE),
    _action("filter", "/", "Filter", "Narrow the queue by words and fields.", QUEUES, footer=7),
    _action("next_queue", "] tab", "Next queue", "Show the next saved queue.", QUEUES),
    _action("previous_queue", "[ shift+tab", "Previous queue", "Show the previous saved queue.", QUEUES),
    *(
        _action(f"queue_{n}", str(n), f"Queue {n}", f"Show saved queue {n}.", QUEUES, parameter=str(n))
        for n in range(1, 10)
    ),
    _action("all_queues", "0 w", "All queues", "Choose among all queues: teams, skills, your own.", QUEUES),
    _action("sort", "s", "Sort", "Choose what the queue is sorted by.", QUEUES),
    _action(
        "rank_weights", "W", "Rank weights", "Set how the queue is ranked, for everybody (managers).", QUEUES
    ),
    _action("read_again", "r", "Read again", "Read the queue from the database again.", QUEUES),
    _action("take", "t", "Take", "Make the call yours.", WORK, footer=3),
    _action("acknowledge", "a", "Acknowledge", "Confirm that the call has been seen.", WORK),
    _action("assign", "A", "Assign", "Give the call to a technician.", WORK, footer=4),
    _action("start", "S", "Start", "Work has begun.", WORK),
    _action("hold", "H", "Hold", "Put the call on hold, with the reason.", WORK, footer=5),
    _action("resume", "R", "Resume", "Take the call off hold.", WORK),
    _action("resolve", "d", "Resolve", "The fault is dealt with: say how it ended.", WORK, footer=6),
    _action("close", "C", "Close", "The customer agrees: say what is missing, and close it.", WORK),
    _action("reopen", "O", "Reopen", "Open a resolved or closed call again.", WORK),
    _action("cancel", "X", "Cancel call", "The call is not needed: say why.", WORK),
    _action("priority", "p", "Priority", "Change the priority.", WORK),
    _action("note", "n", "Note", "Write a note on the call.", WORK),
    _action(
        "contact",
        "c",
        "Contact",
        "Log a contact with the customer: the clocks follow.",
        WORK,
        (QUEUE, CUSTOMER),
    ),
    _action("visit", "v", "Visit", "Plan a visit, or say how the open one goes on.", WORK),
    _action("new_call", "N", "New call", "Open a new call.", WORK),
    _action("undo", "u", "Undo", "Take back your last act, while that is still possible.", WORK),
    _action("open", "enter l right", "Open", "Show the whole story of the call.", LOOK, footer=1),
    _action("back", "escape h left", "Back", "Close the story, the filter or the selection.", LOOK),
    _action("story_down", "ctrl+d J", "Story down", "Scroll the story down.", LOOK),
    _action("story_up", "ctrl+u K", "Story up", "Scroll the story up.", LOOK),
    _action("explain", "e", "Why due", "Explain when the call's clocks are due.", LOOK, footer=8),
    _action(
        "next_clock",
        "tab right l ]",
        "Next clock",
        "Explain the call's next clock.",
        LOOK,
        (EXPLAIN,),
        footer=3,
    ),
    _action(
        "previous_clock",
        "shift+tab left h [",
        "Previous clock",
        "Explain the clock before.",
        LOOK,
        (EXPLAIN,),
    ),
    _action(
        "fold",
        "f enter",
        "Day by day",
        "Show a row for each day, or every stretch.",
        LOOK,
        (EXPLAIN,),
        footer=4,
    ),
    _action("read_explained", "r", "Read again", "Read the call from the database again.", LOOK, (EXPLAIN,)),
    _action("copy", "y", "Copy", "Copy the row to the clipboard.", LOOK),
    _action(
        "find_unit",
        "F",
        "Find a unit",
        "Find a unit by serial, model, customer or site.",
        UNITS,
        (QUEUE, UNIT),
    ),
    _action("unit", "U", "Unit", "Show the service history of the call's unit.", UNITS),
    _action(
        "replace",
        "$",
        "Repair or replace",
        "Compare repairing the unit with replacing it.",
        UNITS,
        (QUEUE, UNIT, FIRST),
        footer=12,
    ),
    _action(
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
    _action(
        "leave",
        "escape",
        "Back",
        "Back to where you came from.",
        UNITS,
        (*PAGES, LOG),
        footer=2,
    ),
    _action(
        "show_timeline", "1", "Timeline", "Calls, visits, parts and readings, newest first.", UNITS, (UNIT,)
    ),
    _action("show_costs", "2", "Costs", "Costs and failures by year.", UNITS, (UNIT,)),
    _action(
        "show_similar",
        "3",
        "Similar failures",
        "What failed here, and on other units of the model.",
        UNITS,
        (UNIT,),
    ),
    _action(
        "show_recommended", "4", "Recommended", "What was recommended, and what was decided.", UNITS, (UNIT,)
    ),
    _action("next_part", "tab ]", "Next part", "Timeline, costs, similar failures in turn.", UNITS, (UNIT,)),
    _action("read_unit", "r", "Read again", "Read the unit from the database again.", UNITS, (UNIT,)),
    _action(
        "other_side",
        "tab l right",
        "Other side",
        "Go between the inputs and the results.",
        MONEY,
        (ROI,),
        footer=3,
    ),
    _action("side_before", "shift+tab h left", "Side before", "Go back to the list before.", MONEY, (ROI,)),
    _action("show_results", "1", "Results", "Verdict, probability, repair limit and savings.", MONEY, (ROI,)),
    _action("show_years", "2", "Years", "What falls due by year on both ways.", MONEY, (ROI,)),
    _action(
        "show_forecast", "3", "Forecast", "Failures on record and to come, with their band.", MONEY, (ROI,)
    ),
    _action(
        "show_keeping",
        "4",
        "Keep on",
        "What keeping costs by the number of years, the best one marked.",
        MONEY,
        (ROI,),
    ),
    _action(
        "show_tornado",
        "5",
        "Tornado",
        "How far each input moves the answer, and where it turns.",
        MONEY,
        (ROI,),
    ),
    _action(
        "show_assumed",
        "6",
        "Assumed",
        "Cautions, what nobody has confirmed, how it is counted.",
        MONEY,
        (ROI,),
    ),
    _action("show_talk", "7", "Talk", "What to say to the customer.", MONEY, (ROI,)),
    _action("show_ways", "8", "Ways", "All ways forward, and the parts likely needed next.", MONEY, (ROI,)),
    _action("next_roi_tab", "]", "Next part", "Results, years, forecast and so on in turn.", MONEY, (ROI,)),
    _action("previous_roi_tab", "[", "Part before", "The part before.", MONEY, (ROI,)),
    _action(
        "challenger",
        "c",
        "Challenger",
        "Choose the model that would replace the unit, or several with Space.",
        MONEY,
        (ROI,),
        footer=4,
    ),
    _action(
        "next_challenger",
        "v",
        "Next challenger",
        "Of several challengers turn to the inputs of the next one.",
        MONEY,
        (ROI,),
    ),
    _action(
        "save_recommendation",
        "s ctrl+s",
        "Save",
        "Save the recommendation with its inputs, to be reopened later.",
        MONEY,
        (ROI,),
        footer=6,
    ),
    _action(
        "recommendations",
        "R",
        "Recommendations",
        "Reopen a saved recommendation on today's records.",
        MONEY,
        (ROI, UNIT),
    ),
    _action(
        "decided",
        "d",
        "Decided",
        "Record what the customer decided, and why.",
        MONEY,
        (RECOMMENDATION,),
        footer=3,
    ),
    _action(
        "add_scenario",
        "+ a",
        "Add scenario",
        "Keep what is compared as a scenario, up to four.",
        MONEY,
        (ROI,),
    ),
    _action("scenarios", "= m", "Scenarios", "The scenarios side by side.", MONEY, (ROI,), footer=7),
    _action(
        "scenario_before", "left h", "Scenario before", "Go to the scenario before.", MONEY, (SCENARIOS,)
    ),
    _action(
        "scenario_after", "right l tab", "Scenario after", "Go to the next scenario.", MONEY, (SCENARIOS,)
    ),
    _action("name_scenario", "n", "Name", "Give the scenario a name.", MONEY, (SCENARIOS,), footer=3),
    _action(
        "drop_scenario", "x delete", "Drop", "Take the scenario off the table.", MONEY, (SCENARIOS,), footer=4
    ),
    _action(
        "recorded", "x", "As recorded", "Put the input back to what is on record.", MONEY, (ROI,), footer=5
    ),
    _action("fleet", "M", "Fleet", "All units, ranked by what replacing them would save.", MONEY),
    _action(
        "budget",
        "b",
        "Budget",
        "Say what may be spent a year, and see what it buys.",
        MONEY,
        (FLEET,),
        footer=3,
    ),
    _action(
        "budget_years", "y", "Years", "Over how many years the budget is spent.", MONEY, (FLEET,), footer=3
    ),
    _action(
        "whose", "c", "Customer", "Compare the units of one customer, or of all.", MONEY, (FLEET,), footer=4
    ),
    _action("save_table", "o", "Save table", "Save all units as CSV or XLSX.", MONEY, (FLEET,), footer=5),
    _action("stop_comparing", "x", "Stop", "Stop comparing.", MONEY, (FLEET,), footer=6),
    _action("compare_again", "r", "Compare again", "Compare from the database again.", MONEY, (FLEET,)),
    _action("call_first", "f", "Call first", "Whom to call now, before they call us.", CUSTOMERS, footer=2),
    _action("log_it", "enter c", "Log", "Log the conversation.", CUSTOMERS, (FIRST,), footer=1),
    _action(
        "voicemail",
        "v",
        "Voicemail",
        "Log a try: the next one is booked, an e-mail drafted.",
        CUSTOMERS,
        (FIRST,),
        footer=3,
    ),
    _action("retime", "t", "Later", "Call at another time.", CUSTOMERS, (FIRST,), footer=4),
    _action(
        "hand_over",
        "h",
        "Hand over",
        "Offer the call to somebody else, who must accept.",
        CUSTOMERS,
        (FIRST,),
        footer=5,
    ),
    _action("override", "o", "No call", "Take it off the list, and say why.", CUSTOMERS, (FIRST,), footer=6),
    _action("settle_promise", "p", "Promise", "Say what became of a promise.", CUSTOMERS, (FIRST,)),
    _action(
        "take_back", "u", "Take back", "Put back what you put off or took off last.", CUSTOMERS, (FIRST,)
    ),
    _action("accept_offer", "a", "Accept", "Accept the call that was offered to you.", CUSTOMERS, (FIRST,)),
    _action(
        "decline_offer", "x", "Decline", "Decline the call that was offered to you.", CUSTOMERS, (FIRST,)
    ),
    _action(
        "open_in_queue",
        "l right",
        "Call",
        "Show the service call in the queue.",
        CUSTOMERS,
        (FIRST,),
        footer=7,
    ),
    _action("only_mine", "m", "Mine", "Only what was handed over to me, or all.", CUSTOMERS, (FIRST,)),
    _action("sheet_down", "ctrl+d J", "Sheet down", "Scroll what to say down.", CUSTOMERS, (FIRST,)),
    _action("sheet_up", "ctrl+u K", "Sheet up", "Scroll what to say up.", CUSTOMERS, (FIRST,)),
    _action("read_prompts", "r", "Read again", "Read the list again.", CUSTOMERS, (FIRST,)),
    _action("drafts", "D", "Drafts", "Go on with what you had begun to write.", CUSTOMERS),
    _action("save_log", "ctrl+s", "Save", "Record the contact.", CUSTOMERS, (LOG,), footer=1),
    _action(
        "field_after", "tab down enter", "Next field", "Go to the next field.", CUSTOMERS, (LOG,), footer=3
    ),
    _action("field_before", "shift+tab up", "Field before", "Go to the field before.", CUSTOMERS, (LOG,)),
    _action(
        "unfold",
        "ctrl+o",
        "More",
        "Show or fold what they believe, the notes, further promises.",
        CUSTOMERS,
        (LOG,),
        footer=4,
    ),
    _action(
        "throw_away",
        "ctrl+t",
        "Throw away",
        "Leave, and throw away what was typed.",
        CUSTOMERS,
        (LOG,),
        footer=5,
    ),
    _action("found_down", "down ctrl+n", "Down", "Go to the next one found.", UNITS, (SEARCH, FIND)),
    _action("found_up", "up", "Up", "Go to the one before.", UNITS, (SEARCH, FIND)),
    _action("found_page_down", "pagedown", "Page down", "Go down one page.", UNITS, (SEARCH, FIND)),
    _action("found_page_up", "pageup", "Page up", "Go up one page.", UNITS, (SEARCH, FIND)),
    _action("open_found", "enter", "Open", "Open what was found.", UNITS, (SEARCH, FIND), footer=1),
    _action(
        "leave_search", "escape", "Back", "Back to where you came from.", UNITS, (SEARCH, FIND), footer=2
    ),
    _action(
        "customer", "P", "Customer", "The customer: people, trust, timeline.", CUSTOMERS, (QUEUE, UNIT, FIRST)
    ),
    _action("find_everything", "*", "Search everything", "Search all that was said and written.", CUSTOMERS),
    _action("customer_overview", "1", "Overview", "What matters now.", CUSTOMERS, (CUSTOMER,)),
    _action(
        "customer_timeline",
        "2",
        "Timeline",
        "Everything that happened, newest first.",
        CUSTOMERS,
        (CUSTOMER,),
    ),
    _action("customer_trust", "3", "Trust", "The trust ledger with every entry.", CUSTOMERS, (CUSTOMER,)),
    _action(
        "customer_people", "4", "People", "Contacts, and how they want to be reached.", CUSTOMERS, (CUSTOMER,)
    ),
    _action(
        "customer_units", "5", "Units", "Units, agreements, loaners, what others do.", CUSTOMERS, (CUSTOMER,)
    ),
    _action(
        "customer_notes",
        "6",
        "Notes",
        "Plans, wishes, complaints, what was made good.",
        CUSTOMERS,
        (CUSTOMER,),
    ),
    _action(
        "customer_lists", "7", "Lists", "Onboarding, and the history of escalations.", CUSTOMERS, (CUSTOMER,)
    ),
    _action("next_customer_part", "tab ]", "Next part", "The parts in turn.", CUSTOMERS, (CUSTOMER,)),
    _action("customer_part_before", "shift+tab [", "Part before", "The part before.", CUSTOMERS, (CUSTOMER,)),
    _action(
        "add",
        "a",
        "Add",
        "Add a note, a contact, a loaner, what went wrong.",
        CUSTOMERS,
        (CUSTOMER,),
        footer=3,
    ),
    _action(
        "search_customer", "/", "Search", "Search all of this customer.", CUSTOMERS, (CUSTOMER,), footer=4
    ),
    _action(
        "narrow", "f", "Only", "Narrow the timeline to one sort in turn.", CUSTOMERS, (CUSTOMER,), footer=5
    ),
    _action(
        "end_entry",
        "x",
        "End",
        "The note no longer holds; the loaner is back.",
        CUSTOMERS,
        (CUSTOMER,),
        footer=6,
    ),
    _action(
        "read_customer",
        "r",
        "Read again",
        "Read the customer from the database again.",
        CUSTOMERS,
        (CUSTOMER,),
    ),
    _action(
        "attainment",
        "%",
        "Attainment",
        "Clocks that were met and missed, by team and month.",
        KEPT,
        (QUEUE,),
    ),
    _action("first_clock", "1", "First response", "Count the first responses.", KEPT, (ATTAINMENT,)),
    _action("resolution_clock", "2", "Resolution", "Count the resolutions.", KEPT, (ATTAINMENT,)),
    _action("update_clock", "3", "Next update", "Count the updates promised.", KEPT, (ATTAINMENT,)),
    _action("waiting_clock", "4", "Waiting", "Count the customers who wait.", KEPT, (ATTAINMENT,)),
    _action(
        "next_grouping",
        "b tab",
        "Group by",
        "By team, customer, agreement or technician in turn.",
        KEPT,
        (ATTAINMENT,),
        footer=3,
    ),
    _action(
        "next_period",
        "p",
        "Period",
        "Days, weeks, months in turn.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK),
        footer=4,
    ),
    _action(
        "earlier",
        "[ left h",
        "Earlier",
        "As many periods back as are shown.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK),
        footer=5,
    ),
    _action(
        "later",
        "] right l",
        "Later",
        "As many periods on, at most to today.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK),
        footer=6,
    ),
    _action(
        "worst", "s", "Sort", "The lowest share first, or most missed first.", KEPT, (ATTAINMENT,), footer=7
    ),
    _action(
        "count_again",
        "r",
        "Count again",
        "Count from the database again.",
        KEPT,
        (ATTAINMENT, LOOKING_BACK, MY_WORK),
    ),
    _action(
        "next_verdict",
        "v tab",
        "Missed, met, ...",
        "Missed, met, still running and left out in turn.",
        KEPT,
        (ATTAINMENT_CALLS,),
        footer=3,
    ),
    _action(
        "agreements",
        "L",
        "Agreements",
        "Agreements and calendars: what is promised, and when is open.",
        PROMISES,
    ),
    _action(
        "new_agreement",
        "n",
        "New agreement",
        "Make an agreement; it begins as a copy of the one under the cursor.",
        PROMISES,
        (AGREEMENTS,),
        footer=2,
    ),
    _action(
        "new_calendar",
        "N",
        "New calendar",
        "Make a calendar that agreements share.",
        PROMISES,
        (AGREEMENTS,),
        footer=3,
    ),
    _action(
        "read_agreements",
        "r",
        "Read again",
        "Read the lists from the database again.",
        PROMISES,
        (AGREEMENTS,),
    ),
    _action("edit_field", "enter", "Edit", "Edit what the cursor is on.", PROMISES, EDITORS, footer=1),
    _action(
        "save_edit",
        "s ctrl+s",
        "Save",
        "See what it does to running calls, then save.",
        PROMISES,
        EDITORS,
        footer=3,
    ),
    _action(
        "undo_edit",
        "ctrl+z u",
        "Undo",
        "Take back the last change that is not saved.",
        PROMISES,
        (*EDITORS, ROI),
        footer=4,
    ),
    _action("rename", "n", "Rename", "Give it another name.", PROMISES, EDITORS),
    _action("show_month", "1", "Month", "The month with its open hours.", PROMISES, (CALENDAR,)),
    _action("show_hours", "2", "Hours", "Time zone, and the hours of each weekday.", PROMISES, (CALENDAR,)),
    _action(
        "show_holidays",
        "3",
        "Holidays",
        "The list of holidays, each switched on or off.",
        PROMISES,
        (CALENDAR,),
    ),
    _action(
        "show_dates", "4", "Single dates", "Dates with hours of their own, and breaks.", PROMISES, (CALENDAR,)
    ),
    _action(
        "next_tab", "tab", "Next part", "Month, hours, holidays, single dates in turn.", PROMISES, (CALENDAR,)
    ),
    _action("day_before", "left h", "Day before", "Go a day back.", PROMISES, (CALENDAR,)),
    _action("day_after", "right l", "Day after", "Go a day on.", PROMISES, (CALENDAR,)),
    _action("month_before", "[", "Month before", "Show the month before.", PROMISES, (CALENDAR,)),
    _action("month_after", "]", "Month after", "Show the next month.", PROMISES, (CALENDAR,)),
    _action("today", "t", "Today", "Go to today in the calendar's zone.", PROMISES, (CALENDAR,)),
    _action(
        "switch_day",
        "space",
        "Day off",
        "Switch the date between a day off and none.",
        PROMISES,
        (CALENDAR,),
        footer=5,
    ),
    _action(
        "own_hours", "o", "Own hours", "Give the date hours of its own.", PROMISES, (CALENDAR,), footer=6
    ),
    _action("day_break", "b", "Break", "Give the date a break.", PROMISES, (CALENDAR,), footer=7),
    _action(
        "add_holiday",
        "a",
        "Add holiday",
        "Add a date, a day of every year, or a range.",
        PROMISES,
        (CALENDAR,),
    ),
    _action(
        "bring_holidays",
        "i",
        "Bring in",
        "Bring in the holidays of a country or an iCalendar file.",
        PROMISES,
        (CALENDAR,),
    ),
    _action("remove_entry", "x delete", "Remove", "Take the entry off the list.", PROMISES, (CALENDAR,)),
    _action("clock_before", "left h", "Clock before", "Go to the column before.", PROMISES, (AGREEMENT,)),
    _action("clock_after", "right l tab", "Clock after", "Go to the next column.", PROMISES, (AGREEMENT,)),
    _action(
        "shared_calendar",
        "c",
        "Calendar",
        "Choose the calendar that it goes by.",
        PROMISES,
        (AGREEMENT,),
        footer=5,
    ),
    _action(
        "only_new",
        "enter n",
        "New calls only",
        "Save; running calls keep what they have.",
        PROMISES,
        (EFFECT,),
        footer=1,
    ),
    _action(
        "reapply", "r", "Re-apply", "Save, and put the running calls under it.", PROMISES, (EFFECT,), footer=3
    ),
    _action("escalate", "E", "Escalate", "Escalate the call, or go to its room.", MATTERS),
    _action(
        "escalations", "!", "Escalations", "Every escalated matter, those that nobody owns first.", MATTERS
    ),
    _action(
        "new_escalation",
        "N",
        "New matter",
        "Escalate something about a customer.",
        MATTERS,
        (ESCALATIONS,),
        footer=3,
    ),
    _action(
        "every_escalation",
        "a",
        "Closed too",
        "Show those that are closed, or hide them.",
        MATTERS,
        (ESCALATIONS,),
        footer=4,
    ),
    _action(
        "read_escalations",
        "r",
        "Read again",
        "Read the list from the database again.",
        MATTERS,
        (ESCALATIONS,),
    ),
    _action(
        "settle_part",
        "enter space",
        "Settle",
        "Choose the option, do the action, look at the check.",
        MATTERS,
        (ESCALATION,),
        footer=1,
    ),
    _action(
        "write_line",
        "n i",
        "Write",
        "Write lines of the log; Esc goes back.",
        MATTERS,
        (ESCALATION,),
        footer=3,
    ),
    _action("own", "t", "Take", "Take it, or say who owns it.", MATTERS, (ESCALATION,), footer=4),
    _action(
        "move_on",
        "m",
        "Move on",
        "Fixed, checked, reported back: what comes next.",
        MATTERS,
        (ESCALATION,),
        footer=5,
    ),
    _action(
        "add_option",
        "o",
        "Option",
        "Add an option with cost, time and risk.",
        MATTERS,
        (ESCALATION,),
        footer=6,
    ),
    _action(
        "add_action",
        "a",
        "Action",
        "Add a corrective action with who and by when.",
        MATTERS,
        (ESCALATION,),
        footer=7,
    ),
    _action(
        "add_check", "c", "Check", "Add what is looked at after the fix.", MATTERS, (ESCALATION,), footer=8
    ),
    _action("add_person", "p", "Person", "Add somebody of ours or theirs.", MATTERS, (ESCALATION,)),
    _action("remove_part", "x delete", "Take out", "Take out what the cursor is on.", MATTERS, (ESCALATION,)),
    _action("show_escalated", "s", "Show call", "Show the call that it is about.", MATTERS, (ESCALATION,)),
    _action("log_up", "ctrl+u K", "Log up", "Scroll the log up.", MATTERS, (ESCALATION,)),
    _action("log_down", "ctrl+d J", "Log down", "Scroll the log down.", MATTERS, (ESCALATION,)),
    _action("read_room", "r", "Read again", "Read the room from the database again.", MATTERS, (ESCALATION,)),
    _action(
        "looking_back", "B", "Looking back", "Who called first, promises kept, repairs: by period.", BACK
    ),
    _action(
        "whose_figures",
        "w",
        "Whose",
        "Everybody, a team, a person or a customer.",
        BACK,
        (LOOKING_BACK,),
        footer=3,
    ),
    _action("my_work", "m", "My work", "Your goals, reviews and ratings.", BACK, (LOOKING_BACK,), footer=7),
    _action("save_measures", "o", "Save", "Save the figures as CSV.", BACK, (LOOKING_BACK,), footer=8),
    _action("stop_counting", "x", "Stop", "Stop counting.", BACK, (LOOKING_BACK,)),
    _action("set_goal", "n", "New goal", "Set a goal: a measure and its target.", BACK, (MY_WORK,), footer=3),
    _action(
        "write_review", "v", "Review", "Write your review of the last month.", BACK, (MY_WORK,), footer=4
    ),
    _action(
        "new_review_action",
        "a",
        "Action",
        "Write down what you mean to do, by when.",
        BACK,
        (MY_WORK,),
        footer=5,
    ),
    _action(
        "settle_mine",
        "enter space",
        "Settle",
        "Change the goal, or settle the action.",
        BACK,
        (MY_WORK,),
        footer=1,
    ),
    _action("end_goal", "x delete", "End goal", "The goal counts no longer.", BACK, (MY_WORK,)),
    _action(
        "care_rules",
        "Z",
        "Rules",
        "When to call, how trust counts, lists and words: the rules of the customer side.",
        RULES,
    ),
    _action(
        "edit_section",
        "enter",
        "Edit",
        "Edit the section that the cursor is on.",
        RULES,
        (CARE_RULES,),
        footer=1,
    ),
    _action(
        "save_rules",
        "s ctrl+s",
        "Save",
        "See what it does to today's list, then save.",
        RULES,
        (CARE_RULES,),
        footer=3,
    ),
    _action(
        "undo_rules",
        "ctrl+z u",
        "Undo",
        "Take back the last change that is not saved.",
        RULES,
        (CARE_RULES,),
        footer=4,
    ),
    _action(
        "default_section",
        "d",
        "Default",
        "Put the section back to the defaults.",
        RULES,
        (CARE_RULES,),
        footer=5,
    ),
    _action("read_rules", "r", "Read again", "Read the rules from the database again.", RULES, (CARE_RULES,)),
    _action(
        "keep_rules", "enter s", "Save", "Save the rules for everybody.", RULES, (RULE_EFFECT,), footer=1
    ),
    _action("brief", "b", "Visit brief", "All that is known before the visit, on one page.", VISITS),
    _action(
        "deliverables", "i", "Deliverables", "What an installation or project delivers, and when.", VISITS
    ),
    _action(
        "acknowledge_brief",
        "a",
        "Acknowledge",
        "The arrival instruction and the warranty guard have been read.",
        VISITS,
        (BRIEF,),
        footer=1,
    ),
    _action("set_out", "o", "On the way", "Set out, once that is acknowledged.", VISITS, (BRIEF,), footer=3),
    _action("hold_yes", "y enter", "Yes", "The line of the list holds.", VISITS, (BRIEF,), footer=4),
    _action("hold_no", "n", "No", "It does not hold: say what is missing.", VISITS, (BRIEF,), footer=5),
    _action(
        "told_ahead",
        "t",
        "Told ahead",
        "Record what could delay the job, as the customer was told.",
        VISITS,
        (BRIEF,),
        footer=6,
    ),
    _action(
        "to_deliverables", "d", "Deliverables", "The deliverables of the call.", VISITS, (BRIEF,), footer=7
    ),
    _action("read_brief", "r", "Read again", "Read the brief from the database again.", VISITS, (BRIEF,)),
    _action("answer_down", "down ctrl+n", "Down", "Go to the next question.", VISITS, (ASKING,)),
    _action("answer_up", "up", "Up", "Go to the question before.", VISITS, (ASKING,)),
    _action(
        "give_answer",
        "enter",
        "Next",
        "Take the answer and go on to what is missing; save once nothing is.",
        VISITS,
        (ASKING,),
        footer=1,
    ),
    _action("save_answers", "ctrl+s", "Save", "Save what is answered.", VISITS, (ASKING,), footer=2),
    _action(
        "leave_asking", "escape", "Back", "Leave it; what is typed is kept.", VISITS, (ASKING,), footer=3
    ),
    _action(
        "step_on",
        "enter",
        "Begun, done, accepted",
        "Take the deliverable a step on.",
        VISITS,
        (DELIVERABLES,),
        footer=1,
    ),
    _action("verify", "v", "Verify", "Somebody has verified it: say who.", VISITS, (DELIVERABLES,), footer=3),
    _action("add_deliverable", "a", "Add", "Plan another one.", VISITS, (DELIVERABLES,), footer=4),
    _action(
        "shift_plan",
        "s",
        "Shift",
        "Move all that is not begun by some days.",
        VISITS,
        (DELIVERABLES,),
        footer=5,
    ),
    _action(
        "read_deliverables", "r", "Read again", "Read them from the database again.", VISITS, (DELIVERABLES,)
    ),
    _action("import_file", "I", "Import", "Bring in a file of calls, incidents or work orders.", FILES),
    _action(
        "bring_in",
        "enter",
        "Try, then bring in",
        "Read the file without writing anything; once more brings it in.",
        FILES,
        (IMPORT,),
        footer=1,
    ),
    _action("preset_down", "down ctrl+n", "Down", "Go to the next preset.", FILES, (IMPORT,)),
    _action("preset_up", "up", "Up", "Go to the previous preset.", FILES, (IMPORT,)),
    _action(
        "next_field",
        "tab shift+tab",
        "Other field",
        "Go between the file and what you state of it.",
        FILES,
        (IMPORT,),
        footer=3,
    ),
    _action(
        "leave_import", "escape", "Stop, or back", "Stop what runs, or go back.", FILES, (IMPORT,), footer=2
    ),
    _action(
        "palette", "ctrl+p", "Find", "Find any action, call or queue by typing.", PROGRAM, (APP,), footer=10
    ),
    _action("story", "ctrl+n", "Story", "Where the story is; on with it.", PROGRAM, (STORY,)),
    _action("help", "?", "Help", "Show the keys of this screen.", PROGRAM, (APP,), footer=11),
    _action("theme", "T", "Theme", "Change between dark, light and 16 colours.", PROGRAM, (APP,)),
    _action("quit", "q ctrl+c ctrl+q", "Quit", "Leave the workbench.", PROGRAM, (APP,), footer=12),
)

KEY_NAMES: Mapping[str, str] = {
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
}
"""How keys are written for people; others are written as they are."""

ASCII_ARROWS: Mapping[str, str] = {"↓": "Down", "↑": "Up", "←": "Left", "→": "Right"}

_UNSAFE_MODIFIERS = ("ctrl+enter", "shift+enter", "alt+", "super+", "hyper+", "meta+")


def actions_for(screen: str) -> tuple[Action, ...]:
    """The actions of a screen, in the order of the registry, those of the whole program last."""
    return tuple(action for action in ACTIONS if screen in action.screens)


def action_named(action_id: str) -> Action:
    """The action with an id; ``KeyError`` if there is none."""
    return _BY_ID[action_id]


_BY_ID = {action.id: action for action in ACTIONS}


def bindings_for(screen: str) -> list[Binding]:
    """Textual bindings of a screen; their ids are the action ids, which is what a keymap goes by."""
    return [
        Binding(
            ",".join(key_code(key) for key in action.keys),
            action.method,
            action.title,
            show=False,
            id=action.id,
        )
        for action in actions_for(screen)
    ]


def key_code(key: str) -> str:
    """Textual's name of a key: ``?`` is ``question_mark``; names are kept."""
    return _character_to_key(key) if len(key) == 1 else key.lower()


def key_label(key: str, *, ascii_only: bool = False) -> str:
    """How a key is written for people: ``ctrl+p`` is ``Ctrl+p``, ``escape`` is ``Esc``."""
    label = KEY_NAMES.get(key) or (f"Ctrl+{key[5:]}" if key.startswith("ctrl+") else key)
    return ASCII_ARROWS.get(label, label) if ascii_only else label


def keys_of(action: Action, keymap: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The keys of an action under a user's keymap."""
    return tuple(keymap.get(action.id, action.keys))


def textual_keymap(keymap: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A checked user keymap in the form that ``App.set_keymap`` takes."""
    return {action_id: ",".join(key_code(key) for key in keys) for action_id, keys in keymap.items()}


def check_keymap(keymap: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """What is wrong with a user's keymap (action id to keys), each as (action id, reason); empty when nothing is.

    Refused are an unknown id, no key at all, a key that terminals do not send reliably, and a key that another action
    on the same screen has.
    """
    return [*_entry_faults(keymap), *_shadowed(keymap)]


def _entry_faults(keymap: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    for action_id, keys in keymap.items():
        if action_id not in _BY_ID:
            near = get_close_matches(action_id, _BY_ID, n=1)
            yield action_id, "there is no such action" + (f"; did you mean {near[0]!r}?" if near else "")
            continue
        if not keys:
            yield action_id, "give at least one key"
        for key in keys:
            if fault := _key_fault(key):
                yield action_id, f"key {key!r}: {fault}"


def _shadowed(keymap: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    found: dict[tuple[str, str], str] = {}
    for screen in sorted({screen for action in ACTIONS for screen in action.screens}):
        owners: dict[str, Action] = {}
        for action in _reachable(screen):
            for key in keys_of(action, keymap):
                other = owners.setdefault(key_code(key), action)
                if other is action:
                    continue
                mine, loser = (action, other) if action.id in keymap else (other, action)
                found[mine.id, key] = f"key {key!r} already belongs to {loser.id!r} ({loser.title})"
    return [(action_id, reason) for (action_id, _key), reason in found.items()]


def _reachable(screen: str) -> Iterable[Action]:
    return (action for action in ACTIONS if screen in action.screens or APP in action.screens)


def _key_fault(key: str) -> str:
    if not key or key != key.strip() or "," in key:
        return "write one key, such as 'x', 'ctrl+x' or 'pageup'"
    if len(key) == 1:
        return "" if key.isprintable() and not key.isspace() else "write 'space', 'tab' or 'enter' by name"
    lower = key.lower()
    if any(lower.startswith(bad) for bad in _UNSAFE_MODIFIERS):
        return "many terminals and tmux do not pass it on"
    base = lower.rsplit("+", 1)[-1]
    if base[:1] == "f" and base[1:].isdigit():
        return "function keys do not reach the program everywhere"
    if lower.startswith("ctrl+") and len(base) == 1 and base.isalpha():
        return ""
    return "" if lower in KEY_NAMES or lower in {"backspace", "delete", "insert"} else "no such key is known"


def readme_table() -> str:
    """The key table of the README, as Markdown."""
    lines = ["| Keys | Action | What it does |", "|---|---|---|"]
    group = ""
    for action in ACTIONS:
        if action.group != group:
            group = action.group
            lines.append(f"| | **{group}** | |")
        keys = " ".join(f"`{key_label(key)}`" for key in action.keys)
        lines.append(f"| {keys} | {action.title} (`{action.id}`) | {action.help} |")
    return "\n".join(lines) + "\n"
