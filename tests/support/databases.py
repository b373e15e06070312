"""A database of each kind for a whole test module, where a fresh one for each test would cost more than it proves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import Lending

KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_database(request: pytest.FixtureRequest, paths: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty database, its tables made, of the kind that ``request.param`` names; for wider scopes."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copyfile(template, paths.mktemp('database') / 'calls.sqlite')}"
        return
    lending: Lending = request.getfixturevalue("pg_lending")
    url = lending.lend()
    yield url
    lending.take_back(url)
