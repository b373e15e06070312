"""A historical log goes in, with all checks, while another session keeps acting."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.incidents import generated
from bench.person import Person
from bench.setting import Setting
from bench.terminal import Failed, shared_folder

REAL = "data/servicenow_incidents/incident_event_log.zip"
PACE = 10
CALLS = 500

RATE = Line(
    "import_rate",
    "import of a ServiceNow log, rows a second (SQLite)",
    "1/s",
    goals=(Limit("value", least=60_000),),
    promises=(Limit("value", least=30_000),),
)
BESIDE = Line("import_beside", "an act beside that import (SQLite)", "ms", goals=(Limit("p95", most=30),))
SERVER_RATE = Line(
    "import_server_rate",
    "import of a ServiceNow log, rows a second (PostgreSQL)",
    "1/s",
    goals=(Limit("value", least=100_000),),
)
SERVER_BESIDE = Line("import_server_beside", "an act beside that import (PostgreSQL)", "ms")
LINES = (RATE, BESIDE)
SERVER_LINES = (SERVER_RATE, SERVER_BESIDE)


def measure(setting: Setting) -> list[Figure]:
    """Into a SQLite file that already has calls."""
    return _beside_a_person(setting, setting.few_calls("import", CALLS), LINES)


def measure_on_a_server(setting: Setting) -> list[Figure]:
    """Into a PostgreSQL server of this machine."""
    with setting.few_calls_on_a_server(CALLS) as url:
        return _beside_a_person(setting, url, SERVER_LINES)


def _beside_a_person(setting: Setting, url: str, lines: tuple[Line, Line]) -> list[Figure]:
    """The rate is the import's own, as it prints it; the note has the whole command's time."""
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
        raise Failed(f"the import's counts do not add up: {result}")
    which = "the real log" if source == real else "a generated log of the same shape"
    return [
        Figure(
            lines[0],
            one(result["rows_per_second"]),
            note=f"{read:,} rows of {which}; the command took {seconds:.1f} s, its start included",
        ),
        Figure(
            lines[1],
            stats_of(act.took * 1000 for act in beside),
            note=f"{len(beside)} acts at {PACE} a second",
        ),
    ]


def run_import(source: Path, url: str, rejects: Path) -> dict[str, int]:
    """The command, as a person would give it; its own counts."""
    command = [sys.executable, "-m", "dispatch_tui", "import", "servicenow-incidents", str(source)]
    command += ["--db", url, "--json", "--rejects", str(rejects), "--zone", "UTC"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts
