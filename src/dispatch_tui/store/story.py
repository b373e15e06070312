"""A record's changes in words. Pure: what was and is goes in, a line for people comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from dispatch_tui.clock import from_us
from dispatch_tui.store.story_moments import moment_words
from dispatch_tui.text import money, plain

Names = Mapping[tuple[str, int], str]
"""What records are called, by kind and id."""

_LONGEST_VALUE = 60


class Change(NamedTuple):
    """One row of the change log, read. ``was`` and ``now`` hold columns as they are stored (instants as
    microseconds since 1970 UTC); ``technician`` is the one of the visit that changed, if it is one."""

    seq: int
    happened_at: datetime
    recorded_at: datetime
    who: str
    act: str
    kind: str
    record_id: int
    was: Mapping[str, Any]
    now: Mapping[str, Any]
    note: str
    flag: str
    technician: str


class StoryLine(NamedTuple):
    """One change in words. All text is plain (one line, no control characters).

    ``who`` is the operator's account (empty for what nobody here did), ``act`` and ``kind`` the codes;
    ``note`` what was written with it, ``flag`` what is irregular about it.
    """

    seq: int
    happened_at: datetime
    recorded_at: datetime
    who: str
    act: str
    kind: str
    words: str
    note: str
    flag: str

    @property
    def text(self) -> str:
        """Words and note on one line."""
        return ": ".join(filter(None, (self.words, self.note)))


_CALL_WORDS = {
    "open": "opened",
    "acknowledge": "acknowledged",
    "take": "taken",
    "assign": "assigned",
    "start": "work started",
    "hold": "put on hold",
    "resume": "taken off hold",
    "resolve": "resolved",
    "close": "closed",
    "reopen": "reopened",
    "cancel": "cancelled",
    "set_priority": "",
    "update": "",
    "state": "",
    "undo": "taken back",
}
_VISIT_WORDS = {
    "plan_visit": "visit planned",
    "confirm_visit": "visit confirmed",
    "start_travel": "on the way",
    "arrive": "on site",
    "finish_visit": "visit done",
    "call_off": "visit called off",
}
_NOTE_COLUMNS = {
    "hold": "held_reason",
    "resolve": "resolution",
    "finish_visit": "work",
    "log_contact": "said",
    "recommend": "presented",
    "record_decision": "reason",
    "write_log": "text",
}
_RECOMMENDED = {
    "recommend": "recommendation saved, repair or replace",
    "record_decision": "another reason for what the customer decided",
}
_ESCALATION_PARTS = {
    "escalation_entry": "log of the escalation",
    "escalation_person": "escalation, people",
    "escalation_option": "escalation, option",
    "escalation_action": "escalation, corrective action",
    "escalation_check": "escalation, check after the fix",
}
_REFERENCES = {
    "technician_id": "technician",
    "team_id": "team",
    "operator_id": "operator",
    "unit_id": "unit",
    "customer_id": "customer",
    "site_id": "site",
    "contact_id": "contact",
    "model_id": "model",
    "part_id": "part",
}
# Follows from the rest, or is said in another way.
_SILENT = frozenset(
    {
        *(
            "id",
            "version",
            "external_id",
            "number",
            "call_id",
            "escalation_id",
            "written_at",
            "extra_json",
            "flag",
            "currency",
        ),
        *("live", "clock", "paused", "due_at", "warn_at", "rank_at", "prompt_at"),
        *(
            "opened_at",
            "acknowledged_at",
            "started_at",
            "resolved_at",
            "closed_at",
            "happened_at",
            "reopened",
        ),
        *("agreement_id", "agreement_reason", "terms_version", "held_reason", "resolution"),
    }
)
_SILENT_FOR = {
    "take": frozenset(("status", "operator_id")),
    "assign": frozenset(("status", "technician_id", "team_id")),
    "open": frozenset(("status", "title", "description", "skill", "channel", "category", *_REFERENCES)),
}


def names_wanted(changes: list[Change]) -> dict[str, set[int]]:
    """The records that these changes point to, by kind: what :func:`story_line` needs names for."""
    wanted: dict[str, set[int]] = {}
    for one in changes:
        for values in (one.was, one.now):
            for column, kind in _REFERENCES.items():
                if isinstance(found := values.get(column), int):
                    wanted.setdefault(kind, set()).add(found)
    return wanted


def story_line(change: Change, names: Names, zone: tzinfo) -> StoryLine:
    """The change in words; instants in them read as in ``zone``."""
    note = change.note or change.now.get(_NOTE_COLUMNS.get(change.act, ""), "")
    return StoryLine(
        change.seq,
        change.happened_at,
        change.recorded_at,
        plain(change.who),
        change.act,
        change.kind,
        plain(_words(change, names, zone)),
        plain(note),
        plain(change.flag),
    )


def _words(change: Change, names: Names, zone: tzinfo) -> str:
    if change.kind == "call":
        return _of_call(change, names, zone)
    if change.kind == "visit":
        return _of_visit(change, names, zone)
    if change.kind == "interaction":
        return _of_interaction(change, zone)
    if change.kind == "promise" and not change.was:
        due = change.now.get("due_at")
        by = f" by {_moment(due, zone)}" if isinstance(due, int) else ""
        return f"promised{by}: {plain(change.now.get('what'))}"
    if change.kind == "escalation":
        return ""  # the announcement in its note says it all
    if part := _ESCALATION_PARTS.get(change.kind):
        return f"{part}{_differences(change, names, zone)}"
    of_moment = moment_words(change.kind, change.act, change.was, change.now, lambda us: _moment(us, zone))
    if of_moment is not None:
        return of_moment
    if change.kind == "recommendation":
        decided = change.now.get("decided")
        return f"the customer decided: {plain(decided)}" if decided else _RECOMMENDED.get(change.act, "")
    act = "" if change.act in ("update", "import", change.kind) else f" {_spoken(change.act)}"
    return f"{_spoken(change.kind)}{act}{_differences(change, names, zone)}"


def _of_call(change: Change, names: Names, zone: tzinfo) -> str:
    act = change.act
    if act == "assign" and (to := change.now.get("technician_id")):
        return f"assigned to {names.get(('technician', to), 'a technician')}"
    if act == "reapply":
        return _reapplied(change, zone)
    known = _CALL_WORDS.get(act, _spoken(act))
    silent = _SILENT_FOR.get(act, frozenset(("status",)) if _CALL_WORDS.get(act) else frozenset())
    return f"{known}{_differences(change, names, zone, silent)}".removeprefix(", ") or _spoken(act)


def _reapplied(change: Change, zone: tzinfo) -> str:
    """That the agreement was re-applied, with the due time of the clock that matters before and after."""
    was, now = (values.get("due_at") for values in (change.was, change.now))
    moved = (
        f", due {_moment(was, zone)} → {_moment(now, zone)}"
        if isinstance(was, int) and isinstance(now, int)
        else ""
    )
    return f"agreement re-applied{moved}"


def _of_visit(change: Change, names: Names, zone: tzinfo) -> str:
    known = _VISIT_WORDS.get(change.act)
    if known is None:
        by = f" by {change.technician}" if change.technician else ""
        return f"visit{by} {_spoken(change.act)}{_differences(change, names, zone, frozenset(('technician_id',)))}"
    words = f"{change.technician}: {known}" if change.technician else known
    start, end = change.now.get("window_from"), change.now.get("window_to")
    if isinstance(start, int) and isinstance(end, int):
        words += f" for {_moment(start, zone)} to {_moment(end, zone)}"
    if outcome := change.now.get("outcome"):
        words += f", {outcome}"
    return words


def _of_interaction(change: Change, zone: tzinfo) -> str:
    now = change.now
    channel = f" by {now['channel']}" if now.get("channel") else ""
    who = "the customer was contacted" if now.get("direction") == "out" else "the customer got in touch"
    spoke = "" if now.get("two_way") else ", no conversation"
    mood = f", {now['mood']}" if now.get("mood") else ""
    plan = f"; plan: {now['plan']}" if now.get("plan") else ""
    update = now.get("next_update_at")
    again = f"; next update by {_moment(update, zone)}" if isinstance(update, int) else ""
    return f"{who}{channel}{spoke}{mood}{plan}{again}"


def _differences(change: Change, names: Names, zone: tzinfo, silent: frozenset[str] = frozenset()) -> str:
    return "".join(f", {one}" for one in _each_difference(change, names, zone, silent))


def _each_difference(change: Change, names: Names, zone: tzinfo, silent: frozenset[str]) -> Iterator[str]:
    currency = plain(change.now.get("currency") or change.was.get("currency"))
    noted = _NOTE_COLUMNS.get(change.act, "")
    for column, value in change.now.items():
        if column in _SILENT or column in silent or column == noted:
            continue
        label = _spoken(column.removesuffix("_id").removesuffix("_minor"))
        new = _value(column, value, currency, names, zone)
        old = _value(column, change.was.get(column), currency, names, zone)
        if old and new:
            yield f"{label} {old} → {new}"
        elif new or old:
            yield f"{label} {new}" if new else f"no {label} (was {old})"


def _value(column: str, value: Any, currency: str, names: Names, zone: tzinfo) -> str:
    if value is None or value == "":
        return ""
    if column in _REFERENCES and isinstance(value, int):
        return plain(names.get((_REFERENCES[column], value), f"#{value}"))
    if isinstance(value, int) and (
        column.endswith("_at") or column in ("held_until", "window_from", "window_to")
    ):
        return _moment(value, zone)
    if column.endswith("_minor") and isinstance(value, int):
        return money(value, currency).strip()
    text = plain(value)
    if column in ("status", "outcome"):
        return _spoken(text)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _spoken(code: str) -> str:
    return code.replace("_", " ")


def _moment(us: int, zone: tzinfo) -> str:
    try:
        local = from_us(us).astimezone(zone)
    except OverflowError:  # "never" as it is stored
        return "never"
    return f"{local.day} {local:%b %H:%M}"
