"""People at a customer, and how they want to be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dispatch_tui.care.contacts import WAYS, Contact, Way
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.customers import ContactRow
from dispatch_tui.text import plain, plain_block

FIELDS: Final = {
    "name": "Name",
    "goes_by": "Goes by",
    "mobile": "Mobile",
    "phone": "Phone",
    "email": "E-mail",
    "way_order": "Ways, in their order",
    "best_time": "Best time",
    "detail_level": "Detail",
    "note": "Wishes",
}
"""What is kept of a contact, and what it is called."""


def contact_of(row: ContactRow) -> Contact:
    """A stored contact as the rules know it."""
    return Contact(
        row.id,
        row.name,
        row.goes_by,
        row.mobile,
        row.phone,
        row.email,
        ways_of(row.way_order),
        row.best_time,
        row.detail_level,
        row.note,
    )


def ways_of(text: str) -> tuple[Way, ...]:
    """The ways that a text names, in its order; words that name none are passed over."""
    named = text.replace(",", " ").casefold().split()
    return tuple(dict.fromkeys(way for word in named for way in WAYS if way == word))


def add_contact(desk: Desk, customer_id: int, values: Mapping[str, str]) -> int:
    """Add a person at a customer; their id. Raises ``NotFound``, ``NotAllowed``, ``InvalidInput`` (no name, a field
    that there is not, a way that is none)."""
    checked = _checked({"name": ""} | dict(values))
    with desk.act("edit_contact") as writer:
        writer.get("customer", customer_id)
        return writer.insert("contact", {"customer_id": customer_id} | checked, act="edit_contact")


def change_contact(desk: Desk, contact_id: int, version: int | None, values: Mapping[str, str]) -> int:
    """Change some fields of a contact; their version after it. Raises as :func:`add_contact`, and ``Conflict`` where
    somebody changed them after ``version``."""
    checked = _checked(values)
    with desk.act("edit_contact") as writer:
        row = writer.get("contact", contact_id, to_change=True)
        done = writer.update("contact", row, checked, act="edit_contact", expected=version)
        return int(row["version"]) + (done is not None)


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise InvalidInput("field", f"{plain(field)!r} is none of {', '.join(FIELDS)}")
        found[field] = plain_block(value) if field == "note" else plain(value)
    if "name" in found and not found["name"]:
        raise InvalidInput("name", "it is empty", "Give the name of the person, or of their post.")
    if (order := found.get("way_order")) is not None:
        known = ways_of(order)
        if len(known) != len(order.replace(",", " ").split()):
            raise InvalidInput("way_order", f"{order!r} names more than {', '.join(WAYS)}, each once")
        found["way_order"] = " ".join(known)
    if (mail := found.get("email")) and "@" not in mail:
        raise InvalidInput("email", f"{mail!r} is no address", "Write it with its @.")
    for field in ("mobile", "phone"):
        if (number := found.get(field)) and not any(one.isdigit() for one in number):
            raise InvalidInput(field, f"{number!r} is no number")
    return found
