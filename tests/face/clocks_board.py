"""A board with a call in every state of its clock, and one with a past worth explaining.

Now is Wednesday 2026-03-04, 10:00 in Berlin. "Silver" (the company's) counts Monday to Friday 08:00 to 17:00 there; at
priority 3: first response 2 h, resolution 16 h, next update 4 h.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.agreements import NewAgreement, make_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.records import Fact, Ref, SourceRow
from tests.support.contacts import log_contact
from tests.support.databases import made_once
from tests.support.desks import company

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
TOLD, WARNING, BREACHED, PAUSED, NEVER, WAITS, DONE, NONE, SHUT = range(1, 10)
"""Ids of the calls, by what they show."""

SHUT_HOURS: dict[str, Any] = {
    "calendar": {"tz": "Europe/Berlin", "hours": {}},
    "budgets": {str(priority): {"resolution": 480} for priority in range(1, 6)},
}
FAIR: dict[str, Any] = {
    "calendar": {
        "tz": "Europe/Berlin",
        "hours": {
            day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
        },
        "holidays": [{"date": "2026-03-05", "name": "Founders' day"}],
        "overrides": {"2026-03-06": [["09:00", "11:00"]]},
        "breaks": {"2026-03-09": [["10:00", "10:30"]]},
    },
    "budgets": {str(priority): {"resolution": "15d"} for priority in range(1, 6)},
}


@made_once
def build_clocks(url: str, clock: FixedClock) -> Desk:
    """The calls in the order of the names above."""
    clock.set(NOW)
    desk = company(url, clock)
    at = to_us(NOW - timedelta(days=300))
    names = ("Sleepy Inn", "Fair Grounds", "Passing Trade")
    facts = [Fact("customer", f"t:{name}", "import", at, {"name": name}) for name in names]
    facts += [
        Fact("site", f"t:{name} 1", "import", at, values)
        for name in names
        for values in ({"name": "Hall", "tz": "Europe/Berlin", "customer_id": Ref("customer", f"t:{name}")},)
    ]
    record_history(desk, "test", [SourceRow(3, "clocks", b"k" * 16, tuple(facts))])
    for customer, terms in ((2, SHUT_HOURS), (3, FAIR)):
        make_agreement(desk, NewAgreement(customer, names[customer - 2], terms))
    told(desk, clock)
    hour = timedelta(hours=1)
    opened(desk, clock, "Fan rattles", 1.6 * hour, unit_id=1)
    opened(desk, clock, "Door ajar", 2.5 * hour, unit_id=1)
    held = opened(desk, clock, "Pump is slow", 5 * hour, unit_id=1)
    log_contact(desk, held, direction="out")
    clock.set(NOW - hour)
    calls.hold(desk, held, "waits for a seal")
    opened(desk, clock, "Clock is wrong", 3 * hour, site_id=2)
    waits = opened(desk, clock, "Asks for a price", hour, unit_id=1, priority=5)
    log_contact(desk, waits, direction="in", two_way=False)
    done = opened(desk, clock, "Lamp is out", 2 * hour, unit_id=1)
    calls.take(desk, done)
    calls.resolve(desk, done, "new lamp")
    opened(desk, clock, "Looked at in passing", hour, site_id=4)
    opened(desk, clock, "Stage lift creaks", 20 * hour, site_id=3)
    clock.set(NOW)
    return desk


def opened(desk: Desk, clock: FixedClock, title: str, ago: timedelta, **values: Any) -> int:
    """Open a call that long before now; its id."""
    clock.set(NOW - ago)
    return calls.open_call(desk, title=title, **values).call.id


def told(desk: Desk, clock: FixedClock) -> None:
    """Friday 13:30 in Berlin at priority 4, which promises nothing; at 3 an hour later; answered; on hold on Monday
    from 09:00 to 10:00; resolved on Monday at 16:00 and reopened on Tuesday at 09:00."""
    friday = datetime(2026, 2, 27, 12, 30, tzinfo=UTC)
    clock.set(friday)
    one = calls.open_call(desk, title="Compressor trips after ten minutes", unit_id=1, priority=1).call
    clock.advance(timedelta(hours=1))
    calls.set_priority(desk, one.id, 3)
    log_contact(desk, one.id, direction="out")
    calls.take(desk, one.id)
    monday = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    clock.set(monday)
    calls.hold(desk, one.id, "a part is on order")
    clock.advance(timedelta(hours=1))
    calls.resume(desk, one.id)
    clock.set(monday + timedelta(hours=7))
    calls.resolve(desk, one.id, "reset")
    clock.set(monday + timedelta(hours=24))
    calls.reopen(desk, one.id, "trips again")
