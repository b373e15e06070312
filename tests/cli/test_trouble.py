"""Databases in trouble: each gives a clear message with a remedy, and nothing committed is lost."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dispatch_tui.cli.doctor import here
from dispatch_tui.clock import FixedClock
from dispatch_tui.store import dialect
from tests.cli.conftest import Ran, Run, some_work
from tests.cli.logs import write_log
from tests.conftest import REPOSITORY
from tests.support.desks import company

PROGRAM = (sys.executable, "-m", "dispatch_tui")


@pytest.fixture
def path(new_sqlite_url: str) -> Path:
    return Path(new_sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def filled(new_sqlite_url: str, path: Path, clock: FixedClock) -> Path:
    """A SQLite database with some work in it, closed."""
    desk = company(new_sqlite_url, clock)
    some_work(desk, clock).store.close()
    return path


def clear(ran: Ran, *words: str, code: int = 8) -> None:
    """A message and a remedy, each said once, and nothing that only a programmer can read."""
    assert ran.code == code, ran
    assert "Traceback" not in ran.err
    message, remedy = ran.err.splitlines()[:2]
    assert message.startswith("dispatch-tui: ")
    assert remedy.startswith("  ")
    for word in words:
        assert word in ran.err


def finding(run: Run, path: Path, subject: str) -> tuple[str, str]:
    """The doctor's worst about a subject."""
    found = [
        one
        for one in run("doctor", "--db", str(path), "--json").json["findings"]
        if one["subject"] == subject
    ]
    worst = max(found, key=lambda one: ("ok", "warn", "bad").index(one["level"]))
    return worst["level"], worst["finding"]


