"""Call first, conversations, customers."""

from __future__ import annotations

from dispatch_tui.actions.action import CUSTOMERS, Action, action
from dispatch_tui.actions.screens import CUSTOMER, FIRST, LOG, QUEUE, UNIT

ACTIONS: tuple[Action, ...] = (
    action("call_first", "f", "Call first", "Whom to call now, before they call us.", CUSTOMERS, footer=2),
    action(
        "delay",
        "z",
        "Delay",
        "Say what makes these calls late: each customer is to be called; or that it is over.",
        CUSTOMERS,
    ),
    action(
        "model_news",
        "N",
        "News",
        "News or a recall of the model: its owners are to be called.",
        CUSTOMERS,
        (UNIT,),
    ),
    action("log_it", "enter c", "Log", "Log the conversation.", CUSTOMERS, (FIRST,), footer=1),
    action(
        "voicemail",
        "v",
        "Voicemail",
        "Log a try: the next one is booked, an e-mail drafted.",
        CUSTOMERS,
        (FIRST,),
        footer=3,
    ),
    action("retime", "t", "Later", "Call at another time.", CUSTOMERS, (FIRST,), footer=4),
    action(
        "hand_over",
        "h",
        "Hand over",
        "Offer the call to somebody else, who must accept.",
        CUSTOMERS,
        (FIRST,),
        footer=5,
    ),
    action("override", "o", "No call", "Take it off the list, and say why.", CUSTOMERS, (FIRST,), footer=6),
    action("settle_promise", "p", "Promise", "Say what became of a promise.", CUSTOMERS, (FIRST,)),
    action("take_back", "u", "Take back", "Put back what you put off or took off last.", CUSTOMERS, (FIRST,)),
    action("accept_offer", "a", "Accept", "Accept the call that was offered to you.", CUSTOMERS, (FIRST,)),
    action("decline_offer", "x", "Decline", "Decline the call that was offered to you.", CUSTOMERS, (FIRST,)),
    action(
        "open_in_queue",
        "l right",
        "Call",
        "Show the service call in the queue.",
        CUSTOMERS,
        (FIRST,),
        footer=7,
    ),
    action("only_mine", "m", "Mine", "Only what was handed over to me, or all.", CUSTOMERS, (FIRST,)),
    action("sheet_down", "ctrl+d J", "Sheet down", "Scroll what to say down.", CUSTOMERS, (FIRST,)),
    action("sheet_up", "ctrl+u K", "Sheet up", "Scroll what to say up.", CUSTOMERS, (FIRST,)),
    action("read_prompts", "r", "Read again", "Read the list again.", CUSTOMERS, (FIRST,)),
    action("drafts", "D", "Drafts", "Go on with what you had begun to write.", CUSTOMERS),
    action("save_log", "ctrl+s", "Save", "Record the contact.", CUSTOMERS, (LOG,), footer=1),
    action(
        "field_after", "tab down enter", "Next field", "Go to the next field.", CUSTOMERS, (LOG,), footer=3
    ),
    action("field_before", "shift+tab up", "Field before", "Go to the field before.", CUSTOMERS, (LOG,)),
    action(
        "unfold",
        "ctrl+o",
        "More",
        "Show or fold what they believe, the notes, further promises.",
        CUSTOMERS,
        (LOG,),
        footer=4,
    ),
    action(
        "throw_away",
        "ctrl+t",
        "Throw away",
        "Leave, and throw away what was typed.",
        CUSTOMERS,
        (LOG,),
        footer=5,
    ),
    action(
        "customer", "P", "Customer", "The customer: people, trust, timeline.", CUSTOMERS, (QUEUE, UNIT, FIRST)
    ),
    action("find_everything", "*", "Search everything", "Search all that was said and written.", CUSTOMERS),
    action("customer_overview", "1", "Overview", "What matters now.", CUSTOMERS, (CUSTOMER,)),
    action(
        "customer_timeline",
        "2",
        "Timeline",
        "Everything that happened, newest first.",
        CUSTOMERS,
        (CUSTOMER,),
    ),
    action("customer_trust", "3", "Trust", "The trust ledger with every entry.", CUSTOMERS, (CUSTOMER,)),
    action(
        "customer_people", "4", "People", "Contacts, and how they want to be reached.", CUSTOMERS, (CUSTOMER,)
    ),
    action(
        "customer_units", "5", "Units", "Units, agreements, loaners, what others do.", CUSTOMERS, (CUSTOMER,)
    ),
    action(
        "customer_notes",
        "6",
        "Notes",
        "Plans, wishes, complaints, what was made good.",
        CUSTOMERS,
        (CUSTOMER,),
    ),
    action(
        "customer_lists", "7", "Lists", "Onboarding, and the history of escalations.", CUSTOMERS, (CUSTOMER,)
    ),
    action("next_customer_part", "tab ]", "Next part", "The parts in turn.", CUSTOMERS, (CUSTOMER,)),
    action("customer_part_before", "shift+tab [", "Part before", "The part before.", CUSTOMERS, (CUSTOMER,)),
    action(
        "add",
        "a",
        "Add",
        "Add a note, a contact, a loaner, what went wrong.",
        CUSTOMERS,
        (CUSTOMER,),
        footer=3,
    ),
    action(
        "search_customer", "/", "Search", "Search all of this customer.", CUSTOMERS, (CUSTOMER,), footer=4
    ),
    action(
        "narrow", "f", "Only", "Narrow the timeline to one sort in turn.", CUSTOMERS, (CUSTOMER,), footer=5
    ),
    action(
        "end_entry",
        "x",
        "End",
        "The note no longer holds; the loaner is back.",
        CUSTOMERS,
        (CUSTOMER,),
        footer=6,
    ),
    action(
        "read_customer",
        "r",
        "Read again",
        "Read the customer from the database again.",
        CUSTOMERS,
        (CUSTOMER,),
    ),
)
