"""What people decide about a prompt: not to call, to call later, to let somebody else call; and that it was done.

Each takes the row that was seen. What was dealt with meanwhile is a ``Conflict`` that says who was first.
All raise ``NotFound``, ``NotAllowed``, ``Conflict`` or ``InvalidInput``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care import decisions
from dispatch_tui.care.decisions import Decision, Handover, HandoverStatus
from dispatch_tui.care.reasons import Reason
from dispatch_tui.desk import followups
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.handovers import end_handovers, handovers_of, party_of_handover
from dispatch_tui.desk.prompting import standing_reasons
from dispatch_tui.errors import Conflict, InvalidInput
from dispatch_tui.store import tables as t
from dispatch_tui.store.prompts import PromptRow, stored
from dispatch_tui.store.stale import Party
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain


class Offer(NamedTuple):
    """A conversation that somebody would like to hand over; ``prompt_id``: the first prompt of the party now."""

    id: int
    version: int
    party: Party
    customer: str
    giver_id: int
    giver: str
    taker_id: int
    offered_at: datetime
    note: str
    prompt_id: int | None


def override(desk: Desk, seen: PromptRow, why: str, *, keys: Collection[str] | None = None) -> None:
    """Not to call about these reasons of the prompt (``None``: all of it), and why. Of what is taken off whole nobody
    is the holder any more."""
    with desk.act("override_prompt") as writer:
        standing = _standing(writer, seen, keys, desk.clock.now())
        for reason in standing:
            _keep(
                writer, seen.party, decisions.override(reason, desk.clock.now(), why), act="override_prompt"
            )
        if len(standing) == len(seen.reasons):
            end_handovers(writer, seen.party, act="override_prompt")


def retime(
    desk: Desk, seen: PromptRow, until: datetime, why: str = "", *, keys: Collection[str] | None = None
) -> None:
    """To call about these reasons (``None``: all) at ``until`` instead; why, where that is after the last useful
    minute."""
    with desk.act("retime_prompt") as writer:
        for reason in _standing(writer, seen, keys, desk.clock.now()):
            decided = decisions.retime(reason, desk.clock.now(), until, why)
            _keep(writer, seen.party, decided, act="retime_prompt")


def take_back(desk: Desk, seen: PromptRow) -> None:
    """Put the prompt back to where it stood when it was seen: an override or a new time was a mistake."""
    with desk.act("take_back_prompt") as writer:
        for reason in seen.reasons:
            decided = Decision(
                reason.key,
                "retimed",
                desk.clock.now(),
                until=reason.prompt_at,
                slip=reason.slip,
                why="taken back",
            )
            _keep(writer, seen.party, decided, act="take_back_prompt")


def check_standing(writer: Writer, seen: PromptRow, keys: Collection[str] | None = None) -> None:
    """Raise ``Conflict`` where one of these reasons (``None``: all) was dealt with since the row was read."""
    _standing(writer, seen, keys, writer.recorded_at)


def settled_by(
    writer: Writer,
    customer_id: int | None,
    call_id: int | None,
    keys: Iterable[str],
    interaction_id: int | None,
    when: datetime,
    *,
    retry_at: datetime | None = None,
) -> None:
    """Record that a conversation was had about the reasons with these keys; who had taken it over has done it.

    ``retry_at``: nobody was reached, and they come back then. A reason that is gone meanwhile is recorded too:
    what was said was said.
    """
    party = Party("customer", customer_id) if customer_id is not None else Party("call", call_id or 0)
    wanted = list(dict.fromkeys(keys))
    rows = stored(writer.connection, [party]).get(party, ()) if wanted else ()
    slips = {reason.key: reason.slip for row in rows for reason in row.reasons}
    for key in wanted:
        slip = slips.get(key, decisions.Decision(key, "done", when).slip)
        act: decisions.Act = "done" if retry_at is None else "retimed"
        decided = Decision(key, act, when, until=retry_at, slip=slip)
        _keep(writer, party, decided, act="settle_prompt", interaction_id=interaction_id)
    if interaction_id is not None and retry_at is None:
        had = followups.named_by(wanted)
        followups.done(writer, had, interaction_id=interaction_id, when=when, act="settle_prompt")
    if wanted and retry_at is None:
        end_handovers(writer, party, act="settle_prompt")


def not_ended(connection: Connection, party: Party, keys: Collection[str]) -> list[str]:
    """Those of these keys about which nobody has decided that no call is needed any more."""
    one = t.decision.c
    whose = one.customer_id if party.kind == "customer" else one.call_id
    query = (
        sa.select(one.key, one.act)
        .where(whose == party.id, one.key.in_(keys))
        .order_by(one.happened_at, one.id)
    )
    last = {row.key: row.act for row in connection.execute(query)}
    return [key for key in keys if last.get(key, "retimed") == "retimed"]


# -- handing over ------------------------------------------------------------------------------


def offer(desk: Desk, seen: PromptRow, taker_id: int, note: str = "") -> int:
    """Offer the conversation to another operator; it stays with whoever has it until they accept. Its id."""
    with desk.act("offer_prompt") as writer:
        check_standing(writer, seen)
        now = desk.clock.now()
        decisions.offer(desk.operator.id, taker_id, now)
        taker = writer.get("operator", taker_id)
        if taker["role"] == "viewer":
            raise InvalidInput("to", f"{taker['account']} may only look", "Choose somebody who calls.")
        waiting = writer.connection.execute(handovers_of(seen.party, "offered")).mappings().first()
        if waiting is not None:
            raise writer.conflict("handover", waiting, None)
        values = {
            "customer_id": seen.customer_id,
            "call_id": seen.call_id,
            "giver_id": desk.operator.id,
            "taker_id": taker_id,
            "offered_at": now,
            "status": "offered",
            "note": plain(note),
        }
        return writer.insert("handover", values, act="offer_prompt", call_id=seen.call_id)


def answer(desk: Desk, handover_id: int, status: HandoverStatus, *, version: int | None = None) -> None:
    """Accept or decline what was offered to me, or withdraw what I offered (``care.decisions``)."""
    with desk.act("answer_prompt") as writer:
        row = writer.get("handover", handover_id, to_change=True)
        if row["status"] != "offered" or (version is not None and row["version"] != version):
            raise writer.conflict("handover", row, version)
        offered = Handover(row["giver_id"], row["taker_id"], row["offered_at"], "offered")
        answered = decisions.answer(offered, status, desk.operator.id)
        values = {"status": answered.status, "answered_at": desk.clock.now()}
        if status == "accepted":  # one holder at a time
            party = party_of_handover(row)
            for other in writer.connection.execute(handovers_of(party, "accepted")).mappings().all():
                writer.update("handover", other, {"status": "ended"}, act="answer_prompt")
        writer.update("handover", row, values, act="answer_prompt", call_id=row["call_id"])


def offers(
    connection: Connection, *, to_id: int | None = None, from_id: int | None = None
) -> tuple[Offer, ...]:
    """Offers that wait for an answer: those to an operator, or those by one; the oldest first."""
    query = _OFFERS
    if to_id is not None:
        query = query.where(_handover.taker_id == to_id)
    if from_id is not None:
        query = query.where(_handover.giver_id == from_id)
    rows = connection.execute(query.order_by(_handover.offered_at, _handover.id)).mappings().all()
    firsts = stored(connection, {party_of_handover(row) for row in rows})
    return tuple(
        Offer(
            row["id"],
            row["version"],
            party := party_of_handover(row),
            row["customer"],
            row["giver_id"],
            row["giver"],
            row["taker_id"],
            row["offered_at"],
            row["note"],
            firsts[party][0].id if party in firsts else None,
        )
        for row in rows
    )


# -- shared ------------------------------------------------------------------------------------


def _standing(
    writer: Writer, seen: PromptRow, keys: Collection[str] | None, now: datetime
) -> Sequence[Reason]:
    """These reasons as they stand in this transaction; ``Conflict`` where one is gone or was re-timed."""
    _hold(writer, seen.party)
    wanted = [one for one in seen.reasons if keys is None or one.key in keys]
    if not wanted:
        raise InvalidInput("keys", "none of them is a reason of this prompt", "Look at the prompt again.")
    found = standing_reasons(writer.connection, seen.party, now)
    for one in wanted:
        there = found.get(one.key)
        if there is None or there.prompt_at > max(one.prompt_at, now):
            raise _dealt_with(writer, seen, one.key)
    return [found[one.key] for one in wanted]


def _hold(writer: Writer, party: Party) -> None:
    """Nobody else decides about this party before this transaction ends."""
    kind: Any = t.customer if party.kind == "customer" else t.call
    writer.connection.execute(
        sa.select(kind.c.id).where(kind.c.id == party.id).with_for_update(key_share=True)
    )


def _dealt_with(writer: Writer, seen: PromptRow, key: str) -> Conflict:
    """Who was first: by the decision on this key, else by the last thing that happened to what it is about."""
    party = seen.party
    decided, change = t.decision.c, t.change.c
    last = writer.connection.execute(
        sa.select(t.operator.c.account, decided.act)
        .select_from(t.decision.outerjoin(t.operator, t.operator.c.id == decided.operator_id))
        .where((decided.customer_id if party.kind == "customer" else decided.call_id) == party.id)
        .where(decided.key == key)
        .order_by(decided.happened_at.desc(), decided.id.desc())
        .limit(1)
    ).first()
    if last is None and seen.call_ids:
        last = writer.connection.execute(
            sa.select(t.operator.c.account, change.act)
            .select_from(t.change.outerjoin(t.operator, t.operator.c.id == change.operator_id))
            .where(change.call_id.in_(seen.call_ids))
            .order_by(change.seq.desc())
            .limit(1)
        ).first()
    by, act = (last.account or "", last.act) if last else ("", "")
    return Conflict("prompt", seen.id, expected=None, found=0, by=by, act=act)


def _keep(
    writer: Writer, party: Party, decided: Decision, *, act: str, interaction_id: int | None = None
) -> None:
    call_id = party.id if party.kind == "call" else None
    values = {
        "customer_id": party.id if party.kind == "customer" else None,
        "call_id": call_id,
        "operator_id": writer.operator_id,
        "interaction_id": interaction_id,
        "key": decided.key,
        "act": decided.act,
        "happened_at": decided.at,
        "until": decided.until,
        "slip_seconds": round(decided.slip.total_seconds()),
        "why": decided.why,
    }
    writer.insert("decision", values, act=act, happened_at=decided.at, call_id=call_id)


_handover = t.handover.c
_OFFERS = (
    sa.select(
        t.handover,
        sa.func.coalesce(t.customer.c.name, "").label("customer"),
        sa.func.coalesce(t.operator.c.account, "").label("giver"),
    )
    .select_from(
        t.handover.outerjoin(t.customer, t.customer.c.id == _handover.customer_id).outerjoin(
            t.operator, t.operator.c.id == _handover.giver_id
        )
    )
    # Written out, so that the partial index serves.
    .where(_handover.status == sa.literal_column("'offered'"))
)
