"""The terminal driver: Textual's own for Linux and macOS, with our way of reading and leaving.

Textual reads keys in a thread that wakes ten times a second and recognises a lone Escape only then; leaving waits for
that thread. Here the event loop itself watches the terminal: no wake-ups while idle, a quick Escape, a quick end. When
the terminal is gone (end of file, hang-up, broken pipe) the app is told at once instead of spinning on a dead line.
Mouse movement without a pressed button is not asked for: it only floods a slow line.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import termios
from codecs import getincrementaldecoder
from queue import Full
from threading import Thread

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

ESCAPE_SECONDS = 0.03
"""How long an Escape may still become the start of a key sequence (``ESCDELAY`` in the environment overrides it)."""
CATCH_UP_SECONDS = 0.05
"""How often to see whether a slow terminal has caught up."""
END_OF_PICTURE = "\x1b[?2026l"
"""Ends a synchronised update whose own end was left out."""
LEAVE_SECONDS = 0.2
"""How long the last bytes may take to reach a terminal that does not read."""


class WorkbenchDriver(LinuxDriver):
    """As :class:`LinuxDriver`, reading on the event loop where the terminal allows it."""

    _reading = False
    _behind = False
    """The terminal reads too slowly: pictures are left out until it has caught up."""
    _switching = False
    """The terminal is being taken over or given back: these bytes may be waited for."""
    _parser: XTermParser | None = None
    _escape: asyncio.TimerHandle | None = None

    def start_application_mode(self) -> None:
        self._behind, self._switching = False, True
        try:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        finally:
            self._switching = False
        self._read_on_loop()

    def run_input_thread(self) -> None:
        """Nothing to do in a thread: the loop reads."""

    def _read_on_loop(self) -> None:
        if self._reading:
            return
        if "ESCDELAY" not in os.environ:
            constants.ESCAPE_DELAY = ESCAPE_SECONDS  # type: ignore[misc]  # read anew at each Escape
        self._parser = XTermParser(self._debug)
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        try:
            self._loop.add_reader(self.fileno, self._readable)
        except (NotImplementedError, OSError):
            # A loop without readers, or an input that cannot be watched (a plain file): Textual's own way.
            self._key_thread = Thread(target=super().run_input_thread, name="textual-input", daemon=True)
            self._key_thread.start()
            return
        self._reading = True

    def _readable(self) -> None:
        assert self._parser is not None
        try:
            data = os.read(self.fileno, 65_536)
        except InterruptedError:
            return
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK):
                return
            data = b""
        if not data:
            self._lost()
            return
        if self._escape is not None:
            self._escape.cancel()
            self._escape = None
        text = self._decode(data)
        if text:
            for event in self._parser.feed(text):
                self.process_message(event)
        self._await_escape()

    def _await_escape(self) -> None:
        """An Escape that stays alone is a key; one that is followed is the start of a sequence."""
        assert self._parser is not None
        if self._parser._timeout_time is not None:
            self._escape = self._loop.call_later(constants.ESCAPE_DELAY + 0.001, self._escape_alone)

    def _escape_alone(self) -> None:
        assert self._parser is not None
        self._escape = None
        for event in self._parser.tick():
            self.process_message(event)
        self._await_escape()

    def send_message(self, message: Message) -> None:
        if self._reading:
            self._app.post_message(message)
        else:
            super().send_message(message)

    def _lost(self) -> None:
        """The terminal is gone: stop reading and leave as at a hang-up."""
        self._stop_reading()
        os.kill(os.getpid(), signal.SIGHUP)

    def _stop_reading(self) -> None:
        if self._reading:
            self._loop.remove_reader(self.fileno)
            self._reading = False
        if self._escape is not None:
            self._escape.cancel()
            self._escape = None

    def disable_input(self) -> None:
        self._stop_reading()
        super().disable_input()

    def write(self, data: str) -> None:
        """Hand bytes to the writer without ever waiting for the terminal.

        For one that is no longer there they are dropped. One that reads too slowly misses pictures, and gets a whole
        one once it has caught up: waiting for it would hold up every key, and the signal to leave.
        """
        writer = self._writer_thread
        if writer is None or not writer.is_alive() or self._behind:
            return
        try:
            writer._queue.put(data, block=self._switching, timeout=LEAVE_SECONDS)
        except Full:
            self._behind = True
            self._loop.call_later(CATCH_UP_SECONDS, self._catch_up)

    def _catch_up(self) -> None:
        writer = self._writer_thread
        if writer is None or not writer.is_alive() or not self._behind:
            return
        if not writer._queue.empty():
            self._loop.call_later(CATCH_UP_SECONDS, self._catch_up)
            return
        self._behind = False
        self.write(END_OF_PICTURE)
        self._app.screen.refresh()

    def close(self) -> None:
        writer = self._writer_thread
        if writer is None or not writer.is_alive():
            return
        try:
            writer._queue.put(None, timeout=LEAVE_SECONDS)
        except Full:
            return  # the terminal does not read; the writer is a daemon thread and ends with the program
        writer.join(LEAVE_SECONDS)

    def stop_application_mode(self) -> None:
        self._behind, self._switching = False, True
        try:
            super().stop_application_mode()
        except termios.error:
            return
        finally:
            self._switching = False

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000l\x1b[?1006l")
