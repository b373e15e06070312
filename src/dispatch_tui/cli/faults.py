"""What to do about a fault of the program itself: keep its trace in a file, tell the user where."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from dispatch_tui.cli.output import Output
from dispatch_tui.clock import Clock
from dispatch_tui.text import plain


def report_fault(err: Output, error: Exception, clock: Clock | None) -> None:
    """Write the trace of ``error`` beside the user's other state, and say so in two lines."""
    err.line(f"dispatch-tui: a fault in the program: {type(error).__name__}: {plain(error)}")
    path = state_folder() / "last-fault.txt"
    when = f"{clock.now().isoformat()}\n" if clock is not None else ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(when + "".join(traceback.format_exception(error)), "utf-8", "backslashreplace")
    except OSError as problem:
        err.line(f"  Its trace could not be kept in {path} ({problem.strerror}).")
        return
    err.line(f"  Nothing of an unfinished act was kept. The trace is in {path}: send it with what you did.")


def state_folder() -> Path:
    """This user's folder for what the program leaves behind, under the XDG state folder."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "dispatch-tui"
