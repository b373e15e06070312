"""The program on a real pseudo-terminal: a lone Escape, hang-ups, a terminal that is gone, what it leaves behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

from dispatch_tui.desk.account import account
from dispatch_tui.desk.desk import Desk
from tests.face.talks import rows
from tests.support.desks import as_role

PROGRAM = "import sys; from dispatch_tui.app import run; sys.exit(run(sys.argv[1]))"


class Terminal:
    """A pseudo-terminal with the workbench in it, and a model of its screen."""

    def __init__(self, path: Path, columns: int = 100, lines: int = 30) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(path)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=environment,
        )
        os.close(slave)
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""

    def read(self, seconds: float = 0.05) -> bytes:
        got = b""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65_536)
            except OSError:
                break
            if not data:
                break
            got += data
        self._stream.feed(got)
        self.raw += got
        return got

    def until(self, words: str, seconds: float = 25.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            if any(words in line for line in self.screen.display):
                return
        raise AssertionError(f"{words!r} never came:\n" + "\n".join(self.screen.display))

    def gone(self, words: str, seconds: float = 25.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            if not any(words in line for line in self.screen.display):
                return
        raise AssertionError(f"{words!r} stays:\n" + "\n".join(self.screen.display))

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            with suppress(OSError):
                os.close(self.master)


@pytest.fixture
def terminal(board: Desk) -> Iterator[Terminal]:
    path = board.store.location.path
    assert path is not None
    opened = Terminal(path)
    yield opened
    opened.close()


def test_opens_answers_keys_and_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.until("All open (12)")
    terminal.press("?")
    terminal.until("Keys of this screen")
    terminal.press("\x1b")
    terminal.gone("Keys of this screen")
    terminal.press("\x1b[B\x1b[B")
    terminal.until("3/12")
    terminal.press("q")
    assert terminal.process.wait(10) == 0
    terminal.read()
    assert terminal.raw.rstrip().endswith(b"\x1b[?1004l") or b"\x1b[?1049l" in terminal.raw
    assert b"\x1b[?25h" in terminal.raw, "the cursor is shown again"


def test_mouse_movement_is_not_asked_for(terminal: Terminal) -> None:
    terminal.until("All open (12)")
    assert b"\x1b[?1000h" in terminal.raw
    assert b"\x1b[?1003h" not in terminal.raw


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_leaves_at_a_signal(terminal: Terminal, number: signal.Signals) -> None:
    terminal.until("All open (12)")
    terminal.process.send_signal(number)
    assert terminal.process.wait(10) == 128 + number


def test_leaves_when_the_terminal_is_gone_and_keeps_the_draft(terminal: Terminal, board: Desk) -> None:
    as_role(board, "dispatcher", account())
    terminal.until("All open (12)")
    terminal.press("n")
    terminal.until("Note on")
    terminal.press("half a senten")
    terminal.until("half a senten")
    terminal.hang_up()
    assert terminal.process.wait(10) == 128 + signal.SIGHUP
    path = board.store.location.path
    assert path is not None
    again = Terminal(path)
    try:
        again.until("All open (12)")
        again.press("n")
        again.until("half a senten")
        again.press("\x15\x1b")
        again.gone("Note on")
        again.press("n")
        again.until("Note on")
        assert not any("half a senten" in line for line in again.screen.display), "it was taken away"
    finally:
        again.close()


def test_leaves_in_time_when_the_terminal_does_not_read(terminal: Terminal) -> None:
    terminal.until("All open (12)")
    for _ in range(60):
        terminal.press("?")
        terminal.press("q")
        time.sleep(0.02)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(5) == 128 + signal.SIGTERM


def test_a_terminal_that_falls_behind_gets_a_whole_picture_in_the_end(terminal: Terminal) -> None:
    terminal.until("All open (12)")
    for _ in range(40):
        terminal.press("?")
        time.sleep(0.02)
        terminal.press("q")
        time.sleep(0.02)
    terminal.until("All open (12)")
    terminal.until("Lamp is out")
    terminal.gone("Keys of this screen")
    terminal.press("j")
    terminal.until("2/12")
    terminal.press("q")
    assert terminal.process.wait(10) == 0


def test_hostile_text_reaches_the_terminal_as_text(terminal: Terminal) -> None:
    terminal.until("All open (12)")
    assert b"\x1b[31mred" not in terminal.raw
    terminal.until("[/bold] [@")


def test_what_was_typed_survives_a_kill(terminal: Terminal, board: Desk) -> None:
    """Killed in the middle of typing, with no chance to clean up: the text is there at the next login."""
    as_role(board, "dispatcher", account())
    terminal.until("All open (12)")
    terminal.press("c")
    terminal.until("when they hear from us again")
    terminal.press("2")
    terminal.press("She says the cold room is at nine degr")
    terminal.until("nine degr")
    end = time.monotonic() + 20
    while not (kept := rows(board, "draft")) and time.monotonic() < end:
        time.sleep(0.05)
    assert "nine degr" in kept[0]["content_json"]
    terminal.process.kill()
    terminal.process.wait()
    path = board.store.location.path
    assert path is not None
    again = Terminal(path)
    try:
        again.until("1 draft")
        again.press("D")
        again.until("She says the cold room is at nine degr")
        again.until("[2 they called]")
        again.press("ees\x13")
        again.until("contact logged")
        (one,) = rows(board, "interaction")
        assert (one["said"], one["direction"]) == ("She says the cold room is at nine degrees", "in")
        assert rows(board, "draft") == []
    finally:
        again.close()
