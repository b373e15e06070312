"""The board with escalated matters: one under way with everything in its room, one that nobody owns."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import escalation_parts as parts
from dispatch_tui.desk import escalations
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.support.desks import as_role

ROOM, UNOWNED = 1, 2
HOSTILE = "[/x] [@click=app.bell]press[/] \x1b[31mred"


def add_matters(desk: Desk, clock: FixedClock) -> tuple[Desk, Desk]:
    """Opened two hours ago about call 6, and ten minutes ago about a customer; maria and tess, who are in it."""
    now = clock.now()
    maria, tess = as_role(desk, "dispatcher", "maria"), as_role(desk, "technician", "tess")
    with desk.store.write() as connection:
        connection.execute(sa.update(t.contact).values(mobile="+49 170 1"))
    clock.set(now - timedelta(hours=2))
    matter = escalations.escalate(desk, "Cold store is down for the third time this month", call_id=6)
    escalations.write_log(
        desk, matter, "Ida called: 40 pallets of vaccine, the buffer holds until the evening."
    )
    parts.add_person(desk, matter, operator_id=desk.operator.id, part="speaks with the customer")
    parts.add_person(desk, matter, operator_id=tess.operator.id, part="on site")
    parts.add_person(desk, matter, contact_id=1, part="plant manager")
    clock.set(now - timedelta(hours=1, minutes=40))
    escalations.take(maria, matter)
    options = (
        ("Loaner until the compressor is here", 45_000, 5, "low"),
        ("Patch the seal tonight", 20_000, 3, "high"),
        ("Replace the unit", 2_900_000, 70, "medium"),
    )
    ids = [
        parts.add_option(
            maria,
            matter,
            what,
            cost_minor=cost,
            currency="EUR",
            ready_at=now + timedelta(hours=hours),
            risk=risk,
        )
        for what, cost, hours, risk in options
    ]
    parts.choose_option(maria, ids[0])
    escalations.write_log(maria, matter, "Loaner agreed with Ida. " + HOSTILE)
    actions = (
        ("Bring the loaner to dock 2", tess, 4),
        ("Ask the maker why this part fails", maria, -0.5),
        ("Move the pallets to room B", desk, -1),
    )
    made = [
        parts.add_action(maria, matter, what, owner_id=who.operator.id, due_at=now + timedelta(hours=hours))
        for what, who, hours in actions
    ]
    clock.set(now - timedelta(minutes=50))
    parts.settle_action(desk, made[2], done=True)
    parts.add_check(maria, matter, "Runs an hour at full load")
    parts.add_check(maria, matter, "Log of the night shows below 5 °C")
    escalations.write_log(
        tess, matter, "On the way with the loaner, there at about half past eleven.\nNeeds the fork lift."
    )
    clock.set(now - timedelta(minutes=10))
    escalations.escalate(desk, "Three sites ask who pays for the night calls", customer_id=2)
    clock.set(now)
    return maria, tess
