"""From open facts to prompts: one for each conversation that is owed, with every reason for it.

Reasons of one customer are joined where they arise before the conversation must have taken place (its
last useful minute, or the present where that is past); facts without a customer are joined by call.
What gives a reason, from when and by when, stands in :mod:`dispatch_tui.care.sources`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

from dispatch_tui.care.decisions import Decision, after_decision, latest
from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.sources import (
    contracts,
    drift,
    messages,
    news,
    outreach,
    promised,
    repeats,
    slips,
    unattended,
    updates,
    visits,
    voicemails,
)

State = Literal["ahead", "now", "late"]
Watch = Literal["", "clock", "prompt", "override"]


@dataclass(frozen=True, slots=True)
class OpenFacts:
    """Everything open that may give a reason to call, in any order; the desk reads it, the sources judge it.

    ``recommended``: units with the instant of a recommendation that was made.
    """

    slips: Sequence[slips.ForecastSlip] = ()
    updates: Sequence[updates.NextUpdate] = ()
    calls: Sequence[unattended.OpenCall] = ()
    inbound: Sequence[messages.Inbound] = ()
    promises: Sequence[promised.OpenPromise] = ()
    ended: Sequence[visits.VisitEnded] = ()
    follow_ups: Sequence[visits.OwedFollowUp] = ()
    unreached: Sequence[voicemails.Unreached] = ()
    cadences: Sequence[drift.CustomerCadence] = ()
    delays: Sequence[outreach.Delay] = ()
    contracts: Sequence[contracts.ContractEnd] = ()
    unit_calls: Sequence[repeats.UnitCall] = ()
    recommended: Sequence[tuple[int, datetime]] = ()
    news: Sequence[news.ModelNews] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """One conversation that is owed: its reasons, the most pressing first."""

    customer_id: int | None
    reasons: tuple[Reason, ...]

    @property
    def prompt_at(self) -> datetime:
        """When it enters the list: the desk stores it, and a session wakes at it."""
        return min(reason.prompt_at for reason in self.reasons)

    @property
    def useful_until(self) -> datetime:
        """The last minute at which the call is still in front of every reason."""
        return self.reasons[0].useful_until

    @property
    def call_ids(self) -> tuple[int, ...]:
        """The service calls that it is about, each once."""
        return tuple(dict.fromkeys(one.call_id for one in self.reasons if one.call_id is not None))

    @property
    def slip(self) -> timedelta:
        """The longest slip among its reasons."""
        return max(reason.slip for reason in self.reasons)

    @property
    def bad_news(self) -> bool:
        """Whether plan and next update are asked for when the conversation is logged."""
        return any(reason.bad_news for reason in self.reasons)

    @property
    def words(self) -> str:
        """All reasons as one line, those that read alike once."""
        return "; ".join(dict.fromkeys(reason.words for reason in self.reasons))

    def state_at(self, now: datetime) -> State:
        """``ahead`` before its moment, ``now`` while calling is in front, ``late`` after that."""
        if now < self.prompt_at:
            return "ahead"
        return "now" if now <= self.useful_until else "late"


def reasons_of(facts: OpenFacts, rules: CareRules, decisions: Iterable[Decision] = ()) -> tuple[Reason, ...]:
    """Every reason to call, now or later, as it stands after what was decided; in no particular order.

    Raises:
        InvalidInput: for a fact that cannot be (a promise due before it was made, an unknown outcome).
    """
    decided = latest(decisions)
    found: list[Reason] = [
        *slips.reasons(facts.slips),
        *updates.reasons(facts.updates, rules.update),
        *unattended.reasons(facts.calls, rules.update),
        *messages.reasons(facts.inbound, rules.inbound),
        *promised.reasons(facts.promises, rules.promise),
        *visits.reasons(facts.ended, facts.follow_ups, rules),
        *voicemails.reasons(facts.unreached, rules.voicemail),
        *drift.reasons(facts.cadences, rules.cadence),
        *outreach.reasons(facts.delays, rules.outreach),
        *contracts.reasons(facts.contracts, rules.contract),
        *repeats.reasons(facts.unit_calls, facts.recommended, rules.repeat),
        *news.reasons(facts.news, rules.news),
    ]
    standing = (after_decision(reason, decided, rules.slip.again) for reason in found)
    return tuple(reason for reason in standing if reason is not None)


def prompts(
    now: datetime, facts: OpenFacts, rules: CareRules, decisions: Iterable[Decision] = ()
) -> tuple[Prompt, ...]:
    """Every conversation owed, now or later, in the order of their last useful minutes.

    Raises ``InvalidInput`` as :func:`reasons_of` does.
    """
    return joined(reasons_of(facts, rules, decisions), now)


def joined(reasons: Iterable[Reason], now: datetime) -> tuple[Prompt, ...]:
    """Reasons put together into conversations, each reason in exactly one; in the order of last useful minutes."""
    ordered = sorted(reasons, key=lambda one: (_conversation(one), one.prompt_at, one.useful_until, one.key))
    found = [prompt for _, alike in groupby(ordered, _conversation) for prompt in _cut(alike, now)]
    return tuple(sorted(found, key=_urgency))


def watched(
    call: unattended.OpenCall, found: Iterable[Prompt], rules: CareRules, decisions: Iterable[Decision] = ()
) -> Watch:
    """What sees to it that an open call is not forgotten: its running next-update clock, a pending prompt, or
    somebody's recorded override. Empty where nothing does, which only a call without an agreement can be."""
    if call.update_clock == "running":
        return "clock"
    if any(call.call_id in prompt.call_ids for prompt in found):
        return "prompt"
    reason = unattended.reason_for(call, rules.update)
    decided = None if reason is None else latest(decisions).get(reason.key)
    return "override" if decided is not None and decided.act == "overridden" else ""


def _urgency(prompt: Prompt) -> tuple[datetime, datetime, int, str]:
    return prompt.useful_until, prompt.prompt_at, prompt.customer_id or 0, prompt.reasons[0].key


def _conversation(reason: Reason) -> tuple[int, int]:
    """With whom: a customer, or whoever stands behind a call of none."""
    return (reason.customer_id, 0) if reason.customer_id is not None else (0, reason.call_id or 0)


def _cut(reasons: Iterable[Reason], now: datetime) -> Iterable[Prompt]:
    """One customer's reasons, ordered by when they arise, cut into conversations."""
    together: list[Reason] = []
    for reason in reasons:
        if together and reason.prompt_at > max(now, min(one.useful_until for one in together)):
            yield _prompt(together)
            together = []
        together.append(reason)
    yield _prompt(together)


def _prompt(reasons: Sequence[Reason]) -> Prompt:
    ordered = sorted(reasons, key=lambda one: (one.useful_until, one.prompt_at, one.kind, one.key))
    return Prompt(reasons[0].customer_id, tuple(ordered))