def test_a_locked_database_names_the_way_out(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.3)
    with open(f"{filled}-lock", "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        clear(run("operator", "set", "dana", "viewer", "--db", str(filled)), "writing", "doctor")
        assert run("queue", "--db", str(filled)).code == 0  # looking goes on
        level, words = finding(run, filled, "lock")
        assert level == "warn"
        assert f"process {os.getpid()}" in words
    assert run("operator", "set", "dana", "viewer", "--db", str(filled)).code == 0


def test_a_newer_database(run: Run, filled: Path) -> None:
    with sqlite3.connect(filled) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    clear(run("queue", "--db", str(filled)), "newer", "Upgrade")
    assert finding(run, filled, "schema")[0] == "bad"
    assert run("doctor", "--db", str(filled)).code == 1


def test_a_half_migrated_database(run: Run, filled: Path) -> None:
    with sqlite3.connect(filled) as connection:
        connection.execute("drop table visit")
    connection.close()
    clear(run("call", "1", "--db", str(filled)), "schema")
    level, words = finding(run, filled, "schema")
    assert (level, words.endswith("visit")) == ("bad", True)
    with sqlite3.connect(filled) as connection:
        connection.execute("delete from alembic_version")
    connection.close()
    clear(run("queue", "--db", str(filled)))
    assert "half made" in finding(run, filled, "schema")[1]


def test_somebody_elses_database(run: Run, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table recipes (name text)")
    connection.close()
    clear(run("queue", "--db", str(path)), "another program")
    assert finding(run, path, "schema") == ("bad", "it belongs to another program")
    with sqlite3.connect(path) as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == [("recipes",)]
    connection.close()


STRANGE = {
    "cookies": b"",
    "random": bytes(range(256)) * 40,
    "short": b"x",
}


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("command", [("queue",), ("unit", "SN1"), ("doctor",)], ids=lambda one: one[0])
def test_looking_leaves_a_strangers_file_as_it_was(
    run: Run, path: Path, kind: str, command: tuple[str, ...]
) -> None:
    path.write_bytes(STRANGE[kind])
    if kind == "cookies":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("create table cookies (name text)")
    before = path.read_bytes()
    assert run(*command, "--db", str(path)).code in (1, 8)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    "content", [b"these are not the pages" * 500, b"SQLite format 3\x00" + b"\xff" * 9000]
)
def test_a_file_that_is_no_database(run: Run, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    clear(run("queue", "--db", str(path)), "damaged")
    assert finding(run, path, "content")[0] == "bad"
    said = run("doctor", "--db", str(path), "--json").json["findings"]
    assert [one["remedy"] for one in said if one["subject"] == "content"] == ["Go back to a copy."]
    assert path.read_bytes() == content


def test_damaged_pages_are_found(run: Run, filled: Path) -> None:
    with sqlite3.connect(filled) as connection:
        (page,) = connection.execute("select rootpage from sqlite_master where name = 'call'").fetchone()
        (size,) = connection.execute("pragma page_size").fetchone()
    connection.close()
    with filled.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xee" * size)
    clear(run("queue", "--db", str(filled)), "damaged", "doctor")
    levels = {finding(run, filled, subject)[0] for subject in ("schema", "content")}
    assert "bad" in levels


def test_rows_that_lead_nowhere_are_found(run: Run, filled: Path) -> None:
    with sqlite3.connect(filled) as connection:
        connection.execute("update call set technician_id = 4711 where id = 1")
    connection.close()
    level, words = finding(run, filled, "references")
    assert level == "bad"
    assert "call row 1 (technician)" in words


def test_a_clock_that_went_back_is_found(run: Run, filled: Path) -> None:
    with sqlite3.connect(filled) as connection:
        connection.execute("update change set recorded_at = recorded_at + 86400000000 * 30")
    connection.close()
    level, words = finding(run, filled, "clock")
    assert level == "warn"
    assert "from now" in words


def test_all_is_well_with_a_database_in_order(run: Run, filled: Path) -> None:
    answer = run("doctor", "--db", str(filled), "--json")
    assert answer.code == 0
    assert answer.json["ok"]
    subjects = {one["subject"] for one in answer.json["findings"] if one["level"] == "ok"}
    assert {
        "python",
        "settings",
        "disk",
        "access",
        "schema",
        "integrity",
        "references",
        "journal",
    } <= subjects
    assert {"clock", "lock", "bell"} <= subjects


def test_the_doctor_tells_of_settings_that_cannot_be_used(
    run: Run, filled: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own_home / ".config" / "dispatch-tui" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("theme = 7\n")
    monkeypatch.setenv("DISPATCH_TUI_TEHME", "dark")
    ran = run("doctor", "--db", str(filled), "--json")
    about = {one["level"]: one["finding"] for one in ran.json["findings"] if one["subject"] == "settings"}
    assert ran.code == 1
    assert "line 1: theme" in about["bad"]
    assert "DISPATCH_TUI_TEHME" in about["warn"]


def test_the_doctor_without_a_database(run: Run, path: Path) -> None:
    ran = run("doctor", "--db", str(path))
    assert ran.code == 0
    assert "dispatch-tui demo" in " ".join(ran.out.split())
    assert not path.exists()
    assert run("doctor", "--db", "oracle://x").code == 1


# -- no write access ----------------------------------------------------------------------------


@pytest.fixture
def guest_house(filled: Path) -> Iterator[Path]:
    """The database in a folder that everybody may enter, and its files may only be read."""
    folder = Path(tempfile.mkdtemp(prefix="dispatch-tui-"))
    copy = folder / "calls.sqlite"
    shutil.copy(filled, copy)
    if os.getuid() == 0:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("update operator set account = ?", (guest_account(),))  # they are its manager
    copy.chmod(0o444)
    folder.chmod(0o555)
    yield copy
    folder.chmod(0o755)
    shutil.rmtree(folder)


def guest_account() -> str:
    try:
        return pwd.getpwuid(65534).pw_name
    except KeyError:
        return "uid65534"


GUEST = """
import contextlib, io, json, os, sys
from dispatch_tui.cli.main import main
command, familiar, strange = json.loads(sys.argv[1])
# Once where all is well, as long as we may still read the program: root's Python is often root's alone.
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    main([*command, "--db", familiar])
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
sys.exit(main([*command, "--db", strange]))
"""


def as_guest(familiar: Path, strange: Path, *command: str) -> Ran:
    """Run a command on a database as somebody who is not root."""
    arguments = json.dumps([command, str(familiar), str(strange)])
    nowhere = {name: "/nonexistent" for name in os.environ if name == "HOME" or name.startswith("XDG_")}
    ran = subprocess.run(
        [sys.executable, "-c", GUEST, arguments],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_a_database_that_may_only_be_read(filled: Path, guest_house: Path) -> None:
    guest_house.parent.chmod(0o777)
    assert as_guest(filled, guest_house, "queue", "--json").json["total"] == 2
    clear(as_guest(filled, guest_house, "operator", "set", "dana", "viewer"), "only be read")
    findings = as_guest(filled, guest_house, "doctor", "--json").json["findings"]
    assert {one["subject"]: one["level"] for one in findings}["access"] == "warn"


@pytest.mark.parametrize("mode", [0o444, 0o666], ids=oct)
def test_a_database_in_a_folder_that_may_only_be_read(filled: Path, guest_house: Path, mode: int) -> None:
    guest_house.chmod(mode)
    assert as_guest(filled, guest_house, "queue", "--json").json["total"] == 2
    for looking in (("unit", "SN-1"), ("first",), ("search", "pump")):
        assert as_guest(filled, guest_house, *looking).code == 0
    clear(as_guest(filled, guest_house, "operator", "set", "dana", "viewer"), "only be read", "folder")
    ran = as_guest(filled, guest_house, "doctor", "--json")
    worst = {one["subject"]: one["level"] for one in ran.json["findings"]}
    assert (ran.code, worst["access"], worst["bell"]) == (0, "warn", "warn")
    assert {worst[one] for one in ("schema", "integrity", "references")} == {"ok"}
    assert os.listdir(guest_house.parent) == [guest_house.name]


def test_a_database_with_a_log_in_a_folder_that_may_only_be_read(filled: Path, guest_house: Path) -> None:
    """What was written last stands in the log, which SQLite cannot use there."""
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("update call set title = 'in the log'")
        connection.commit()
        shutil.copy(f"{filled}-wal", f"{guest_house}-wal")
    os.chmod(f"{guest_house}-wal", 0o444)
    clear(as_guest(filled, guest_house, "queue"), "-wal", "copy both files")
    findings = as_guest(filled, guest_house, "doctor", "--json").json["findings"]
    assert [one["subject"] for one in findings if one["level"] == "bad"] == ["content"]


def test_who_may_only_look_sees_what_others_write(filled: Path, guest_house: Path) -> None:
    """The file is read as one that nobody changes only as long as nobody does."""
    with closing(sqlite3.connect(guest_house)) as connection:
        guest_house.chmod(0o644)
        connection.execute("update call set title = 'written meanwhile'")
        connection.commit()
        for beside in guest_house.parent.iterdir():
            beside.chmod(0o644)
        titles = {one["title"] for one in as_guest(filled, guest_house, "queue", "--json").json["calls"]}
    assert titles == {"written meanwhile"}


def test_a_folder_that_may_not_be_written(filled: Path, guest_house: Path) -> None:
    new = guest_house.parent / "new.sqlite"
    clear(as_guest(filled, new, "import", "cad-calls", str(shared_log(guest_house))), "cannot be opened")
    assert not new.exists()


def shared_log(guest_house: Path) -> Path:
    """A log that everybody may read, in the guests' folder."""
    folder = guest_house.parent
    folder.chmod(0o755)
    log = write_log(folder / "log.csv", 3)
    log.chmod(0o444)
    folder.chmod(0o555)
    return log


def test_a_folder_that_may_not_be_entered(filled: Path, guest_house: Path) -> None:
    guest_house.parent.chmod(0o000)
    clear(as_guest(filled, guest_house, "queue"))


# -- a full disk --------------------------------------------------------------------------------


def counts_in(path: Path) -> tuple[int, int]:
    """Visits and recorded source rows: the same, if no batch was half kept."""
    with sqlite3.connect(path) as connection:
        (visits,) = connection.execute("select count(*) from visit").fetchone()
        (rows,) = connection.execute("select count(*) from source_row").fetchone()
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()
    return visits, rows


def test_a_file_that_may_not_grow(run: Run, path: Path, tmp_path: Path) -> None:
    """A limit on the size of files: the nearest thing to a full disk that anybody may have."""
    log = write_log(tmp_path / "log.csv", 12_000)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))

    ran = subprocess.run(
        [*PROGRAM, "import", "cad-calls", str(log), "--db", str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )
    clear(Ran(ran.returncode, ran.stdout, ran.stderr))
    visits, rows = counts_in(path)
    assert visits == rows > 0
    rest = run("import", "cad-calls", str(log), "--db", str(path), "--json").json
    assert (rest["unchanged"], rest["imported"]) == (rows, 12_000 - rows)


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    log = write_log(tmp_path / "log.csv", 12_000)
    program = " ".join(PROGRAM)
    script = (
        f"mount -t tmpfs -o size=8m none {disk} || exit 99; "
        f"{program} import cad-calls {log} --rejects {tmp_path}/rejects --db {disk}/calls.sqlite; code=$?; "
        f"cp {disk}/calls.sqlite* {tmp_path}; exit $code"
    )
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no small disk can be made here (unshare is not installed)")
    namespace = (
        [unshare, "--mount"] if os.getuid() == 0 else [unshare, "--user", "--map-root-user", "--mount"]
    )
    ran = subprocess.run([*namespace, "sh", "-c", script], capture_output=True, text=True, check=False)
    if ran.returncode == 99 or "unshare" in ran.stderr:
        pytest.skip("no small disk can be made here (mounting is not permitted)")
    clear(Ran(ran.returncode, ran.stdout, ran.stderr), "room")
    visits, rows = counts_in(tmp_path / "calls.sqlite")
    assert visits == rows > 0


# -- servers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("queue",), ("call", "1"), ("operator", "list")])
def test_a_server_that_does_not_answer(run: Run, command: tuple[str, ...]) -> None:
    clear(run(*command, "--db", "postgresql://dana:secret@127.0.0.1:1/calls"), "does not answer")
    assert "secret" not in run(*command, "--db", "postgresql://dana:secret@127.0.0.1:1/calls").err


def test_the_doctor_on_a_server(run: Run, pg_url: str, clock: FixedClock) -> None:
    company(pg_url, clock).store.close()
    found = {one["subject"]: one for one in run("doctor", "--db", pg_url, "--json").json["findings"]}
    assert {found[one]["level"] for one in ("database", "server", "schema", "access", "sessions")} == {"ok"}
    assert found["clock"]["level"] == "warn"  # the test's clock stands still in March 2026


def test_the_doctor_on_a_server_that_does_not_answer(run: Run) -> None:
    ran = run("doctor", "--db", "postgresql://dana:secret@127.0.0.1:1/calls")
    assert ran.code == 1
    assert "does not answer" in ran.out
    assert "secret" not in ran.out


@pytest.mark.parametrize("place", ["oracle://x", "sqlite:memory", "mysql://a@b/c"])
def test_databases_that_cannot_be_read_as_such(run: Run, place: str) -> None:
    clear(run("queue", "--db", place), code=2)


def test_the_doctor_knows_every_optional_part() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {extra for _, extra in here._EXTRAS} == declared.keys() - {"dev"}
