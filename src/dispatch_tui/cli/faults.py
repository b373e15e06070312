"""What to do about a fault of the program itself: keep its trace in a file, tell the user where."""

from __future__ import annotations

from dispatch_tui.cli.output import Output
from dispatch_tui.clock import Clock
from dispatch_tui.settings.state import fault_file, keep_fault
from dispatch_tui.text import plain


def report_fault(err: Output, error: Exception, clock: Clock | None) -> None:
    """Write the trace of ``error`` beside the user's other state, and say so in two lines."""
    err.line(f"dispatch-tui: a fault in the program: {type(error).__name__}: {plain(error)}")
    path = fault_file()
    try:
        keep_fault(error, clock)
    except OSError as problem:
        err.line(f"  Its trace could not be kept in {path} ({problem.strerror}).")
        return
    err.line(f"  Nothing of an unfinished act was kept. The trace is in {path}: send it with what you did.")
