"""A firm with fifty thousand customers and a million contacts: what the customer side is measured on.

Made by a bulk recipe, not by a million acts: whole rows through the store's bulk writer, without change rows, all of
one seed. Customers have a site, a contact and four closed calls each; every fifth has an agreement of its own, and its
conversations are due later; ``BUSY`` is one with five thousand contacts. Ten thousand have an open call and a promise
that is due about now, so that their prompts have come (``PROMPTS``). Prompts follow from these facts by the program's
own refresh; whatever else is derived from contacts is brought up to date by :func:`derived`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from dispatch_tui.clock import SystemClock, to_us
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.prompting import refresh
from dispatch_tui.store import bulk, dialect, search_index, stale

CUSTOMERS, CONTACTS, PROMPTS = 50_000, 1_000_000, 10_000
BUSY, BUSY_CONTACTS = 7, 5_000
"""Id of the customer with most contacts, and how many."""
CALLS_EACH = 4
_CHUNK = 20_000
_DAY = 86_400_000_000
_TIERS = ("gold", "silver", "bronze", "")
_CHANNELS = (("phone", 1), ("phone", 1), ("email", 0), ("email", 0), ("voicemail", 0), ("visit", 1))
_PLACES = ("Ash", "Birch", "Cold", "Dale", "Elm", "Fern", "Glen", "Holm", "Iron", "Kings", "Lark", "Mill")
_KINDS = ("Dairy", "Clinics", "Print", "Freight", "Foods", "Works", "Labs", "Stores", "Hotels", "Schools")
_SPOKEN = """
compressor trips after defrost door seal worn fan alarm panel pump leaks at the coupling pressure low customer asks when
the part arrives we call back before noon technician found a loose belt bearing noise replaced the valve ordered a board
loaner offered invoice question happy with the visit worried about stock temperature rises over night sensor drifts
filter blocked drain frozen heater replaced warranty agreed meeting on site with the manager new line planned in spring
second shift needs a spare unit training asked
"""
_WORDS = _SPOKEN.split()
TERMS = {
    "calendar": {
        "tz": "Europe/Berlin",
        "hours": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    },
    "budgets": {"3": {"first_response": 240, "resolution": 960}},
}
State = dict[str, Any]


def build_customers(url: str, derived: Sequence[Callable[[Desk], object]] | None = None) -> None:
    """Make the firm in a new database, then bring up to date what is ``derived`` from its rows: prompts and full text,
    where nothing else is given."""
    desk = open_desk(url)
    now = SystemClock().now()
    with desk.store:
        for kind, rows in _all(now):
            while some := list(islice(rows, _CHUNK)):
                with desk.store.write() as connection:
                    dialect.make_room(connection)
                    bulk.insert(connection, kind, some)
        with desk.store.write() as connection:
            connection.exec_driver_sql(
                "insert into agreement_terms (agreement_id, number, terms_json)"
                f" select id, 1, '{json.dumps(TERMS)}' from agreement"
            )
            connection.exec_driver_sql("analyze")
            stale.mark_everybody(connection)
        for bring in derived or (refresh, lambda desk: search_index.rebuild(desk.store)):
            bring(desk)


def _all(now: datetime) -> Iterator[tuple[str, Iterator[State]]]:
    """Every kind of record in an order in which references hold."""
    at = to_us(now)
    yield "customer", _customers()
    yield "site", _sites()
    yield "contact", _contacts()
    yield "agreement", _agreements(at)
    yield "call", _calls(at)
    yield "interaction", _interactions(at)
    yield "promise", _promises(at)


def _row(kind: str, record_id: int, values: State) -> State:
    return {**bulk.defaults(kind), "id": record_id, "version": 1, **values}


def name_of(customer_id: int) -> str:
    """What a customer of the firm is called."""
    place, kind = _PLACES[customer_id % len(_PLACES)], _KINDS[customer_id // 12 % len(_KINDS)]
    return f"{place}field {kind} {customer_id}"


def _customers() -> Iterator[State]:
    for one in range(1, CUSTOMERS + 1):
        yield _row(
            "customer",
            one,
            {"name": name_of(one), "tier": _TIERS[one % len(_TIERS)], "currency": "EUR", "opening_trust": 50},
        )


def _sites() -> Iterator[State]:
    for one in range(1, CUSTOMERS + 1):
        yield _row("site", one, {"customer_id": one, "name": "Main works", "tz": "Europe/Berlin"})


def _contacts() -> Iterator[State]:
    for one in range(1, CUSTOMERS + 1):
        yield _row("contact", one, {"customer_id": one, "name": f"Kim {one}", "mobile": f"+49 151 {one:07d}"})


def _agreements(at: int) -> Iterator[State]:
    for number, customer in enumerate(range(5, CUSTOMERS + 1, 5), 1):
        values = {"customer_id": customer, "name": "Silver", "terms_version": 1, "starts_at": at - 20 * _DAY}
        yield _row("agreement", number, values)


def _calls(at: int) -> Iterator[State]:
    """Closed ones of the years before, then the open ones of those who are to be called."""
    draw = random.Random(1)
    number = 0
    for customer in range(1, CUSTOMERS + 1):
        for _ in range(CALLS_EACH):
            number += 1
            opened = at - draw.randrange(60, 1000) * _DAY
            yield _call(number, customer, opened, _said(draw, 5), closed=opened + _DAY)
    for customer in range(1, PROMPTS + 1):
        number += 1
        yield _call(number, customer, at - draw.randrange(_DAY), _said(draw, 5))


def _call(number: int, customer: int, opened: int, title: str, closed: int | None = None) -> State:
    values: State = {
        "number": f"C-{number}",
        "title": title,
        "status": "new" if closed is None else "closed",
        "priority": 3,
        "live": int(closed is None),
        "customer_id": customer,
        "site_id": customer,
        "contact_id": customer,
        "opened_at": opened,
        "closed_at": closed,
        "resolved_at": closed,
        "happened_at": opened if closed is None else closed,
    }
    if closed is None:
        values["rank_at"] = opened + 7 * _DAY
    return _row("call", number, values)


def _interactions(at: int) -> Iterator[State]:
    """Of years, the latest conversation of each within the last ten days."""
    draw = random.Random(2)
    for number in range(1, CONTACTS + 1):
        customer = BUSY if number <= BUSY_CONTACTS else 1 + number % CUSTOMERS
        channel, two_way = _CHANNELS[draw.randrange(len(_CHANNELS))]
        days = draw.randrange(1, 10) if number > CONTACTS - CUSTOMERS else draw.randrange(10, 1500)
        if days < 10:
            channel, two_way = "phone", 1
        values: State = {
            "customer_id": customer,
            "contact_id": customer,
            "call_id": 1 + (customer - 1) * CALLS_EACH + number % CALLS_EACH,
            "happened_at": at - days * _DAY - number,
            "direction": "out" if number % 3 else "in",
            "channel": channel,
            "two_way": two_way,
            "said": _said(draw, 12),
        }
        yield _row("interaction", number, values)


def _promises(at: int) -> Iterator[State]:
    draw = random.Random(3)
    first = CUSTOMERS * CALLS_EACH
    for number in range(1, PROMPTS + 1):
        due = at + draw.randrange(-2 * _DAY, 3_600_000_000)
        values: State = {
            "customer_id": number,
            "contact_id": number,
            "call_id": first + number,
            "what": _said(draw, 4),
            "made_at": due - 3 * _DAY,
            "due_at": due,
        }
        yield _row("promise", number, values)


def _said(draw: random.Random, words: int) -> str:
    start = draw.randrange(len(_WORDS))
    return " ".join(_WORDS[(start + step * draw.randrange(1, 4)) % len(_WORDS)] for step in range(words))
