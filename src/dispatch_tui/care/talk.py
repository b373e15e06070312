"""What to say: impact, apology, what happened, plan, next update, options.

The texts are rules (``[talk]``), one set for each kind of reason; here their fields are filled in and
the sets of a joined conversation are told once, the most pressing reason first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from string import Template

from dispatch_tui.care.prompts import Prompt
from dispatch_tui.care.ranking import most_urgent
from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.rules import TalkRules
from dispatch_tui.care.standing import Standing
from dispatch_tui.text import age, plain

_NOTHING = TalkRules()


@dataclass(frozen=True, slots=True)
class TalkTrack:
    """What to say in a conversation, part by part; a part without lines is left out."""

    impact: str
    apology: tuple[str, ...]
    happened: tuple[str, ...]
    plan: tuple[str, ...]
    next_update: tuple[str, ...]
    options: tuple[str, ...]

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """All of it in the order to say it: title and text."""
        parts = (
            ("Impact", (self.impact,) if self.impact else ()),
            ("Apology", self.apology),
            ("What happened", self.happened),
            ("Plan", self.plan),
            ("Next update", self.next_update),
            ("Options", self.options),
        )
        return tuple((title, line) for title, lines in parts for line in lines)


def talk_track(prompt: Prompt, standing: Standing, talk: Mapping[str, TalkRules]) -> TalkTrack:
    """The track for a prompt. Times are on the customer's wall clock; foreign text in it is plain."""
    call = most_urgent(standing.calls.get(call_id) for call_id in prompt.call_ids)
    impact = plain(call.impact) if call else ""
    sets = [(talk.get(reason.kind, _NOTHING), _fields(reason, standing, impact)) for reason in prompt.reasons]
    return TalkTrack(
        impact=impact,
        apology=_said((rules.apology, fields) for rules, fields in sets),
        happened=_said((rules.happened, fields) for rules, fields in sets),
        plan=_said((rules.plan, fields) for rules, fields in sets),
        next_update=_said((rules.next_update, fields) for rules, fields in sets),
        options=tuple(dict.fromkeys(plain(option) for rules, _ in sets for option in rules.options)),
    )


def on_wall(instant: datetime, zone: tzinfo, beside: datetime) -> str:
    """An instant as one says it: the time alone on the day of ``beside``, else with the day."""
    local, other = instant.astimezone(zone), beside.astimezone(zone)
    if local.date() == other.date():
        return f"{local:%H:%M}"
    near = abs(local - other) < timedelta(days=6)
    return f"{local:%A %H:%M}" if near else f"{local.day} {local:%B %Y}"


def _fields(reason: Reason, standing: Standing, impact: str) -> dict[str, str]:
    call = standing.calls.get(reason.call_id) if reason.call_id is not None else None
    beside = reason.prompt_at
    zone = call.zone if call and call.zone else standing.zone
    times = {"promised": reason.promised_at, "expected": reason.expected_at}
    return {
        "name": plain(standing.name),
        "subject": plain(call.subject) if call else "",
        "slip": age(reason.slip),
        "what": plain(reason.what),
        "impact": impact,
        **{name: "" if at is None else on_wall(at, zone, beside) for name, at in times.items()},
    }


def _said(texts: Iterable[tuple[str, dict[str, str]]]) -> tuple[str, ...]:
    """Each text filled in and told once."""
    filled = (plain(Template(text).substitute(fields)) for text, fields in texts if text)
    return tuple(dict.fromkeys(line for line in filled if line))
