"""``dispatch-tui replay``: a log happens again through the desk, at a chosen speed."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from dispatch_tui.cli.importing import INTERRUPTED, check_file, stated
from dispatch_tui.cli.instants import read_instant
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local, streams
from dispatch_tui.cli.stopping import Meter, stop_on_interrupt
from dispatch_tui.clock import Clock
from dispatch_tui.exchange.replay import ReplayResult, Step, replay


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Replay the file; 0, or 130 where Ctrl-C stopped it. Where it has come to goes to standard error."""
    check_file(args)
    since, until = (
        _instant(text, name, args, clock) for name, text in (("--from", args.since), ("--to", args.until))
    )
    _, err = streams()
    meter = Meter(err)
    with desk_for(args, clock, create=True) as desk, stop_on_interrupt() as stop:
        result = replay(
            desk,
            args.preset,
            args.file,
            since=since,
            until=until,
            speed=args.speed,
            stated=stated(args),
            on_step=lambda step: meter.show(_words(step)),
            stop=stop,
        )
    meter.end()
    if args.json:
        out.json(result.as_json() | {"since": result.since, "until": result.until})
    else:
        _show(out, result)
    if result.stopped:
        err.line("Stopped. The same command starts anew and passes over what is recorded.")
        return INTERRUPTED
    return 0


def _instant(text: str, field: str, args: Namespace, clock: Clock) -> datetime | None:
    """One end of the window; without a zone it is in the one that ``--zone`` states for the file."""
    if not text:
        return None
    return read_instant(text, clock.now(), field=field, zone_name=args.zone)


def _words(step: Step) -> str:
    return f"{local(step.instant, UTC)}  {step.share:>4.0%}"


def _show(out: Output, result: ReplayResult) -> None:
    if result.since is not None and result.until is not None:
        out.line(f"From {local(result.since, UTC)} to {local(result.until, UTC)}, in {result.seconds:.1f} s:")
    out.line(f"{result.before:>9,} happenings of before, recorded at once")
    out.line(f"{result.played:>9,} played")
    out.line(f"{result.unchanged:>9,} were there already and were passed over")
    out.line(f"{result.refused:>9,} refused")
