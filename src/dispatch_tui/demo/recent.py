"""The calls of these days, told in full up to where each stands now."""

from __future__ import annotations

from random import Random
from typing import Any

from dispatch_tui.demo.company import HOUR_US, Company, Technician, Unit, ref
from dispatch_tui.demo.founding import loaner_ref
from dispatch_tui.demo.levels import minutes_of, terms_of
from dispatch_tui.demo.openings import MINUTE_US, Plan
from dispatch_tui.demo.pages import Page
from dispatch_tui.demo.roster import Roster
from dispatch_tui.demo.trades import CURRENCY
from dispatch_tui.records import Ref

HOLDS: tuple[tuple[str, float], ...] = (
    ("Waiting for a part", 46.0),
    ("Customer asked for another day", 26.0),
    ("No access to the site", 18.0),
    ("Waiting for the quote to be approved", 40.0),
    ("Third party has to finish first", 30.0),
)
"""Reasons to wait, each with the hours that it usually takes."""

_DISPATCHERS = ("dana", "dirk")
_CHANNELS = ("phone", "phone", "email", "portal")
_PROMISES = (
    "Call back with an arrival time",
    "Bring the part on the first van",
    "Send the quote",
    "Be on site today",
)
_OPENLY = ("acknowledged", "assigned", "in_progress")
_WORKED = ("in_progress", "resolved", "closed")


