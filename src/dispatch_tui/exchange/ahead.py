"""A long file read by a process of its own: reading and recording each have a core."""

from __future__ import annotations

import gc
import pickle
import signal
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from dispatch_tui.errors import DispatchError, HelperFault, ImportProblem
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.source import Delivery, Stated, deliveries, open_source

_READER = [sys.executable, "-c", "from dispatch_tui.exchange.ahead import serve; serve()"]

_ROOM = 1 << 20
"""Bytes that the pipe holds: some deliveries."""
_LENGTH = 8
"""Bytes before each delivery that say how long it is."""


def read_ahead(mapping: Mapping, path: Path, stated: Stated) -> Generator[Delivery, None, None]:
    """The deliveries of a file, as :func:`.source.deliveries` gives them; the other process is some
    deliveries ahead and ends with this generator. Raises what reading raises, :class:`HelperFault` for a
    fault of the program there, and :class:`ImportProblem` where the other process died."""
    # A plain child: ``multiprocessing`` wants a standard error with a number, which a screen has not.
    with (
        subprocess.Popen(
            _READER,
            bufsize=_ROOM,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=_ROOM,
        ) as reader,
        ThreadPoolExecutor(1) as fetching,  # unpacks the next delivery while a commit waits for the disk
    ):
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            pickle.dump((mapping, path, stated), reader.stdin)
            reader.stdin.close()
            coming = fetching.submit(_next, reader.stdout, path)
            while (delivery := coming.result()) is not None:
                coming = fetching.submit(_next, reader.stdout, path)
                yield delivery
        finally:
            reader.kill()  # whoever waits for its next word then hears that there is none


def _next(pipe: IO[bytes], path: Path) -> Delivery | None:
    """What the other process says next; ``None`` at the end of the file."""
    # In one piece, so that unpacking does not ask for the interpreter again and again.
    length = int.from_bytes(pipe.read(_LENGTH))
    packed = pipe.read(length)
    if not packed or len(packed) < length:
        raise ImportProblem(
            f"The process that read {path} ended before the file did.",
            "What it had read is recorded. Repeat the import: nothing is recorded twice.",
        )
    said: Delivery | _Fault | None = pickle.loads(packed)
    if isinstance(said, _Fault):
        raise said.error()
    return said


class _Fault:
    """An error on its way between processes, with all that it carries."""

    def __init__(self, error: DispatchError | HelperFault) -> None:
        self._kind, self._args, self._carried = type(error), error.args, dict(vars(error))

    def error(self) -> DispatchError | HelperFault:
        error = self._kind.__new__(self._kind, *self._args)
        vars(error).update(self._carried)
        return error


def serve() -> None:
    """The other process: what to read comes by standard input, what was read goes to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that records
    gc.freeze()
    gc.disable()  # millions of small values and no cycles
    out = sys.stdout.buffer
    rejects: list[Reject] = []
    try:
        mapping, path, stated = pickle.load(sys.stdin.buffer)
        with open_source(mapping, path, stated, rejects.append) as source:
            for delivery in deliveries(source, rejects):
                _say(out, delivery)
        _say(out, None)
    except DispatchError as error:
        _say(out, _Fault(error))
    except Exception as error:  # noqa: BLE001 - nobody sees it here: it is raised where the file is recorded
        _say(out, _Fault(HelperFault.of(error)))


def _say(out: IO[bytes], what: Delivery | _Fault | None) -> None:
    packed = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    out.write(len(packed).to_bytes(_LENGTH))
    out.write(packed)
    out.flush()
