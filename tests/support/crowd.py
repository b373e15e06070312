"""Processes that work on one database at once: forked from a warm parent, so that hundreds are cheap."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from dispatch_tui.care.rules_file import default_rules
from dispatch_tui.clock import SystemClock
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import DispatchError
from dispatch_tui.store.database import Store
from dispatch_tui.store.location import locate

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["psycopg", "tests.support.crowd", "dispatch_tui.desk.calls", "dispatch_tui.desk.prompting"]
)


class Member(NamedTuple):
    """A process of the crowd, and the end of the pipe on which it speaks."""

    process: BaseProcess
    pipe: Connection

    def kill(self) -> None:
        """As ``kill -9`` does it."""
        assert self.process.pid is not None
        with contextlib.suppress(ProcessLookupError):  # it was done already
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()

    def rest(self) -> Iterator[Any]:
        """What it still had to say, until its end of the pipe is closed."""
        with contextlib.suppress(EOFError, ConnectionResetError):
            while True:
                yield self.pipe.recv()


def join_in(work: Callable[..., None], *arguments: Any) -> Member:
    """Start ``work(pipe, *arguments)`` in a process of its own; it speaks by ``pipe.send``."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=work, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return Member(process, ours)


def desk_of(url: str, account: str) -> Desk:
    """A desk as another process opens it, acting as ``account``; the wall clock."""
    store = Store(locate(url))
    operator = find_operator(store, account)
    assert operator is not None, account
    return Desk(store, SystemClock(), operator)


def told(pipe: Connection, question: Callable[..., Any], *arguments: Any) -> None:
    """Send what ``question`` answers, or the error that it raises (its type's name, message and remedy)."""
    try:
        pipe.send(("answer", question(*arguments)))
    except DispatchError as error:
        pipe.send((type(error).__name__, error.message, error.remedy))


def unprivileged(pipe: Connection, question: Callable[..., Any], *arguments: Any) -> None:
    """As :func:`told`, but as a user whom permission bits bind (root is not)."""
    default_rules()  # what an act loads late: another user may not be let into this Python's folder
    if os.geteuid() == 0:
        import dispatch_tui.desk.prompting  # noqa: F401 - root's libraries cannot be read afterwards

        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    told(pipe, question, *arguments)


def asked(how: Callable[..., None], question: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    """What a process of its own answers to ``question``; ``how`` is :func:`told` or :func:`unprivileged`."""
    member = join_in(how, question, *arguments)
    try:
        answer: tuple[Any, ...] = member.pipe.recv()
        return answer
    finally:
        member.process.join(20)
        member.pipe.close()
