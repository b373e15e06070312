"""The story of a day, on a company of its own: as data, to be walked by a person or by a test."""

from __future__ import annotations

from dispatch_tui.clock import FixedClock
from dispatch_tui.demo.story.day import INTRO, STEPS
from dispatch_tui.demo.story.scene import BEGINS, found
from dispatch_tui.demo.story.walk import Shown, Story
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.demonstration import clear_demo, demo_mark

__all__ = ["Shown", "Story", "begin"]


def begin(url: str) -> Story:
    """Found the story's company at ``url``, anew where it stood before, and stand before the first step.

    The desk stays open. Raises ``NotAllowed`` for a database with real records, or a ``DatabaseProblem``.
    """
    clock = FixedClock(BEGINS)
    desk = open_desk(url, clock=clock)
    with desk.store:
        if demo_mark(desk.store) is not None:
            clear_demo(desk)
    desk = open_desk(url, clock=clock)  # who was there is gone: we are its manager now
    try:
        return Story(found(desk, clock), STEPS, INTRO)
    except BaseException:
        desk.store.close()
        raise
