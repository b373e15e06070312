"""What other rules would do to the list of today, told before they are saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dispatch_tui.care.reasons import Reason


class RuleEffect(NamedTuple):
    """Reasons to call, as they would be: ``new`` ones, those ``gone``, and those asked ``earlier`` or ``later``;
    ``asked_was`` and ``asked_now``: how many are due to be asked at the present instant."""

    new: tuple[Reason, ...]
    gone: tuple[Reason, ...]
    earlier: tuple[Reason, ...]
    later: tuple[Reason, ...]
    asked_was: int
    asked_now: int


def effect_between(was: Iterable[Reason], now: Iterable[Reason], at: datetime) -> RuleEffect:
    """What changes on the list ``at`` an instant, from the reasons by both rules: in the order of their moments."""
    before, after = ({one.key: one for one in sorted(listed, key=_moment)} for listed in (was, now))
    both = [(one, after[key]) for key, one in before.items() if key in after]
    return RuleEffect(
        new=tuple(one for key, one in after.items() if key not in before),
        gone=tuple(one for key, one in before.items() if key not in after),
        earlier=tuple(is_now for then, is_now in both if is_now.prompt_at < then.prompt_at),
        later=tuple(is_now for then, is_now in both if is_now.prompt_at > then.prompt_at),
        asked_was=sum(one.prompt_at <= at for one in before.values()),
        asked_now=sum(one.prompt_at <= at for one in after.values()),
    )


def _moment(reason: Reason) -> tuple[datetime, str]:
    return reason.prompt_at, reason.key
