"""Saved queues: each is a title and a filter, so that counts, windows and the command line share one mechanism."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch_tui.errors import NotFound
from dispatch_tui.text import plain

if (
    TYPE_CHECKING
):  # the first picture shows titles alone: the grammar (6 ms) waits until a filter is asked for
    from dispatch_tui.store.filters import Filter


@dataclass(frozen=True, slots=True)
class SavedQueue:
    """One queue. ``id`` is stable (settings and the command line name it), ``key`` may be empty."""

    id: str
    title: str
    filter_text: str
    key: str = ""
    sort: str = "rank"
    """What it opens sorted by: ``rank`` (what to deal with first) or ``due``."""

    @property
    def filter(self) -> Filter:
        """Its filter; :class:`~dispatch_tui.errors.FilterError` where the user's own text is wrong."""
        from dispatch_tui.store.filters import parse

        return parse(self.filter_text)


BUILT_IN: tuple[SavedQueue, ...] = (
    SavedQueue("all", "All open", "", "1"),
    SavedQueue("mine", "Mine", "owner:me", "2"),
    SavedQueue("unassigned", "Unassigned", "tech:none -status:resolved", "3"),
    SavedQueue("due", "Due in 2 h", "due:2h", "4", "due"),
    SavedQueue("breached", "Breached", "clock:breached", "5", "due"),
    SavedQueue("hold", "On hold", "status:hold", "6"),
    SavedQueue("to-close", "To close", "status:resolved", "7"),
)

_OWN_KEYS = ("8", "9")


def of_team(name: str) -> SavedQueue:
    """The live calls of one team."""
    return SavedQueue(f"team:{name}", f"Team {plain(name)}", _whole("team", name))


def of_skill(name: str) -> SavedQueue:
    """The live calls that need one skill."""
    return SavedQueue(f"skill:{name}", f"Skill {plain(name)}", _whole("skill", name))


def _whole(field: str, name: str) -> str:
    from dispatch_tui.store.filters import quoted

    return f"{field}={quoted(plain(name))}"


def own_queues(queues: Mapping[str, str]) -> Iterator[SavedQueue]:
    """The user's own, from settings (name to filter text); the first two get the keys that are left."""
    for place, (name, text) in enumerate(queues.items()):
        key = _OWN_KEYS[place] if place < len(_OWN_KEYS) else ""
        yield SavedQueue(f"own:{name}", plain(name), text, key)


def saved_queues(
    own: Mapping[str, str] | None = None, teams: Iterable[str] = (), skills: Iterable[str] = ()
) -> tuple[SavedQueue, ...]:
    """Every queue to choose from: built in, the user's own, then one per team and per skill."""
    return (*BUILT_IN, *own_queues(own or {}), *map(of_team, teams), *map(of_skill, skills))


def find_queue(id: str, queues: Iterable[SavedQueue]) -> SavedQueue:
    """The queue of that id; an own queue's plain name will do. Raises :class:`NotFound`, naming the known."""
    known = tuple(queues)
    for queue in known:
        if queue.id == id:
            return queue
    for queue in known:
        if queue.id == f"own:{id}":
            return queue
    raise NotFound("queue", repr(plain(id)), f"Known: {', '.join(queue.id for queue in known)}.")


def queue_to_open(id: str, queues: Iterable[SavedQueue]) -> SavedQueue | None:
    """The queue of that id as far as it is known without a database: ``team:NAME`` and ``skill:NAME`` are taken
    to be there. ``None`` where there cannot be one."""
    try:
        return find_queue(id, queues)
    except NotFound:
        kind, _, name = id.partition(":")
        return _NAMED[kind](name) if kind in _NAMED and name else None


_NAMED = {"team": of_team, "skill": of_skill}
