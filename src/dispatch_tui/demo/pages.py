"""One call's page in the books: its facts in the order in which they happened."""

from __future__ import annotations

from typing import Any

from dispatch_tui.demo.company import SOURCE, Technician, Unit
from dispatch_tui.demo.founding import agreement_of, part_ref, team_ref
from dispatch_tui.demo.trades import CURRENCY, LABOUR_MINOR_PER_HOUR, Problem
from dispatch_tui.records import Fact, Ref, SourceRow

CORRECTIVE, PREVENTIVE = "corrective", "preventive"


class Page:
    """Collects the facts of one call. Instants are microseconds; ``by`` is an operator's account."""

    def __init__(self, number: int, unit: Unit, problem: Problem, kind: str = CORRECTIVE) -> None:
        self.key = f"C-{number}"
        self.name = f"{SOURCE}:{self.key}"
        self.unit = unit
        self.problem = problem
        self.kind = kind
        self.facts: list[Fact] = []
        self._call = Ref("call", self.name)

    def row(self, line: int, digest: bytes) -> SourceRow:
        """Everything told so far as one row of the source."""
        return SourceRow(line, self.key, digest, tuple(self.facts))

    def call(self, at: int, act: str, values: dict[str, Any], by: str = "") -> None:
        """Something that happened to the call itself."""
        self.facts.append(Fact("call", self.name, act, at, values, "", by and f"{SOURCE}:{by}"))

    def beside(self, kind: str, nth: int, at: int, act: str, values: dict[str, Any], by: str = "") -> Ref:
        """Something that happened to a record that belongs to the call."""
        name = f"{self.name}/{kind}{nth}"
        self.facts.append(Fact(kind, name, act, at, values, "", by and f"{SOURCE}:{by}"))
        return Ref(kind, name)

    def open(
        self,
        at: int,
        priority: int,
        channel: str,
        by: str = "",
        *,
        agreed: bool = True,
        already: dict[str, Any] | None = None,
    ) -> None:
        """The call comes in. From when agreements were sold it is covered by the nearest to its unit;
        ``already``: what was settled before it came in."""
        unit, site = self.unit, self.unit.site
        values: dict[str, Any] = {
            "title": self.problem.title,
            "description": self.problem.said,
            "status": "new",
            "priority": priority,
            "customer_id": site.customer.ref,
            "site_id": site.ref,
            "contact_id": site.contact.ref,
            "unit_id": unit.ref,
            "team_id": team_ref(site.region),
            "skill": unit.family.skill,
            "channel": channel,
            "category": self.kind,
        }
        if agreed:
            agreement, reason = agreement_of(unit)
            values |= {"agreement_id": agreement, "terms_version": 1, "agreement_reason": reason}
        else:
            values["agreement_id"] = None  # there was none: nobody needs to look for one
        self.call(at, "open", values | (already or {}), by)

    def contact(
        self, nth: int, at: int, direction: str, said: str, by: str = "", channel: str = "phone"
    ) -> Ref:
        """The customer and we were in touch; by telephone both sides speak."""
        site = self.unit.site
        values = {
            "customer_id": site.customer.ref,
            "contact_id": site.contact.ref,
            "call_id": self._call,
            "direction": direction,
            "channel": channel,
            "two_way": 1 if channel == "phone" else 0,
            "said": said,
        }
        return self.beside("interaction", nth, at, "log_contact", values, by)

    def promise(self, made: int, due: int, what: str, said: Ref, by: str = "") -> None:
        """What we said we would do, by when."""
        site = self.unit.site
        values = {
            "customer_id": site.customer.ref,
            "contact_id": site.contact.ref,
            "call_id": self._call,
            "interaction_id": said,
            "what": what,
            "made_at": made,
            "due_at": due,
            "outcome": "open",
        }
        self.beside("promise", 1, made, "promise", values, by)

    def settle_promise(self, at: int, outcome: str, by: str = "") -> None:
        self.beside("promise", 1, at, "settle", {"outcome": outcome, "settled_at": at}, by)

    def visit(self, nth: int, at: int, act: str, values: dict[str, Any], by: str = "") -> None:
        """A step of an attendance; the first one names the technician."""
        self.beside("visit", nth, at, act, {"call_id": self._call, "unit_id": self.unit.ref, **values}, by)

    def report(
        self, nth: int, done: int, who: Technician, minutes: int, travel: int, outcome: str
    ) -> dict[str, Any]:
        """What the technician writes at the end of an attendance: work, times and costs, with its part used."""
        problem = self.problem
        part = problem.part if outcome == "good" else ""
        labour = minutes * LABOUR_MINOR_PER_HOUR // 60
        parts = problem.part_minor if part else 0
        if part:
            used = {
                "visit_id": Ref("visit", f"{self.name}/visit{nth}"),
                "part_id": part_ref(problem),
                "name": part,
                "cost_minor": parts,
                "currency": CURRENCY,
            }
            self.beside("part_use", nth, done, "use_part", used)
        return {
            "status": "done",
            "done_at": done,
            "outcome": outcome,
            "kind": self.kind,
            "problem": problem.title,
            "cause": problem.cause,
            "work": problem.work if outcome == "good" else "Fault found, part not on the van",
            "labour_minutes": minutes,
            "downtime_minutes": minutes + 45,
            "labour_minor": labour,
            "parts_minor": parts,
            "travel_minor": travel,
            "cost_minor": labour + parts + travel,
            "currency": CURRENCY,
        }

    def extra(self, kind: str, at: int, act: str, values: dict[str, Any], by: str = "") -> Ref:
        """One of a kind beside the call: a quote, a loaner, an escalation."""
        return self.beside(kind, 1, at, act, values, by)

    @property
    def call_ref(self) -> Ref:
        return self._call
