"""The queue: moving, saved queues, what one does to a call, looking closer."""

from __future__ import annotations

from dispatch_tui.actions.action import LOOK, MOVE, QUEUES, WORK, Action, action
from dispatch_tui.actions.screens import CUSTOMER, EXPLAIN, LISTS, QUEUE

ACTIONS: tuple[Action, ...] = (
    action("down", "down j", "Down", "Go to the next row.", MOVE, LISTS),
    action("up", "up k", "Up", "Go to the previous row.", MOVE, LISTS),
    action("page_down", "pagedown ctrl+f", "Page down", "Go down one page.", MOVE, LISTS),
    action("page_up", "pageup ctrl+b", "Page up", "Go up one page.", MOVE, LISTS),
    action("top", "home g", "Top", "Go to the first row.", MOVE, LISTS),
    action("end", "end G", "End", "Go to the last row.", MOVE, LISTS),
    action("go_to", ": #", "Go to", "Go to a call by its number.", MOVE, footer=9),
    action("select", "space", "Select", "Select the call for a bulk act, or release it.", MOVE),
    action("select_page", "V", "Select page", "Select every call in view.", MOVE),
    action("filter", "/", "Filter", "Narrow the queue by words and fields.", QUEUES, footer=7),
    action("next_queue", "] tab", "Next queue", "Show the next saved queue.", QUEUES),
    action("previous_queue", "[ shift+tab", "Previous queue", "Show the previous saved queue.", QUEUES),
    *(
        action(f"queue_{n}", str(n), f"Queue {n}", f"Show saved queue {n}.", QUEUES, parameter=str(n))
        for n in range(1, 10)
    ),
    action("all_queues", "0 w", "All queues", "Choose among all queues: teams, skills, your own.", QUEUES),
    action("sort", "s", "Sort", "Choose what the queue is sorted by.", QUEUES),
    action(
        "rank_weights", "W", "Rank weights", "Set how the queue is ranked, for everybody (managers).", QUEUES
    ),
    action("read_again", "r", "Read again", "Read the queue from the database again.", QUEUES),
    action("take", "t", "Take", "Make the call yours.", WORK, footer=3),
    action("acknowledge", "a", "Acknowledge", "Confirm that the call has been seen.", WORK),
    action("assign", "A", "Assign", "Give the call to a technician.", WORK, footer=4),
    action("start", "S", "Start", "Work has begun.", WORK),
    action("hold", "H", "Hold", "Put the call on hold, with the reason.", WORK, footer=5),
    action("resume", "R", "Resume", "Take the call off hold.", WORK),
    action("resolve", "d", "Resolve", "The fault is dealt with: say how it ended.", WORK, footer=6),
    action("close", "C", "Close", "The customer agrees: say what is missing, and close it.", WORK),
    action("reopen", "O", "Reopen", "Open a resolved or closed call again.", WORK),
    action("cancel", "X", "Cancel call", "The call is not needed: say why.", WORK),
    action("priority", "p", "Priority", "Change the priority.", WORK),
    action("note", "n", "Note", "Write a note on the call.", WORK),
    action(
        "contact",
        "c",
        "Contact",
        "Log a contact with the customer: the clocks follow.",
        WORK,
        (QUEUE, CUSTOMER),
    ),
    action("visit", "v", "Visit", "Plan a visit, or say how the open one goes on.", WORK),
    action("new_call", "N", "New call", "Open a new call.", WORK),
    action("undo", "u", "Undo", "Take back your last act, while that is still possible.", WORK),
    action("open", "enter l right", "Open", "Show the whole story of the call.", LOOK, footer=1),
    action("back", "escape h left", "Back", "Close the story, the filter or the selection.", LOOK),
    action("story_down", "ctrl+d J", "Story down", "Scroll the story down.", LOOK),
    action("story_up", "ctrl+u K", "Story up", "Scroll the story up.", LOOK),
    action("explain", "e", "Why due", "Explain when the call's clocks are due.", LOOK, footer=8),
    action(
        "next_clock",
        "tab right l ]",
        "Next clock",
        "Explain the call's next clock.",
        LOOK,
        (EXPLAIN,),
        footer=3,
    ),
    action(
        "previous_clock",
        "shift+tab left h [",
        "Previous clock",
        "Explain the clock before.",
        LOOK,
        (EXPLAIN,),
    ),
    action(
        "fold",
        "f enter",
        "Day by day",
        "Show a row for each day, or every stretch.",
        LOOK,
        (EXPLAIN,),
        footer=4,
    ),
    action("read_explained", "r", "Read again", "Read the call from the database again.", LOOK, (EXPLAIN,)),
    action("copy", "y", "Copy", "Copy the row to the clipboard.", LOOK),
)
