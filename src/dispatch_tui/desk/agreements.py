"""Agreements: what we owe a customer, made with the first version of its terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.terms import terms_from_mapping
from dispatch_tui.store.tables import agreement_terms
from dispatch_tui.store.writes import Writer, as_json
from dispatch_tui.text import plain


class NewAgreement(NamedTuple):
    """An agreement to be made. ``terms`` is what ``sla.terms.terms_from_mapping`` reads; without
    ``site_id`` and ``unit_id`` it covers all that the customer has."""

    customer_id: int
    name: str
    terms: Mapping[str, object]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    site_id: int | None = None
    unit_id: int | None = None
    cover: str = ""
    external_id: str | None = None


def make_agreement(desk: Desk, new: NewAgreement) -> int:
    """Make one agreement; its id. Errors as for :func:`make_agreements`."""
    return make_agreements(desk, [new])[0]


def make_agreements(desk: Desk, many: Iterable[NewAgreement]) -> list[int]:
    """Make agreements in one transaction, a change each; their ids, in order.

    Raises ``InvalidInput`` with the field for terms that cannot be read, a missing name or an end
    before the start, ``NotFound`` for whom it is made, and ``NotAllowed``: then none of them is kept.
    """
    with desk.act("make_agreement") as writer:
        return [_make(writer, new) for new in many]


def _make(writer: Writer, new: NewAgreement) -> int:
    name = plain(new.name)
    if not name:
        raise InvalidInput("name", "it is empty", "Give the agreement a name that the customer knows.")
    if new.starts_at and new.ends_at and new.ends_at <= new.starts_at:
        raise InvalidInput("ends_at", "it is not after the start")
    terms_from_mapping(new.terms)
    for kind, record_id in (("customer", new.customer_id), ("site", new.site_id), ("unit", new.unit_id)):
        if record_id is not None:
            writer.get(kind, record_id)
    values: dict[str, Any] = {
        "customer_id": new.customer_id,
        "site_id": new.site_id,
        "unit_id": new.unit_id,
        "name": name,
        "terms_version": 1,
        "starts_at": new.starts_at,
        "ends_at": new.ends_at,
        "cover": plain(new.cover),
        "external_id": new.external_id,
    }
    agreement_id = writer.insert("agreement", values, act="make_agreement", happened_at=new.starts_at)
    terms = {"agreement_id": agreement_id, "number": 1, "terms_json": as_json(new.terms)}
    writer.connection.execute(sa.insert(agreement_terms), [terms])
    return agreement_id
