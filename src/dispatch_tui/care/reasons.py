"""Why to call a customer: one reason, whatever source it comes from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

from dispatch_tui.text import plain

Kind = Literal[
    "arrival_slip",
    "finish_slip",
    "next_update",
    "unattended",
    "unanswered",
    "promise",
    "bad_visit",
    "incomplete_visit",
    "aftercare",
    "follow_up",
    "voicemail",
    "cadence",
    "outreach",
    "contract",
    "repeat",
    "news",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_SHOWN = 80
"""Characters of a foreign text that a reason repeats."""


class Reason(NamedTuple):
    """Why to call, in words; from ``prompt_at`` on, with most use up to ``useful_until`` (aware UTC).

    ``key`` names the reason and the moment it is about: a decision on it holds while the key does.
    ``slip``: how much later than promised, zero where nothing slips. ``bad_news``: the customer will
    not like it, so that plan and next update are asked for. ``promised_at``, ``expected_at``, ``what``
    and ``options`` are what the talk track can say; ``opens`` a panel to have at hand (``roi``).
    """

    kind: Kind
    key: str
    words: str
    prompt_at: datetime
    useful_until: datetime
    customer_id: int | None
    call_id: int | None
    slip: timedelta = timedelta(0)
    bad_news: bool = False
    promised_at: datetime | None = None
    expected_at: datetime | None = None
    what: str = ""
    opens: Literal["", "roi"] = ""


def key_of(kind: Kind, record: object, moment: datetime | None = None) -> str:
    """The key of a reason about ``record``, and about ``moment`` where the same record may ask again."""
    return f"{kind}:{record}" if moment is None else f"{kind}:{record}:{moment.isoformat()}"


def quoted(text: str) -> str:
    """Foreign text as a reason repeats it: one plain line, cut short, in quotation marks."""
    line = plain(text)
    return f"“{line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + '…'}”"
