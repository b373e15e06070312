"""``dispatch-tui log``: a contact with a customer, with all that the log dialog asks for."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from dispatch_tui.care.coming import coming, promise_from
from dispatch_tui.care.interactions import SPOKEN, Interaction, Notes
from dispatch_tui.cli.instants import read_instant
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.clock import Clock
from dispatch_tui.desk.conversations import Logged, log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.store.conversations import Partner, partner
from dispatch_tui.store.customers import customer_named
from dispatch_tui.store.prompts import PromptRow, prompt_by_id
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.text import plain, plain_block


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Log the contact; 0. Raises what the desk raises: then nothing was written."""
    with desk_for(args, clock) as desk:
        about, seen = _about(desk, args)
        draft = _draft(args, about, clock.now())
        logged = log_conversation(
            desk,
            draft,
            customer_id=about.customer_id,
            call_id=about.call_id,
            seen=seen,
            told_in_advance=args.told_before,
            number=args.number,
        )
    if args.json:
        out.json(_shape(about, logged))
    else:
        _say(out, about, logged)
    return 0


def _about(desk: Desk, args: Namespace) -> tuple[Partner, PromptRow | None]:
    """With whom, about what: the call, the customer, or both as a prompt names them."""
    if sum(map(bool, (args.number_of_call, args.customer, args.prompt))) != 1:
        raise InvalidInput("CALL", "one thing says with whom it was", "Give a call, --customer or --prompt.")
    with desk.store.read() as connection:
        if args.prompt:
            seen = prompt_by_id(connection, args.prompt, desk.clock.now())
            call_id = seen.call_ids[0] if seen.call_ids else None
            return partner(connection, seen.customer_id, call_id), seen
        if args.customer:
            return partner(connection, customer_named(connection, args.customer), None), None
        row = row_by_number(connection, args.number_of_call.strip())
        if row is None:
            raise NotFound("call", plain(args.number_of_call), "'dispatch-tui queue' lists the open ones.")
        return partner(connection, None, row.id), None


def _draft(args: Namespace, about: Partner, now: datetime) -> Interaction:
    happened_at = read_instant(args.at, now) if args.at else now
    update = coming(args.next_update, now, about.zone, field="--next-update") if args.next_update else None
    return Interaction(
        "in" if args.inbound else "out",
        args.by,
        happened_at,
        two_way=args.by in SPOKEN and not args.no_answer,
        contact_id=_contact(about, args.contact),
        mood=args.mood,
        believes=args.believes,
        true=args.true,
        said=args.said,
        notes=Notes(args.listen, args.observe, args.think, args.speak),
        bad_news=args.bad_news,
        plan=args.plan,
        next_update_at=update,
        promises=tuple(
            promise_from(one, now, happened_at, about.zone, field="--promise") for one in args.promise
        ),
    )


def _contact(about: Partner, name: str) -> int | None:
    """The contact of that name; without one whom the call names."""
    if not name:
        return about.contact_id
    wanted = name.casefold()
    for one in about.contacts:
        if wanted in (plain(one.name).casefold(), plain(one.goes_by).casefold()):
            return one.id
    known = ", ".join(plain(one.name) for one in about.contacts) or "nobody"
    raise NotFound("contact", plain(name), f"Known are: {known}.")


def _shape(about: Partner, logged: Logged) -> dict[str, object]:
    retry, mail = logged.retry, logged.mail
    return {
        "id": logged.interaction_id,
        "call": about.number or None,
        "customer": about.customer,
        "retry": None if retry is None else {"nth": retry.nth, "at": retry.at, "last": retry.last},
        "mail": None if mail is None else {"to": mail.to, "subject": mail.subject, "body": mail.body},
    }


def _say(out: Output, about: Partner, logged: Logged) -> None:
    who = plain(about.number) or plain(about.customer)
    out.line(f"{who} contact logged.")
    if logged.mail is None:
        return
    if logged.retry is None:
        out.line("That was the last try of the ladder: try another contact or another way.")
    else:
        out.line(f"The next try is due at {local(logged.retry.at, about.zone)}.")
    out.line()
    out.line(f"To: {plain(logged.mail.to)}")
    out.line(f"Subject: {plain(logged.mail.subject)}")
    out.line()
    for line in plain_block(logged.mail.body).splitlines():
        out.line(line)
