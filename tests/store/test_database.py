"""A database in trouble: each trouble has its typed error with a remedy, loses nothing that was committed,
and the same store serves again once its cause is gone."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from dispatch_tui import errors
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.access import open_desk, sign_in
from dispatch_tui.desk.desk import Desk, SignedIn
from dispatch_tui.store import dialect
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.feed import Feed
from dispatch_tui.store.location import locate
from dispatch_tui.store.tables import call, change
from tests.support.crowd import asked, told, unprivileged
from tests.support.desks import company
from tests.support.postgres import PostgresServer

SECONDS = 0.3
"""How long a writer waits here, instead of ``dialect.BUSY_SECONDS``."""


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


@pytest.fixture
def file_desk(sqlite_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(sqlite_url, clock)
    yield opened
    opened.store.close()


@pytest.fixture
def server_desk(pg_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(pg_url, clock)
    yield opened
    opened.store.close()


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that any user can reach (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="dispatch-tui-") as name:
        os.chmod(name, 0o777)
        yield Path(name)


def path_of(desk: Desk) -> Path:
    assert desk.store.location.path is not None
    return desk.store.location.path


def titles(desk: Desk) -> list[str]:
    with desk.store.read() as connection:
        return list(connection.scalars(sa.select(call.c.title).order_by(call.c.id)))


def refusal(kind: type[errors.DatabaseProblem], do: Callable[[], object]) -> errors.DatabaseProblem:
    """The error of just this type that ``do`` raises; it must say what to do."""
    with pytest.raises(kind) as caught:
        do()
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


# -- locked ------------------------------------------------------------------------------------

_HOLD_FILE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
"""
_HOLD_TURN = """
import fcntl, sys
handle = open(sys.argv[1] + "-lock")
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(script: str, path: Path) -> Iterator[None]:
    """Another process holds the write lock."""
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate("")


@pytest.mark.parametrize("script", [_HOLD_FILE, _HOLD_TURN], ids=["a foreign program", "another session"])
def test_a_locked_file_is_busy_after_a_bounded_wait_and_can_be_read_meanwhile(
    sqlite_url: str, clock: FixedClock, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "BUSY_SECONDS", SECONDS)
    desk = company(sqlite_url, clock)
    calls.open_call(desk, title="before")
    with held_elsewhere(script, path_of(desk)):
        refusal(errors.DatabaseBusy, lambda: calls.open_call(desk, title="refused"))
        assert titles(desk) == ["before"]
    calls.open_call(desk, title="after")
    assert titles(desk) == ["before", "after"]
    desk.store.close()


def test_a_locked_record_of_a_server_is_busy_after_a_bounded_wait(
    pg_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "BUSY_SECONDS", SECONDS)
    desk = company(pg_url, clock)
    one = calls.open_call(desk, title="before").call.id
    with psycopg.connect(desk.store.location.libpq) as holder:
        holder.execute("select 1 from call where id = %s for update", (one,))
        refusal(errors.DatabaseBusy, lambda: calls.take(desk, one))
        assert titles(desk) == ["before"]
        holder.rollback()
    assert calls.take(desk, one).call.version == 2
    desk.store.close()


# -- no right to write -------------------------------------------------------------------------


def write_as(url: str, title: str) -> str:
    """What another user's session does: open, act as the manager, read it back."""
    with open_store(url) as store:
        desk = manager_of(store)
        calls.open_call(desk, title=title)
        return titles(desk)[-1]


def read_as(url: str) -> tuple[str, list[str]]:
    """Another user's session only looks; who it is there."""
    with open_store(url) as store:
        desk = manager_of(store)
        looking = sign_in(store, "somebody-else", desk.clock)
        return looking.role, titles(desk)


def manager_of(store: Store) -> Desk:
    from dispatch_tui.clock import SystemClock

    return Desk(store, SystemClock(), SignedIn(1, "manager", "manager"))


def test_a_read_only_file_can_be_read_and_refuses_acts(open_to_all: Path, clock: FixedClock) -> None:
    path = open_to_all / "calls.sqlite"
    with company(str(path), clock).store:
        os.chmod(path, 0o444)
        for name in ("-lock", "-bell", "-wal", "-shm"):
            if os.path.exists(f"{path}{name}"):
                os.chmod(f"{path}{name}", 0o444)
        kind, message, remedy = asked(unprivileged, write_as, str(path), "refused")
        assert kind == "DatabaseReadOnly"
        assert "can only be read" in message
        assert remedy
        assert asked(unprivileged, read_as, str(path)) == ("answer", ("viewer", []))
    os.chmod(path, 0o666)
    for name in ("-lock", "-bell"):
        os.chmod(f"{path}{name}", 0o666)
    assert asked(unprivileged, write_as, str(path), "now it may") == ("answer", "now it may")


