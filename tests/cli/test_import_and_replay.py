"""``import`` and ``replay``: what they say, what they leave behind, and how they stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dispatch_tui.cli import importing
from tests.cli.conftest import Run
from tests.cli.logs import write_log

COUNTS = ("imported", "updated", "unchanged", "rejected")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log.csv", 30)


def test_the_four_counts_add_up_and_a_second_run_changes_nothing(run: Run, db_url: str, log: Path) -> None:
    with log.open("a") as file:
        file.write("no,such\n")
    first = run("import", "cad-calls", str(log), "--db", db_url, "--json").json
    assert (first["read"], first["imported"], first["rejected"]) == (31, 30, 1)
    assert Path(first["rejects_file"]).exists()
    second = run("import", "cad-calls", str(log), "--db", db_url, "--json").json
    assert (second["read"], second["unchanged"], second["rejected"]) == (31, 30, 1)
    for answer in (first, second):
        assert answer["read"] == sum(answer[name] for name in COUNTS)


def test_text_says_the_same(run: Run, db_url: str, log: Path) -> None:
    lines = run("import", "cad-calls", str(log), "--db", db_url).out.splitlines()
    assert lines[0].strip().startswith("30 rows read")
    counts = [tuple(line.split()[:2]) for line in lines[1:5]]
    assert counts == [("30", "imported"), ("0", "updated"), ("0", "unchanged"), ("0", "rejected")]


def test_a_dry_run_changes_nothing(run: Run, db_url: str, log: Path) -> None:
    ran = run("import", "cad-calls", str(log), "--db", db_url, "--dry-run", "--json").json
    assert (ran["imported"], ran["dry_run"]) == (30, True)
    assert run("queue", "--db", db_url, "--filter", "status:closed", "--json").json["total"] == 0


def test_a_dry_run_makes_no_database(run: Run, tmp_path: Path, log: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    ran = run("import", "cad-calls", str(log), "--db", str(house / "calls.db"), "--dry-run", "--json").json
    assert (ran["read"], ran["imported"]) == (30, 30)
    assert list(house.iterdir()) == []


def test_what_the_options_state_counts(run: Run, db_url: str, log: Path) -> None:
    run("import", "cad-calls", str(log), "--db", db_url, "--zone", "Europe/Berlin")
    answer = run("call", "250000", "--db", db_url, "--json").json
    assert answer["call"]["opened_at"] == "2025-06-02T06:00:00Z"


def test_the_template_and_the_help_name_what_there_is(run: Run) -> None:
    assert "[columns]" in run("import", "--template").out
    assert "cad-calls, servicenow-incidents, work-orders" in " ".join(run("import", "--help").out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "PRESET: it is missing"),
        (("cad-calls",), "FILE: it is missing"),
        (("no-such", "x.csv"), "no-such"),
        (("cad-calls", "no-such-file.csv"), "no-such-file.csv"),
    ],
)
def test_what_is_missing_is_said(run: Run, sqlite_url: str, arguments: tuple[str, ...], words: str) -> None:
    ran = run("import", *arguments, "--db", sqlite_url)
    assert ran.code == 2
    assert words in ran.err


def test_a_file_of_another_shape_names_its_columns(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    ran = run("import", "cad-calls", str(file), "--db", sqlite_url)
    assert ran.code == 2
    assert "Call Number" in ran.err


def test_replay_leaves_the_board_of_that_minute(run: Run, db_url: str, log: Path) -> None:
    window = ("--from", "2025-06-02 08:10", "--to", "2025-06-02 08:20", "--zone", "America/Los_Angeles")
    answer = run("replay", "cad-calls", str(log), "--db", db_url, "--speed", "max", "--json", *window).json
    assert (answer["since"], answer["until"]) == ("2025-06-02T15:10:00Z", "2025-06-02T15:20:00Z")
    assert answer["played"] > 0
    assert answer["refused"] == 0
    again = run("replay", "cad-calls", str(log), "--db", db_url, "--speed", "max", *window).out
    words = " ".join(again.split())
    assert f" 0 played {answer['before'] + answer['played']} were there already and were passed over" in words
    board = run("queue", "--db", db_url, "--json").json["calls"]
    assert {one["number"] for one in board} == {str(250000 + number) for number in range(20)}


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "fast", "inf"])
def test_speeds_that_are_none(run: Run, log: Path, sqlite_url: str, speed: str) -> None:
    ran = run("replay", "cad-calls", str(log), "--db", sqlite_url, f"--speed={speed}")
    assert ran.code == 2
    assert "--speed" in ran.err


def test_ctrl_c_stops_between_batches_and_the_next_run_goes_on(
    run: Run, sqlite_url: str, tmp_path: Path
) -> None:
    log = write_log(tmp_path / "long.csv", 15_000)
    command = [
        sys.executable,
        "-m",
        "dispatch_tui",
        "import",
        "cad-calls",
        str(log),
        "--db",
        sqlite_url,
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wal = Path(sqlite_url.removeprefix("sqlite:///") + "-wal")
        while not (wal.exists() and wal.stat().st_size > 2_000_000):
            assert process.poll() is None, "it was over before it could be stopped"
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert '"stopped": true' in out
    assert "goes on from there" in err
    assert "Traceback" not in err
    rest = run("import", "cad-calls", str(log), "--db", sqlite_url, "--json").json
    assert rest["unchanged"] > 0
    assert rest["imported"] > 0
    assert rest["unchanged"] + rest["imported"] == 15_000


def test_two_wishes_to_stop_end_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with importing.stop_on_interrupt() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
