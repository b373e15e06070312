"""The demo company: a believable field service firm of any size, drawn from a seed. It is a door: all it
writes goes through the desk."""

from __future__ import annotations

from dispatch_tui.demo.making import DEFAULT_CALLS, Summary, build_demo, demo_location, story_location

__all__ = ["DEFAULT_CALLS", "Summary", "build_demo", "demo_location", "story_location"]
