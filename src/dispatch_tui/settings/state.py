"""The user's state folder, and the account of a fault that is kept there."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from dispatch_tui.clock import Clock


def state_folder() -> Path:
    """This user's folder for what the program leaves behind, under the XDG rules."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "dispatch-tui"


def fault_file() -> Path:
    """Where :func:`keep_fault` writes."""
    return state_folder() / "last-fault.txt"


def keep_fault(error: BaseException, clock: Clock | None) -> None:
    """Write down a fault of the program for whoever mends it, in place of the one before. Raises ``OSError``."""
    when = f"{clock.now().isoformat()}\n" if clock is not None else ""
    account = "".join(traceback.format_exception(error))
    path = fault_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(when + account, "utf-8", "backslashreplace")
