"""A call worked from open to closed by keyboard, in a real terminal."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.desk.account import account
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables
from dispatch_tui.store.queries import call_detail
from tests.support.desks import as_role

pytestmark = pytest.mark.needs_tmux


class Tmux:
    """One tmux server of this test's own, with the workbench in its only pane."""

    def __init__(self, folder: Path, database: Path) -> None:
        self._socket = str(folder / "tmux")
        program = "import sys; from dispatch_tui.app import run; sys.exit(run(sys.argv[1]))"
        self._run("new-session", "-d", "-x", "110", "-y", "32", sys.executable, "-c", program, str(database))

    def _run(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout

    def press(self, *keys: str) -> None:
        for key in keys:
            self._run("send-keys", key)

    def write(self, text: str) -> None:
        self._run("send-keys", "-l", text)

    def until(self, words: str) -> str:
        end = time.monotonic() + 60
        shown = ""
        while time.monotonic() < end:
            shown = self._run("capture-pane", "-p")
            if words in shown:
                return shown
            time.sleep(0.05)
        raise AssertionError(f"{words!r} never came:\n{shown}")

    def close(self) -> None:
        subprocess.run(
            ["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False, timeout=20
        )


@pytest.fixture
def tmux(tmp_path: Path, board: Desk) -> Iterator[Tmux]:
    as_role(board, "dispatcher", account())
    path = board.store.location.path
    assert path is not None
    opened = Tmux(tmp_path, path)
    yield opened
    opened.close()


def test_a_call_is_worked_from_open_to_closed(tmux: Tmux, board: Desk) -> None:
    tmux.until("All open (12)")
    tmux.press("N")
    tmux.until("New call: where?")
    tmux.write("SN-1")
    tmux.until("X200")
    tmux.press("Enter")
    tmux.until("what is wrong?")
    tmux.write("Drips on the floor")
    tmux.press("Enter")
    tmux.until("how urgent?")
    tmux.press("P", "1", "Enter")
    tmux.until("What does it do that it should not")
    tmux.write("drips since this morning")
    tmux.press("Enter", "C-s")
    tmux.until("C-13 opened")
    tmux.press("t")
    tmux.until("C-13 taken")
    tmux.press("A")
    tmux.until("Assign C-13 to")
    tmux.write("tess")
    tmux.press("Enter")
    tmux.until("C-13 assigned")
    tmux.press("S")
    tmux.until("C-13 started")
    tmux.press("H")
    tmux.until("what does it wait for?")
    tmux.write("the key to the cellar")
    tmux.press("Enter")
    tmux.until("C-13 put on hold")
    tmux.press("R")
    tmux.until("C-13 resumed")
    tmux.press("d")
    for asked, said in (
        ("What was done", "cleaned the drain"),
        ("How did it end?", "g"),
        ("What failed?", "drain clogged"),
        ("Why?", "dust"),
        ("Next step", "filter in May"),
    ):
        tmux.until(f"\n {asked}")  # below the questions, where it is answered
        tmux.write(said)
        tmux.press("Enter")
    tmux.until("ask how it has been since our visit")
    tmux.press("Enter")
    tmux.until("C-13 resolved")
    tmux.press("C")
    tmux.until("6 no: remote work")
    tmux.write("2")
    tmux.press("Enter", "Enter")
    tmux.until("C-13 closed")
    with board.store.read() as connection:
        detail = call_detail(connection, 13)
    assert detail.call.status == "closed"
    assert [line.act for line in reversed(detail.story) if line.kind == "call"] == [
        "open",
        "take",
        "assign",
        "start",
        "hold",
        "resume",
        "resolve",
        "close",
    ]
    tmux.press("q")


def test_a_conversation_is_logged_in_under_ten_key_presses(tmux: Tmux, board: Desk) -> None:
    """The keyboard alone, from the queue: the words themselves apart, each key press is counted."""
    tmux.until("All open (12)")
    presses = ["c"]
    tmux.press("c")
    tmux.until("when they hear from us again")
    tmux.press("1")
    presses.append("1")
    tmux.write("Told her the seal comes on Friday")
    tmux.until("comes on Friday")
    for key in ("Tab", "2", "Tab"):  # calm
        tmux.press(key)
        presses.append(key)
    tmux.write("2h")
    tmux.until("at the customer's")
    tmux.press("C-s")
    presses.append("C-s")
    tmux.until("contact logged")
    assert len(presses) < 10
    with board.store.read() as connection:
        (one,) = connection.execute(sa.select(tables.interaction)).mappings()
    assert (one["direction"], one["channel"], one["two_way"], one["mood"]) == ("out", "phone", 1, "calm")
    assert one["said"] == "Told her the seal comes on Friday"
    assert one["next_update_at"] - one["happened_at"] == timedelta(hours=2)


def test_every_field_is_reached_with_the_keyboard(tmux: Tmux, board: Desk) -> None:
    tmux.until("All open (12)")
    tmux.press("c")
    tmux.until("when they hear from us again")
    tmux.press("C-o")
    tmux.until("Promised 3")
    tmux.press("1")
    for words in ("said", "", "4h", "a loaner by 5h", "", "plan", "believes", "truth", "listen", "observe"):
        if words:
            tmux.write(words)
            tmux.until(words)
        tmux.press("Down")
    for words in ("think", "speak", "two by 6h", "three by 7h", "told", "5m"):
        tmux.write(words)
        tmux.until(words)
        tmux.press("Tab")
    tmux.press("C-s")
    tmux.until("contact logged")
    with board.store.read() as connection:
        (one,) = connection.execute(sa.select(tables.interaction)).mappings()
    kept = tuple(one[name] for name in ("said", "believes", "truth", "listen", "observe", "think", "speak"))
    assert kept == ("said", "believes", "truth", "listen", "observe", "think", "speak")
    tmux.press("q")
