"""What has happened, in words: for one's own message line, and for the news of others."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.store.feed import FeedChange
from dispatch_tui.text import plain

DONE_WORDS = {
    "take": "taken",
    "acknowledge": "acknowledged",
    "assign": "assigned",
    "start": "started",
    "hold": "put on hold",
    "resume": "resumed",
    "resolve": "resolved",
    "close": "closed",
    "reopen": "reopened",
    "cancel": "cancelled",
    "set_priority": "priority changed",
    "note": "noted",
    "log_contact": "contact logged",
    "reapply": "put under the new terms",
    "undo": "undone",
    "open": "opened",
}
"""Act of the desk to what has then happened, for one's own message line and for news of others."""

_OTHERS = {
    "take": "took it",
    "acknowledge": "acknowledged it",
    "assign": "assigned it",
    "start": "started it",
    "hold": "put it on hold",
    "resume": "resumed it",
    "resolve": "resolved it",
    "close": "closed it",
    "reopen": "reopened it",
    "cancel": "cancelled it",
    "set_priority": "changed the priority",
    "note": "wrote a note",
    "open": "opened it",
    "reapply": "put it under the new terms",
    "undo": "undid their act",
    "update": "changed it",
    "escalate": "escalated it",
    "log_contact": "logged a contact",
    "promise": "made a promise",
    "settle_promise": "settled a promise",
    "plan_visit": "planned a visit",
    "confirm_visit": "confirmed the visit",
    "start_travel": "set out",
    "arrive": "is on site",
    "finish_visit": "finished the visit",
    "call_off": "called off the visit",
}


def words_of(news: Sequence[FeedChange]) -> dict[int, str]:
    """Who did what, by call; the last change of a call counts."""
    found: dict[int, str] = {}
    for one in news:
        if one.call_id is not None:
            found[one.call_id] = f"{plain(one.operator) or 'somebody'} {act_words(one.act)}"
    return found


def act_words(act: str) -> str:
    """What a desk act did, after the name of who did it: ``took it``, ``put it on hold``."""
    return _OTHERS.get(act, DONE_WORDS.get(act, act.replace("_", " ")))
