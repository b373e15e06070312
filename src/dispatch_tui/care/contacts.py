"""Whom to reach at a customer, and how: their own order, the name they go by, their best time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dispatch_tui.text import plain

Way = Literal["mobile", "phone", "email"]
WAYS: tuple[Way, ...] = ("mobile", "phone", "email")
"""The order in which we try where a contact has said nothing."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a customer. ``order``: the ways in the order that they asked for; ``note`` holds wishes
    such as "call my cell on arrival"."""

    id: int
    name: str
    goes_by: str = ""
    mobile: str = ""
    phone: str = ""
    email: str = ""
    order: tuple[Way, ...] = ()
    best_time: str = ""
    detail_level: str = ""
    note: str = ""

    @property
    def called(self) -> str:
        """The name they go by, else their name; plain."""
        return plain(self.goes_by) or plain(self.name)


class Step(NamedTuple):
    """One way to try: ``to`` is the number or address."""

    way: Way
    to: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom to reach and how: the ways in the order to try. ``problem`` says what is missing, in words."""

    contact: Contact | None
    steps: tuple[Step, ...]
    problem: str = ""

    @property
    def spoken(self) -> tuple[Step, ...]:
        """The ways by which one can speak with them."""
        return tuple(step for step in self.steps if step.way != "email")

    @property
    def words(self) -> str:
        """Name, ways and wishes as one line."""
        if self.contact is None:
            return self.problem
        who = self.contact
        parts = [who.called or "no name", *(f"{step.way} {step.to}" for step in self.steps)]
        parts += [f"best time: {plain(who.best_time)}"] if plain(who.best_time) else []
        parts += [f"detail: {plain(who.detail_level)}"] if plain(who.detail_level) else []
        parts += [wish] if (wish := plain(who.note)) else []
        return " · ".join([*parts, self.problem] if self.problem else parts)


def whom_to_reach(contacts: Iterable[Contact], preferred_id: int | None = None) -> Reach:
    """The contact to try: the preferred one if they can be called, else the first by id who can be, else who
    has an e-mail address, else whoever there is, with the problem in words."""
    known = sorted(contacts, key=lambda one: (one.id != preferred_id, one.id))
    if not known:
        return Reach(None, (), "no contact on record: ask who speaks for them")
    reaches = [Reach(one, _steps(one)) for one in known]
    for reach in reaches:
        if reach.spoken:
            asked_for = preferred_id == known[0].id and reach is not reaches[0]
            return _instead(reach, known[0]) if asked_for else reach
    for reach in reaches:
        if reach.steps:
            problem = "no number on record: ask for one by e-mail"
            return Reach(reach.contact, reach.steps, problem)
    return Reach(known[0], (), "neither number nor address on record: find one")


def _steps(contact: Contact) -> tuple[Step, ...]:
    ways = dict.fromkeys((*contact.order, *WAYS))
    addresses = {"mobile": contact.mobile, "phone": contact.phone, "email": contact.email}
    return tuple(Step(way, to) for way in ways if (to := plain(addresses[way])))


def _instead(reach: Reach, wanted: Contact) -> Reach:
    return Reach(reach.contact, reach.steps, f"{wanted.called or 'the contact'} has no number on record")
