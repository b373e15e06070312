"""``dispatch-tui demo``: the invented company made, and opened."""

from __future__ import annotations

from argparse import Namespace

from dispatch_tui.cli.output import Output
from dispatch_tui.clock import Clock


def run(args: Namespace, out: Output, clock: Clock) -> int:
    raise NotImplementedError
