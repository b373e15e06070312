"""One thing that a key can do, and the groups that help and README show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch_tui.actions.screens import QUEUE


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do. ``footer`` is its place among the hints at the bottom (0: not shown there)."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    group: str
    screens: tuple[str, ...] = (QUEUE,)
    footer: int = 0
    parameter: str = ""
    """Handed to ``action_do_queue``, which the keys of the saved queues share."""

    @property
    def method(self) -> str:
        """The Textual action string."""
        return f"do_queue({self.parameter!r})" if self.parameter else f"do_{self.id}"


def action(
    id: str,
    keys: str,
    title: str,
    help: str,
    group: str,
    screens: Sequence[str] = (QUEUE,),
    footer: int = 0,
    parameter: str = "",
) -> Action:
    return Action(id, tuple(keys.split()), title, help, group, tuple(screens), footer, parameter)


MOVE, QUEUES, WORK, LOOK, PROGRAM = "Move", "Queues", "Work a call", "Look closer", "Program"
UNITS, MONEY, FILES = "Units", "Repair or replace", "Files"
KEPT = "Attainment"
PROMISES = "Agreements and calendars"
MATTERS = "Escalations"
CUSTOMERS = "Customers"
BACK, RULES = "Looking back", "Rules of the customer side"
VISITS = "Before and after a visit"
