"""``dispatch-tui first``: whom to call before they call us, the sheet for a call, and what is decided about it."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, tzinfo
from typing import Any

from dispatch_tui.care.call_first import CallSheet
from dispatch_tui.care.decisions import HandoverStatus
from dispatch_tui.cli.instants import read_instant
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, Style, local
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.deciding import Offer, answer, offer, offers, override, retime
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.prompting import refresh
from dispatch_tui.desk.sheets import sheet_for
from dispatch_tui.errors import NotFound
from dispatch_tui.store.conversations import partner
from dispatch_tui.store.owed import count
from dispatch_tui.store.prompts import PromptRow, prompt_by_id, window
from dispatch_tui.text import age, plain

_STATES: dict[str, tuple[str, Style]] = {
    "ahead": ("later", "dim"),
    "now": ("now", "green"),
    "late": ("late", "red"),
}
_ANSWERS: dict[str, HandoverStatus] = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Do what ``args.act`` says; 0. Raises what the desk raises: then nothing was decided."""
    acts = {
        "": _list,
        "show": _show,
        "override": _override,
        "retime": _retime,
        "offer": _offer,
        "offers": _offers,
        **dict.fromkeys(_ANSWERS, _answer),
    }
    with desk_for(args, clock) as desk:
        refresh(desk)
        acts[args.act](desk, args, out)
    return 0


def _list(desk: Desk, args: Namespace, out: Output) -> None:
    now = desk.clock.now()
    with desk.store.read() as connection:
        rows = window(connection, now, limit=args.limit)
        owed = count(connection, now)
    if args.json:
        out.json(
            {"at": now, "now": owed.now, "late": owed.late, "prompts": [_shape(one, now) for one in rows]}
        )
        return
    if not rows:
        out.line("Nobody is to be called now.")
        return
    columns = (
        Column("Id", right=True),
        Column("State"),
        Column("Left", right=True),
        Column("Customer", 1, 12),
        Column("With", 3),
        Column("Why", 2, 20),
    )
    table(out, columns, [_row(one, now) for one in rows])
    shown = f"The first {len(rows):,} of {owed.now:,}" if len(rows) < owed.now else f"{owed.now:,}"
    out.line(f"{shown} to call, {owed.late:,} of them late.")


def _row(one: PromptRow, now: datetime) -> list[Cell]:
    word, style = _STATES[one.state_at(now)]
    return [
        Cell(str(one.id)),
        Cell(word, style),
        Cell(age(one.useful_until - now)),
        Cell(plain(one.customer) or f"call {one.call_id}", "bold"),
        Cell(plain(one.holder)),
        Cell(plain(one.words)),
    ]


def _show(desk: Desk, args: Namespace, out: Output) -> None:
    now = desk.clock.now()
    seen = _seen(desk, args)
    with desk.store.read() as connection:
        sheet = sheet_for(connection, seen, now, care_rules(connection))
    zone = _zone(desk, seen)
    if args.json:
        out.json({"at": now, "prompt": _shape(seen, now), "sheet": _sheet_shape(sheet)})
        return
    word, _ = _STATES[seen.state_at(now)]
    out.line(out.styled(plain(seen.customer) or f"call {seen.call_id}", "bold"))
    last = sheet.last_word
    said = (
        ""
        if last is None
        else f"{'we' if last.by_us else 'they'} by {plain(last.channel)}: {plain(last.said)}"
    )
    facts(
        out,
        {
            "state": word,
            "useful until": local(seen.useful_until, zone),
            "with": plain(seen.holder),
            "reach": sheet.reach.words,
            "last said": said,
        },
    )
    heading(out, "Why")
    for reason in seen.reasons:
        wrapped(out, f"  {plain(reason.words)} (by {local(reason.useful_until, zone)})")
    heading(out, "Say")
    for title, line in sheet.talk.lines:
        wrapped(out, f"  {title}: {plain(line)}")
    heading(out, "Place in the list, in minutes of head start")
    for part in seen.rank_parts:
        out.line(f"  {part.minutes:>9,}  {part.name}: {plain(part.words)}")


def _zone(desk: Desk, seen: PromptRow) -> tzinfo:
    """The wall clock of whom it is about: at the site of the first call, as on the screen."""
    with desk.store.read() as connection:
        return partner(connection, seen.customer_id, seen.call_ids[0] if seen.call_ids else None).zone


