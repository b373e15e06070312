"""A year of calls with clocks of their own, some kept and some not, the same each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.tables import agreement, call, clock, customer, site, team, technician

CALLS = 360
TEAMS = ("North", "South", "Coast")
CUSTOMERS = ("Acme Cold Store", "Bakery Brandt", "Harbour Foods", "Zeta Clinics")
PEOPLE = ("Tess", "Otto", "Ida", "Mira")


def add_year(desk: Desk) -> None:
    """A call a day, due ten hours after it was opened at 06:00 UTC; each mended some hours after, the latest open.

    North is late with every fifth of its calls, South with every tenth, Coast never; one call in 40 has no
    team and is cancelled.
    """
    now = desk.clock.now()
    calls = [_call(number, now) for number in range(1, CALLS + 1)]
    clocks = [one for row in calls for one in _clocks(row)]
    with desk.store.write() as connection:
        for table, names in ((team, TEAMS), (customer, CUSTOMERS), (technician, PEOPLE)):
            connection.execute(sa.insert(table), [{"name": name} for name in names])
        plants = [{"name": "Plant", "tz": "Europe/Berlin", "customer_id": n} for n in (1, 2, 3, 4)]
        connection.execute(sa.insert(site), plants)
        connection.execute(sa.insert(agreement), [{"name": "Silver", "customer_id": n} for n in (1, 2, 3, 4)])
        connection.execute(sa.insert(call), calls)
        connection.execute(sa.insert(clock), clocks)


def _call(number: int, now: datetime) -> dict[str, Any]:
    opened = now.replace(hour=6) - timedelta(days=CALLS - number)
    of_team = number % 3 + 1
    cancelled = number % 40 == 0
    late = (of_team == 1 and number % 5 == 0) or (of_team == 2 and number % 10 == 0)
    done = None if number > CALLS - 2 else opened + timedelta(hours=14 if late else 5, minutes=number % 60)
    status = "in_progress" if done is None else "cancelled" if cancelled else "closed"
    return {
        "number": f"C-{number:04}",
        "title": ("Compressor trips", "Door does not close", "Display is dark")[number // 3 % 3],
        "status": status,
        "priority": number % 3 + 1,
        "live": int(done is None),
        "team_id": None if cancelled else of_team,
        "customer_id": number % 4 + 1,
        "site_id": number % 4 + 1,
        "agreement_id": number % 4 + 1,
        "technician_id": number // 3 % 4 + 1,
        "opened_at": opened,
        "closed_at": done,
        "happened_at": done or opened,
    }


def _clocks(row: dict[str, Any]) -> list[dict[str, Any]]:
    opened, done = row["opened_at"], row["closed_at"]
    call_id = int(row["number"][2:])
    answered = None if done is None else min(done, opened + timedelta(minutes=20 + call_id % 50))
    common = {"call_id": call_id, "started_at": opened, "warn_at": None, "paused_since": None}
    return [
        {**common, "kind": "first_response", "due_at": opened + timedelta(hours=1), "ended_at": answered},
        {**common, "kind": "resolution", "due_at": opened + timedelta(hours=10), "ended_at": done},
    ]
