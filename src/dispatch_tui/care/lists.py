"""Lists to go through (readiness, data safety, intake, onboarding): what is answered, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dispatch_tui.care.rules import ListItem
from dispatch_tui.text import plain

LineState = Literal["open", "yes", "no"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found out about an item: whether it holds, and a word on it."""

    yes: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An item with its answer; ``note`` is plain."""

    item: ListItem
    state: LineState
    note: str = ""

    @property
    def missing(self) -> bool:
        """Whether it is needed and does not hold."""
        return self.item.must and self.state != "yes"


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list as far as it has been gone through."""

    lines: tuple[Line, ...]

    @property
    def ready(self) -> bool:
        """Whether everything needed holds."""
        return not self.missing

    @property
    def missing(self) -> tuple[Line, ...]:
        """What is needed and does not hold, or is not known."""
        return tuple(line for line in self.lines if line.missing)

    @property
    def open(self) -> tuple[Line, ...]:
        """What nobody has answered yet: only these are asked."""
        return tuple(line for line in self.lines if line.state == "open")


def gone_through(items: Sequence[ListItem], answers: Mapping[str, Answer]) -> Checklist:
    """The list with its answers by key; answers to what is no longer on the list are left out."""
    return Checklist(tuple(_line(item, answers.get(item.key)) for item in items))


def _line(item: ListItem, answer: Answer | None) -> Line:
    if answer is None:
        return Line(item, "open")
    return Line(item, "yes" if answer.yes else "no", plain(answer.note))
