"""What a person does from the screens, through the desk. Imported at the first act: a session that only looks on does
without the rules of the customer side, as long as nobody leaves it prompts to make anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from dispatch_tui.care.coming import until_in
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.rules import ListItem, list_for
from dispatch_tui.desk import calls, transitions, visits
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.conversations import Logged, log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.ending import Answers, EndAct, Ending, end_call, ending_of, finish_visit, joint
from dispatch_tui.desk.technicians import proven_at
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import DatabaseProblem, DispatchError
from dispatch_tui.screens.dialogs import Choice
from dispatch_tui.store import lookups
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.store.rows import QueueRow

if TYPE_CHECKING:
    from dispatch_tui.screens.session import Session


class Work:
    """The acts of one session, and what is read to ask for them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._desk = session.desk

    def act(
        self, name: str, rows: Sequence[QueueRow], *arguments: Any
    ) -> tuple[list[calls.Done], list[tuple[QueueRow, DispatchError]]]:
        """Do one act of the desk to each row, by the version that is on the screen. What is refused does not stop
        the others, a lost database does."""
        act = self._hold(rows) if name == "hold" else getattr(calls, name)
        return self._each(act, rows, *arguments)

    def _hold(self, rows: Sequence[QueueRow]) -> Callable[..., calls.Done]:
        """Holds a call, until when its reason says by the clock of its site."""
        zones, now = {row.id: zone_of(row.site_tz) for row in rows}, self._desk.clock.now()

        def hold(desk: Desk, call_id: int, reason: str, *, version: int | None) -> calls.Done:
            until = until_in(reason, now, zones[call_id])
            return calls.hold(desk, call_id, reason, until=until, version=version)

        return hold

    def _each(
        self, act: Callable[..., calls.Done], rows: Sequence[QueueRow], *arguments: Any
    ) -> tuple[list[calls.Done], list[tuple[QueueRow, DispatchError]]]:
        done: list[calls.Done] = []
        refused: list[tuple[QueueRow, DispatchError]] = []
        for row in rows:
            try:
                result = act(self._desk, row.id, *arguments, version=row.version)
            except DatabaseProblem:
                raise
            except DispatchError as error:
                refused.append((row, error))
            else:
                done.append(result)
        return done, refused

    def check(self, act: str, rows: Sequence[QueueRow]) -> None:
        """Refuse an act before anything is asked for it: raises :class:`.errors.NotAllowed` by the role as it is now
        and, for a single call, :class:`.errors.IllegalTransition` by its status."""
        known = find_operator(self._desk.store, self._session.account)
        self._desk.check_role(act, known.role if known is not None else "viewer")
        if len(rows) == 1:
            transitions.check(act, rows[0].status)

    def undo(self) -> tuple[calls.Done, str]:
        """Take back this operator's last act; what it was. Raises :class:`.errors.NothingToUndo`."""
        return undo(self._desk)

    def intake(self) -> Sequence[ListItem]:
        """What the rules ask with a new call."""
        with self._desk.store.read() as connection:
            return list_for(care_rules(connection).intake, "repair")

    def open_call(self, place: str, title: str, priority: int, intake: Mapping[str, str]) -> calls.Done:
        """Open a call at a place, as :meth:`places` names it (empty: not known yet), with what was answered."""
        kind, _, record_id = place.partition(":")
        unit_id = int(record_id) if kind == "unit" else None
        site_id = int(record_id) if kind == "site" else None
        return calls.open_call(
            self._desk, title=title, priority=priority, unit_id=unit_id, site_id=site_id, intake=intake
        )

    def log(
        self,
        draft: Interaction,
        *,
        customer_id: int | None,
        call_id: int | None,
        seen: PromptRow | None,
        prompt_keys: Collection[str],
        useful_until: datetime | None,
        told_in_advance: Sequence[str],
        number: str,
        draft_key: str,
    ) -> Logged:
        """Record a contact with a customer: :func:`dispatch_tui.desk.conversations.log_conversation`."""
        return log_conversation(
            self._desk,
            draft,
            customer_id=customer_id,
            call_id=call_id,
            seen=seen,
            prompt_keys=prompt_keys,
            useful_until=useful_until,
            told_in_advance=told_in_advance,
            number=number,
            draft_key=draft_key,
        )

    def ending(self, act: EndAct, rows: Sequence[QueueRow]) -> Ending:
        """What is known of calls that are about to end; of several, what all of them have on record."""
        with self._desk.store.read() as connection:
            return joint([ending_of(connection, act, row.id) for row in rows])

    def end_calls(
        self, act: Literal["resolve", "close"], rows: Sequence[QueueRow], answers: Answers
    ) -> tuple[list[calls.Done], list[tuple[QueueRow, DispatchError]]]:
        """Resolve or close calls with one answer, each by the version that is on the screen."""

        def end(desk: Desk, call_id: int, *, version: int | None) -> calls.Done:
            return end_call(desk, call_id, act, answers, alike=len(rows) > 1, version=version)

        return self._each(end, rows)

    def visit_ending(self, visit_id: int) -> Ending:
        """What is known of a visit that is about to end."""
        with self._desk.store.read() as connection:
            return ending_of(connection, "finish_visit", visit_id)

    def finish_visit(
        self,
        visit_id: int,
        version: int,
        answers: Answers,
        *,
        labour_minutes: int | None = None,
        downtime_minutes: int | None = None,
    ) -> None:
        """Say how a visit ended, by the version that was shown."""
        finish_visit(
            self._desk,
            visit_id,
            answers,
            version=version,
            labour_minutes=labour_minutes,
            downtime_minutes=downtime_minutes,
        )

    def plan_visit(self, call_id: int, technician_id: int, start: datetime, end: datetime) -> bool:
        """Plan a visit of a technician within a window; whether the call has become theirs with it."""
        before = self._session.detail(call_id).call
        visits.plan_visit(self._desk, call_id, technician_id, start, end)
        return self._session.detail(call_id).call.technician_id != before.technician_id

    def move_visit(self, act: str, visit_id: int, version: int, *arguments: str) -> bool:
        """Do one act of ``desk.visits`` to a visit, by the version that was shown; whether work has begun with it."""
        visit = getattr(visits, act)(self._desk, visit_id, *arguments, version=version)
        return act == "arrive" and self._session.detail(visit.call_id).call.started_at == visit.on_site_at

    def technicians(self, call_id: int) -> list[Choice]:
        """Whom a call may be given to, who fits best first."""
        with self._desk.store.read() as connection:
            found = lookups.technicians(connection, call_id)
            proven = proven_at(connection, call_id, self._desk.clock.now())
        return [_technician(one, proven.get(one.id, 0)) for one in found]

    def places(self, typed: str) -> list[Choice]:
        """Where a new call may be."""
        with self._desk.store.read() as connection:
            found = lookups.places(connection, typed)
        return [Choice(f"{one.kind}:{one.id}", one.name, f"{one.hint}  {one.kind}".strip()) for one in found]


def _technician(one: lookups.TechnicianChoice, good: int) -> Choice:
    """What speaks for and against a technician, in words; the dispatcher decides. ``good``: their good visits at a
    customer who is watched."""
    load = "free" if not one.open_calls else f"{one.open_calls} open"
    lacks = "" if one.skilled else "lacks the skill"
    proven = f"{good} good visit{'s' if good != 1 else ''} here" if good else ""
    about = ", ".join(filter(None, (lacks, proven, one.team, *one.skills)))
    return Choice(str(one.id), one.name, load, about)
