"""A small demo company, built once for each kind of database and only read by the tests that share it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.demo import build_demo
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from tests.support.postgres import PostgresServer

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
CALLS, UNITS = 400, 60


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk of the manager of a company with 400 calls about 60 units. Look, do not touch."""
    server: PostgresServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("pg_server")
        url = server.create()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    clock = FixedClock(NOW)
    build_demo(url, calls=CALLS, units=UNITS, seed=3, clock=clock)
    desk = open_desk(url, clock=clock)
    with desk.store:
        yield desk
    if server is not None:
        server.drop(url)
