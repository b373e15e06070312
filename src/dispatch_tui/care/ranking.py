"""In which order to call: the last useful minute, less a head start for how much is at stake.

::

    rank_at  = useful_until - score
    score    = slip + silence + promises + impact + trust + kind          whole minutes, each part

    slip     = min(slip_most,     slip_per_minute * minutes of the longest expected slip)
    silence  = min(silence_most,  silence_per_hour * hours from the last conversation to the prompt's moment)
    promises = min(promises_most, promise_at_stake * promises among the reasons + promise_broken * broken lately)
    impact   = impact[priority of the most urgent call] + tier[tier]
    trust    = min(trust_most,    trust_per_point * points by which the buffer is below trust_comfortable)
    kind     = minutes from the earliest of (useful_until - kinds[kind]) over the reasons to useful_until
               (kinds[kind] of the only reason, 0 where the rule names none)

Two prompts grow late at the same pace, and so does silence: the order by ``rank_at`` holds from one
event to the next and can stand in an index, as that of calls does. What can wait, waits behind all that
cannot, however late it is: ``kinds`` sets it back by years, each reason of a joined prompt by its own.
What is not known gives no head start. Weights are rules; each part is rounded to the minute, and the
score is the sum of the rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from dispatch_tui.care.prompts import Prompt
from dispatch_tui.care.rules import RankingRules
from dispatch_tui.care.standing import CallStanding, Standing
from dispatch_tui.text import age, plain

PartName = Literal["slip", "silence", "promises", "impact", "trust", "kind"]
_ZERO = timedelta(0)
_MINUTE = timedelta(minutes=1)
_UNKNOWN = Standing()


class Part(NamedTuple):
    """One part of a score: minutes of head start, and why in words."""

    name: PartName
    words: str
    minutes: int


class Rank(NamedTuple):
    """Where a prompt stands in the list: the earliest ``rank_at`` first."""

    rank_at: datetime
    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        """Minutes of head start: the sum of the parts."""
        return sum(part.minutes for part in self.parts)


def rank(prompt: Prompt, standing: Standing | None, rules: RankingRules) -> Rank:
    """The rank of a prompt by the formula above; all six parts are returned, also those of no minutes."""
    who = standing or _UNKNOWN
    parts = (
        _slip(prompt, rules),
        _silence(prompt, who, rules),
        _promises(prompt, who, rules),
        _impact(prompt, who, rules),
        _trust(who, rules),
        _kind(prompt, rules),
    )
    score = timedelta(minutes=sum(part.minutes for part in parts))
    return Rank(prompt.useful_until - score, parts)


def _slip(prompt: Prompt, rules: RankingRules) -> Part:
    slip = prompt.slip
    minutes = min(rules.slip_most, round(rules.slip_per_minute * (slip / timedelta(minutes=1))))
    return Part("slip", f"{age(slip)} later than promised" if slip > _ZERO else "nothing slips", minutes)


def _silence(prompt: Prompt, who: Standing, rules: RankingRules) -> Part:
    if who.last_talk_at is None:
        return Part("silence", "no conversation on record", 0)
    silent = max(_ZERO, prompt.prompt_at - who.last_talk_at)
    minutes = min(rules.silence_most, round(rules.silence_per_hour * (silent / timedelta(hours=1))))
    return Part("silence", f"{age(silent)} since the last conversation", minutes)


def _promises(prompt: Prompt, who: Standing, rules: RankingRules) -> Part:
    stake = sum(1 for reason in prompt.reasons if reason.kind == "promise")
    minutes = min(rules.promises_most, rules.promise_at_stake * stake + rules.promise_broken * who.broken)
    return Part("promises", f"{stake} at stake, {who.broken} broken lately", minutes)


def _impact(prompt: Prompt, who: Standing, rules: RankingRules) -> Part:
    call = most_urgent(who.calls.get(call_id) for call_id in prompt.call_ids)
    tier = plain(who.tier)
    minutes = (rules.impact.get(call.priority, 0) if call else 0) + rules.tier.get(tier, 0)
    words = [f"priority {call.priority}"] if call else ["no open call"]
    if call and plain(call.impact):
        words.append(plain(call.impact))
    return Part("impact", ", ".join([*words, tier] if tier else words), minutes)


def _trust(who: Standing, rules: RankingRules) -> Part:
    if who.buffer is None:
        return Part("trust", "no trust on record", 0)
    short = max(0.0, rules.trust_comfortable - who.buffer)
    minutes = min(rules.trust_most, round(rules.trust_per_point * short))
    side = "below" if who.buffer < 0 else "above"
    return Part("trust", f"{abs(who.buffer):.0f} points {side} at risk", minutes)


def _kind(prompt: Prompt, rules: RankingRules) -> Part:
    places = [(one.useful_until - _MINUTE * rules.kinds.get(one.kind, 0), one.kind) for one in prompt.reasons]
    pressing, kind = min(places)
    lead = rules.kinds.get(kind, 0)
    words = "can wait" if lead < 0 else "comes first" if lead else "in its turn"
    return Part("kind", words, (prompt.useful_until - pressing) // _MINUTE)


def most_urgent(calls: Iterable[CallStanding | None]) -> CallStanding | None:
    """The call of the highest priority (1), the first of several; ``None`` where none is known."""
    return min((call for call in calls if call is not None), key=lambda call: call.priority, default=None)
