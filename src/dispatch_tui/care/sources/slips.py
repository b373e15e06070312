"""A forecast arrival or finish after what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.text import age


@dataclass(frozen=True, slots=True)
class ForecastSlip:
    """A visit whose ``what`` was promised for ``promised_at`` and is forecast for ``expected_at``.

    ``late_from``: from when on, if nothing happens, late is likely enough to call (see
    :func:`dispatch_tui.care.forecast.late_from`). ``again_at``: after a decision not to call, from when on it will have
    grown so far that it is asked for again, if nothing happens.
    """

    customer_id: int | None
    call_id: int | None
    visit_id: int
    what: Literal["arrival", "finish"]
    promised_at: datetime
    expected_at: datetime
    late_from: datetime
    again_at: datetime | None = None


def reasons(slips: Iterable[ForecastSlip]) -> Iterable[Reason]:
    """One reason for each; asked for no later than the promised instant, unless it was decided on before."""
    for slip in slips:
        kind: Literal["arrival_slip", "finish_slip"] = (
            "arrival_slip" if slip.what == "arrival" else "finish_slip"
        )
        later = slip.expected_at - slip.promised_at
        if slip.expected_at > slip.promised_at:
            words = f"the {slip.what} is expected {age(later)} later than promised"
        else:
            words = f"the {slip.what} may be later than promised"
        yield Reason(
            kind=kind,
            key=key_of(kind, slip.visit_id, slip.promised_at),
            words=words,
            prompt_at=slip.again_at or min(slip.late_from, slip.promised_at),
            useful_until=slip.promised_at,
            customer_id=slip.customer_id,
            call_id=slip.call_id,
            slip=max(later, type(later)(0)),
            bad_news=True,
            promised_at=slip.promised_at,
            expected_at=slip.expected_at,
        )
