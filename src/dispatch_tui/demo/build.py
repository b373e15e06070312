"""Build the demo company in a database, through the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import islice
from random import Random
from typing import NamedTuple

from dispatch_tui.clock import to_us
from dispatch_tui.demo.archived import archived_call
from dispatch_tui.demo.company import SOURCE, Company, draw_company
from dispatch_tui.demo.founding import founding_rows, new_agreements, new_calendars
from dispatch_tui.demo.openings import archive, recent
from dispatch_tui.demo.recent import Teller
from dispatch_tui.demo.roster import Roster
from dispatch_tui.desk.agreements import make_agreements
from dispatch_tui.desk.calendars import make_calendars
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.desk.technicians import set_skills
from dispatch_tui.errors import DispatchError, InvalidInput
from dispatch_tui.records import Ref, SourceRow
from dispatch_tui.store import bulk

Progress = Callable[[int, int], None]
"""Called with the calls recorded so far and all that are to come."""

BATCH = 4000
"""Rows of one transaction: larger than an import's, since nobody works here yet."""
MOST_CALLS = 10_000_000
MOST_UNITS = 1_000_000
_KEPT_KINDS = frozenset(
    ("team", "technician", "operator", "customer", "site", "contact", "unit", "agreement", "part", "model")
)


class Shares(NamedTuple):
    """How many calls are open, over since lately, and old."""

    live: int
    ended: int
    archived: int


def shares(calls: int) -> Shares:
    """160 of the usual 1,200 calls are open; of very many, one in ten."""
    live = min(calls, calls // 10 + min(40, max(6, calls // 3)))
    ended = min(calls - live, max(2, live // 3))
    return Shares(live, ended, calls - live - ended)


def call_rows(company: Company, seed: int, digest: bytes, calls: int) -> Iterator[SourceRow]:
    """All calls, numbered C-1 on by their opening."""
    planned = shares(calls)
    roster = Roster(company.technicians)
    rng = Random(f"archived/{seed}")
    number = 0
    for opened_us, index in archive(company, seed, planned.archived):
        number += 1
        yield archived_call(rng, company, roster, number, opened_us, index).row(number, digest)
    teller = Teller(company, roster, seed)
    for plan in recent(company, seed, live=planned.live, ended=planned.ended):
        number += 1
        yield teller.tell(number, plan).row(number, digest)


def build(
    desk: Desk,
    *,
    calls: int,
    units: int,
    seed: int,
    now: datetime,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> bool:
    """Record the company of ``seed`` as it stands at ``now``; whether it was finished.

    The same arguments make the same content. What is recorded already is passed over, so that a build
    which was stopped (by ``stop``, asked between batches, or by a kill) goes on where it was. Raises
    ``InvalidInput`` for numbers that make no company, ``NotAllowed`` or a ``DatabaseProblem``.
    """
    check_numbers(calls, units)
    company = draw_company(seed, to_us(now), units=units, live=shares(calls).live)
    told = f"{SOURCE}/{seed}/{calls}/{units}/{company.now_us}"
    digest = hashlib.blake2b(told.encode(), digest_size=16).digest()
    memory = Memory()
    for batch in _batches(founding_rows(company, digest, taken=desk.operator.account)):
        if stop is not None and stop():
            return False
        _record(desk, batch, memory)
    _agree(desk, company)
    done = 0
    for batch in _batches(call_rows(company, seed, digest, calls)):
        if stop is not None and stop():
            return False
        _record(desk, batch, memory)
        done += len(batch)
        if progress is not None:
            progress(done, calls)
    return True


def check_numbers(calls: int, units: int) -> None:
    """Raises ``InvalidInput`` for a company without calls or units, or with more than we count to."""
    if not 1 <= calls <= MOST_CALLS:
        raise InvalidInput("calls", f"{calls} is no number of calls", f"Give 1 to {MOST_CALLS:,}.")
    if not 1 <= units <= MOST_UNITS:
        raise InvalidInput("units", f"{units} is no number of units", f"Give 1 to {MOST_UNITS:,}.")


def _record(desk: Desk, batch: list[SourceRow], memory: Memory) -> None:
    for row, outcome in zip(batch, record_history(desk, SOURCE, batch, memory=memory), strict=True):
        if outcome.outcome == "rejected":
            raise DispatchError(f"The demo company is at odds with itself at {row.key}: {outcome.reason}.")
    # Nothing refers to an old call again: to forget them keeps the memory of a million calls in bounds.
    for row in batch:
        for fact in row.facts:
            if fact.kind not in _KEPT_KINDS:
                memory.ids.pop((fact.kind, fact.external_id), None)


def _agree(desk: Desk, company: Company) -> None:
    """Agreements and skills, which are no rows of history; those made already are left as they are."""
    _make_calendars(desk, company)
    ids = _row_ids(desk, "customer", [one.ref for one in company.customers])
    ids |= _row_ids(desk, "site", [one.ref for one in company.sites])
    ids |= _row_ids(desk, "unit", [one.ref for one in company.units if one.own or one.named])
    ids |= _row_ids(desk, "calendar", _calendar_refs(company))
    wanted = list(new_agreements(company, ids.__getitem__))
    made = _row_ids(desk, "agreement", [Ref("agreement", one.external_id or "") for one in wanted])
    made_names = {one.external_id for one in made}
    make_agreements(desk, [one for one in wanted if one.external_id not in made_names])
    ids = _row_ids(desk, "technician", [one.ref for one in company.technicians])
    set_skills(desk, {ids[one.ref]: one.skills for one in company.technicians})


def _make_calendars(desk: Desk, company: Company) -> None:
    made = _row_ids(desk, "calendar", _calendar_refs(company))
    missing = [one for one in new_calendars(company) if Ref("calendar", one.external_id or "") not in made]
    if missing:
        make_calendars(desk, missing)


def _calendar_refs(company: Company) -> list[Ref]:
    return [Ref("calendar", one.external_id or "") for one in new_calendars(company)]


def _row_ids(desk: Desk, kind: str, records: Collection[Ref]) -> dict[Ref, int]:
    found: dict[Ref, int] = {}
    names = iter(one.external_id for one in records)
    with desk.store.read() as connection:
        while some := list(islice(names, BATCH)):
            found |= {Ref(kind, name): row_id for name, row_id in bulk.ids(connection, kind, some).items()}
    return found


def _batches(rows: Iterator[SourceRow]) -> Iterator[list[SourceRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
