"""A database of each kind for a whole test module, where a fresh one for each test would cost more than it proves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.postgres import PostgresServer

KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_database(request: pytest.FixtureRequest, paths: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty database of the kind that ``request.param`` names, for a fixture of wider scope."""
    if request.param == "sqlite":
        yield f"sqlite:///{paths.mktemp('database') / 'calls.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("pg_server")
    url = server.create()
    yield url
    server.drop(url)
