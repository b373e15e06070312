"""Clocks told anew from whole histories, and what a long budget costs beside a short one. No database."""

from __future__ import annotations

import csv
import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.importing import REAL
from bench.incidents import generated
from bench.setting import Setting
from bench.terminal import shared_folder
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.clocks import clocks_of
from dispatch_tui.sla.history import Event
from dispatch_tui.sla.terms import Terms, terms_from_mapping

CALLS = 100_000
BATCH = 5_000
ROUNDS = 40
STARTS = 250
SHORT, LONG = 10 * 60, 1000 * 60

INCIDENTS = Line(
    "reclock_incident",
    "all clocks of an incident of the log, told anew",
    "µs",
    promises=(Limit("value", most=400),),
)
SYNTHETIC = Line(
    "reclock_call",
    "all clocks of a call with three pauses, told anew",
    "µs",
    promises=(Limit("value", most=400),),
)
RATIO = Line(
    "long_budget",
    "due of 1,000 hours, as times the cost of 10 hours",
    "x",
    goals=(Limit("p50", most=1.5),),
    promises=(Limit("p50", most=3),),
)
LINES = (INCIDENTS, SYNTHETIC, RATIO)

_WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
_CALENDAR = {"tz": "Europe/Berlin", "hours": _WEEK, "holidays": ["12-24/01-01", "05-01"]}
_BUDGETS = {"first_response": 60, "resolution": 2400, "next_update": 480, "customer_waiting": 240}
_TERMS = {"calendar": _CALENDAR, "budgets": {str(priority): _BUDGETS for priority in range(1, 6)}}
_STATUS = {"New": "new", "Active": "in_progress", "Resolved": "resolved", "Closed": "closed"}


def measure(setting: Setting) -> list[Figure]:
    """Reading the log and making up calls is not counted; cutting the calendar's tables is, where it says cold."""
    real = shared_folder() / REAL
    source = real if real.exists() else generated(setting.scratch / "incidents.csv")
    incidents = list(_incidents(source).values())
    terms = terms_from_mapping(_TERMS)
    cold, warm = _seconds(terms, incidents), _seconds(terms, incidents)
    synthetic = _synthetic_seconds(terms)
    which = "the real log" if source == real else "a generated log of the same shape"
    events = sum(map(len, incidents))
    return [
        Figure(
            INCIDENTS,
            one(warm / len(incidents) * 1e6),
            note=f"{len(incidents):,} incidents of {which} with {events:,} events in {warm:.2f} s; {cold:.2f} s cold, "
            "the calendar's tables still to cut",
        ),
        Figure(
            SYNTHETIC,
            one(synthetic / CALLS * 1e6),
            note=f"{CALLS:,} calls over six years in {synthetic:.2f} s, tables warm",
        ),
        Figure(
            RATIO,
            stats_of(_ratios()),
            note=f"{ROUNDS} rounds of {STARTS} starts each, turn by turn; tables warm",
        ),
    ]


def _seconds(terms: Terms, histories: list[list[Event]]) -> float:
    start = time.perf_counter()
    for events in histories:
        clocks_of(terms, events)
    return time.perf_counter() - start


def _incidents(source: Path) -> dict[str, list[Event]]:
    """The events of each incident: opened with its priority, then each change of status or priority."""
    found: dict[str, list[Event]] = {}
    last: dict[str, tuple[str, int]] = {}
    for row in csv.DictReader(_text(source)):
        number, priority = row["number"], int(row["priority"][0])
        name = row["incident_state"]
        status = "on_hold" if name.startswith("Awaiting") else _STATUS.get(name, "in_progress")
        if number not in found:
            found[number] = [Event(_stamp(row["opened_at"]), "opened", priority)]
            last[number] = "new", priority
        at, (was_status, was_priority) = _stamp(row["sys_updated_at"]), last[number]
        if priority != was_priority:
            found[number].append(Event(at, "priority", priority))
        if status != was_status:
            found[number].append(Event(at, "status", status))
        last[number] = status, priority
    return found


def _text(source: Path) -> Iterator[str]:
    if source.suffix != ".zip":
        yield from source.read_text(encoding="utf-8").splitlines(keepends=True)
        return
    with zipfile.ZipFile(source) as archive, archive.open(archive.namelist()[0]) as member:
        yield from io.TextIOWrapper(member, encoding="utf-8", newline="")


def _stamp(text: str) -> datetime:
    day, clock = text.split(" ")
    hour, minute = clock.split(":")
    number, month, year = map(int, day.split("/"))
    return datetime(year, month, number, int(hour), int(minute), tzinfo=UTC)


def _synthetic_seconds(terms: Terms) -> float:
    """All the calls, made up in batches between the measured stretches."""
    rng = random.Random(1)
    _seconds(terms, [_made_up(rng) for _ in range(BATCH)])
    return sum(_seconds(terms, [_made_up(rng) for _ in range(BATCH)]) for _ in range(CALLS // BATCH))


def _made_up(rng: random.Random) -> list[Event]:
    """A call with conversations, three times on hold, mended in the end."""
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(6 * 365 * 1440))

    def later() -> datetime:
        nonlocal at
        at += timedelta(seconds=rng.randrange(60, 86_400))
        return at

    events = [Event(at, "opened", rng.randrange(1, 6)), Event(later(), "response"), Event(later(), "inbound")]
    for _ in range(3):
        events += [Event(later(), "status", "on_hold"), Event(later(), "status", "in_progress")]
    return [*events, Event(later(), "two_way"), Event(later(), "status", "resolved")]


def _ratios() -> list[float]:
    """Cost of a long budget over that of a short one, of the same starts, round by round."""
    rng = random.Random(2)
    calendar = BusinessCalendar.from_mapping(_CALENDAR)
    first = datetime(2024, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=rng.randrange(365 * 1440)) for _ in range(STARTS)]

    def cost(minutes: int) -> Callable[[], float]:
        def timed() -> float:
            start = time.perf_counter()
            for one_start in starts:
                calendar.due(one_start, minutes)
            return time.perf_counter() - start

        return timed

    short, long = cost(SHORT), cost(LONG)
    short(), long()
    return [long() / short() for _ in range(ROUNDS)]