def test_a_folder_without_the_right_to_write_says_so(open_to_all: Path, clock: FixedClock) -> None:
    path = open_to_all / "calls.sqlite"
    company(str(path), clock).store.close()
    os.chmod(path, 0o666)
    os.chmod(open_to_all, 0o555)
    kind, message, remedy = asked(unprivileged, write_as, str(path), "refused")
    assert kind in ("DatabaseReadOnly", "DatabaseUnreachable")
    assert str(path) in message
    assert "folder" in remedy
    os.chmod(open_to_all, 0o777)
    for name in ("-lock", "-bell"):
        os.chmod(f"{path}{name}", 0o666)
    assert asked(unprivileged, write_as, str(path), "now it may") == ("answer", "now it may")


def test_a_file_that_one_may_not_read(open_to_all: Path, clock: FixedClock) -> None:
    path = open_to_all / "calls.sqlite"
    company(str(path), clock).store.close()
    os.chmod(path, 0o600)
    kind, message, remedy = asked(unprivileged, read_as, str(path))
    assert (kind, bool(remedy)) == ("DatabaseUnreachable", True)
    assert str(path) in message


def test_a_server_that_grants_only_reading(server_desk: Desk, pg_url: str) -> None:
    calls.open_call(server_desk, title="before")
    with psycopg.connect(server_desk.store.location.libpq, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'alter database "{name}" set default_transaction_read_only = on')
        store = open_store(pg_url)
        looking = replace(server_desk, store=store)
        refusal(errors.DatabaseReadOnly, lambda: calls.open_call(looking, title="refused"))
        assert titles(looking) == ["before"]
        connection.execute("set default_transaction_read_only = off")
        connection.execute(f'alter database "{name}" reset default_transaction_read_only')
    store.engine.dispose()
    calls.open_call(looking, title="after")
    assert titles(looking) == ["before", "after"]
    store.close()


@pytest.mark.parametrize("value", ["2147483648::bigint::integer", "convert_from('\\xff', 'UTF8')::integer"])
def test_a_value_that_a_server_cannot_hold(server_desk: Desk, value: str) -> None:
    calls.open_call(server_desk, title="before")

    def act() -> None:
        with server_desk.store.read() as connection:
            connection.execute(sa.text(f"select {value}".replace(":", "\\:")))

    problem = refusal(errors.DatabaseProblem, act)
    assert "cannot hold a value" in str(problem)
    assert titles(server_desk) == ["before"]


# -- damaged, foreign, incomplete --------------------------------------------------------------


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear Sir or Madam, " * 500)
    refusal(errors.DatabaseCorrupt, lambda: open_store(str(path)))
    assert path.read_text().startswith("Dear Sir")


def test_a_damaged_page_is_said_and_a_copy_serves_again(file_desk: Desk, tmp_path: Path) -> None:
    calls.open_call(file_desk, title="kept")
    path, copy = path_of(file_desk), tmp_path / "copy.sqlite"
    file_desk.store.close()
    shutil.copy(path, copy)
    with sqlite3.connect(path) as connection:
        size = connection.execute("pragma page_size").fetchone()[0]
        (page,) = connection.execute("select rootpage from sqlite_master where name = 'call'").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with open_store(str(path)) as store:
        damaged = replace(file_desk, store=store)
        refusal(errors.DatabaseCorrupt, lambda: titles(damaged))
        refusal(errors.DatabaseCorrupt, lambda: calls.open_call(damaged, title="refused"))
    shutil.copy(copy, path)
    with open_store(str(path)) as store:
        assert titles(replace(file_desk, store=store)) == ["kept"]


