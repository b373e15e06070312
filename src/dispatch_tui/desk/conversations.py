"""Conversations: each is recorded once, and what follows from it (clocks, promises, reasons to call) with it.

What may not be missing, :mod:`dispatch_tui.care.interactions` says. A try that reached nobody books the
next one by rule and drafts the e-mail that confirms it; nothing is ever sent from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from dispatch_tui.care import voicemail
from dispatch_tui.care.interactions import Interaction, checked, reached_nobody
from dispatch_tui.care.rules import CareRules
from dispatch_tui.desk.calls import settle
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.deciding import check_standing, not_ended
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.drafts import dropped
from dispatch_tui.desk.reasons_settled import facts_told, settle_reasons
from dispatch_tui.errors import InvalidInput
from dispatch_tui.records import Call
from dispatch_tui.store.care_rows import party_of
from dispatch_tui.store.conversations import Partner, partner, tries_about
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain

_BY_NUMBER: Final = frozenset({"phone", "voicemail", "sms"})
"""Channels on which we need a number of the other."""


class Logged(NamedTuple):
    """What was recorded: the interaction, its call as it is now (None without one) with the ``seq`` of the call's
    change; of a try that reached nobody when the next one is due (None: the ladder has ended) and the e-mail that
    would confirm it."""

    interaction_id: int
    call: Call | None = None
    change: int | None = None
    retry: voicemail.Retry | None = None
    mail: voicemail.Draft | None = None


def log_conversation(
    desk: Desk,
    draft: Interaction,
    *,
    customer_id: int | None = None,
    call_id: int | None = None,
    seen: PromptRow | None = None,
    prompt_keys: Collection[str] = (),
    told_delay_ids: Collection[int] = (),
    told_in_advance: Sequence[str] = (),
    number: str = "",
    useful_until: datetime | None = None,
    draft_key: str = "",
) -> Logged:
    """Record a contact either way with a customer, or about a call (which tells the customer).

    ``seen``: the prompt that it was about, as it was shown; without one ``prompt_keys``: the reasons to call that it
    was about, recorded also where they are gone meanwhile (a try brings none back that somebody ended);
    ``told_delay_ids``: rows of ``delay_reach`` whose sites were told; ``told_in_advance``: what may delay the job, as
    they were told before; ``number``: a number that the contact was reached on, recorded where none is;
    ``useful_until``: the last useful minute of what a try was about; ``draft_key``: the kept draft that ends with it.

    Raises ``NotFound``, ``NotAllowed``, ``Conflict`` (who dealt with a reason of ``seen`` first), and ``InvalidInput``
    with the field: as :func:`dispatch_tui.care.interactions.checked`, a future time, a contact of another customer, a
    contact without a number who was called.
    """
    when = desk.when(draft.happened_at)
    if customer_id is None and call_id is None:
        raise InvalidInput("customer", "nobody is named", "Name a customer or a call.")
    with desk.act("log_contact") as writer:
        row = writer.get("call", call_id, to_change=True) if call_id is not None else None
        if row is not None:
            customer_id = row["customer_id"]
        elif customer_id is not None:
            writer.get("customer", customer_id, to_change=True)
        keys = prompt_keys
        if seen is not None:
            check_standing(writer, seen)
            keys, useful_until = seen.keys, useful_until or seen.useful_until
        elif prompt_keys and is_try(draft):
            keys = not_ended(writer.connection, party_of(customer_id, call_id), prompt_keys)
        who = _whom(writer, draft, customer_id, number)
        # A machine whose clock is ahead of ours by a little does not speak from the future.
        one = checked(replace(draft, happened_at=when), max(when, writer.recorded_at))
        values = _values(desk, one, customer_id, call_id)
        interaction_id = writer.insert(
            "interaction", values, act="log_contact", happened_at=when, call_id=call_id
        )
        _promise_all(writer, one, interaction_id, customer_id, call_id)
        _told_before(writer, told_in_advance, interaction_id, customer_id, call_id, when)
        rules = care_rules(writer.connection)
        logged = Logged(interaction_id)
        tried = is_try(one)
        if tried:
            logged = _tried(writer, rules, logged, customer_id, call_id, who, one, useful_until)
        else:
            facts_told(writer, keys, told_delay_ids, interaction_id, when, one)
        settle_reasons(writer, (customer_id, call_id), keys, interaction_id, one, logged.retry, tried=tried)
        if draft_key:
            dropped(writer.connection, desk.operator.id, draft_key)
        if row is not None:
            done = settle(writer, row, "log_contact", {}, when)
            logged = logged._replace(call=done.call, change=done.change)
        return logged


def is_try(one: Interaction) -> bool:
    """Whether we tried to speak with them and reached nobody."""
    return reached_nobody(one.direction, one.channel, one.two_way)


def confirming_mail(
    rules: CareRules,
    whom: Partner,
    *,
    contact_id: int | None,
    tries: Iterable[datetime],
    news: str = "",
    useful_until: datetime | None = None,
) -> voicemail.Draft:
    """The e-mail that confirms tries, to a contact of theirs; to be looked over and sent by a person."""
    contact = next((one for one in whom.contacts if one.id == contact_id), None)
    return voicemail.confirming_mail(
        tries,
        rules.voicemail,
        whom.zone,
        to=contact.email if contact else "",
        name=contact.called if contact else "",
        subject=f"{whom.title} ({whom.number})" if whom.number else "",
        news=news,
        useful_until=useful_until,
    )


def _tried(
    writer: Writer,
    rules: CareRules,
    logged: Logged,
    customer_id: int | None,
    call_id: int | None,
    who: int | None,
    one: Interaction,
    useful_until: datetime | None,
) -> Logged:
    """The next try by the ladder of tries, and the e-mail."""
    tries = tries_about(writer.connection, customer_id, call_id, writer.recorded_at) or (one.happened_at,)
    mail = confirming_mail(
        rules,
        partner(writer.connection, customer_id, call_id),
        contact_id=who,
        tries=tries,
        news=one.plan or one.said,
        useful_until=useful_until,
    )
    return logged._replace(retry=voicemail.next_try(tries, rules.voicemail, useful_until), mail=mail)


def _whom(writer: Writer, draft: Interaction, customer_id: int | None, number: str) -> int | None:
    """The contact who was spoken with, checked; a number that was not on record is put on record."""
    if draft.contact_id is None:
        return None
    row = writer.get("contact", draft.contact_id)
    if customer_id is not None and row["customer_id"] not in (None, customer_id):
        raise InvalidInput(
            "contact_id", f"{plain(row['name'])} is with another customer", "Choose one of theirs."
        )
    known = plain(row["mobile"]) or plain(row["phone"])
    if not known and plain(number):
        writer.update("contact", row, {"phone": plain(number)}, act="add_number", call_id=None)
    elif not known and draft.direction == "out" and draft.channel in _BY_NUMBER:
        raise InvalidInput(
            "number",
            f"{plain(row['name']) or 'the contact'} has no number on record",
            "Give the number that you used.",
        )
    return draft.contact_id


def _values(desk: Desk, one: Interaction, customer_id: int | None, call_id: int | None) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "contact_id": one.contact_id,
        "call_id": call_id,
        "operator_id": desk.operator.id,
        "happened_at": one.happened_at,
        "direction": one.direction,
        "channel": one.channel,
        "two_way": int(one.two_way),
        "mood": one.mood,
        "believes": one.believes,
        "truth": one.true,
        "said": one.said,
        "listen": one.notes.listen,
        "observe": one.notes.observe,
        "think": one.notes.think,
        "speak": one.notes.speak,
        "bad_news": int(one.bad_news),
        "plan": one.plan,
        "next_update_at": one.next_update_at,
    }


def _promise_all(
    writer: Writer, one: Interaction, interaction_id: int, customer_id: int | None, call_id: int | None
) -> None:
    for promise in one.promises:
        values = {
            "customer_id": customer_id,
            "contact_id": promise.to,
            "call_id": call_id,
            "interaction_id": interaction_id,
            "about": promise.about,
            "what": promise.what,
            "made_at": promise.made_at,
            "due_at": promise.due_at,
            "outcome": "open",
        }
        writer.insert("promise", values, act="promise", happened_at=one.happened_at, call_id=call_id)


def _told_before(
    writer: Writer,
    told: Sequence[str],
    interaction_id: int,
    customer_id: int | None,
    call_id: int | None,
    when: datetime,
) -> None:
    for what in filter(None, map(plain, told)):
        values = {
            "customer_id": customer_id,
            "call_id": call_id,
            "interaction_id": interaction_id,
            "what": what,
            "told_at": when,
        }
        writer.insert("told_in_advance", values, act="tell_in_advance", happened_at=when, call_id=call_id)
