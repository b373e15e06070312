"""Batches of units compared by processes of their own, one for each core, so that a screen stays at hand.

Plain children with pipes, as for reading a file ahead: ``multiprocessing`` wants a standard error with a number, which
a screen has not.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from dispatch_tui.errors import DispatchError, HelperFault
from dispatch_tui.roi.many import FLEET_PATHS, Batch, Outcome, outcomes

_WORKER = [sys.executable, "-c", "from dispatch_tui.desk.workers import serve; serve()"]
_AHEAD = 2
"""Batches that wait for each worker, so that none of them waits for the database."""

_Child = subprocess.Popen[bytes]


def cores() -> int:
    """How many processes are started."""
    return max(1, os.cpu_count() or 1)


def compared(
    batches: Iterable[Batch],
    *,
    seed: int,
    paths: int = FLEET_PATHS,
    stop: Callable[[], bool] = lambda: False,
    workers: int = 0,
) -> Generator[tuple[Outcome, ...], None, None]:
    """The outcomes of each batch, in the order in which they are done; ends early where ``stop`` says so.

    The processes end with this generator. Raises ``DispatchError`` where one of them died, ``HelperFault`` for a fault
    of the program in one of them.
    """
    count = workers or cores()
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
    children = [
        subprocess.Popen(
            _WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=alone
        )
        for _ in range(count)
    ]
    asking = ThreadPoolExecutor(count)
    try:
        for child in children:
            idle.put(child)
        waiting: set[Future[tuple[Outcome, ...]]] = set()
        for batch in batches:
            if stop():
                return
            waiting.add(asking.submit(_ask, idle, (batch, seed, paths)))
            while len(waiting) >= count * _AHEAD:
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                if stop():
                    return
                yield from (one.result() for one in done)
        while waiting and not stop():
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in done)
    finally:
        for child in children:
            child.kill()  # whoever waits for its answer then hears that there is none
        asking.shutdown(cancel_futures=True)
        for child in children:
            child.communicate()


def _ask(idle: queue.SimpleQueue[_Child], question: tuple[Batch, int, int]) -> tuple[Outcome, ...]:
    child = idle.get()
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        pickle.dump(question, child.stdin, pickle.HIGHEST_PROTOCOL)
        child.stdin.flush()
        answer: tuple[Outcome, ...] | HelperFault = pickle.load(child.stdout)
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise DispatchError(
            "A process that compares units has ended.", "Nothing was written. Start the comparison again."
        ) from error
    finally:
        idle.put(child)
    if isinstance(answer, HelperFault):
        raise answer
    return answer


def serve() -> None:
    """A worker: batches come by standard input, outcomes go to standard output, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    while True:
        try:
            batch, seed, paths = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = pickle.dumps(outcomes(batch, seed=seed, paths=paths), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - nobody sees it here: it is raised in the process that asked
            answer = pickle.dumps(HelperFault.of(error))
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
