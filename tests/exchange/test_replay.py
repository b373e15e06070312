"""A log played through the desk: in its order, at its pace, beside people who work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import ImportProblem, InvalidInput
from dispatch_tui.exchange.replay import Step, replay
from dispatch_tui.exchange.run import import_file
from dispatch_tui.store.tables import call, change
from tests.exchange import board

LOG = """\
number,incident_state,sys_mod_count,opened_at,sys_updated_at,assignment_group
I1,New,0,1/3/2016 08:00,1/3/2016 08:00,A
I1,Active,1,1/3/2016 08:00,1/3/2016 09:00,A
I1,Resolved,2,1/3/2016 08:00,1/3/2016 12:00,A
I1,Closed,3,1/3/2016 08:00,2/3/2016 12:00,A
I2,New,0,1/3/2016 08:30,1/3/2016 08:30,B
I2,Active,1,1/3/2016 08:30,1/3/2016 09:00,B
I2,Closed,2,1/3/2016 08:30,1/3/2016 11:00,B
I3,Active,1,1/3/2016 10:00,1/3/2016 10:30,A
I3,Closed,2,1/3/2016 10:00,3/3/2016 10:00,A
"""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    desk = open_desk(db_url, clock=clock)
    yield desk
    desk.store.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def statuses(desk: Desk) -> dict[str, str]:
    found = board.rows(desk, sa.select(call.c.number, call.c.status))
    return {row.number: row.status for row in found}


def test_the_board_moves_as_it_did(desk: Desk, log: Path) -> None:
    seen: list[tuple[datetime, dict[str, str]]] = []

    def look(step: Step) -> None:
        seen.append((step.instant, statuses(desk)))

    result = replay(
        desk, "servicenow-incidents", log, since=at(1, 9), until=at(2, 0), speed=1e9, on_step=look
    )
    assert (result.before, result.played, result.refused) == (2, 6, 0)
    assert (result.since, result.until, result.stopped) == (at(1, 9), at(2, 0), False)
    assert seen == [
        (at(1, 9), {"I1": "in_progress", "I2": "in_progress"}),
        (at(1, 10), {"I1": "in_progress", "I2": "in_progress", "I3": "new"}),
        (at(1, 10, 30), {"I1": "in_progress", "I2": "in_progress", "I3": "in_progress"}),
        (at(1, 11), {"I1": "in_progress", "I2": "closed", "I3": "in_progress"}),
        (at(1, 12), {"I1": "resolved", "I2": "closed", "I3": "in_progress"}),
    ]


def test_at_full_speed_everything_ends_as_an_import_would_leave_it(
    desk: Desk, log: Path, tmp_path: Path, clock: FixedClock
) -> None:
    result = replay(desk, "servicenow-incidents", log)
    assert result.refused == 0
    with open_desk(f"sqlite:///{tmp_path / 'imported.sqlite'}", clock=clock).store as store:
        other = Desk(store, clock, desk.operator)
        import_file(other, "servicenow-incidents", log)
        wanted = [
            call.c.number,
            call.c.status,
            call.c.opened_at,
            call.c.closed_at,
            call.c.resolved_at,
            call.c.live,
        ]
        query = sa.select(*wanted).order_by(call.c.number)
        assert board.rows(desk, query) == board.rows(other, query)
        entries = sa.select(call.c.number, change.c.act, change.c.happened_at, change.c.now_json)
        entries = entries.join_from(change, call, change.c.call_id == call.c.id).where(
            change.c.kind == "call"
        )
        entries = entries.where(change.c.act != "open").order_by(call.c.number, change.c.happened_at)
        assert board.rows(desk, entries) == board.rows(other, entries)


def test_what_is_there_already_is_not_played_again(desk: Desk, log: Path) -> None:
    """Counted as passed over, before the window and in it."""
    first, again = (
        replay(desk, "servicenow-incidents", log, since=at(1, 9), until=at(2, 0)) for _ in range(2)
    )
    assert (first.before, first.played, first.unchanged) == (2, 6, 0)
    assert (again.before, again.played, again.unchanged, again.refused) == (0, 0, 8, 0)


def test_an_import_after_a_replay_knows_its_rows(desk: Desk, log: Path) -> None:
    replay(desk, "servicenow-incidents", log)
    before = board.everything(desk)
    assert import_file(desk, "servicenow-incidents", log).unchanged == 9
    assert board.everything(desk) == before


def test_a_replay_that_was_stopped_can_be_started_anew(desk: Desk, log: Path) -> None:
    asked = iter([False] * 3 + [True] * 100)
    first = replay(desk, "servicenow-incidents", log, speed=1e9, stop=lambda: next(asked))
    assert first.stopped
    assert set(statuses(desk).values()) != {"closed"}
    replay(desk, "servicenow-incidents", log)
    assert set(statuses(desk).values()) == {"closed"}
    counted = board.rows(desk, sa.select(sa.func.count()).where(change.c.kind == "call"))
    assert counted == [(10,)]


def test_a_call_that_somebody_takes_meanwhile_is_theirs(desk: Desk, log: Path, clock: FixedClock) -> None:
    other = open_desk(desk.store.location.url, clock=clock)

    def take(step: Step) -> None:
        if step.instant == at(1, 8, 30):
            (number,) = (
                row.id for row in board.rows(other, sa.select(call.c.id).where(call.c.number == "I2"))
            )
            calls.take(other, number)

    try:
        result = replay(desk, "servicenow-incidents", log, speed=1e9, on_step=take)
    finally:
        other.store.close()
    assert result.refused == 0
    assert statuses(desk) == {"I1": "closed", "I2": "acknowledged", "I3": "closed"}
    (taken,) = board.rows(desk, sa.select(call).where(call.c.number == "I2"))
    assert taken.operator_id == desk.operator.id
    history = board.history_of(desk, taken.id)
    assert [row.act for row in history] == ["open", "start", "close", "take"]
    assert all("reported late" in row.flag for row in history if row.act in ("start", "close"))


def test_the_pace_is_kept_by_short_pauses(desk: Desk, log: Path) -> None:
    """An hour of the log at speed 60 is a minute: far more than this test waits for."""
    pauses: list[float] = []
    result = replay(
        desk,
        "servicenow-incidents",
        log,
        since=at(1, 8),
        speed=60,
        stop=lambda: len(pauses) > 3,
        pause=pauses.append,
    )
    assert result.stopped
    assert result.played <= 3
    assert pauses
    assert all(0 < one <= 0.2 for one in pauses)


@pytest.mark.parametrize(
    ("since", "until", "speed"),
    [
        (datetime(2016, 3, 1), None, None),  # noqa: DTZ001 (that it has no zone is the point)
        (at(2, 0), at(1, 0), None),
        (None, None, 0),
        (None, None, float("nan")),
    ],
)
def test_a_window_or_a_speed_that_cannot_be_is_refused(
    desk: Desk, log: Path, since: datetime | None, until: datetime | None, speed: float | None
) -> None:
    with pytest.raises(InvalidInput):
        replay(desk, "servicenow-incidents", log, since=since, until=until, speed=speed)


def test_a_window_before_the_log_says_so(desk: Desk, log: Path) -> None:
    with pytest.raises(ImportProblem, match="Nothing in"):
        replay(desk, "servicenow-incidents", log, until=datetime(2015, 1, 1, tzinfo=UTC))