def test_a_missing_table_is_said_and_the_rest_goes_on(desk: Desk) -> None:
    one = calls.open_call(desk, title="kept").call
    with desk.store.write() as connection:
        connection.exec_driver_sql("alter table visit rename to elsewhere")
    start, end = desk.clock.now(), desk.clock.now().replace(hour=20)
    refusal(errors.DatabaseCorrupt, lambda: visits.plan_visit(desk, one.id, 1, start, end))
    assert calls.take(desk, one.id).call.version == 2
    with desk.store.write() as connection:
        connection.exec_driver_sql("alter table elsewhere rename to visit")
    assert visits.plan_visit(desk, one.id, 1, start, end).status == "planned"


def test_a_value_that_another_record_has_is_said_and_nothing_is_kept(desk: Desk) -> None:
    one = calls.open_call(desk, title="kept").call

    def take_its_number() -> None:
        with desk.store.write() as connection:
            connection.execute(sa.update(call).values(title="lost"))
            row = connection.execute(sa.select(call)).mappings().one()
            connection.execute(sa.insert(call).values(dict(row) | {"id": one.id + 1}))

    assert "number" in refusal(errors.AlreadyStored, take_its_number).message
    assert titles(desk) == ["kept"]


def test_tables_without_a_revision_are_left_alone(desk: Desk, db_url: str) -> None:
    calls.open_call(desk, title="kept")
    with desk.store.write() as connection:
        connection.exec_driver_sql("delete from alembic_version")
    refusal(errors.DatabaseCorrupt, lambda: open_store(db_url))
    assert titles(desk) == ["kept"]


# -- no room -----------------------------------------------------------------------------------


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[None]:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here (that takes root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", path], check=True)


def fill(desk: Desk, most: int = 400) -> int:
    """Open calls with long descriptions until one is refused; how many were kept."""
    kept = 0
    for kept in range(most):
        try:
            calls.open_call(desk, title=f"call {kept}", description="x" * 20_000)
        except errors.DatabaseProblem:
            break
    return kept


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path: Path, clock: FixedClock) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, "3m"):
        desk = company(f"{disk}/calls.sqlite", clock)
        ballast = disk / "ballast"
        ballast.write_bytes(b"b" * 500_000)
        kept = fill(desk)
        assert 10 < kept < 300
        long = "x" * 20_000
        refusal(errors.DatabaseFull, lambda: calls.open_call(desk, title="refused", description=long))
        assert len(titles(desk)) == kept
        ballast.unlink()
        calls.open_call(desk, title="after", description="there is room again")
        assert titles(desk)[-1] == "after"
        desk.store.close()
        with sqlite3.connect(disk / "calls.sqlite") as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        connection.close()


def test_a_database_that_may_not_grow_is_full(file_desk: Desk) -> None:
    """As a full disk to SQLite, where none can be mounted."""
    limit = sqlite_pages(path_of(file_desk)) + 30
    engine = file_desk.store.engine

    def narrow(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"pragma max_page_count = {limit}")

    sa.event.listen(engine, "connect", narrow)
    engine.dispose()
    kept = fill(file_desk)
    assert 1 <= kept < 30
    refusal(
        errors.DatabaseFull, lambda: calls.open_call(file_desk, title="refused", description="x" * 300_000)
    )
    assert len(titles(file_desk)) == kept
    sa.event.remove(engine, "connect", narrow)
    engine.dispose()
    calls.open_call(file_desk, title="after", description="x" * 300_000)
    assert titles(file_desk)[-1] == "after"


def sqlite_pages(path: Path) -> int:
    connection = sqlite3.connect(path)
    (pages,) = connection.execute("pragma page_count").fetchone()
    connection.close()
    return int(pages)


def write_within(url: str, most_bytes: int) -> tuple[int, int, str]:
    """Act under a limit on the size of files: acts kept, calls read back, the refusal's type; then without it."""
    with open_store(url) as store:
        desk = manager_of(store)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
        kept = fill(desk)
        try:
            calls.open_call(desk, title="refused", description="x" * 20_000)
            kind = ""
        except errors.DatabaseProblem as problem:
            kind = type(problem).__name__ if problem.remedy else "no remedy"
        read = len(titles(desk))
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        calls.open_call(desk, title="after", description="x" * 20_000)
        assert len(titles(desk)) == kept + 1
        return kept, read, kind


def test_a_limit_on_the_size_of_files(file_desk: Desk, sqlite_url: str) -> None:
    file_desk.store.close()
    answer, result = asked(told, write_within, sqlite_url, path_of(file_desk).stat().st_size + 300_000)
    assert answer == "answer", result
    kept, read, kind = result
    assert 5 < kept < 300
    assert read == kept
    assert kind in ("DatabaseFull", "DatabaseUnreachable")


