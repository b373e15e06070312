"""``dispatch-tui demo``: the invented company made where it is not there yet, and opened."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random

from dispatch_tui.cli.checks import settings_checks
from dispatch_tui.cli.output import Output, streams
from dispatch_tui.cli.stopping import Meter, stop_on_interrupt
from dispatch_tui.cli.workbench import check_terminal
from dispatch_tui.clock import Clock
from dispatch_tui.demo import Summary, build_demo, demo_location, story_location
from dispatch_tui.settings import Settings, load

INTERRUPTED = 130
PAUSE_SECONDS = (2.0, 9.0)
"""Between two acts of the invented people, drawn evenly."""
_GLANCE_SECONDS = 0.25


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Make the company, then open the workbench on it, or let calls arrive; the exit code."""
    if args.story:
        return _tell(args, out)
    opens = not (args.no_open or args.live or args.json)
    if opens:
        check_terminal()
    location = demo_location(args.db)
    summary = _build(args, str(location.path or location.url), clock)
    if not summary.finished:
        streams()[1].line("Stopped before it was finished: the same command goes on from there.")
        return INTERRUPTED
    if args.live:
        return _let_arrive(args, summary, clock)
    if opens:
        return _open(args, summary, clock)
    if args.json:
        out.json(summary._asdict())
    else:
        stands = "was made" if summary.built else "stands already (--fresh makes it anew)"
        out.line(
            f"The demo company {stands}: {summary.calls:,} calls, {summary.units:,} units, seed {summary.seed}."
        )
        out.line(f"Open it: dispatch-tui --db {summary.url}")
    return 0


def _tell(args: Namespace, out: Output) -> int:
    """Open the story at its beginning; as text, all of it."""
    if not (args.no_open or args.json):
        check_terminal()
    from dispatch_tui.demo.story import begin

    location = story_location(args.db)
    story = begin(str(location.path or location.url))
    with story.cast.dana.store:
        if not (args.no_open or args.json):
            from dispatch_tui.walk import walk

            return walk(str(location.path or location.url), story, settings=_settings(args))
        pages = [story.shown]
        while story.shown.next:
            story.forward()
            pages.append(story.shown)
    if args.json:
        out.json({"steps": [{"title": one.title, "told": one.told, "look": one.look} for one in pages]})
    else:
        for one in pages:
            out.line(f"{one.title}\n{one.told}\n")
    return 0


def _settings(args: Namespace) -> Settings:
    settings = load(checks=settings_checks())
    return replace(settings, mouse=False) if args.no_mouse else settings


def _build(args: Namespace, url: str, clock: Clock) -> Summary:
    _, err = streams()
    meter = Meter(err)
    with stop_on_interrupt() as stop:
        summary = build_demo(
            url,
            calls=args.calls,
            units=args.units,
            seed=args.seed,
            fresh=args.fresh,
            progress=lambda done, total: meter.show(f"Making the demo company: {done:,} of {total:,} calls"),
            stop=stop,
            clock=clock,
        )
    meter.end()
    return summary


def _open(args: Namespace, summary: Summary, clock: Clock) -> int:
    from dispatch_tui.app import run as open_workbench

    with _others_at_work(summary):
        return open_workbench(summary.url, settings=_settings(args), clock=clock, as_account=args.as_account)


@contextmanager
def _others_at_work(summary: Summary) -> Iterator[None]:
    """Invented colleagues, in a process of their own as real ones would be; gone when we are."""
    command = [sys.executable, "-m", "dispatch_tui", "demo", "--live", "--db", summary.url]
    # Should we be killed they notice that their parent has changed.
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as others:
        try:
            yield
        finally:
            others.terminate()


def _let_arrive(args: Namespace, summary: Summary, clock: Clock) -> int:
    """Let invented people work in the company until Ctrl-C, or until who started us has gone."""
    from dispatch_tui.demo.arrivals import Arrivals
    from dispatch_tui.desk.access import open_desk

    pace = Random(args.seed)
    parent = os.getppid()
    desk = open_desk(summary.url, clock=clock, as_account=args.as_account)
    with desk.store, stop_on_interrupt() as stop:
        arrivals = Arrivals(desk, args.seed)
        while not stop() and os.getppid() == parent:
            arrivals.step()
            until = time.monotonic() + pace.uniform(*PAUSE_SECONDS)
            while time.monotonic() < until and not stop() and os.getppid() == parent:
                time.sleep(_GLANCE_SECONDS)
    return 0
