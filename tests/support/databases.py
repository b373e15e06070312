"""A database of each kind for a whole test module, where a fresh one for each test would cost more than it proves."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from tempfile import mkdtemp

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import access
from dispatch_tui.desk.desk import Desk
from tests.support.postgres import Lending

KINDS = ("sqlite", "postgresql")
Build = Callable[[str, FixedClock], Desk]


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


def made_once(build: Build) -> Build:
    """A builder of a company in a SQLite file, whose work is done once a run: the same instant and account make the
    same company, so later ones are copies. PostgreSQL's are built as they are asked for."""
    made: dict[tuple[datetime, str], tuple[Path, datetime]] = {}
    folder = Path(mkdtemp(prefix="made-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    @wraps(build)
    def copy(url: str, clock: FixedClock) -> Desk:
        if not url.startswith("sqlite:///"):
            return build(url, clock)
        key = clock.now(), access.account()
        if key not in made:
            file = folder / f"{len(made)}.sqlite"
            build(f"sqlite:///{file}", clock).store.close()
            made[key] = file, clock.now()
        file, now = made[key]
        clock.set(now)
        shutil.copyfile(file, url.removeprefix("sqlite:///"))
        return access.open_desk(url, clock=clock)

    return copy
