"""How a visit ended, a call was resolved or closed: asked once, shown before it is saved, stored with what follows.

The rules of what is asked and what follows are :mod:`dispatch_tui.care.closing`. Here they meet what is recorded
already; the answers, the follow-ups and the change of status are one transaction.

============  ===================================================================================================
act           what it asks
============  ===================================================================================================
finish_visit  outcome, what failed and why (kept with the visit); how to avoid it, what to expect, the next step
resolve       the same of the call, as far as its last good visit does not say it, and what was done
close         what is missing still, and the customer's own confirmation, or why there is none
============  ===================================================================================================

Several calls may be resolved or closed with one answer where they ended good: what each has on record stays as it is.
A bad or incomplete end has a next step of its own, and is told call by call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.closing import Closing, Question, closed, questions
from dispatch_tui.care.followups import OpenItem
from dispatch_tui.care.rules import CareRules
from dispatch_tui.desk import visits
from dispatch_tui.desk.calls import Done, as_closed, as_resolved, required_resolution, settle
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.closings import FIELDS, Known, known_of
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.followups import owe
from dispatch_tui.desk.ratings import check_points, write_rating
from dispatch_tui.desk.terms import calendar_of
from dispatch_tui.desk.transitions import check
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.records import Visit
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.tables import metadata
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain, plain_block

EndAct = Literal["finish_visit", "resolve", "close"]
_OF_VISIT = ("outcome", "problem", "cause")
"""What a visit keeps itself."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered: texts by field of :mod:`dispatch_tui.care.closing`, when the next step is due, what was left
    open. ``done``: what was done (the call's resolution, the visit's work). ``rating``: the customer's, 1 to 5."""

    texts: Mapping[str, str] = field(default_factory=dict)
    next_step_at: datetime | None = None
    open_items: tuple[OpenItem, ...] = ()
    done: str = ""
    rating: int | None = None
    rating_words: str = ""

    def besides(self, known: Mapping[str, str]) -> Answers:
        """The same without what is recorded already: for an answer to several calls."""
        left = {name: text for name, text in self.texts.items() if not plain(known.get(name, ""))}
        return replace(self, texts=left, next_step_at=None if "next_step" in known else self.next_step_at)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known when it is asked how a call or visit ended. ``resolution``: what was done, once it is resolved;
    ``zone``: the site's, as an IANA name."""

    act: EndAct
    call_id: int
    number: str
    title: str
    resolution: str
    known: Known
    rules: CareRules
    calendar: BusinessCalendar
    zone: str

    @property
    def confirming(self) -> bool:
        """Whether the customer's confirmation, or why there is none, must be told."""
        return self.act == "close"

    def asks(self, texts: Mapping[str, str]) -> tuple[Question, ...]:
        """What is still to be answered; ``texts`` with ``next_step_at`` as any text where it is given."""
        return questions(self.known.texts, texts, self.rules, confirming=self.confirming)

    def outcome(self, answers: Answers, at: datetime) -> Closing:
        """What would be saved and would follow. Raises ``InvalidInput`` as :func:`dispatch_tui.care.closing.closed`."""
        if self.act == "resolve" and not plain(answers.done or self.known.work):
            required_resolution("")
        if answers.rating is not None:
            check_points(answers.rating)
        return closed(
            self.known.texts,
            answers.texts,
            self.rules,
            self.calendar,
            at,
            next_step_at=answers.next_step_at,
            open_items=answers.open_items,
            confirming=self.confirming,
        )


def ending_of(connection: Connection, act: EndAct, record_id: int) -> Ending:
    """What is known of a call (of a visit, for ``finish_visit``) that is about to end. Raises ``NotFound``."""
    if act == "finish_visit":
        visit = _row(connection, "visit", record_id)
        return _ending(connection, act, _row(connection, "call", visit["call_id"]), visit)
    return _ending(connection, act, _row(connection, "call", record_id))


def joint(endings: Sequence[Ending]) -> Ending:
    """What is known of several calls that are to get one answer: only what each of them has on record is not asked."""
    first, *others = endings
    known = {
        name: text
        for name, text in first.known.texts.items()
        if all(plain(one.known.texts.get(name, "")) for one in others)
    }
    work = first.known.work if all(one.known.work for one in others) else ""
    return replace(first, known=Known(known, first.known.told_by, work))


