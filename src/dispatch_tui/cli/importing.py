"""``dispatch-tui import``: a file of calls or visits brought in, every row accounted for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dispatch_tui.cli.opening import desk_for, exists, location_of
from dispatch_tui.cli.output import Output, streams
from dispatch_tui.cli.stopping import Meter, stop_on_interrupt
from dispatch_tui.clock import Clock
from dispatch_tui.errors import InvalidInput
from dispatch_tui.exchange import presets
from dispatch_tui.exchange.run import ImportResult, Progress, import_file
from dispatch_tui.exchange.source import Stated
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.desk.desk import Desk

INTERRUPTED = 130


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Import the file; 0, or 130 where Ctrl-C stopped it. Progress goes to standard error."""
    if args.template:
        out.line(presets.text_of(args.preset or presets.TEMPLATE).rstrip())
        return 0
    check_file(args)
    _, err = streams()
    meter = Meter(err)
    with _desk(args, clock) as desk, stop_on_interrupt() as stop:
        result = import_file(
            desk,
            args.preset,
            args.file,
            stated=stated(args),
            dry_run=args.dry_run,
            rejects=args.rejects,
            progress=lambda progress: meter.show(_progress_words(progress)),
            stop=stop,
        )
    meter.end()
    if args.json:
        out.json(result.as_json())
    else:
        _show(out, result)
    if result.stopped:
        err.line(
            "Stopped between two batches: what was read is recorded. The same command goes on from there."
        )
        return INTERRUPTED
    return 0


@contextmanager
def _desk(args: Namespace, clock: Clock) -> Iterator[Desk]:
    """The desk of the database that is meant. A dry run makes none: where there is none, it is tried on an empty one
    that is gone afterwards."""
    if not args.dry_run or exists(location_of(args)):
        with desk_for(args, clock, create=True) as desk:
            yield desk
        return
    with (
        TemporaryDirectory(prefix="dispatch-tui-") as folder,
        desk_for(Namespace(**vars(args) | {"db": f"{folder}/tried.db"}), clock, create=True) as desk,
    ):
        yield desk


def check_file(args: Namespace) -> None:
    """Raise :class:`InvalidInput` where the preset or the file was not given."""
    if not args.preset:
        raise InvalidInput("PRESET", "it is missing", f"There are: {', '.join(presets.names())}.")
    if args.file is None:
        raise InvalidInput(
            "FILE", "it is missing", f"Say which file: dispatch-tui import {plain(args.preset)} FILE."
        )


def stated(args: Namespace) -> Stated:
    """What the options say of the file in place of the preset."""
    return Stated(
        dates=args.dates,
        zone=args.zone,
        currency=args.currency,
        source=args.source,
        encoding=args.encoding,
        delimiter=args.delimiter,
        sheet=args.sheet,
        member=args.member,
    )


def _progress_words(progress: Progress) -> str:
    return f"{progress.rows:>11,} rows  {progress.share:>4.0%}  {progress.rate:>9,.0f} rows a second"


def _show(out: Output, result: ImportResult) -> None:
    would = " would be" if result.dry_run else ""
    out.line(
        f"{result.read:>11,} rows read in {result.seconds:.1f} s ({result.rows_per_second:,.0f} a second)"
    )
    out.line(f"{result.imported:>11,}{would} imported")
    out.line(f"{result.updated:>11,}{would} updated")
    out.line(f"{result.unchanged:>11,} unchanged")
    where = f", see {plain(result.rejects_file)}" if result.rejects_file else ""
    out.line(f"{result.rejected:>11,} rejected{where}")
    if result.flagged:
        out.line(f"{result.flagged:>11,} of those taken are flagged as irregular (filter: flag:any)")
