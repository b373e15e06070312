"""What happened around a visit and a closing, in words: acknowledged, answered, told, owed, rated, delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dispatch_tui.text import plain

Moment = Callable[[int], str]
Values = Mapping[str, Any]


def moment_words(kind: str, act: str, was: Values, now: Values, moment: Moment) -> str | None:
    """The words of a change of a record of this field; ``None`` for any other kind. ``moment`` writes an instant."""
    words = _WORDS.get(kind)
    return None if words is None else words(act, was, now, moment)


def _acknowledged(_act: str, _was: Values, now: Values, _moment: Moment) -> str:
    what = {"arrival": "the arrival instruction", "warranty": "the warranty guard"}.get(
        now.get("kind", ""), ""
    )
    return f"{what} was acknowledged: {plain(now.get('words'))}"


def _answered(_act: str, was: Values, now: Values, _moment: Moment) -> str:
    listed = plain(now.get("list", "list")).replace("_", " ")
    item = plain(now.get("item", "")).replace("_", " ")
    about = f"{listed}, {item}" if item else "answer changed"
    yes = now.get("yes", was.get("yes"))
    said = plain(now.get("note"))
    answer = "" if yes is None else (": yes" if yes else ": no")
    return f"{about}{answer}" + (f" ({said})" if said else "")


def _told(_act: str, _was: Values, now: Values, _moment: Moment) -> str:
    return f"told in advance what could delay it: {plain(now.get('what'))}"


def _owed(act: str, was: Values, now: Values, moment: Moment) -> str:
    if was:
        taken_back = act in ("undo", "reopen")
        return "a follow-up is owed no more" if taken_back and now.get("done_at") else _had(now)
    due = now.get("due_at")
    by = f" by {moment(due)}" if isinstance(due, int) else ""
    return f"follow-up owed{by}: {plain(now.get('reason'))}"


def _had(now: Values) -> str:
    return "follow-up had" if now.get("done_at") else "a follow-up is owed again"


def _closed(_act: str, was: Values, now: Values, moment: Moment) -> str:
    if was:
        return (
            "what was told at the end stands no more" if now.get("ended_at") else "what was told stands again"
        )
    labels = {
        "outcome": "ended",
        "problem": "what failed:",
        "cause": "why:",
        "avoid": "to avoid it:",
        "expect": "to be expected:",
        "next_step": "next step:",
        "confirmed": "confirmed",
        "unconfirmed": "not confirmed:",
    }
    said = [f"{label} {plain(now[name])}" for name, label in labels.items() if plain(now.get(name))]
    if isinstance(at := now.get("next_step_at"), int):
        said.append(f"by {moment(at)}")
    return "; ".join(said)


def _rated(_act: str, was: Values, now: Values, _moment: Moment) -> str:
    if was:
        return f"the rating of {was.get('points')} of 5 was taken back"
    by = "the customer" if now.get("rater") == "customer" else "us"
    words = plain(now.get("words"))
    return f"rated {now.get('points')} of 5 by {by}" + (f": {words}" if words else "")


def _delivered(_act: str, was: Values, now: Values, _moment: Moment) -> str:
    if not was:
        return f"to be delivered: {plain(now.get('what'))}, {now.get('planned_from')} to {now.get('planned_until')}"
    steps = {
        "started_on": "begun",
        "done_on": "done",
        "verified_by": "verified by",
        "accepted_on": "accepted",
    }
    said = [f"{label} {plain(now[name])}" for name, label in steps.items() if name in now]
    if by := plain(now.get("accepted_by")):
        said.append(f"by {by}")
    if "planned_until" in now:
        said.append(f"planned until {plain(was.get('planned_until'))} → {plain(now['planned_until'])}")
    return "deliverable " + ", ".join(said)


_WORDS: Mapping[str, Callable[[str, Values, Values, Moment], str]] = {
    "acknowledgement": _acknowledged,
    "checklist_answer": _answered,
    "told_in_advance": _told,
    "follow_up": _owed,
    "closing": _closed,
    "rating": _rated,
    "deliverable": _delivered,
}