class Teller:
    """Tells recent calls; remembers the few things of which the company has only one or a handful."""

    def __init__(self, company: Company, roster: Roster, seed: int) -> None:
        self.company = company
        self.roster = roster
        self.rng = Random(f"stories/{seed}")
        self._told = dict.fromkeys(("assigned", "on_hold", "promised"), 0)
        self._busy: dict[Ref, str] = {}  # technicians on the way or on site now, and where
        self._loaners_out = 0
        self._escalated = False

    def tell(self, number: int, plan: Plan) -> Page:
        """The page of a recent call."""
        rng, now = self.rng, self.company.now_us
        unit = self.company.units[plan.unit]
        page = Page(number, unit, unit.family.problems[plan.problem])
        by = _DISPATCHERS[number & 1]
        page.open(plan.opened_us, plan.priority, _CHANNELS[number % len(_CHANNELS)], by)
        if plan.status == "new":
            return page
        last = _last_moment(rng, plan, now)
        responded = self._responded(plan, unit, last)
        talked = min(max(plan.talked_us, responded), last)
        times = sorted(responded + int(rng.random() * (last - responded)) for _ in range(6))
        page.call(responded, *_taken(by, responded), by)
        page.contact(1, responded, "out", "Called back, fault taken down.", by)
        self._go_on(page, plan, by, times)
        self._talk(page, plan, by, responded, talked)
        self._rare(page, plan, by, times[5])
        page.facts.sort(key=lambda fact: fact.happened_us)
        return page

    def _responded(self, plan: Plan, unit: Unit, last: int) -> int:
        """When we first called back: within the budget as a rule, never after the half of the story."""
        most = plan.opened_us + (last - plan.opened_us) // 2
        level = unit.level
        budget = minutes_of(level, plan.priority, "first_response") or 60
        spent = int(budget * self.rng.uniform(0.1, 0.9) * MINUTE_US)
        due = terms_of(level, unit.agreed_tz).calendar.due_us(plan.opened_us, spent)
        return min(most, due if due is not None else most)

    def _go_on(self, page: Page, plan: Plan, by: str, times: list[int]) -> None:
        """From the first word to the status that the plan asks for."""
        status = plan.status
        if status == "acknowledged":
            return
        if status == "cancelled":
            page.call(times[1], "cancel", {"status": "cancelled"}, by)
            return
        unit = page.unit
        who = self.roster.next(unit.site.region, unit.family.skill, status)
        values: dict[str, Any] = {"status": "assigned", "technician_id": who.ref}
        page.call(times[0], "assign", values, by)
        if status == "assigned":
            self._assigned_visit(page, who, by, times)
        elif status == "on_hold":
            self._hold(page, who, by, times)
        elif status in _WORKED:
            self._work(page, plan, who, by, times)

    def _assigned_visit(self, page: Page, who: Technician, by: str, times: list[int]) -> None:
        """By turns: only planned, confirmed, on the way, or called off and planned anew."""
        turn = self._told["assigned"] % 5
        self._told["assigned"] += 1
        now = self.company.now_us
        nth = 1
        if turn == 4:
            page.visit(1, times[0], "plan_visit", _window(who, times[0], times[1]), by)
            page.visit(1, times[1], "call_off", {"status": "called_off"}, by)
            nth = 2
        page.visit(
            nth,
            times[2],
            "plan_visit",
            _window(who, times[2], now + int(self.rng.uniform(1, 6) * HOUR_US)),
            by,
        )
        if turn in (1, 3):
            page.visit(nth, times[3], "confirm_visit", {"status": "confirmed", "confirmed_at": times[3]}, by)
        if turn == 3:
            self._set_out(page, nth, who, by, times[4])

    def _set_out(self, page: Page, nth: int, who: Technician, by: str, at: int) -> None:
        if who.ref not in self._busy:
            self._busy[who.ref] = page.key
            page.visit(nth, at, "start_travel", {"status": "en_route", "en_route_at": at}, who.account or by)

    def _hold(self, page: Page, who: Technician, by: str, times: list[int]) -> None:
        """Half of them after a first visit that could not finish."""
        turn = self._told["on_hold"]
        self._told["on_hold"] += 1
        reason, hours = HOLDS[turn % len(HOLDS)]
        if turn % 2 == 0:
            page.visit(1, times[1], "plan_visit", _window(who, times[1], times[2]), by)
            reporter = who.account or by
            page.visit(1, times[2], "arrive", {"status": "on_site", "on_site_at": times[2]}, reporter)
            page.call(times[2], "start", {"status": "in_progress"}, reporter)
            minutes = max(1, (times[3] - times[2]) // MINUTE_US)
            report = page.report(1, times[3], who, min(minutes, 90), 4_200, "incomplete")
            page.visit(1, times[3], "finish_visit", report, reporter)
        until = self.company.now_us + int(hours * self.rng.uniform(0.3, 1.0) * HOUR_US)
        page.call(times[4], "hold", {"status": "on_hold", "held_reason": reason, "held_until": until}, by)
        if "quote" in reason:
            amount = page.problem.part_minor + page.unit.model.price_minor // 12
            quote = {
                "call_id": page.call_ref,
                "unit_id": page.unit.ref,
                "kind": "repair",
                "amount_minor": amount,
                "currency": CURRENCY,
                "quoted_at": times[4],
                "valid_until": until + 14 * 24 * HOUR_US,
            }
            page.extra("quote", times[4], "quote", quote, by)

    def _work(self, page: Page, plan: Plan, who: Technician, by: str, times: list[int]) -> None:
        """On site: still there, or done and resolved, or closed as well."""
        reporter = who.account or by
        if plan.status == "in_progress" and self._busy.setdefault(who.ref, page.key) != page.key:
            # They cannot be in two places: here they help by telephone.
            page.call(times[3], "start", {"status": "in_progress"}, reporter)
            return
        page.visit(1, times[1], "plan_visit", _window(who, times[1], times[2]), by)
        page.visit(1, times[2], "start_travel", {"status": "en_route", "en_route_at": times[2]}, reporter)
        page.visit(1, times[3], "arrive", {"status": "on_site", "on_site_at": times[3]}, reporter)
        page.call(times[3], "start", {"status": "in_progress"}, reporter)
        if plan.status == "in_progress":
            return
        minutes = max(5, min(page.problem.minutes, (times[4] - times[3]) // MINUTE_US))
        outcome = "bad" if plan.status == "closed" and plan.problem == 1 and plan.unit % 7 == 0 else "good"
        report = page.report(1, times[4], who, minutes, 2_500 + int(self.rng.random() * 7_500), outcome)
        page.visit(1, times[4], "finish_visit", report, reporter)
        page.call(times[4], "resolve", {"status": "resolved", "resolution": page.problem.work}, reporter)
        if plan.status == "closed":
            page.contact(3, times[5], "out", "Asked whether all is well.", by)
            page.call(times[5], "close", {"status": "closed"}, by)

    def _talk(self, page: Page, plan: Plan, by: str, responded: int, talked: int) -> None:
        """What was said since, and what was promised."""
        rng, now = self.rng, self.company.now_us
        draw = rng.random()
        last = max(talked, responded)
        what = _PROMISES[plan.unit % len(_PROMISES)]
        said = None
        if talked > responded:
            said = page.contact(2, talked, "out", "Gave an update by phone.", by)
        if plan.status in ("resolved", "closed"):
            if said is not None or draw < 0.3:
                said = said or page.contact(2, last, "out", "Agreed on a time.", by)
                page.promise(last, last + HOUR_US, what, said, by)
                self._settle(page, last + HOUR_US, by)
        elif plan.status in _OPENLY and not plan.late and draw < 0.22:
            said = said or page.contact(2, last, "out", "Agreed on the next step.", by)
            page.promise(last, now + int(rng.uniform(0.6, 7) * HOUR_US), what, said, by)
        elif plan.status == "acknowledged" and draw > 0.9:
            asked = now - int(min(rng.uniform(3, 25) * MINUTE_US, (now - talked) / 2))
            page.contact(4, asked, "in", "Any news on this?", by, channel="email")

    def _settle(self, page: Page, due: int, by: str) -> None:
        """Two of three promises were kept."""
        kept = self._told["promised"] % 3 != 2
        self._told["promised"] += 1
        at = due - 5 * MINUTE_US if kept else due + 20 * MINUTE_US
        if at <= self.company.now_us:
            page.settle_promise(at, "kept" if kept else "broken", by)

    def _rare(self, page: Page, plan: Plan, by: str, at: int) -> None:
        """A unit lent out, a matter escalated: a handful, whatever the size of the company."""
        site = page.unit.site
        if plan.status == "on_hold" and self._loaners_out < 2:
            self._loaners_out += 1
            lent = {
                "unit_id": loaner_ref(self._loaners_out),
                "customer_id": site.customer.ref,
                "call_id": page.call_ref,
                "out_at": at,
                "due_back_at": self.company.now_us + 5 * 24 * HOUR_US,
                "note": "Until the part is in",
            }
            page.extra("loaner", at, "lend", lent, by)
        if plan.late and not self._escalated:
            self._escalated = True
            matter = {
                "customer_id": site.customer.ref,
                "call_id": page.call_ref,
                "title": f"{page.problem.title}: promised time has passed",
                "status": "open",
                "opened_at": at,
            }
            escalation = page.extra("escalation", at, "escalate", matter, "mona")
            entry = {"escalation_id": escalation, "written_at": at, "text": "Second technician asked for."}
            page.extra("escalation_entry", at, "write", entry, "mona")


def _last_moment(rng: Random, plan: Plan, now: int) -> int:
    """When the story reached where it stands: for open calls now, for ended ones some hours after the start."""
    if plan.status in ("closed", "cancelled"):
        return min(now, plan.opened_us + int(rng.uniform(4, 30) * HOUR_US))
    return now


def _taken(by: str, at: int) -> tuple[str, dict[str, Any]]:
    return "take", {"status": "acknowledged", "operator_id": ref("operator", by), "acknowledged_at": at}


def _window(who: Technician, planned: int, start: int) -> dict[str, Any]:
    return {
        "technician_id": who.ref,
        "status": "planned",
        "dispatched_at": planned,
        "window_from": start,
        "window_to": start + 2 * HOUR_US,
    }
