"""A row that tells again of what is known: a newer export, or a row that its source has corrected.

Such a row tells the whole record anew, from its beginning. What it says holds from the last instant that it tells
of, and the past stays as it was; what is stored already is not said a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dispatch_tui.desk.facts import STAMP_OF_STATUS, State
from dispatch_tui.records import Fact

Checked = tuple[Fact, Mapping[str, Any]]
"""A fact and its values as they are stored."""

_ENDED = frozenset(("resolved", "closed", "cancelled"))


def retold(told: list[Checked], states: Mapping[str, Mapping[str, State]]) -> list[Checked]:
    """The facts of one row as they are to be applied to ``states`` (by kind and external id)."""
    known: dict[tuple[str, str], list[int]] = {}
    for index, (fact, _) in enumerate(told):
        if fact.external_id in states[fact.kind]:
            known.setdefault((fact.kind, fact.external_id), []).append(index)
    if not known:  # all is new: nearly every row of a first import
        return told
    instead: dict[int, list[Checked]] = {}
    for (kind, external_id), places in known.items():
        state = states[kind][external_id]
        # One fact is applied as it is, and a beginning that is newer than what we have is news.
        if len(places) > 1 and told[places[0]][0].happened_us <= state.get("happened_at", -1):
            instead.update((place, []) for place in places)
            instead[places[-1]] = _anew([told[place] for place in places], state)
    return [one for index, plain in enumerate(told) for one in instead.get(index, (plain,))]


def _anew(told: list[Checked], state: State) -> list[Checked]:
    """The facts of one known record: what its steps add, and at the last of them all that the row says."""
    (opening, first), *between, (last, _) = told
    applied: list[Checked] = []
    if first.get("opened_at", state.get("opened_at")) != state.get("opened_at"):
        applied.append((opening, {"opened_at": first["opened_at"]}))  # said of the beginning itself
    before = dict(state)  # as the record is when the last fact comes
    for fact, said in between:
        if not _is_stored((fact, said), state):
            applied.append((fact, said))
            if fact.happened_us >= state["happened_at"]:
                before |= said
    values = {name: value for name, value in first.items() if name not in ("opened_at", "status")}
    act = "update"
    for fact, said in told[1:]:
        values |= said
        if said.get("status", before.get("status")) != before.get("status"):
            act = fact.act if fact.act != "state" else "update"
    status = values.get("status", before.get("status"))
    if status == before.get("status"):
        act = "update"
    if opening.kind == "call" and state["status"] in _ENDED and status not in _ENDED:
        values = {"resolved_at": None, "closed_at": None} | values
    if any(before[name] != value for name, value in values.items()):
        flags = dict.fromkeys(flag for flag in (opening.flag, last.flag) if flag)
        applied.append((last._replace(act=act, flag="; ".join(flags)), values))
    return applied


def _is_stored(one: Checked, state: State) -> bool:
    """Whether a step is as the record has it: not newer, and with the same values and moment."""
    fact, values = one
    if fact.happened_us > state["happened_at"]:
        return False
    stamp = STAMP_OF_STATUS.get(values.get("status", "")) if fact.kind == "call" else None
    if stamp is not None and stamp not in values and state[stamp] != fact.happened_us:
        return False
    return all(state[name] == value for name, value in values.items() if name != "status")
