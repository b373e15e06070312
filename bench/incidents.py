"""A ServiceNow incident log of the real one's shape, for machines that do not have the real one."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

INCIDENTS = 25_000

HEADER = (
    "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,"
    "caller_id,opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,"
    "contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,"
    "assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,vendor,"
    "caused_by,closed_code,resolved_by,resolved_at,closed_at"
)
STATES = ("New", "Active", "Active", "Awaiting User Info", "Resolved", "Closed")
PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")


def generated(path: Path, incidents: int = INCIDENTS) -> Path:
    """Write a seeded log of the real one's shape: six states of each incident, a row each."""
    choice = random.Random(1)
    opened = datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        log = csv.DictWriter(file, HEADER.split(","), restval="?")
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
