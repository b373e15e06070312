"""What the tests rely on: nothing is left out in silence, and CI does not leave out what it could have installed."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import psycopg
import pytest

from tests.support import left_out, system_tools
from tests.support.postgres import Lending, PostgresServer
from tests.support.readme import with_keys


def skipped(reason: str) -> pytest.TestReport:
    where = ("tests/test_x.py", 7, f"Skipped: {reason}")
    return pytest.TestReport("tests/test_x.py::test", ("", 0, ""), {}, "skipped", where, "setup")


def test_summary_counts_by_reason_most_frequent_first() -> None:
    lines = left_out.summary([skipped("no tmux"), skipped("no data"), skipped("no data")])
    assert lines == ["left out: 3 tests", "      2  no data", "      1  no tmux"]


def test_summary_says_when_nothing_was_left_out() -> None:
    assert left_out.summary([]) == ["left out: nothing"]


def test_absent_tool_skips_with_a_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="tmux is not installed"):
        system_tools.require(["needs_tmux"])


def test_absent_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="tmux is not installed"):
        system_tools.require(["needs_tmux"])


def test_other_markers_ask_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(shutil, "which", lambda tool: asked.append(tool) or tool)
    system_tools.require(["asyncio", "parametrize"])
    assert asked == []
    system_tools.require(["asyncio", "needs_tmux"])
    assert asked == ["tmux"]


def test_the_network_is_refused() -> None:
    with socket.socket() as unplugged, pytest.raises(AssertionError, match="network"):
        unplugged.connect(("192.0.2.1", 80))


def test_home_is_empty(own_home: Path) -> None:
    assert Path.home() == own_home
    assert [path.name for path in own_home.iterdir()] == [".run"]


def test_databases_of_two_tests_are_two(pg_server: object, pg_url: str) -> None:
    from tests.support.postgres import PostgresServer

    assert isinstance(pg_server, PostgresServer)
    other = pg_server.create()
    assert other != pg_url
    pg_server.drop(other)


def session(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_a_lent_database_comes_back_empty(pg_server: PostgresServer, pg_template: str) -> None:
    lending = Lending(pg_server, pg_template)
    url = lending.lend()
    with session(url) as left_open:
        left_open.execute("insert into team (version, name) values (1, 'gone')")
        left_open.execute("delete from team")
        left_open.execute("insert into team (version, name) values (1, 'x')")
        lending.take_back(url)
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("select 1")
        left_open.close()
    assert lending.lend() == url
    with session(url) as fresh:
        assert fresh.execute("select count(*) from team").fetchone() == (0,)
        assert fresh.execute("insert into team (version, name) values (1, 'y') returning id").fetchone() == (
            1,
        )
    lending.take_back(url)


@pytest.mark.parametrize(
    "change",
    [
        "drop table handover",
        "alter table call add column more text",
        "alter table call drop constraint fk_call_site_id",
        "revoke select on call from public; grant select on call to public",
        "create table more (id int)",
        "update alembic_version set version_num = '0001'",
        "do $$ begin execute format('alter database %I set work_mem = 512', current_database()); end $$",
        "create table big as select repeat('x', 100) from generate_series(1, 200000)",
    ],
)
def test_a_lent_database_that_was_altered_goes(
    pg_server: PostgresServer, pg_template: str, change: str
) -> None:
    lending = Lending(pg_server, pg_template)
    url = lending.lend()
    with session(url) as connection:
        connection.execute(change)
    lending.take_back(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        session(url)


def test_key_table_needs_exactly_one_place() -> None:
    assert (
        with_keys("a\n<!-- keys -->\nold\n<!-- /keys -->\nb", "new")
        == "a\n<!-- keys -->\n\nnew\n\n<!-- /keys -->\nb"
    )
    with pytest.raises(ValueError, match="0 places"):
        with_keys("no marker", "new")
