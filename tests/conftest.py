"""Fixtures that every room's tests share: a clock that stands still, fresh databases of both kinds, the
folder of real data, an empty home, and no network."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import textual._wait

from dispatch_tui.clock import FixedClock
from dispatch_tui.store.database import open_store
from tests.support import left_out, system_tools
from tests.support.postgres import Lending, PostgresServer

REPOSITORY = Path(__file__).resolve().parent.parent

os.environ.pop(
    "PYTHONDONTWRITEBYTECODE", None
)  # programs that tests start would compile all of Textual each time

# How long a pilot sleeps before it looks whether the app is idle: by default 20 ms, some 200 times in a longer walk.
textual._wait.SLEEP_GRANULARITY = 1 / 200
textual._wait.SLEEP_IDLE = 1 / 4000


class Shared:
    """The folder of real data; ``shared / "data/x.csv"`` skips the test where that is absent."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __truediv__(self, part: str) -> Path:
        path = self.root / part
        if not path.exists():
            pytest.skip(
                f"real data is absent: {part} (folder named by DISPATCH_TUI_SHARED, default ../shared)"
            )
        return path


@pytest.fixture(scope="session")
def shared() -> Shared:
    """Real data, read in place: named by ``DISPATCH_TUI_SHARED``, else ``../shared`` beside the repository."""
    named = os.environ.get("DISPATCH_TUI_SHARED")
    return Shared(Path(named) if named else REPOSITORY.parent / "shared")


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday 2026-03-04 09:00 UTC, standing still until moved."""
    return FixedClock(datetime(2026, 3, 4, 9, 0, tzinfo=UTC))


# -- databases --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def pg_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One real PostgreSQL server for the whole run, whichever worker asks first."""
    base = tmp_path_factory.getbasetemp()
    server = PostgresServer((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pg")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def pg_template(pg_server: PostgresServer) -> str:
    """URL of a PostgreSQL database with our tables and nothing in them, for copies."""
    url = pg_server.create()
    open_store(url).close()
    return url


@pytest.fixture(scope="session")
def pg_lending(pg_server: PostgresServer, pg_template: str) -> Lending:
    """Copies of that, which go from test to test."""
    return Lending(pg_server, pg_template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a SQLite file."""
    path = tmp_path_factory.mktemp("template") / "calls.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def pg_url(pg_lending: Lending) -> Iterator[str]:
    """URL of a PostgreSQL database of this test's own: our tables, nothing in them."""
    url = pg_lending.lend()
    yield url
    pg_lending.take_back(url)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The same as a SQLite file."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'calls.sqlite')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn, its tables made: the test runs once on each."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "pg_url"}[request.param])
    return url


@pytest.fixture
def new_pg_url(pg_server: PostgresServer) -> Iterator[str]:
    """URL of a PostgreSQL database without any table."""
    url = pg_server.create()
    yield url
    pg_server.drop(url)


@pytest.fixture
def new_sqlite_url(tmp_path: Path) -> str:
    """URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'calls.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def new_db_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind in turn that nobody has opened yet."""
    url: str = request.getfixturevalue(
        {"sqlite": "new_sqlite_url", "postgresql": "new_pg_url"}[request.param]
    )
    return url


# -- every test stands alone ------------------------------------------------------------------


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and empty XDG folders; nothing of the person who runs the tests is read or written."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name, folder in {
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "XDG_RUNTIME_DIR": ".run",
    }.items():
        monkeypatch.setenv(name, str(home / folder))
    (home / ".run").mkdir(mode=0o700)
    for name in list(os.environ):
        if name.startswith("DISPATCH_TUI_") and name != "DISPATCH_TUI_SHARED":
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "COLORTERM", "TERM_PROGRAM", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[str, int] | str | bytes) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


# -- what is left out -------------------------------------------------------------------------


def pytest_runtest_setup(item: pytest.Item) -> None:
    system_tools.require(marker.name for marker in item.iter_markers())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Nightly tests run only when they are asked for by ``-m``."""
    if "nightly" in (config.option.markexpr or ""):
        return
    nightly = [item for item in items if item.get_closest_marker("nightly")]
    if nightly:
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """After everything, pytest's own last line included: figures that tests report, what was left out, and why."""
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not session.config.option.collectonly:
        reports = [report for found in ("passed", "failed") for report in reporter.stats.get(found, [])]
        for figure in (words for one in reports for name, words in one.user_properties if name == "figure"):
            reporter.write_line(figure)
        for line in left_out.summary(reporter.stats.get("skipped", [])):
            reporter.write_line(line)
    return result
