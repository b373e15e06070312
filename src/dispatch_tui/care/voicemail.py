"""Tries that reached nobody: when the next one is due, and the e-mail that confirms the last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from string import Template
from typing import Final, NamedTuple

from dispatch_tui.care.interactions import reached_nobody
from dispatch_tui.care.rules import VoicemailRules
from dispatch_tui.sla.history import UNHEARD_CHANNELS
from dispatch_tui.text import plain, plain_block

TRIED_WITHIN: Final = timedelta(days=30)
"""Tries before that belong to no ladder any more."""


class Retry(NamedTuple):
    """The ``nth`` next try (1: the second call) is due at ``at``; ``last`` where the ladder ends with it."""

    nth: int
    at: datetime
    last: bool


class Draft(NamedTuple):
    """An e-mail to be looked over and sent by a person; plain text, ``to`` may be empty."""

    to: str
    subject: str
    body: str


class Contact(NamedTuple):
    """A contact either way with a customer, as far as tries go; ``call_id`` None: about no call."""

    call_id: int | None
    at: datetime
    direction: str
    channel: str
    two_way: bool


def tries_in_a_row(contacts: Iterable[Contact], now: datetime) -> dict[int | None, tuple[datetime, ...]]:
    """By call, when we tried and reached nobody, the first try first; only calls that were tried.

    ``contacts``: all with one customer, on whatever call, the earliest first, channels as any source spells them.
    Once we have spoken, or they came to us, the tries before count no more, whatever call they were about; nor do
    those older than ``TRIED_WITHIN``.
    """
    found: dict[int | None, tuple[datetime, ...]] = {}
    for one in contacts:
        channel = one.channel.strip().lower().replace("-", "_").replace(" ", "_")
        if channel in UNHEARD_CHANNELS:
            continue
        if one.two_way or one.direction == "in":
            found.clear()
        elif one.at >= now - TRIED_WITHIN and reached_nobody(one.direction, channel, one.two_way):
            found[one.call_id] = (*found.get(one.call_id, ()), one.at)
    return found


def next_try(
    tries: Iterable[datetime], rules: VoicemailRules, useful_until: datetime | None = None
) -> Retry | None:
    """When to try again after those tries in a row; ``None`` before any, or when the ladder has ended.

    A rung that would come after half of the time left to ``useful_until`` is moved there, so that a call
    which cannot wait is tried again while it helps.
    """
    made = sorted(tries)
    if not 0 < len(made) <= len(rules.retries):
        return None
    nth = len(made)
    last, wait = made[-1], rules.retries[nth - 1]
    if useful_until is not None and useful_until > last:
        wait = min(wait, (useful_until - last) / 2)
    return Retry(nth, last + wait, nth == len(rules.retries))


def confirming_mail(
    tries: Iterable[datetime],
    rules: VoicemailRules,
    zone: tzinfo,
    *,
    to: str = "",
    name: str = "",
    subject: str = "",
    news: str = "",
    useful_until: datetime | None = None,
) -> Draft:
    """The e-mail after a voicemail: what we called about, the news and plan, when we try again.

    Times are on the customer's wall clock. All that is put in is foreign text and stays plain.
    """
    made = sorted(tries)
    again = next_try(made, rules, useful_until)
    fields = {
        "name": plain(name),
        "subject": plain(subject) or "your service call",
        "tried": _on_wall(made[-1], zone) if made else "",
        "retry": _on_wall(again.at, zone) if again else "a day that suits you",
        "news": plain_block(news),
    }
    body = Template(rules.mail_body).substitute(fields)
    return Draft(plain(to), plain(Template(rules.mail_subject).substitute(fields)), plain_block(body))


def _on_wall(instant: datetime, zone: tzinfo) -> str:
    return f"{instant.astimezone(zone):%A %d %B, %H:%M}"