def end_call(
    desk: Desk,
    call_id: int,
    act: Literal["resolve", "close"],
    answers: Answers,
    *,
    alike: bool = False,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """Resolve or close a call with what was answered. ``alike``: the answer is to several calls.

    Raises ``NotFound``, ``NotAllowed``, ``IllegalTransition``, ``Conflict``, and ``InvalidInput`` with the field.
    """
    with desk.act(act) as writer:
        row = writer.get("call", call_id, to_change=True)
        if version is not None and row["version"] != version:
            raise writer.conflict("call", row, version)
        check(act, row["status"])
        when = desk.when(happened_at)
        ending = _ending(writer.connection, act, row)
        if alike:
            answers = _alike(answers, ending.known)
        made = ending.outcome(answers, when)
        _keep(writer, act, row, made, answers, when)
        if act == "close":
            return settle(writer, row, act, as_closed(when), when, note=plain(note))
        done = required_resolution(answers.done or ending.known.work)
        return settle(writer, row, act, as_resolved(done, when), when, note=done)


def finish_visit(
    desk: Desk,
    visit_id: int,
    answers: Answers,
    *,
    labour_minutes: int | None = None,
    downtime_minutes: int | None = None,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Visit:
    """The attendance is over, with what was answered. Raises what :func:`end_call` does."""
    visits.check_minutes(labour_minutes=labour_minutes, downtime_minutes=downtime_minutes)
    with desk.act("finish_visit") as writer:
        visit, when = visits.reached(
            desk, writer, "finish_visit", visit_id, version=version, happened_at=happened_at
        )
        call = writer.get("call", visit["call_id"])
        made = _ending(writer.connection, "finish_visit", call, visit).outcome(answers, when)
        values = {
            **{name: made.answers.get(name, "") for name in _OF_VISIT},
            "work": plain_block(answers.done) or visit["work"],
            "labour_minutes": labour_minutes,
            "downtime_minutes": downtime_minutes,
        }
        finished = visits.moved(writer, "finish_visit", visit, when, stamp="done_at", values=values)
        _keep(writer, "finish_visit", call, made, answers, when, visit_id=visit_id)
        return finished


def _row(connection: Connection, kind: str, record_id: int) -> RowMapping:
    table = metadata.tables[kind]
    row = connection.execute(sa.select(table).where(table.c.id == record_id)).mappings().first()
    if row is None:
        raise NotFound(kind, record_id)
    return row


def _ending(connection: Connection, act: EndAct, call: RowMapping, visit: RowMapping | None = None) -> Ending:
    named = "" if call["site_id"] is None else _row(connection, "site", call["site_id"])["tz"]
    zone = str(zone_of(named))
    if visit is None:
        known = known_of(connection, call)
    else:
        texts = {name: visit[name] for name in ("problem", "cause") if plain(visit[name])}
        known = Known(texts, dict.fromkeys(texts, "visit"), visit["work"])
    return Ending(
        act,
        call["id"],
        call["number"],
        call["title"],
        call["resolution"],
        known,
        care_rules(connection),
        calendar_of(connection, call["agreement_id"], call["terms_version"], zone),
        zone,
    )


def _alike(answers: Answers, known: Known) -> Answers:
    said = plain(answers.texts.get("outcome", ""))
    if said not in ("", "good") and not plain(known.texts.get("outcome", "")):
        raise InvalidInput(
            "outcome", f"a call that ends {said} has a next step of its own", "Tell it call by call."
        )
    return replace(answers.besides(known.texts), done=known.work or answers.done)


def _keep(
    writer: Writer,
    act: EndAct,
    call: RowMapping,
    made: Closing,
    answers: Answers,
    when: datetime,
    *,
    visit_id: int | None = None,
) -> None:
    """Store what was told beyond what is on record, the customer's rating, and what follows."""
    elsewhere = _OF_VISIT if visit_id is not None else ()
    told: dict[str, Any] = {
        name: made.answers[name]
        for name in FIELDS
        if plain(answers.texts.get(name, "")) and name not in elsewhere
    }
    if answers.next_step_at is not None:
        told["next_step_at"] = answers.next_step_at
    closing_id = None
    if told:
        told |= {
            "call_id": call["id"],
            "visit_id": visit_id,
            "operator_id": writer.operator_id,
            "happened_at": when,
        }
        closing_id = writer.insert("closing", told, act=act, happened_at=when, call_id=call["id"])
    if answers.rating is not None:
        write_rating(
            writer, call, answers.rating, when, words=answers.rating_words, visit_id=visit_id, act=act
        )
    owe(writer, made.follow_ups, act=act, when=when, call=call, visit_id=visit_id, closing_id=closing_id)