# -- no such place -----------------------------------------------------------------------------


def test_places_where_no_database_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refusal(errors.DatabaseUnreachable, lambda: open_store(str(tmp_path / "file" / "calls.sqlite")))
    refusal(errors.DatabaseUnreachable, lambda: open_store("/proc/no-such-folder/calls.sqlite"))
    refusal(errors.DatabaseUnreachable, lambda: open_store(str(tmp_path)))
    missing = tmp_path / "not" / "there.sqlite"
    refusal(errors.DatabaseUnreachable, lambda: open_store(str(missing), create=False))
    assert not missing.parent.exists()
    open_store(str(missing)).close()
    assert missing.exists()


@pytest.mark.parametrize("name", ["what?.sqlite", "100%.sqlite", "a b#c.sqlite", "ä&=.sqlite"])
def test_a_path_may_hold_any_character(tmp_path: Path, name: str) -> None:
    open_store(str(tmp_path / name)).close()
    assert name in {one.name for one in tmp_path.iterdir()}


# -- servers -----------------------------------------------------------------------------------


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    problem = refusal(
        errors.DatabaseUnreachable, lambda: open_store("postgresql://dana:secret@127.0.0.1:1/calls")
    )
    assert "secret" not in str(problem)
    assert "dana" in str(problem)


def test_a_wrong_name_of_a_database(pg_url: str) -> None:
    wrong = make_url(pg_url).set(database="nothing_of_this_name").render_as_string(hide_password=False)
    problem = refusal(errors.DatabaseUnreachable, lambda: open_store(wrong))
    assert "createdb" in problem.remedy


def end_sessions(server: PostgresServer, url: str) -> None:
    """What an administrator, a restart or a broken line does to every session of a database."""
    address = make_url(url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
            (make_url(url).database,),
        )


def test_a_connection_lost_in_the_middle_of_an_act(
    server_desk: Desk, pg_server: PostgresServer, pg_url: str
) -> None:
    one = calls.open_call(server_desk, title="kept").call

    def broken() -> None:
        with server_desk.act("note") as writer:
            writer.update("call", writer.get("call", one.id, to_change=True), {"title": "lost"}, act="note")
            end_sessions(pg_server, pg_url)
            writer.get("call", one.id)

    refusal(errors.DatabaseUnreachable, broken)
    assert titles(server_desk) == ["kept"]
    assert calls.take(server_desk, one.id).call.version == 2
    with server_desk.store.read() as connection:
        acts = connection.scalars(
            sa.select(change.c.act).where(change.c.call_id == one.id).order_by(change.c.seq)
        ).all()
    assert acts == ["open", "take"]


def test_a_connection_lost_between_acts_is_not_even_noticed(
    server_desk: Desk, pg_server: PostgresServer, pg_url: str
) -> None:
    one = calls.open_call(server_desk, title="kept").call
    end_sessions(pg_server, pg_url)
    assert calls.take(server_desk, one.id).call.version == 2


def test_the_feed_finds_its_way_back_to_the_server(
    server_desk: Desk, pg_server: PostgresServer, pg_url: str
) -> None:
    feed = Feed(server_desk.store)
    end_sessions(pg_server, pg_url)
    calls.open_call(server_desk, title="meanwhile")
    assert [one.act for one in feed.changes()] == ["open"]
    calls.open_call(server_desk, title="and now")
    assert feed.fileno() is not None
    assert [one.act for one in feed.changes()] == ["open"]
    feed.close()


def test_a_bell_that_cannot_be_rung_does_not_undo_a_commit(
    file_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    calls.open_call(file_desk, title="kept")
    assert titles(file_desk) == ["kept"]


def test_locating_by_words(tmp_path: Path) -> None:
    assert locate(str(tmp_path)).kind == "sqlite"
    with pytest.raises(errors.InvalidInput):
        open_desk("mysql://here/there")


def test_a_session_on_sqlite_does_not_load_the_other_dialect(tmp_path: Path) -> None:
    program = (
        "import sys; from dispatch_tui.store.database import open_store; import dispatch_tui.desk.calls; "
        "open_store(sys.argv[1]).close(); print([name for name in sys.modules if 'postgresql' in name])"
    )
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    open_store(url).close()
    said = subprocess.run([sys.executable, "-c", program, url], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"
