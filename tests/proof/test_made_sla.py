"""Our verdicts on a real event log, against the verdict that its own system gave (``made_sla``).

The rule of that system is not published. A Monday-to-Friday calendar of 24 hours and these budgets, counted
from opened to closed without pauses, come closest; what is left is looked at in docs/proofs.md.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.exchange.run import import_file
from dispatch_tui.sla.clocks import Event, clocks_of
from dispatch_tui.sla.terms import Terms, terms_from_mapping
from dispatch_tui.store.tables import call
from tests.conftest import Shared

pytestmark = pytest.mark.xdist_group("made-sla")  # what its fixtures read is read once

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
BUDGETS = {3: 153.5, 4: 345.6}
"""Business hours by priority."""
LEAST = {3: 0.992, 4: 0.998}
TERMS = {
    "calendar": {
        "tz": "UTC",
        "hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    },
    "budgets": {str(priority): {"resolution": round(hours * 60)} for priority, hours in BUDGETS.items()},
    "pauses": {"resolution": []},
}


class Incident(NamedTuple):
    number: str
    priority: int
    opened_at: datetime
    closed_at: datetime
    made_sla: bool


@pytest.fixture(scope="module")
def incidents(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> list[Incident]:
    """Each incident as our importer has stored it, with what the last row of the file says of it."""
    path = shared / "data/servicenow_incidents/incident_event_log.zip"
    with zipfile.ZipFile(path) as archive:
        text = archive.read("incident_event_log.csv").decode()
    last: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        number = row["number"]
        if number not in last or int(row["sys_mod_count"]) >= int(last[number]["sys_mod_count"]):
            last[number] = row
    folder = tmp_path_factory.mktemp("made_sla")
    desk = open_desk(f"sqlite:///{folder / 'calls.sqlite'}", clock=FixedClock(NOW))
    import_file(desk, "servicenow-incidents", path, rejects=folder / "rejects.csv")
    with desk.store.read() as connection:
        columns = (call.c.number, call.c.priority, call.c.opened_at, call.c.closed_at)
        stored = connection.execute(sa.select(*columns)).all()
    desk.store.close()
    assert len(stored) == len(last) == 24_918
    return [Incident(*row, last[row.number]["made_sla"] == "true") for row in stored]


def is_met(terms: Terms, incident: Incident) -> bool:
    events = [
        Event(incident.opened_at, "opened", incident.priority),
        Event(incident.closed_at, "status", "closed"),
    ]
    (clock,) = clocks_of(terms, events)
    assert clock.kind == "resolution"
    return clock.state_at(NOW) == "met"


@pytest.mark.parametrize("priority", BUDGETS)
def test_agreement_with_the_verdicts_of_the_log(
    incidents: list[Incident], priority: int, record_property: pytest.RecordProperty
) -> None:
    terms = terms_from_mapping(TERMS)
    of_priority = [one for one in incidents if one.priority == priority]
    others = [one for one in of_priority if is_met(terms, one) != one.made_sla]
    share = 1 - len(others) / len(of_priority)
    figure = f"made_sla: priority {priority}: {share:.3%} of {len(of_priority):,} agree, {len(others)} do not"
    record_property("figure", figure)
    assert share >= LEAST[priority], figure
