"""Old calls, told in short: opened, assigned (a planned one was from the start), mended on one visit, closed."""

from __future__ import annotations

from random import Random
from typing import Any

from dispatch_tui.demo.company import HOUR_US, Company
from dispatch_tui.demo.openings import MINUTE_US
from dispatch_tui.demo.pages import CORRECTIVE, PREVENTIVE, Page
from dispatch_tui.demo.roster import Roster
from dispatch_tui.demo.trades import trades

_MAINTENANCE_SHARE = 0.2
_DISPATCHERS = ("dana", "dirk")


def archived_call(
    rng: Random, company: Company, roster: Roster, number: int, opened_us: int, index: int
) -> Page:
    """The page of call ``number`` about the unit of that index."""
    unit = company.units[index]
    site = unit.site
    draw = rng.random
    planned = draw() < _MAINTENANCE_SHARE
    problems = unit.family.problems
    problem = trades().maintenance if planned else problems[int(draw() * len(problems))]
    page = Page(number, unit, problem, PREVENTIVE if planned else CORRECTIVE)
    by = _DISPATCHERS[number & 1]
    who = roster.next(site.region, unit.family.skill)

    answered = opened_us + (0 if planned else int((3 + 22 * draw()) * MINUTE_US))
    arrived = answered + int((0.5 + draw() * draw() * 30) * problem.priority * HOUR_US / 2)
    minutes = int(problem.minutes * (0.6 + 0.9 * draw()))
    done = arrived + minutes * MINUTE_US
    closed = done + int((0.3 + 40 * draw()) * HOUR_US)
    travel = 2_500 + int(draw() * 7_500)

    given: dict[str, Any] = {"status": "assigned", "technician_id": who.ref, "acknowledged_at": answered}
    agreed = opened_us >= company.agreed_from_us
    if planned:
        page.open(opened_us, problem.priority, "plan", by, agreed=agreed, already=given)
    else:
        page.open(opened_us, problem.priority, "phone", by, agreed=agreed)
        page.call(answered, "assign", given, by)
    if agreed:
        page.contact(1, answered, "out", "Told when to expect us.", by)
    attendance = {"technician_id": who.ref, "dispatched_at": answered, "on_site_at": arrived}
    report = page.report(1, done, who, minutes, travel, "good")
    reporter = who.account or by
    page.visit(1, done, "finish_visit", attendance | report, reporter)
    page.call(
        done, "resolve", {"status": "resolved", "started_at": arrived, "resolution": problem.work}, reporter
    )
    page.call(closed, "close", {"status": "closed"}, by)
    return page
