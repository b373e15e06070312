"""An escalated matter: one owner, people on both sides, a log, options, actions, checks, and a report-back.

::

    open --take--> working --fix--> fixed --check--> checked --report_back--> closed
                      ^               |                |                        |
                      +----fail_check-+----------------+                        |
                      +---------------------------reopen------------------------+

`take` needs an owner, `fix` that no corrective action is open, `check` also that every check has passed (and
there is one), `report_back` all of that still, and a conversation with the customer after the checks: nothing
else closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.text import money, plain, plain_block

Status = Literal["open", "working", "fixed", "checked", "closed"]
Act = Literal["take", "fix", "fail_check", "check", "report_back", "reopen"]
Risk = Literal["low", "medium", "high"]

_MOVES: dict[Act, tuple[tuple[Status, ...], Status]] = {
    "take": (("open",), "working"),
    "fix": (("working",), "fixed"),
    "fail_check": (("fixed", "checked"), "working"),
    "check": (("fixed",), "checked"),
    "report_back": (("checked",), "closed"),
    "reopen": (("closed",), "working"),
}
_WORDS: dict[Status, str] = {
    "open": "open, nobody owns it",
    "working": "being worked on",
    "fixed": "fixed, to be checked",
    "checked": "checked, to be reported back",
    "closed": "reported back and closed",
}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of the scribe's log; it is never changed."""

    at: datetime
    by_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """A way out: what it costs (minor units), when it would be ready, how risky it is."""

    what: str
    cost_minor: int
    currency: str
    ready_at: datetime
    risk: Risk
    chosen: bool = False

    @property
    def words(self) -> str:
        """As a line of the options table, its time apart."""
        return f"{plain(self.what)} · {money(self.cost_minor, self.currency)} · {self.risk} risk"


@dataclass(frozen=True, slots=True)
class Action:
    """A corrective action with who does it and by when."""

    what: str
    owner_id: int
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at after the fix; ``passed`` is ``None`` until it was."""

    what: str
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """The matter as it stands. ``ours`` and ``theirs``: operators and contacts by id; ``moved_at``: its last move."""

    title: str
    opened_at: datetime
    status: Status = "open"
    moved_at: datetime | None = None
    owner_id: int | None = None
    ours: frozenset[int] = frozenset()
    theirs: frozenset[int] = frozenset()
    log: tuple[LogEntry, ...] = ()
    options: tuple[Option, ...] = ()
    actions: tuple[Action, ...] = ()
    checks: tuple[Check, ...] = ()


def move(matter: Escalation, act: Act, at: datetime, report: Interaction | None = None) -> Escalation:
    """The matter after an act, by the table above; ``report``: the conversation in which we reported back.

    Raises ``IllegalTransition`` where its status does not permit the act, ``InvalidInput`` for what is missing.
    """
    if act not in _MOVES:
        raise InvalidInput("act", f"{act!r} is none of {', '.join(_MOVES)}")
    sources, target = _MOVES[act]
    if matter.status not in sources:
        raise IllegalTransition(act, matter.status, sources)
    since = matter.moved_at or matter.opened_at
    if at < since:
        raise InvalidInput("at", "is before its last move", "Correct the time.")
    _check_complete(matter, act)
    if act == "report_back":
        _check_report(report, since, at)
    # What failed or came back is checked anew.
    checks = (
        tuple(replace(one, passed=None) for one in matter.checks)
        if act in ("fix", "reopen")
        else matter.checks
    )
    return replace(matter, status=target, moved_at=at, checks=checks)


def written(matter: Escalation, entry: LogEntry) -> Escalation:
    """The matter with one more line in its log. Raises ``InvalidInput`` for an empty one, or one before the last."""
    text = plain_block(entry.text)
    if not text:
        raise InvalidInput("text", "says nothing", "Write what happened.")
    if entry.at < (matter.log[-1].at if matter.log else matter.opened_at):
        raise InvalidInput(
            "at", "is before the last line", "The log only grows; say in the text when it was."
        )
    return replace(matter, log=(*matter.log, replace(entry, text=text)))


def choose(matter: Escalation, place: int) -> Escalation:
    """The matter with the option at ``place`` (0-based) chosen, and no other. Raises ``InvalidInput`` for none such."""
    if not 0 <= place < len(matter.options):
        raise InvalidInput("option", f"there is none at place {place + 1}", "Choose one of the table.")
    return replace(
        matter,
        options=tuple(replace(one, chosen=index == place) for index, one in enumerate(matter.options)),
    )


def announcement(matter: Escalation) -> str:
    """A change of status in words, for all sessions."""
    return f"escalation “{plain(matter.title)}”: {_WORDS[matter.status]}"


def allowed(matter: Escalation) -> tuple[Act, ...]:
    """The acts that its status permits."""
    return tuple(act for act, (sources, _) in _MOVES.items() if matter.status in sources)


def _check_complete(matter: Escalation, act: Act) -> None:
    if act == "take" and matter.owner_id is None:
        raise InvalidInput("owner", "a matter has one owner", "Say who owns it.")
    settled = act in ("check", "report_back")  # the room stays open to changes until it is closed
    if (act == "fix" or settled) and (left := [one for one in matter.actions if one.done_at is None]):
        raise InvalidInput(
            "actions", f"{len(left)} not done: {plain(left[0].what)}", "Finish them, or take them out."
        )
    if settled:
        if not matter.checks:
            raise InvalidInput("checks", "there is none", "Say what is looked at after the fix.")
        if failing := [one for one in matter.checks if not one.passed]:
            raise InvalidInput(
                "checks", f"{len(failing)} not passed: {plain(failing[0].what)}", "Check, or fail the check."
            )


def _check_report(report: Interaction | None, since: datetime, at: datetime) -> None:
    if report is None or not report.conversation:
        raise InvalidInput(
            "report", "only a conversation reports back", "Call them; a message does not close it."
        )
    if not since <= report.happened_at <= at:
        raise InvalidInput(
            "report", "is not a conversation since the checks", "Report back what was checked."
        )
