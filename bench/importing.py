"""A historical log goes in, with all checks, while another session keeps acting."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.person import Person
from bench.setting import Setting
from bench.terminal import shared_folder

REAL = "data/servicenow_incidents/incident_event_log.zip"
PACE = 10
INCIDENTS = 25_000

RATE = Line(
    "import_rate",
    "import of a ServiceNow log, rows a second",
    "1/s",
    goals=(Limit("value", least=60_000),),
    promises=(Limit("value", least=30_000),),
)
BESIDE = Line("import_beside", "an act of another session meanwhile", "ms", goals=(Limit("p95", most=30),))
LINES = (RATE, BESIDE)


def measure(setting: Setting) -> list[Figure]:
    """The rate is the whole command's, from its start to its end."""
    url = setting.few_calls("import", 500)
    real = shared_folder() / REAL
    source = real if real.exists() else generated(setting.scratch / "incidents.csv")
    person = Person(url, setting.scratch / "import.log", act="note", pace=PACE, count=PACE * 600)
    try:
        person.wait_ready()
        person.go()
        time.sleep(1)
        before = len(person.acts())
        start = time.perf_counter()
        result = run_import(source, url, setting.scratch / "rejects.csv")
        seconds = time.perf_counter() - start
        beside = person.acts()[before:]
    finally:
        person.stop()
    read = result["read"]
    kept = sum(result[part] for part in ("imported", "updated", "unchanged", "rejected"))
    if kept != read or not result["imported"]:
        raise RuntimeError(f"the import's counts do not add up: {result}")
    which = "the real log" if source == real else "a generated log of the same shape"
    return [
        Figure(
            RATE, one(read / seconds), note=f"{read:,} rows of {which} in {seconds:.1f} s, start included"
        ),
        Figure(
            BESIDE, stats_of(act.took * 1000 for act in beside), note=f"{len(beside)} acts at {PACE} a second"
        ),
    ]


def run_import(source: Path, url: str, rejects: Path) -> dict[str, int]:
    """The command, as a person would give it; its own counts."""
    command = [sys.executable, "-m", "dispatch_tui", "import", "servicenow-incidents", str(source)]
    command += ["--db", url, "--json", "--rejects", str(rejects), "--zone", "UTC"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


COLUMNS = [
    "number",
    "incident_state",
    "active",
    "reassignment_count",
    "reopen_count",
    "sys_mod_count",
    "made_sla",
    "caller_id",
    "opened_by",
    "opened_at",
    "sys_created_by",
    "sys_created_at",
    "sys_updated_by",
    "sys_updated_at",
    "contact_type",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "cmdb_ci",
    "impact",
    "urgency",
    "priority",
    "assignment_group",
    "assigned_to",
    "knowledge",
    "u_priority_confirmation",
    "notify",
    "problem_id",
    "rfc",
    "vendor",
    "caused_by",
    "closed_code",
    "resolved_by",
    "resolved_at",
    "closed_at",
]
STATES = ("New", "Active", "Active", "Awaiting User Info", "Resolved", "Closed")
PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")


def generated(path: Path, incidents: int = INCIDENTS) -> Path:
    """Write a seeded log of the real one's shape: six states of each incident, a row each."""
    choice = random.Random(1)
    opened = datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        log = csv.DictWriter(file, COLUMNS, restval="?")
        log.writeheader()
        for number in range(incidents):
            opened += timedelta(minutes=choice.randrange(30))
            at = opened
            row = {
                "number": f"INC{number:07}",
                "caller_id": f"Caller {choice.randrange(5000)}",
                "opened_by": f"Opened by  {choice.randrange(200)}",
                "opened_at": _stamp(opened),
                "sys_created_at": _stamp(opened),
                "contact_type": "Phone",
                "location": f"Location {choice.randrange(220)}",
                "category": f"Category {choice.randrange(60)}",
                "subcategory": f"Subcategory {choice.randrange(250)}",
                "impact": "2 - Medium",
                "urgency": "2 - Medium",
                "priority": choice.choice(PRIORITIES),
                "assignment_group": f"Group {choice.randrange(70)}",
            }
            times = [at := at + timedelta(minutes=1 + choice.randrange(600)) for _ in STATES]
            row |= {"resolved_at": _stamp(times[-2]), "closed_at": _stamp(times[-1]), "closed_code": "code 5"}
            for count, (state, when) in enumerate(zip(STATES, times, strict=True)):
                row |= {
                    "incident_state": state,
                    "active": "false" if state == "Closed" else "true",
                    "reassignment_count": str(min(count, 2)),
                    "reopen_count": "0",
                    "sys_mod_count": str(count),
                    "made_sla": "true",
                    "sys_updated_at": _stamp(when),
                    "assigned_to": "?" if count == 0 else f"Resolver {number % 200}",
                }
                log.writerow(row)
    return path


def _stamp(moment: datetime) -> str:
    return f"{moment.day}/{moment.month}/{moment.year} {moment:%H:%M}"