def _override(desk: Desk, args: Namespace, out: Output) -> None:
    seen = _seen(desk, args)
    override(desk, seen, args.why)
    _say(out, args, seen, "overridden", f"Nobody calls {_whom(seen)} about this.")


def _retime(desk: Desk, args: Namespace, out: Output) -> None:
    until = read_instant(args.until, desk.clock.now(), field="--until", ahead=True)
    seen = _seen(desk, args)
    retime(desk, seen, until, args.why)
    _say(out, args, seen, "retimed", f"{_whom(seen)} comes back at {local(until, _zone(desk, seen))}.")


def _offer(desk: Desk, args: Namespace, out: Output) -> None:
    seen = _seen(desk, args)
    taker = find_operator(desk.store, args.account)
    if taker is None:
        raise NotFound("operator", plain(args.account), "'dispatch-tui operator list' shows them.")
    made = offer(desk, seen, taker.id, args.note)
    said = f"Offer {made}: {_whom(seen)} to {plain(taker.account)}. It stays with you until they accept."
    _say(out, args, seen, "offered", said, offer=made)


def _offers(desk: Desk, args: Namespace, out: Output) -> None:
    with desk.store.read() as connection:
        waiting = offers(connection, to_id=desk.operator.id)
    if args.json:
        out.json({"offers": [_offer_shape(one) for one in waiting]})
    elif waiting:
        columns = (
            Column("Offer", right=True),
            Column("From"),
            Column("Customer", 1, 12),
            Column("Note", 2, 12),
        )
        rows = [
            [
                Cell(str(one.id)),
                Cell(plain(one.giver)),
                Cell(plain(one.customer) or f"call {one.party.id}", "bold"),
                Cell(plain(one.note)),
            ]
            for one in waiting
        ]
        table(out, columns, rows)
    else:
        out.line("Nothing is offered to you.")


def _answer(desk: Desk, args: Namespace, out: Output) -> None:
    status = _ANSWERS[args.act]
    answer(desk, args.offer, status)
    if args.json:
        out.json({"offer": args.offer, "status": status})
    else:
        out.line(f"Offer {args.offer} is {status}.")


def _seen(desk: Desk, args: Namespace) -> PromptRow:
    with desk.store.read() as connection:
        return prompt_by_id(connection, args.id, desk.clock.now())


def _whom(seen: PromptRow) -> str:
    return plain(seen.customer) or f"call {seen.call_id}"


def _say(out: Output, args: Namespace, seen: PromptRow, status: str, words: str, **more: Any) -> None:
    if args.json:
        out.json({"prompt": seen.id, "status": status, "keys": seen.keys, **more})
    else:
        wrapped(out, words)


# -- shapes ------------------------------------------------------------------------------------


def _shape(one: PromptRow, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "customer": one.customer,
        "call_ids": one.call_ids or ([one.call_id] if one.call_id is not None else []),
        "state": one.state_at(now),
        "prompt_at": one.prompt_at,
        "useful_until": one.useful_until,
        "rank_at": one.rank_at,
        "bad_news": one.bad_news,
        "holder": one.holder,
        "words": one.words,
        "reasons": [
            {
                "kind": reason.kind,
                "key": reason.key,
                "words": reason.words,
                "call_id": reason.call_id,
                "prompt_at": reason.prompt_at,
                "useful_until": reason.useful_until,
                "slip_minutes": round(reason.slip.total_seconds() / 60),
                "bad_news": reason.bad_news,
            }
            for reason in one.reasons
        ],
        "rank": [
            {"part": part.name, "minutes": part.minutes, "words": part.words} for part in one.rank_parts
        ],
    }


def _sheet_shape(sheet: CallSheet) -> dict[str, Any]:
    contact, last = sheet.reach.contact, sheet.last_word
    return {
        "contact": None
        if contact is None
        else {
            "id": contact.id,
            "name": contact.name,
            "called": contact.called,
            "best_time": contact.best_time,
        },
        "ways": [{"way": step.way, "to": step.to} for step in sheet.reach.steps],
        "problem": sheet.reach.problem,
        "last_word": None
        if last is None
        else {"at": last.at, "by_us": last.by_us, "channel": last.channel, "said": last.said},
        "talk": [{"part": title, "say": line} for title, line in sheet.talk.lines],
    }


def _offer_shape(one: Offer) -> dict[str, Any]:
    return {
        "id": one.id,
        "prompt_id": one.prompt_id,
        "customer": one.customer,
        "from": one.giver,
        "offered_at": one.offered_at,
        "note": one.note,
    }
