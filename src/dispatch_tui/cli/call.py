"""``dispatch-tui call``: one call with its clocks, its story and whom to reach, now or as it was."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime, tzinfo

from dispatch_tui.cli.instants import read_instant
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.shapes import call_shape, detail_shape, story_shape
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.clock import Clock, to_us
from dispatch_tui.desk.board import put_up_call
from dispatch_tui.errors import NotFound
from dispatch_tui.store.details import CallDetail, VisitLine, zone_of
from dispatch_tui.store.past import Connection
from dispatch_tui.store.queries import STORY_LIMIT, call_detail, change_story
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.store.rows import NEVER, QueueRow
from dispatch_tui.store.story import StoryLine
from dispatch_tui.text import age, plain, plain_block
from dispatch_tui.widgets.moments import clock_span, clock_state, local_time


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Show the call; 0. Raises :class:`NotFound`."""
    with desk_for(args, clock) as desk, desk.store.read() as connection:
        if args.at:
            return _show_past(args, out, connection, read_instant(args.at, clock.now()))
        row = find(connection, args.number)
        detail = call_detail(connection, row.id)
    now = clock.now()
    if args.json:
        out.json({"at": now, "call": call_shape(row, to_us(now)), **detail_shape(detail, now)})
    else:
        _show(out, row, detail, now)
    return 0


def find(connection: Connection, number: str) -> QueueRow:
    """The call of a number. Raises :class:`NotFound`."""
    row = row_by_number(connection, number.strip())
    if row is None:
        raise NotFound("call", plain(number), "'dispatch-tui queue' lists the open ones.")
    return row


def _show_past(args: Namespace, out: Output, connection: Connection, instant: datetime) -> int:
    """What the change log tells of the call's past: the call itself and its story."""
    call_id = find(connection, args.number).id
    put_up_call(connection, call_id, instant)
    row = row_by_number(connection, args.number.strip())
    if row is None:
        raise NotFound("call", plain(args.number), f"It was opened after {args.at}.")
    story = change_story(connection, call_id, zone=zone_of(row.site_tz), until=instant)
    if args.json:
        out.json({"at": instant, "call": call_shape(row, to_us(instant)), **story_shape(story[:STORY_LIMIT])})
    else:
        out.line(out.styled(f"As it was at {local(instant, zone_of(row.site_tz))}", "dim"))
        _head(out, row, instant)
        _story(out, story, zone_of(row.site_tz), complete=len(story) < STORY_LIMIT)
    return 0


def _head(out: Output, row: QueueRow, now: datetime, *, description: str = "") -> None:
    out.line(out.styled(f"{plain(row.number)}  {plain(row.title)}", "bold"))
    wrapped(out, plain_block(description))
    status = plain(row.status).replace("_", " ")
    facts(
        out,
        {
            "Status": f"{status}: {plain(row.held_reason)}" if row.held_reason else status,
            "Priority": str(row.priority),
            "Clock": _clock_words(row, to_us(now)),
            "Opened": _local(row.opened_us, row.site_tz),
            "Customer": plain(row.customer),
            "Site": plain(row.site),
            "Unit": " ".join(filter(None, (plain(row.unit), plain(row.model)))),
            "Technician": plain(row.technician),
            "Team": plain(row.team),
            "Taken by": plain(row.operator),
        },
    )


def _clock_words(row: QueueRow, now_us: int) -> str:
    state = clock_state(row, now_us)
    if state == "none":
        return ""
    words = f"{row.clock.replace('_', ' ')} {state} {clock_span(row, now_us)}".rstrip()
    return words if row.due_us >= NEVER else f"{words}, due {_local(row.due_us, row.site_tz)}"


def _local(us: int, zone: str) -> str:
    there = local_time(us, zone)
    return local(there, there.tzinfo or zone_of(zone))


def _show(out: Output, row: QueueRow, detail: CallDetail, now: datetime) -> None:
    call, names, zone = detail.call, detail.names, detail.zone
    _head(out, row, now, description=call.description)
    facts(
        out,
        {
            "Address": ", ".join(filter(None, (plain(names.address), plain(names.city)))),
            "Access": plain(names.access_notes),
            "Agreement": plain(names.agreement),
            "Resolution": plain(call.resolution),
            "Flag": plain(call.flag),
        },
    )
    _clocks(out, detail, now)
    _people(out, detail, now)
    _visits(out, "Visits", detail.visits, zone, with_number=False)
    others = [one for one in detail.unit_visits if one.visit.call_id != call.id]
    _visits(out, "Last visits to the unit", others, zone, with_number=True)
    _story(out, detail.story, zone, complete=detail.story_complete)


def _clocks(out: Output, detail: CallDetail, now: datetime) -> None:
    if detail.clocks:
        heading(out, "Clocks")
    for one in detail.clocks:
        due = f"due {local(one.due_at, detail.zone)}" if one.due_at else ""
        ended = f"ended {local(one.ended_at, detail.zone)}" if one.ended_at else ""
        words = ", ".join(filter(None, (one.state_at(now), due, ended)))
        facts(out, {one.kind.replace("_", " "): words}, width=16)


def _people(out: Output, detail: CallDetail, now: datetime) -> None:
    if detail.contacts:
        heading(out, "Whom to reach")
    for person in detail.contacts:
        goes_by = f" ({plain(person.goes_by)})" if person.goes_by else ""
        name = f"{plain(person.name)}{goes_by}"
        ways = (person.phone, person.mobile, person.email, person.best_time, person.note)
        wrapped(out, f"  {', '.join(filter(None, (name, *map(plain, ways))))}")
    if detail.promises:
        heading(out, "Promised")
    for promise in detail.promises:
        left = promise.due_at - now
        words = f"{age(left)} left" if promise.due_at > now else f"{age(-left)} late"
        wrapped(out, f"  by {local(promise.due_at, detail.zone)} ({words}): {plain(promise.what)}")
    if detail.follow_ups:
        heading(out, "Follow-ups that we owe")
    for one in detail.follow_ups:
        wrapped(out, f"  by {local(one.due_at, detail.zone)}: {plain(one.reason)}")
    if detail.interactions:
        heading(out, "Last contacts with the customer")
    for spoken in detail.interactions:
        way = f"{spoken.direction} by {plain(spoken.channel)}" if spoken.channel else spoken.direction
        number = (
            f" on {plain(spoken.number)}" if spoken.number and spoken.number != detail.call.number else ""
        )
        wrapped(out, f"  {local(spoken.happened_at, detail.zone)}  {way}{number}: {plain(spoken.said)}")


def _visits(out: Output, title: str, visits: Iterable[VisitLine], zone: tzinfo, *, with_number: bool) -> None:
    lines = []
    for visit, technician, number in visits:
        at = visit.done_at or visit.on_site_at or visit.en_route_at or visit.window_from or visit.happened_at
        said = (plain(visit.cause), plain(visit.work))
        about = ", ".join(
            filter(None, (visit.status.replace("_", " "), plain(technician), visit.outcome, *said))
        )
        lines.append(f"  {local(at, zone)}  {plain(number) + '  ' if with_number else ''}{about}")
    if lines:
        heading(out, title)
    for line in lines:
        wrapped(out, line)


def _story(out: Output, story: Iterable[StoryLine], zone: tzinfo, *, complete: bool) -> None:
    heading(out, "Story, the latest first")
    for one in story:
        who = f"  {one.who}" if one.who else ""
        flag = f" [{one.flag}]" if one.flag else ""
        wrapped(out, f"  {local(one.happened_at, zone)}{who}  {one.text}{flag}")
    if not complete:
        out.line("  and more before that.")
