"""Making the demo: the same twice, finished after a stop, afresh only where a demo stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.demo import build_demo, demo_location
from dispatch_tui.demo.arrivals import Arrivals
from dispatch_tui.desk import calls
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.demonstration import clear_demo, demo_mark
from dispatch_tui.errors import InvalidInput, NotAllowed
from dispatch_tui.store import tables as t
from dispatch_tui.store.database import open_store

MINUTE = timedelta(minutes=1)

Content = dict[str, list[tuple[object, ...]]]


def content(url: str) -> Content:
    """Every row of every table; of whose prompts have to be made anew only who, not the number of the mark."""
    with open_store(url) as store, store.read() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(
                    sa.select(*(one for one in table.c if one is not t.prompt_stale.c.marked)).order_by(
                        *table.primary_key
                    )
                )
            ]
            for table in t.metadata.sorted_tables
        }


def make(url: str, clock: FixedClock, *, seed: int = 5, calls: int = 90, fresh: bool = False) -> None:
    assert build_demo(url, calls=calls, units=20, seed=seed, fresh=fresh, clock=clock).finished


def test_same_seed_and_instant_make_the_same_content(tmp_path: Path, clock: FixedClock) -> None:
    one, two, other = (str(tmp_path / name) for name in ("one.db", "two.db", "other.db"))
    make(one, clock)
    make(two, clock)
    make(other, clock, seed=6)
    assert content(one) == content(two)
    assert content(one)["call"] != content(other)["call"]


def test_a_company_that_stands_is_left_alone(db_url: str, clock: FixedClock) -> None:
    make(db_url, clock)
    before = content(db_url)
    summary = build_demo(db_url, calls=200, seed=9, clock=clock)
    assert (summary.built, summary.finished, summary.calls, summary.seed) == (False, True, 90, 5)
    assert content(db_url) == before


def test_fresh_makes_another_in_its_place(db_url: str, clock: FixedClock) -> None:
    make(db_url, clock)
    make(db_url, clock, seed=6, calls=60, fresh=True)
    found = content(db_url)
    assert len(found["call"]) == 60
    serial = t.unit.c.keys().index("serial")
    assert len(found["unit"]) == len({row[serial] for row in found["unit"]})


def test_a_build_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_tui.demo.build.BATCH", 40)
    whole, halting = str(tmp_path / "whole.db"), str(tmp_path / "halting.db")
    make(whole, clock)
    unfinished = 0
    for last in (1, 2, 4, 6, 99):
        summary = build_demo(halting, calls=90, units=20, seed=5, clock=clock, stop=after(last))
        unfinished += not summary.finished
        clock.advance(MINUTE)  # it is finished for the day for which it was begun
    assert unfinished == 4
    assert summary.finished
    assert {name: rows for name, rows in content(halting).items() if name in ("call", "unit", "clock")} == {
        name: rows for name, rows in content(whole).items() if name in ("call", "unit", "clock")
    }


def after(batches: int) -> Callable[[], bool]:
    """Asks to stop before the batch with that number, counted from 0."""
    asked = count()
    return lambda: next(asked) >= batches


def test_it_does_not_move_in_with_real_records(db_url: str, clock: FixedClock) -> None:
    desk = open_desk(db_url, clock=clock)
    with desk.store:
        calls.open_call(desk, title="A real one")
    with pytest.raises(NotAllowed, match="real records"):
        build_demo(db_url, calls=30, clock=clock)
    with pytest.raises(NotAllowed, match="real records"):
        build_demo(db_url, calls=30, fresh=True, clock=clock)
    assert len(content(db_url)["call"]) == 1


def test_only_a_demo_can_be_cleared(db_url: str, clock: FixedClock) -> None:
    desk = open_desk(db_url, clock=clock)
    with desk.store, pytest.raises(NotAllowed, match="not the demo's"):
        clear_demo(desk)


@pytest.mark.parametrize(("given", "field"), [({"calls": 0}, "calls"), ({"calls": 9, "units": 0}, "units")])
def test_numbers_that_make_no_company(
    sqlite_url: str, clock: FixedClock, given: dict[str, int], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        build_demo(sqlite_url, clock=clock, **given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert demo_mark_of(sqlite_url) is None, "a demo that cannot be is not begun"


def demo_mark_of(url: str) -> object:
    with open_store(url) as store:
        return demo_mark(store)


@pytest.mark.parametrize("number", [1, 2, 7, 30])
def test_the_smallest_companies(tmp_path: Path, clock: FixedClock, number: int) -> None:
    make(str(tmp_path / "small.db"), clock, calls=number)
    assert len(content(str(tmp_path / "small.db"))["call"]) == number


def test_it_lives_beside_the_users_own_database(own_home: Path) -> None:
    assert demo_location().path == own_home / ".local/share/dispatch-tui/demo.db"


def test_acting_as_somebody_else_is_for_the_demo_alone(db_url: str, clock: FixedClock) -> None:
    make(db_url, clock, calls=30)
    desk = open_desk(db_url, clock=clock, as_account="vera")
    with desk.store:
        assert desk.operator.role == "viewer"
        with pytest.raises(NotAllowed, match="viewer"):
            clear_demo(desk)


def test_a_builder_with_the_login_of_one_of_the_demos_people(
    sqlite_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_tui.desk.access.account", lambda: "dana")
    make(sqlite_url, clock, calls=60)
    with open_store(sqlite_url) as store, store.read() as connection:
        accounts = connection.execute(sa.select(t.operator.c.account, t.operator.c.role))
        roles = {row.account: row.role for row in accounts}
    assert roles["dana"] == "manager"
    assert roles["dana-demo"] == "dispatcher"


def test_life_goes_on(db_url: str, clock: FixedClock) -> None:
    make(db_url, clock, calls=60)
    desk = open_desk(db_url, clock=clock)
    with desk.store:
        arrivals = Arrivals(desk, 4)
        done = []
        for _ in range(120):
            clock.advance(MINUTE)
            step = arrivals.step()
            if step is not None:
                done.append(step)
    found = content(db_url)
    opened = [step for step in done if step.act == "open"]
    assert len(found["call"]) == 60 + len(opened)
    assert {step.act for step in done} >= {
        "open",
        "take",
        "assign",
        "start",
        "resolve",
        "close",
        "log_contact",
    }
    assert {step.account for step in done} <= {"dana", "dirk", "tom", "tess"}


def test_nobody_invents_calls_among_real_ones(db_url: str, clock: FixedClock) -> None:
    desk = open_desk(db_url, clock=clock)
    with desk.store, pytest.raises(NotAllowed, match="not the demo's"):
        Arrivals(desk, 1)
