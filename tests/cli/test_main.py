"""The frame of every command: help, options, errors, pipes, operators, settings, the demo."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from dispatch_tui.cli import queue
from dispatch_tui.cli.arguments import parser
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from tests.cli.conftest import Run

COMMANDS = (
    "queue",
    "call",
    "unit",
    "roi",
    "sla",
    "import",
    "replay",
    "demo",
    "operator",
    "settings",
    "doctor",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    assert command in run("--help").out
    ran = run(command, "--help")
    assert ran.code == 0
    assert f"dispatch-tui {command}" in ran.out


def test_every_command_that_answers_in_json_is_written_down() -> None:
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    (commands,) = [action for action in parser()._actions if action.dest != "help" and action.choices]
    assert commands.choices is not None
    for name, command in dict(commands.choices).items():  # type: ignore[call-overload]
        if any("--json" in action.option_strings for action in command._actions):
            assert f"## `{name} " in text, name


def test_options_stand_before_or_after_the_command(run: Run, worked: Desk, db_url: str) -> None:
    after = run("queue", "--json", "--db", db_url)
    assert run("--db", db_url, "queue", "--json").out == after.out


def test_the_environment_and_the_settings_name_the_database(
    run: Run, worked: Desk, db_url: str, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = run("queue", "--json", "--db", db_url).out
    file = own_home / ".config" / "dispatch-tui" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'database = "{db_url}"\n')
    assert run("queue", "--json").out == wanted
    file.unlink()
    monkeypatch.setenv("DISPATCH_TUI_DB", db_url)
    assert run("queue", "--json").out == wanted


def test_without_a_database_it_says_how_to_start(run: Run) -> None:
    ran = run("queue")
    assert ran.code == 8
    assert "dispatch-tui demo" in ran.err
    assert "dispatch-tui import" in ran.err


def test_the_workbench_asks_for_a_terminal(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "dispatch-tui queue" in ran.err


def test_a_reader_that_goes_away_is_no_error(worked: Desk, db_url: str) -> None:
    command = [sys.executable, "-c", "import sys; from dispatch_tui.cli.main import main; sys.exit(main())"]
    reading, writing = os.pipe()
    os.close(reading)  # gone before the first line
    ran = subprocess.run(
        [*command, "queue", "--db", db_url], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert ran.returncode == 141
    assert ran.stderr == ""


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_room_for_the_output_is_no_fault_of_the_program(
    worked: Desk, db_url: str, own_home: Path, options: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "dispatch_tui", "queue", "--db", db_url, *options]
    with open("/dev/full", "w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    message, remedy = ran.stderr.splitlines()
    assert message.startswith("dispatch-tui: There is no room for the output")
    assert remedy.startswith("  Free some space")
    assert not list(own_home.rglob("last-fault.txt"))


def test_a_fault_of_the_program_is_kept_and_told_in_two_lines(
    run: Run, desk: Desk, db_url: str, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("nobody \x1b[31mforesaw this")

    monkeypatch.setattr(queue, "chosen_queue", fails)
    ran = run("queue", "--db", db_url)
    assert ran.code == 70
    assert len(ran.err.splitlines()) == 2
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.err
    trace = (own_home / ".local/state/dispatch-tui/last-fault.txt").read_text()
    assert "RuntimeError" in trace
    assert trace.startswith("2026-03-04T09:00:00+00:00")


def test_text_on_a_terminal_that_is_not_utf8(worked: Desk, db_url: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "60"}
    command = [sys.executable, "-m", "dispatch_tui", "call", "1", "--db", db_url]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    ran.stdout.decode("ascii")
    assert b"Pump leaks" in ran.stdout


# -- operators ----------------------------------------------------------------------------------


def test_a_manager_gives_roles(run: Run, desk: Desk, db_url: str) -> None:
    assert run("operator", "set", "dana", "dispatcher", "--db", db_url).out == "dana is now dispatcher.\n"
    changed = run("operator", "set", "dana", "viewer", "--db", db_url, "--json").json
    assert changed == {"operator": {"account": "dana", "name": "dana", "role": "viewer"}}
    known = run("operator", "list", "--db", db_url, "--json").json["operators"]
    assert [(one["account"], one["role"]) for one in known] == sorted(
        [("dana", "viewer"), (desk.operator.account, "manager")]
    )


def test_roles_that_cannot_be_given(run: Run, desk: Desk, db_url: str) -> None:
    for account, role, code in (("dana", "king", 2), ("", "viewer", 2), (desk.operator.account, "viewer", 4)):
        ran = run("operator", "set", account, role, "--db", db_url)
        assert ran.code == code
        assert len(ran.err.splitlines()) >= 1


def test_as_is_for_the_demo_alone(run: Run, desk: Desk, db_url: str) -> None:
    ran = run("queue", "--db", db_url, "--as", "dana")
    assert ran.code == 4
    assert "--as" in ran.err


# -- settings -----------------------------------------------------------------------------------


def test_settings_as_they_stand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_TUI_ROI_RATE", "0.05")
    assert "roi.rate = 0.05  # DISPATCH_TUI_ROI_RATE" in run("settings").out
    assert "no settings file" in run("settings", "--check").out
    assert "DISPATCH_TUI_DB" in run("settings", "--explain").out


def test_the_default_file_can_be_used_as_it_is(run: Run, own_home: Path) -> None:
    file = own_home / ".config" / "dispatch-tui" / "settings.toml"
    assert run("settings", "--path").out == f"{file}\n"
    file.parent.mkdir(parents=True)
    file.write_text(run("settings", "--print-default").out)
    assert run("settings", "--check").out == f"{file} is in order.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("theme = 'pink'\n", "line 1: theme"),
        ("\n[queues]\nbad = 'pri:9'\n", "line 3: queues.bad"),
        ("[keys]\nnonsense = 'x'\n", "line 2: keys.nonsense"),
        ("[roi\n", "line 1"),
        ("\ndefault_queue = 'nope'\n", "line 2: default_queue: there is no queue 'nope'; known: all, mine,"),
        ("default_queue = 'team:'\n", "line 1: default_queue"),
    ],
)
def test_a_fault_in_the_settings_is_said_with_its_line(
    run: Run, own_home: Path, text: str, words: str
) -> None:
    file = own_home / ".config" / "dispatch-tui" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    ran = run("settings", "--check")
    assert ran.code == 2
    assert words in ran.err


def test_a_queue_to_open_with_that_only_the_database_knows_is_in_order(run: Run, own_home: Path) -> None:
    file = own_home / ".config" / "dispatch-tui" / "settings.toml"
    file.parent.mkdir(parents=True)
    for name in ("team:North", "skill:gas", "Acme", "own:Acme", "hold"):
        file.write_text(f"default_queue = '{name}'\n[queues]\nAcme = 'cust:acme'\n")
        assert run("settings", "--check").out == f"{file} is in order.\n"


def test_a_queue_to_open_with_that_is_not_there_names_its_place(
    run: Run, desk: Desk, db_url: str, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own_home / ".config" / "dispatch-tui" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("default_queue = 'nope'\n")
    ran = run("queue", "--db", db_url)
    assert (ran.code, f"{file}, line 1: default_queue" in ran.err) == (2, True)
    assert run("queue", "--queue", "all", "--db", db_url).code == 0
    said = run("doctor", "--db", db_url, "--json").json["findings"]
    assert [one["level"] for one in said if one["subject"] == "settings"] == ["warn"]
    monkeypatch.setenv("DISPATCH_TUI_DEFAULT_QUEUE", "neither")
    assert "environment: DISPATCH_TUI_DEFAULT_QUEUE" in run("settings", "--check").err


# -- the demo -----------------------------------------------------------------------------------


def test_the_demo_is_made_once(run: Run, db_url: str, clock: FixedClock) -> None:
    options = ("demo", "--calls", "30", "--units", "20", "--seed", "7", "--db", db_url, "--no-open")
    made = run(*options, "--json").json
    assert (made["calls"], made["seed"], made["built"], made["finished"]) == (30, 7, True, True)
    again = run(*options, "--json").json
    assert (again["built"], again["finished"]) == (False, True)
    assert "stands already" in run(*options).out
    assert run("queue", "--db", db_url, "--as", "dana", "--queue", "mine", "--json").code == 0


def test_the_story_is_told_as_text(run: Run, sqlite_url: str) -> None:
    told = run("demo", "--story", "--no-open", "--db", sqlite_url)
    assert (told.code, told.err) == (0, "")
    assert "6 of 23 · Tue 10:00 · The finish slips" in told.out
    assert (
        told.out.index("The conversation") < told.out.index("A bad outcome") < told.out.index("Report-back")
    )
    again = run("demo", "--story", "--json", "--db", sqlite_url)  # told anew from the beginning
    assert [step["title"].partition(" of ")[0] for step in again.json["steps"][1:]] == [
        str(n) for n in range(1, 24)
    ]


def test_the_story_does_not_move_in_with_real_records(run: Run, desk: Desk, db_url: str) -> None:
    ran = run("demo", "--story", "--no-open", "--db", db_url)
    assert ran.code != 0
    assert "holds real records" in ran.err


def test_the_demo_does_not_move_in_with_real_records(run: Run, desk: Desk, db_url: str) -> None:
    ran = run("demo", "--calls", "30", "--db", db_url, "--no-open")
    assert ran.code == 4
    assert "real records" in ran.err


def test_others_work_in_the_demo_until_they_are_stopped(run: Run, sqlite_url: str) -> None:
    run("demo", "--calls", "60", "--units", "20", "--db", sqlite_url, "--no-open")
    path = sqlite_url.removeprefix("sqlite:///")

    def newest() -> int:
        with closing(sqlite3.connect(path)) as connection:
            return int(connection.execute("select max(seq) from change").fetchone()[0])

    before = newest()
    command = [sys.executable, "-m", "dispatch_tui", "demo", "--live", "--db", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as others:
        while newest() == before:
            assert others.poll() is None, others.communicate()
            time.sleep(0.05)
        others.send_signal(signal.SIGINT)
        _, err = others.communicate(timeout=60)
    assert others.returncode == 0, err
    assert err == ""
