"""The call-first list: who to call now, in order, with all that the call needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from dispatch_tui.care.contacts import Reach, whom_to_reach
from dispatch_tui.care.prompts import Prompt
from dispatch_tui.care.ranking import Rank, rank
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.standing import LastWord, Standing
from dispatch_tui.care.talk import TalkTrack, talk_track

_UNKNOWN = Standing()


class Entry(NamedTuple):
    """A prompt with its place in the list."""

    prompt: Prompt
    rank: Rank


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What one needs to make the call: whom and how, what was last said, what to say."""

    reach: Reach
    last_word: LastWord | None
    talk: TalkTrack


def call_first(
    found: Iterable[Prompt], standings: Mapping[int, Standing], rules: CareRules, now: datetime
) -> tuple[Entry, ...]:
    """Whom to call now: the prompts whose moment has come, by rank. ``standings`` by customer id; who is not in
    it, or not known at all, is ranked without a head start."""
    entries = (
        Entry(one, rank(one, _standing(one, standings), rules.ranking))
        for one in found
        if one.state_at(now) != "ahead"
    )
    return tuple(sorted(entries, key=_place))


def call_sheet(prompt: Prompt, standing: Standing | None, rules: CareRules) -> CallSheet:
    """All that a call needs: made for the prompt that is looked at, not for the whole list."""
    who = standing or _UNKNOWN
    calls = (who.calls.get(call_id) for call_id in prompt.call_ids)
    wanted = next((call.contact_id for call in calls if call and call.contact_id is not None), None)
    return CallSheet(whom_to_reach(who.contacts, wanted), who.last_word, talk_track(prompt, who, rules.talk))


def _standing(prompt: Prompt, standings: Mapping[int, Standing]) -> Standing | None:
    return None if prompt.customer_id is None else standings.get(prompt.customer_id)


def _place(entry: Entry) -> tuple[datetime, datetime, int, str]:
    first = entry.prompt
    return entry.rank.rank_at, first.useful_until, first.customer_id or 0, first.reasons[0].key
