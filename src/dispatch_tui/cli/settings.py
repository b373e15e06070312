"""``dispatch-tui settings``: as they stand, explained, checked, or as a file to start from."""

from __future__ import annotations

from argparse import Namespace

from dispatch_tui.cli.checks import check_default_queue, settings_checks
from dispatch_tui.cli.output import Output
from dispatch_tui.clock import Clock
from dispatch_tui.settings import load, settings_path
from dispatch_tui.settings.showing import default_file, settings_help, shown
from dispatch_tui.text import plain_block


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Show them; 0. Raises :class:`SettingsError` with file, line and key where they cannot be used."""
    if args.print_default:
        out.line(default_file())
    elif args.path:
        out.line(str(settings_path()))
    elif args.explain:
        out.line(settings_help())
    elif args.check:
        settings = load(checks=settings_checks())
        check_default_queue(settings)
        out.line(
            f"{settings.path} is in order." if settings.path else "There is no settings file; none is needed."
        )
    else:
        out.line(plain_block(shown(load())))
    return 0
