"""``dispatch-tui brief``: all that is known before a visit, as text, JSON or a page to print."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from dispatch_tui.cli.call import find
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.roi_report import write
from dispatch_tui.cli.sheet import facts, wrapped
from dispatch_tui.clock import Clock
from dispatch_tui.desk.acknowledging import acknowledge
from dispatch_tui.desk.briefs import Briefing, briefing_of
from dispatch_tui.errors import InvalidInput
from dispatch_tui.report.brief_page import BriefPage, brief_page, brief_text
from dispatch_tui.text import plain

_STATES = {"x": "yes", "!": "no", " ": "not known"}


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Show or print the brief, or acknowledge what it asks for; 0. Raises ``NotFound``, ``InvalidInput``."""
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            call_id = find(connection, args.number).id
            found = briefing_of(connection, call_id, clock.now())
        if args.acknowledge:
            if found.visit is None:
                raise InvalidInput(
                    "visit", "none is planned that it could be acknowledged for", "Plan one first."
                )
            acknowledge(desk, found.visit.visit.id, [one.key for one in found.missing])
            with desk.store.read() as connection:
                found = briefing_of(connection, call_id, clock.now())
    page = brief_page(found)
    if args.output is not None:
        write(args.output, _printed(page, args.output))
        out.line(f"Page: {args.output}")
    elif args.json:
        out.json(_shape(found, page))
    else:
        _show(out, page)
    return 0


def _printed(page: BriefPage, file: Path) -> bytes:
    if file.suffix.lower() == ".txt":
        return brief_text(page).encode()
    from dispatch_tui.report.printing import format_of, printed

    return printed(page, format_of(file))


def _show(out: Output, page: BriefPage) -> None:
    out.line(out.styled(page.title, "bold"))
    for line in (page.call, page.place, page.visit, f"Reach: {page.reach}"):
        wrapped(out, line)
    out.line()
    for one in page.asked:
        given = f"acknowledged by {one.given}" if one.given else "not acknowledged yet (--acknowledge)"
        facts(out, {one.title: f"{one.words} · {given}"}, width=19)
    for part in page.parts:
        for index, line in enumerate(part.lines):
            facts(out, {part.title if index == 0 else " ": line}, width=19)
    for listed in page.lists:
        for index, check in enumerate(listed.lines):
            label = listed.title if index == 0 else " "
            facts(out, {label: f"{_STATES[check.mark]}: {check.text}"}, width=19)


def _shape(found: Briefing, page: BriefPage) -> dict[str, Any]:
    given = {one.key: one for one in found.given}
    visit = found.visit
    return {
        "at": found.at,
        "call": found.call.number,
        "title": found.call.title,
        "customer": found.names.customer,
        "site": found.names.site,
        "site_tz": found.names.site_tz,
        "reach": found.reach.words,
        "visit": None
        if visit is None
        else {
            "id": visit.visit.id,
            "status": visit.visit.status,
            "technician": visit.technician,
            "window_from": visit.visit.window_from,
            "window_to": visit.visit.window_to,
        },
        "to_acknowledge": [
            {
                "kind": one.kind,
                "words": one.words,
                "by": given[one.key].who if one.key in given else "",
                "acknowledged_at": given[one.key].at if one.key in given else None,
            }
            for one in found.brief.to_acknowledge
        ],
        "sections": [{"title": part.title, "lines": part.lines} for part in page.parts],
        "lists": {
            name: [
                {
                    "item": line.item.key,
                    "text": plain(line.item.text),
                    "state": line.state,
                    "must": line.item.must,
                    "note": line.note,
                }
                for line in listed.lines
            ]
            for name, listed in (("readiness", found.readiness), ("data_safety", found.data_safety))
        },
    }
