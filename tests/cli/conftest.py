"""The command line run in this process, on a small company that has seen some work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from dispatch_tui.cli.main import main
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.desk import Desk
from tests.support.contacts import log_contact
from tests.support.desks import company

TESS, OTTO, SN1 = 1, 2, 1


class Ran(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(clock: FixedClock, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``dispatch-tui`` with these arguments; usage errors end as codes, too."""

    def run(*arguments: str) -> Ran:
        try:
            code = main(arguments, clock=clock)
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


@pytest.fixture
def worked(desk: Desk, clock: FixedClock) -> Desk:
    """The company after :func:`some_work`."""
    return some_work(desk, clock)


def some_work(desk: Desk, clock: FixedClock) -> Desk:
    """Three calls: C-1 worked on through a visit, C-2 on hold and urgent, C-3 closed. Ten minutes between acts."""
    pump = calls.open_call(desk, title="Pump leaks", unit_id=SN1, description="Since\nMonday").call
    later(clock)
    door = calls.open_call(desk, title="Door stuck", priority=1, unit_id=SN1).call
    later(clock)
    calls.take(desk, pump.id)
    later(clock)
    calls.assign(desk, pump.id, TESS)
    later(clock)
    calls.hold(desk, door.id, "waits for a hinge")
    later(clock)
    log_contact(desk, pump.id, direction="out", said="Tess is coming")
    later(clock)
    visit = visits.plan_visit(desk, pump.id, TESS, clock.now(), clock.now() + timedelta(hours=2))
    later(clock)
    visits.start_travel(desk, visit.id)
    later(clock)
    visits.arrive(desk, visit.id)
    later(clock)
    visits.finish_visit(desk, visit.id, "good", work="New seal")
    later(clock)
    light = calls.open_call(desk, title="Light out", priority=5).call
    calls.take(desk, light.id)
    calls.resolve(desk, light.id, "New lamp")
    later(clock)
    calls.close(desk, light.id)
    later(clock)
    return desk


def later(clock: FixedClock, minutes: int = 10) -> None:
    clock.advance(timedelta(minutes=minutes))
