"""Customers whom we tried and did not reach: the ladder of tries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.care.reasons import Reason, key_of, quoted
from dispatch_tui.care.rules import VoicemailRules
from dispatch_tui.care.voicemail import next_try
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class Unreached:
    """Tries in a row that reached nobody, none of them answered since; ``about`` in a few words, ``helps_until``:
    the last useful minute of what they were about."""

    customer_id: int | None
    call_id: int | None
    tries: tuple[datetime, ...]
    about: str = ""
    helps_until: datetime | None = None


def reasons(unreached: Iterable[Unreached], rules: VoicemailRules) -> Iterable[Reason]:
    """One reason for each that was tried. When the ladder has ended, at once: another person, another way."""
    for one in unreached:
        if not one.tries:
            continue
        last, again = max(one.tries), next_try(one.tries, rules, one.helps_until)
        tried = f"{len(one.tries)} tries" if len(one.tries) > 1 else "one try"
        about = f" about {quoted(one.about)}" if plain(one.about) else ""
        if again is None:
            words, moment = f"not reached after {tried}{about}: try another contact or another way", last
        else:
            words, moment = f"not reached yet, {tried}{about}", again.at
        yield Reason(
            kind="voicemail",
            key=key_of("voicemail", f"{one.customer_id or 0}/{one.call_id or 0}", last),
            words=words,
            prompt_at=moment,
            useful_until=moment + rules.grace,
            customer_id=one.customer_id,
            call_id=one.call_id,
            promised_at=last,
            what=plain(one.about),
        )
