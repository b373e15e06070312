"""Going through the story step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from dispatch_tui.clock import FixedClock
from dispatch_tui.demo.story.scene import ZONE, Cast


class Step(NamedTuple):
    """One step: when it happens, what happens in words, where to look, and the acts. ``act`` gets the cast and what
    earlier steps have left (``kept``, by name), and leaves there what later ones need."""

    at: datetime
    title: str
    told: str
    look: str
    act: Callable[[Cast, dict[str, Any]], None]


class Shown(NamedTuple):
    """The page of a step: what happened and where to look; ``next`` says what the key does, empty at the end."""

    title: str
    told: str
    look: str
    next: str


@dataclass(slots=True)
class Story:
    """The steps in their order, and how far one has come. ``forward`` raises as the desk does."""

    cast: Cast
    steps: Sequence[Step]
    intro: str
    done: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def clock(self) -> FixedClock:
        return self.cast.clock

    @property
    def shown(self) -> Shown:
        """What is to be said now: of the step that was made last, or what the story is about."""
        onward = "goes on" if self.done < len(self.steps) else ""
        if not self.done:
            return Shown("A day at Berg Print", self.intro, "", onward)
        step = self.steps[self.done - 1]
        title = f"{self.done} of {len(self.steps)} · {step.at.astimezone(ZONE):%a %H:%M} · {step.title}"
        return Shown(title, step.told, step.look, onward)

    def forward(self) -> None:
        """Move the clock to the next step and let it happen; nothing after the last."""
        if self.done < len(self.steps):
            step = self.steps[self.done]
            self.clock.set(step.at)
            step.act(self.cast, self.kept)
            self.done += 1
