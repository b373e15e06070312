"""Ctrl-C as a wish to stop at a good moment, and progress on one line of a terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from dispatch_tui.cli.output import Output


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """A function that says whether somebody asked to stop (Ctrl-C, or SIGTERM).

    The first time is a wish; a second Ctrl-C interrupts at once (what is not committed is not kept).
    """
    asked = threading.Event()

    def note(number: int, _frame: FrameType | None) -> None:
        if asked.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():  # only there can signals be caught
        yield asked.is_set
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Meter:
    """One line that is written over; nothing at all where standard error is no terminal."""

    def __init__(self, err: Output) -> None:
        self._err = err
        self._live = err.stream.isatty()
        self._length = 0

    def show(self, words: str) -> None:
        """Show ``words`` in place of the last ones."""
        if self._live:
            words = words[: (self._err.width or 80) - 1]
            self._err.stream.write("\r" + words.ljust(self._length))
            self._err.stream.flush()
            self._length = len(words)

    def end(self) -> None:
        """Go on below."""
        if self._live and self._length:
            self._err.stream.write("\n")
            self._err.stream.flush()
            self._length = 0
