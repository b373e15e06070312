"""Who is in the story, and what stands before it begins: one customer, a press, two technicians, and their past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.agreements import NewAgreement, make_agreement
from dispatch_tui.desk.demonstration import DemoMark, mark_demo
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.errors import DispatchError
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import bulk

SOURCE = "story"
ZONE = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 3, 10, tzinfo=ZONE)
"""The day of the story, on the customer's wall."""
HOURS = {day: [["07:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TERMS = {
    "calendar": {"tz": ZONE.key, "hours": HOURS},
    "budgets": {
        str(priority): {"first_response": 30, "resolution": 660, "next_update": 180}
        for priority in range(1, 6)
    },
    "cover": {"parts": True, "labour": True},
}
PAST_VISITS = 24
"""Finished repairs from which the length of the next one is read."""


def clock_at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of the story: ``day`` 0 is its Tuesday, the rest is the customer's wall clock."""
    return TUESDAY.replace(hour=hour, minute=minute) + timedelta(days=day)


BEGINS = clock_at(0, 7, 30)


@dataclass(frozen=True, slots=True)
class Cast:
    """Row ids of whom and what the story is about, and a desk for each of our people, all on one clock."""

    clock: FixedClock
    dana: Desk
    kim: Desk
    max: Desk
    customer: int
    site: int
    contact: int
    unit: int
    technician: int
    helper: int


def found(desk: Desk, clock: FixedClock) -> Cast:
    """Record the firm in an empty database that ``desk`` manages. Raises as ``record_history`` does."""
    clock.set(BEGINS)
    mark_demo(desk, DemoMark(calls=PAST_VISITS, units=1, seed=0, as_of=clock.now(), finished=True))
    at = to_us(clock.now() - timedelta(days=900))
    facts = tuple(Fact(kind, f"{SOURCE}:{key}", "add", at, values) for kind, key, values in _founding(desk))
    rows = [SourceRow(1, "firm", b"1" * 16, facts), *_past(), _last_talk()]
    for row, outcome in zip(rows, record_history(desk, SOURCE, rows), strict=True):
        if outcome.outcome == "rejected":
            raise DispatchError(f"The story is at odds with itself at {row.key}: {outcome.reason}.")
    customer = _id(desk, "customer", "berg")
    make_agreement(desk, NewAgreement(customer, "Gold", TERMS, clock_at(-800, 0), clock_at(300, 0)))
    return Cast(
        clock,
        _as(desk, "dana"),
        _as(desk, "kim"),
        _as(desk, "max"),
        customer=customer,
        site=_id(desk, "site", "plant"),
        contact=_id(desk, "contact", "ann"),
        unit=_id(desk, "unit", "press"),
        technician=_id(desk, "technician", "kim"),
        helper=_id(desk, "technician", "ola"),
    )


def _account(desk: Desk, name: str) -> str:
    """The account of one of our people; somebody of the same name may be sitting at the keyboard."""
    return name if desk.operator.account != name else f"{name}-story"


def _as(desk: Desk, name: str) -> Desk:
    person = find_operator(desk.store, _account(desk, name))
    assert person is not None
    return replace(desk, operator=person)


def _id(desk: Desk, kind: str, key: str) -> int:
    name = f"{SOURCE}:{key}"
    with desk.store.read() as connection:
        return bulk.ids(connection, kind, [name])[name]


def _ref(kind: str, key: str) -> Ref:
    return Ref(kind, f"{SOURCE}:{key}")


def _founding(desk: Desk) -> list[tuple[str, str, dict[str, Any]]]:
    berg, plant = _ref("customer", "berg"), _ref("site", "plant")
    return [
        ("team", "presses", {"name": "Presses"}),
        ("technician", "kim", {"name": "Kim", "team_id": _ref("team", "presses"), "phone": "+49 170 20"}),
        ("technician", "ola", {"name": "Ola", "team_id": _ref("team", "presses"), "phone": "+49 170 21"}),
        ("operator", "dana", {"account": _account(desk, "dana"), "name": "Dana", "role": "dispatcher"}),
        (
            "operator",
            "kim-account",
            {
                "account": _account(desk, "kim"),
                "name": "Kim",
                "role": "technician",
                "technician_id": _ref("technician", "kim"),
            },
        ),
        ("operator", "max", {"account": _account(desk, "max"), "name": "Max", "role": "manager"}),
        ("customer", "berg", {"name": "Berg Print", "currency": "EUR", "tier": "gold", "opening_trust": 50}),
        (
            "site",
            "plant",
            {
                "name": "Plant 2",
                "tz": ZONE.key,
                "city": "Kassel",
                "customer_id": berg,
                "access_notes": "Gate 4, ask for the shift lead",
                "arrival_instruction": "Call Ann's cell before the gate",
            },
        ),
        (
            "contact",
            "ann",
            {
                "name": "Ann Berg",
                "goes_by": "Annie",
                "mobile": "+49 170 10",
                "email": "ann@berg.example",
                "best_time": "before noon",
                "customer_id": berg,
                "site_id": plant,
            },
        ),
        (
            "model",
            "cx",
            {
                "maker": "Corvia",
                "name": "CX-1000",
                "family": "press",
                "price_minor": 2_400_000,
                "currency": "EUR",
            },
        ),
        (
            "unit",
            "press",
            {
                "serial": "CX-1044",
                "name": "Press 3",
                "model_id": _ref("model", "cx"),
                "site_id": plant,
                "customer_id": berg,
                "installed_at": to_us(clock_at(-850, 9)),
            },
        ),
    ]


def _last_talk() -> SourceRow:
    """Annie and Dana spoke eight days ago: the cadence is kept."""
    at = to_us(clock_at(-8, 10))
    values = {
        "customer_id": _ref("customer", "berg"),
        "contact_id": _ref("contact", "ann"),
        "happened_at": at,
        "direction": "out",
        "channel": "phone",
        "two_way": 1,
        "mood": "pleased",
        "said": "All presses run; two large jobs in March.",
    }
    fact = Fact("interaction", f"{SOURCE}:talk", "log_contact", at, values)
    return SourceRow(PAST_VISITS + 2, "talk", b"t" * 16, (fact,))


def _past() -> list[SourceRow]:
    """A repair each fortnight or so, of an hour to an hour and a half, a half hour's journey before it."""
    rows = []
    for index in range(PAST_VISITS):
        arrived = clock_at(-800 + 30 * index, 9, 30)
        left = arrived + timedelta(minutes=60 + 10 * (index % 4))
        call, visit = f"past-{index}", f"past-visit-{index}"
        opened = to_us(arrived - timedelta(hours=3))
        whose = {
            "unit_id": _ref("unit", "press"),
            "site_id": _ref("site", "plant"),
            "customer_id": _ref("customer", "berg"),
        }
        opening = {
            "number": f"S-{index + 1}",
            "title": f"Press 3: roller {index + 1}",
            "status": "new",
            "priority": 3,
            "opened_at": opened,
        }
        rows.append(
            SourceRow(
                index + 2,
                call,
                index.to_bytes(16, "big"),
                (
                    Fact("call", f"{SOURCE}:{call}", "open", opened, opening | whose),
                    Fact(
                        "visit",
                        f"{SOURCE}:{visit}",
                        "finish_visit",
                        to_us(left),
                        {
                            "call_id": _ref("call", call),
                            "unit_id": _ref("unit", "press"),
                            "technician_id": _ref("technician", "kim"),
                            "status": "done",
                            "outcome": "good",
                            "en_route_at": to_us(arrived - timedelta(minutes=30)),
                            "on_site_at": to_us(arrived),
                            "done_at": to_us(left),
                            "happened_at": to_us(left),
                        },
                    ),
                    Fact(
                        "call",
                        f"{SOURCE}:{call}",
                        "close",
                        to_us(left),
                        {"status": "closed", "live": 0, "resolved_at": to_us(left), "closed_at": to_us(left)},
                    ),
                ),
            )
        )
    return rows
