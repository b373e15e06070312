"""The board with two shared calendars, and its agreement on one of them."""

from __future__ import annotations

from typing import Any

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.agreements import NewAgreement, make_agreement, revise_agreement
from dispatch_tui.desk.calendars import NewCalendar, make_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.reapplying import reapply
from tests.face.board import build_board
from tests.support.databases import made_once
from tests.support.desks import TERMS

BAVARIA: dict[str, Any] = {
    "tz": "Europe/Berlin",
    "hours": {
        **{day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "sat": [["09:00", "12:30"]],
    },
    "holidays": [
        "01-01",
        {"date": "2026-03-17", "name": "Saint Patrick", "observed": False, "source": "feed.ics"},
        {"date": "2026-03-25", "name": "Lady Day", "source": "feed.ics"},
        {"date": "2026-04-03", "name": "Good Friday", "source": "holidays DE-BY"},
        {"date": "2026-04-06", "name": "Easter Monday", "source": "holidays DE-BY"},
    ],
    "overrides": {"2026-03-11": [["10:00", "14:00"]]},
    "breaks": {"2026-03-19": [["09:00", "10:00"]]},
}
NIGHTS: dict[str, Any] = {
    "tz": "Europe/Berlin",
    "hours": {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
SILVER = {key: value for key, value in TERMS.items() if key != "calendar"}
BAVARIA_ID, NIGHTS_ID, SILVER_ID = 1, 2, 1


@made_once
def promises_desk(url: str, clock: FixedClock) -> Desk:
    """The board's calls run under the agreement Silver, which goes by the calendar Bavaria."""
    desk = build_board(url, clock)
    assert make_calendar(desk, NewCalendar("Bavaria", BAVARIA)) == BAVARIA_ID
    assert make_calendar(desk, NewCalendar("Nights", NIGHTS)) == NIGHTS_ID
    revise_agreement(desk, SILVER_ID, None, SILVER, calendar_id=BAVARIA_ID)
    reapply(desk, agreement_ids=[SILVER_ID])
    make_agreement(desk, NewAgreement(None, "House rules", TERMS))
    return desk
