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
from bench.terminal import shared_folder

REAL = "data/servicenow_incidents/incident_event_log.zip"
PACE = 10

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
