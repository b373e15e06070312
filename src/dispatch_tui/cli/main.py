"""Runs one command: finds its module, says its errors as message and remedy, and gives its exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from dispatch_tui.cli.arguments import parser
from dispatch_tui.cli.output import Output, say_error, streams
from dispatch_tui.errors import DispatchError

if TYPE_CHECKING:
    from dispatch_tui.clock import Clock

INTERRUPTED = 130
PIPE_CLOSED = 141
BROKEN = 70
"""A fault of the program itself (EX_SOFTWARE)."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(argv: Sequence[str] | None = None, *, clock: Clock | None = None) -> int:
    """Run ``dispatch-tui`` with these arguments (default: the process's) and return its exit code.

    ``clock`` says what time it is (default: the machine's).
    """
    args = parser().parse_args(argv)
    if args.no_color:
        os.environ["NO_COLOR"] = "1"
    out, err = streams()
    try:
        if clock is None:
            from dispatch_tui.clock import SystemClock

            clock = SystemClock()
        code = int(import_module(f"dispatch_tui.cli.{args.module}").run(args, out, clock))
        out.stream.flush()
    except DispatchError as error:
        say_error(err, error)
        return error.exit_code
    except BrokenPipeError:
        _let_go_of_the_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        err.line("Stopped.")
        return INTERRUPTED
    except OSError as error:
        if error.errno not in _NO_ROOM:
            return _broken(err, error, clock)
        _let_go_of_the_output()
        say_error(err, _no_room(error))
        return DispatchError.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: what nobody foresaw is kept for who mends it
        return _broken(err, error, clock)
    return code


def _broken(err: Output, error: Exception, clock: Clock | None) -> int:
    from dispatch_tui.cli.faults import report_fault

    report_fault(err, error, clock)
    return BROKEN


def _no_room(error: OSError) -> DispatchError:
    return DispatchError(
        f"There is no room for the output ({error.strerror}).",
        "Free some space, or send it elsewhere. What was recorded before is kept.",
    )


def _let_go_of_the_output() -> None:
    """Whoever read us has gone, or there is no room; what is still buffered must not fail again at the end."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())
    os.close(quiet)


if __name__ == "__main__":
    sys.exit(main())
