"""``dispatch-tui`` alone: the workbench on the screen."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from dataclasses import replace

from dispatch_tui.cli.checks import settings_checks
from dispatch_tui.cli.opening import exists, location_of
from dispatch_tui.cli.output import Output
from dispatch_tui.clock import Clock
from dispatch_tui.errors import DatabaseUnreachable, InvalidInput
from dispatch_tui.settings import load
from dispatch_tui.store.location import default_path


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Open the workbench; its exit code. Raises :class:`InvalidInput` without a terminal."""
    settings = load(checks=settings_checks())
    location = location_of(args, settings)
    check_terminal()
    if location.path is not None and location.path != default_path() and not exists(location):
        _check_folder(str(location.path.parent), str(location.path))
    gc.disable()  # while modules load there is nothing to collect; the app turns it on again
    from dispatch_tui.app import run as open_workbench

    if getattr(args, "no_mouse", False):
        settings = replace(settings, mouse=False)
    where = str(location.path or location.url)
    return open_workbench(where, settings=settings, clock=clock, as_account=args.as_account)


def check_terminal() -> None:
    """Raise :class:`InvalidInput` where there is nothing to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidInput(
            "terminal",
            "the workbench needs one to draw on",
            "Without one use 'dispatch-tui queue', 'call' or 'unit', with --json for programs.",
        )


def _check_folder(folder: str, path: str) -> None:
    if not os.path.isdir(folder):
        raise DatabaseUnreachable(
            f"There is no folder {folder}, so {path} cannot be made there.", "Check --db."
        )
