"""A desk on each kind of database, with the small company of ``tests.support.desks``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from tests.support.desks import company


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()
