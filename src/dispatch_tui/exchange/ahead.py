"""A long file read by a process of its own: reading and recording each have a core."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from dispatch_tui.errors import DispatchError, ImportProblem
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.source import Delivery, Stated, deliveries, open_source


def read_ahead(mapping: Mapping, path: Path, stated: Stated) -> Generator[Delivery, None, None]:
    """The deliveries of a file, as :func:`.source.deliveries` gives them; the other process is some
    deliveries ahead and ends with this generator. Raises what reading raises, and
    :class:`ImportProblem` where the other process died."""
    # Not by fork: an import may run in a thread of the workbench.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    reader = context.Process(target=_read, args=(theirs, mapping, path, stated), daemon=True)
    reader.start()
    theirs.close()
    with ThreadPoolExecutor(1) as fetching:  # unpacks the next delivery while a commit waits for the disk
        try:
            coming = fetching.submit(ours.recv)
            while (said := _arrived(coming, path)) is not None:
                coming = fetching.submit(ours.recv)
                yield said
        finally:
            reader.terminate()  # whoever waits for its next word then hears that there is none
            reader.join()
    ours.close()


def _arrived(coming: Future[Delivery | _Fault | None], path: Path) -> Delivery | None:
    """What the other process said; ``None`` at the end of the file."""
    try:
        said = coming.result()
    except EOFError:
        raise ImportProblem(
            f"The process that read {path} ended before the file did.",
            "What it had read is recorded. Repeat the import: nothing is recorded twice.",
        ) from None
    if isinstance(said, _Fault):
        raise said.error()
    return said


class _Fault:
    """An error on its way between processes, with all that it carries."""

    def __init__(self, error: DispatchError) -> None:
        self._kind, self._args, self._carried = type(error), error.args, dict(vars(error))

    def error(self) -> DispatchError:
        error = self._kind.__new__(self._kind, *self._args)
        vars(error).update(self._carried)
        return error


def _read(pipe: Connection, mapping: Mapping, path: Path, stated: Stated) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that records
    gc.freeze()
    gc.disable()  # millions of small values and no cycles
    rejects: list[Reject] = []
    try:
        with open_source(mapping, path, stated, rejects.append) as source:
            for delivery in deliveries(source, rejects):
                pipe.send(delivery)
        pipe.send(None)
    except DispatchError as error:
        pipe.send(_Fault(error))
    except BrokenPipeError:
        return  # whoever recorded has stopped
