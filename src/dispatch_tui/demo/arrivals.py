"""Life in the demo company: calls that arrive while you look, and colleagues who work on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import NamedTuple, TypeVar

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.clock import to_us
from dispatch_tui.demo.build import shares
from dispatch_tui.demo.company import OPERATORS, draw_company
from dispatch_tui.demo.founding import team_ref
from dispatch_tui.demo.recent import HOLDS
from dispatch_tui.demo.trades import Problem, trades
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.acknowledging import acknowledge
from dispatch_tui.desk.conversations import log_conversation
from dispatch_tui.desk.demonstration import demo_mark
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.ending import Answers, end_call, finish_visit
from dispatch_tui.errors import Conflict, IllegalTransition, NotAllowed, NotFound
from dispatch_tui.records import Visit
from dispatch_tui.store import bulk
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.filters import parse
from dispatch_tui.store.lookups import technicians
from dispatch_tui.store.queries import call_detail
from dispatch_tui.store.queue import QueueSpec, window
from dispatch_tui.store.rows import QueueRow

_Item = TypeVar("_Item")

_HOUR = timedelta(hours=1)
_DISPATCHERS = ("dana", "dirk")
_UPPERMOST = 12
"""People work from the top of the queue: an act picks among so many first calls."""


class Step(NamedTuple):
    """What somebody did: the act's name, the call's number, the operator's account."""

    act: str
    number: str
    account: str


