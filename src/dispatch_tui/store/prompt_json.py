"""Reasons and the parts of a rank as JSON text: lists in the order of their fields, instants as microseconds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from dispatch_tui.care.ranking import Part
from dispatch_tui.care.reasons import Reason
from dispatch_tui.clock import from_us, to_us

_MICROSECOND = timedelta(microseconds=1)


def reasons_json(reasons: Iterable[Reason]) -> str:
    """As they are stored."""
    rows = [
        (
            *one[:3],
            to_us(one.prompt_at),
            to_us(one.useful_until),
            one.customer_id,
            one.call_id,
            one.slip // _MICROSECOND,
            int(one.bad_news),
            _stored(one.promised_at),
            _stored(one.expected_at),
            one.what,
            one.opens,
        )
        for one in reasons
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def reasons_from(text: str) -> tuple[Reason, ...]:
    """As they were stored."""
    return tuple(
        Reason(
            kind,
            key,
            words,
            from_us(prompt_at),
            from_us(useful_until),
            customer_id,
            call_id,
            slip * _MICROSECOND,
            bool(bad_news),
            _instant(promised_at),
            _instant(expected_at),
            what,
            opens,
        )
        for (
            kind,
            key,
            words,
            prompt_at,
            useful_until,
            customer_id,
            call_id,
            slip,
            bad_news,
            promised_at,
            expected_at,
            what,
            opens,
        ) in json.loads(text)
    )


def parts_json(parts: Iterable[Part]) -> str:
    """As they are stored."""
    return json.dumps([*parts], ensure_ascii=False, separators=(",", ":"))


def parts_from(text: str) -> tuple[Part, ...]:
    """As they were stored."""
    return tuple(Part(*one) for one in json.loads(text))


def _stored(instant: datetime | None) -> int | None:
    return None if instant is None else to_us(instant)


def _instant(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
