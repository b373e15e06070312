"""The JSON shapes of docs/json.md that more than one command gives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch_tui.clock import from_us
from dispatch_tui.store.rows import NEVER, QueueRow
from dispatch_tui.widgets.moments import clock_state

if TYPE_CHECKING:  # a queue needs none of these
    from dispatch_tui.store.details import CallDetail, VisitLine
    from dispatch_tui.store.story import StoryLine


def call_shape(row: QueueRow, now_us: int) -> dict[str, Any]:
    """One call of a queue. Instants are UTC, what is not known is ``null``, no text is."""
    return {
        "id": row.id,
        "version": row.version,
        "number": row.number,
        "title": row.title,
        "status": row.status,
        "priority": row.priority,
        "opened_at": from_us(row.opened_us),
        "held_reason": row.held_reason,
        "clock": {
            "kind": row.clock,
            "state": clock_state(row, now_us),
            "due_at": _instant(row.due_us),
            "warn_at": _instant(row.warn_us),
        },
        "rank_at": _instant(row.rank_us),
        "customer": row.customer,
        "site": row.site,
        "site_tz": row.site_tz,
        "unit": row.unit,
        "model": row.model,
        "technician": row.technician,
        "team": row.team,
        "operator": row.operator,
    }


def _instant(us: int) -> Any:
    return None if us >= NEVER else from_us(us)


def detail_shape(detail: CallDetail, now: datetime) -> dict[str, Any]:
    """What ``call --json`` says besides the call."""
    call, names = detail.call, detail.names
    return {
        "description": call.description,
        "category": call.category,
        "channel": call.channel,
        "skill": call.skill,
        "resolution": call.resolution,
        "flag": call.flag,
        "held_until": call.held_until,
        "acknowledged_at": call.acknowledged_at,
        "started_at": call.started_at,
        "resolved_at": call.resolved_at,
        "closed_at": call.closed_at,
        "reopened": call.reopened,
        "agreement": names.agreement,
        "place": {"address": names.address, "city": names.city, "access_notes": names.access_notes},
        "clocks": [{**one._asdict(), "state": one.state_at(now)} for one in detail.clocks],
        "unit": None if detail.unit is None else detail.unit._asdict(),
        "visits": [visit_shape(one) for one in detail.visits],
        "unit_visits": [visit_shape(one) for one in detail.unit_visits],
        "contacts": [one._asdict() for one in detail.contacts],
        "promises": [one._asdict() for one in detail.promises],
        "follow_ups": [one._asdict() for one in detail.follow_ups],
        "interactions": [one._asdict() for one in detail.interactions],
        **story_shape(detail.story),
    }


def story_shape(story: Iterable[StoryLine]) -> dict[str, Any]:
    """The story, the latest first; ``words`` and ``note`` are for people."""
    return {"story": [one._asdict() for one in story]}


def visit_shape(line: VisitLine) -> dict[str, Any]:
    """One visit. Money is integer minor units of ``currency``, times are minutes."""
    visit = line.visit.model_dump(exclude={"external_id", "call_id", "unit_id", "technician_id"})
    return {"call": line.number, "technician": line.technician, **visit}
