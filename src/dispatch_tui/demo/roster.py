"""Who gets the next call: the technicians of a team that know the trade, in turn."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch_tui.demo.company import Technician


class Roster:
    """Hands out technicians by turns, so that work is spread evenly and the same way every time."""

    def __init__(self, technicians: Iterable[Technician]) -> None:
        self._able: dict[tuple[int, str], list[Technician]] = {}
        self._of_team: dict[int, list[Technician]] = {}
        for one in technicians:
            self._of_team.setdefault(one.team, []).append(one)
            for skill in one.skills:
                self._able.setdefault((one.team, skill), []).append(one)
        self._turn: dict[tuple[int, str, str], int] = {}

    def next(self, team: int, skill: str, work: str = "") -> Technician:
        """The next of the team for a trade. Each kind of ``work`` has its own turns, so that those
        at work now are spread too."""
        able = self._able.get((team, skill)) or self._of_team[team]
        key = team, skill, work
        turn = self._turn.get(key, 0)
        self._turn[key] = turn + 1
        return able[turn % len(able)]