class Arrivals:
    """One believable act a time, by the demo's own people. When is the caller's to say.

    Raises ``NotAllowed`` where no demo company stands.
    """

    def __init__(self, desk: Desk, seed: int) -> None:
        mark = demo_mark(desk.store)
        if mark is None:
            raise NotAllowed(
                f"{desk.store.location.name} is not the demo's: nobody invents calls there.",
                "Make one: dispatch-tui demo",
            )
        self._desk = desk
        self._rng = Random(f"arrivals/{seed}")
        self._company = draw_company(
            mark.seed, to_us(mark.as_of), units=mark.units, live=shares(mark.calls).live
        )
        self._acts: tuple[tuple[Callable[[], Step | None], int], ...] = (
            (self._open, 15),
            (self._take, 20),
            (self._assign, 18),
            (self._contact, 12),
            (self._attend, 22),
            (self._resolve, 16),
            (self._close, 18),
            (self._hold, 5),
            (self._resume, 4),
        )

    def step(self) -> Step | None:
        """Do one act; ``None`` where somebody else was first, or nothing was there to be done."""
        (act,) = self._rng.choices(
            [act for act, _ in self._acts], weights=[weight for _, weight in self._acts]
        )
        try:
            return act()
        except (Conflict, IllegalTransition, NotFound):  # the call was dealt with between look and act
            return None

    # -- the acts ------------------------------------------------------------------------------

    def _open(self) -> Step:
        unit = self._any(self._company.units)
        problem = self._any(unit.family.problems)
        site = unit.site
        account = self._any(_DISPATCHERS)
        desk = self._as(account)
        with desk.store.read() as connection:
            contact_id, unit_id, team_id = (
                bulk.ids(connection, one.kind, [one.external_id])[one.external_id]
                for one in (site.contact.ref, unit.ref, team_ref(site.region))
            )
        done = calls.open_call(
            desk,
            title=problem.title,
            description=problem.said,
            priority=problem.priority,
            unit_id=unit_id,
            contact_id=contact_id,
            team_id=team_id,
            skill=unit.family.skill,
            channel=self._any(("phone", "phone", "email", "portal")),
        )
        return Step("open", done.call.number, account)

    def _take(self) -> Step | None:
        """A dispatcher takes a new call and rings back."""
        found = self._pick("status:new")
        if found is None:
            return None
        account = self._any(_DISPATCHERS)
        desk = self._as(account)
        calls.take(desk, found.id, version=found.version)
        _told(desk, found.id, "Called back, fault taken down.")
        return Step("take", found.number, account)

    def _assign(self) -> Step | None:
        found = self._pick("status:ack")
        if found is None:
            return None
        with self._desk.store.read() as connection:
            able = technicians(connection, found.id)[:3]
        if not able:
            return None
        account = self._any(_DISPATCHERS)
        desk = self._as(account)
        who = self._any(able)
        calls.assign(desk, found.id, who.id, version=found.version)
        start = desk.clock.now().replace(minute=0, second=0, microsecond=0)
        hours = 1 + int(self._rng.random() * 4)
        visits.plan_visit(desk, found.id, who.id, start + hours * _HOUR, start + (hours + 2) * _HOUR)
        return Step("assign", found.number, account)

    def _contact(self) -> Step | None:
        """A word to a customer who waits for one."""
        found = self._pick("status:ack,assigned,progress clock:warning,breached") or self._pick(
            "status:assigned,progress"
        )
        if found is None:
            return None
        account = self._any(_DISPATCHERS)
        _told(self._as(account), found.id, "Told how far we are.")
        return Step("log_contact", found.number, account)

    def _attend(self) -> Step | None:
        """A technician sets out, or arrives and starts."""
        found = self._pick("status:assigned")
        if found is None:
            return None
        account = self._reporter(found)
        desk = self._as(account)
        visit = self._visit_of(found.id, ("planned", "confirmed", "en_route"))
        if visit is not None and visit.status != "en_route":
            acknowledge(desk, visit.id)
            visits.start_travel(desk, visit.id, version=visit.version)
            return Step("start_travel", found.number, account)
        if visit is not None:
            visits.arrive(desk, visit.id, version=visit.version)
        else:
            calls.start(desk, found.id, version=found.version)
        return Step("start", found.number, account)

    def _resolve(self) -> Step | None:
        found = self._pick("status:progress")
        if found is None:
            return None
        account = self._reporter(found)
        desk = self._as(account)
        problem = _problem_of(found)
        visit = self._visit_of(found.id, ("on_site",))
        if visit is not None:
            minutes = int(problem.minutes * self._rng.uniform(0.7, 1.4))
            finish_visit(
                desk,
                visit.id,
                _good(problem),
                labour_minutes=minutes,
                downtime_minutes=minutes + 45,
                version=visit.version,
            )
        end_call(desk, found.id, "resolve", _good(problem), alike=True, version=found.version)
        return Step("resolve", found.number, account)

    def _close(self) -> Step | None:
        found = self._pick("status:resolved")
        if found is None:
            return None
        account = self._any(_DISPATCHERS)
        end_call(
            self._as(account),
            found.id,
            "close",
            _good(_problem_of(found), confirmed="by phone"),
            alike=True,
            note="The customer is content.",
            version=found.version,
        )
        return Step("close", found.number, account)

    def _hold(self) -> Step | None:
        found = self._pick("status:assigned,progress")
        if found is None:
            return None
        reason, hours = self._any(HOLDS)
        account = self._any(_DISPATCHERS)
        desk = self._as(account)
        until = desk.clock.now() + hours * self._rng.uniform(0.3, 1.0) * _HOUR
        calls.hold(desk, found.id, reason, until=until, version=found.version)
        return Step("hold", found.number, account)

    def _resume(self) -> Step | None:
        found = self._pick("status:hold")
        if found is None:
            return None
        account = self._any(_DISPATCHERS)
        calls.resume(self._as(account), found.id, version=found.version)
        return Step("resume", found.number, account)

    # -- looking -------------------------------------------------------------------------------

    def _as(self, account: str) -> Desk:
        """The desk of one of the demo's people."""
        operator = find_operator(self._desk.store, account)
        if operator is None:
            raise NotFound("operator", account)
        return replace(self._desk, operator=operator)

    def _reporter(self, found: QueueRow) -> str:
        """Who reports what happens on site: the technician with a login, else whom they tell by phone."""
        own = (one.account for one in OPERATORS if one.role == "technician" and one.name == found.technician)
        return next(own, None) or self._any(_DISPATCHERS)

    def _pick(self, wanted: str) -> QueueRow | None:
        spec = QueueSpec(Onlooker(self._desk.clock.now()), parse(wanted))
        with self._desk.store.read() as connection:
            rows = window(connection, spec, limit=_UPPERMOST)
        return self._any(rows) if rows else None

    def _visit_of(self, call_id: int, statuses: tuple[str, ...]) -> Visit | None:
        with self._desk.store.read() as connection:
            lines = call_detail(connection, call_id, story_limit=1).visits
        return next((line.visit for line in lines if line.visit.status in statuses), None)

    def _any(self, items: Sequence[_Item]) -> _Item:
        return items[int(self._rng.random() * len(items))]


def _good(problem: Problem, **more: str) -> Answers:
    """What is told of a call that went well."""
    told = {
        "outcome": "good",
        "problem": problem.title,
        "cause": problem.cause or "wear",
        "next_step": "nothing is left to do; we ask how it runs",
    }
    return Answers(told | more, done=problem.work)


def _problem_of(found: QueueRow) -> Problem:
    """What is wrong, by the call's title; calls that a person opened are mended as at a planned visit."""
    problems = (problem for family in trades().families for problem in family.problems)
    return next((problem for problem in problems if problem.title == found.title), trades().maintenance)


def _told(desk: Desk, call_id: int, said: str) -> None:
    """We reached the customer of a call by phone."""
    spoken = Interaction("out", "phone", desk.clock.now(), two_way=True, said=said)
    log_conversation(desk, spoken, call_id=call_id)
