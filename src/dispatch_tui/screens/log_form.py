"""The log dialog's form as a value: what was typed so far, how it becomes an interaction, and how a draft keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, tzinfo
from typing import Any, Final, Literal, NamedTuple

from dispatch_tui.care.coming import bygone, coming, promise_from
from dispatch_tui.care.interactions import Interaction, Notes
from dispatch_tui.text import plain


class Way(NamedTuple):
    """Which way, by which channel, and whether both sides spoke."""

    direction: Literal["in", "out"]
    channel: str
    two_way: bool


WAYS: Final[Mapping[str, Way]] = {
    "we spoke": Way("out", "phone", True),
    "they called": Way("in", "phone", True),
    "voicemail": Way("out", "voicemail", False),
    "e-mail": Way("out", "email", False),
    "they wrote": Way("in", "email", False),
    "on site": Way("out", "visit", True),
    "no answer": Way("out", "phone", False),
    "video": Way("out", "video", True),
    "text": Way("out", "sms", False),
    "they texted": Way("in", "sms", False),
    "chat": Way("out", "chat", False),
    "portal": Way("in", "portal", False),
    "letter": Way("out", "letter", False),
    "they left a message": Way("in", "voicemail", False),
    "note": Way("out", "note", False),
}
"""Ways by the words for them; the usual ones first."""

PROMISES: Final = 3
"""Promises that one conversation has room for."""


@dataclass(frozen=True, slots=True)
class LogForm:
    """What stands in the fields, as typed."""

    way: str = "we spoke"
    contact: str = ""
    number: str = ""
    said: str = ""
    mood: str = ""
    bad_news: str = ""
    plan: str = ""
    next_update: str = ""
    promise_1: str = ""
    promise_2: str = ""
    promise_3: str = ""
    believes: str = ""
    true: str = ""
    listen: str = ""
    observe: str = ""
    think: str = ""
    speak: str = ""
    told_before: str = ""
    ago: str = ""

    @property
    def written(self) -> bool:
        """Whether anything was typed that would be a pity to lose."""
        return any(plain(getattr(self, name)) for name in TEXTS)


TEXTS: Final = tuple(
    one.name for one in fields(LogForm) if one.name not in ("way", "contact", "mood", "bad_news")
)
"""The fields that are typed, in their order; the others are chosen."""

FIELD_OF: Final[Mapping[str, str]] = {
    "direction": "way",
    "channel": "way",
    "two_way": "way",
    "happened_at": "ago",
    "contact_id": "contact",
    "next_update_at": "next_update",
}
"""Where a fault of an interaction is mended, where the field has another name here."""


def field_at_fault(name: str) -> str:
    """The field of the form for the field that an error names: ``promises.1.due_at`` is ``promise_2``."""
    if name.startswith("promises."):
        return f"promise_{int(name.split('.')[1]) + 1}"
    return FIELD_OF.get(name, name)


def interaction_of(form: LogForm, now: datetime, zone: tzinfo) -> Interaction:
    """The interaction that the form describes; times on the wall clock of ``zone``.

    Raises :class:`InvalidInput` with the form's field for a time that cannot be read and for a promise without one;
    what an interaction needs besides, ``care.interactions`` says.
    """
    way = WAYS[form.way]
    happened_at = bygone(form.ago, now, zone, field="ago") if plain(form.ago) else now
    update = coming(form.next_update, now, zone, field="next_update") if plain(form.next_update) else None
    lines = {name: plain(getattr(form, name)) for name in ("promise_1", "promise_2", "promise_3")}
    return Interaction(
        way.direction,
        way.channel,
        happened_at,
        two_way=way.two_way,
        contact_id=int(form.contact) if form.contact else None,
        mood=form.mood,
        believes=form.believes,
        true=form.true,
        said=form.said,
        notes=Notes(form.listen, form.observe, form.think, form.speak),
        bad_news=form.bad_news == "yes",
        plan=form.plan,
        next_update_at=update,
        promises=tuple(
            promise_from(line, now, happened_at, zone, field=name) for name, line in lines.items() if line
        ),
    )


def content_of(form: LogForm) -> dict[str, str]:
    """The form as a draft keeps it: what is empty is left out."""
    return {name: value for name, value in asdict(form).items() if value}


def form_from(content: Mapping[str, Any]) -> LogForm:
    """The form of a kept draft; what is not known any more is left out."""
    known = {one.name for one in fields(LogForm)}
    values = {name: str(value) for name, value in content.items() if name in known}
    if values.get("way") not in WAYS:
        values.pop("way", None)
    return LogForm(**values)
