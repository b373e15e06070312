"""A customer with whom a lot has happened, and one of whom nothing is known: for the customer's page and the search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from dispatch_tui.store.writes import Writer

HOSTILE = "Evil [/x] \x1b[31mCorp\x1b[0m\u202e"
PLAIN_HOSTILE = "Evil [/x] Corp"


def add_dealings(desk: Desk) -> None:
    """On the fleet of :mod:`tests.support.fleet`: customer 1 gets a rich history; a hostile one (``HOSTILE``) and an
    empty one (``Nobody yet``) are added, and six others that have the same models."""
    now = desk.clock.now()

    def ago(**length: float) -> Any:
        return now - timedelta(**length)

    with desk.store.write() as connection:
        writer = Writer(connection, desk.operator.id, now)

        def put(of_kind: str, /, **values: Any) -> int:
            table = t.metadata.tables[of_kind]
            own = {"customer_id": 1} if "customer_id" in table.c else {}
            who = {"operator_id": desk.operator.id} if "operator_id" in table.c else {}
            return writer.insert(of_kind, own | who | values, act="test", call_id=values.get("call_id"))

        row = writer.get("customer", 1)
        writer.update("customer", row, {"tier": "gold", "contract_stage": "talks"}, act="test")
        call = writer.connection.scalar(sa.select(t.call.c.id).where(t.call.c.number == "C-0900"))
        ann = put(
            "contact",
            name="Annemarie Berg",
            goes_by="Annie",
            mobile="0170 555 0134",
            email="ann@acme.example",
            way_order="mobile email",
            best_time="before ten",
            detail_level="figures, please",
            note="Call my cell on arrival",
        )
        put("contact", name="Karl Lund", phone="030 555 0199")
        put(
            "interaction",
            call_id=call,
            contact_id=ann,
            happened_at=ago(hours=26),
            direction="in",
            channel="phone",
            two_way=1,
            said="The motor grinds, and it gets louder",
        )
        put(
            "interaction",
            call_id=call,
            contact_id=ann,
            happened_at=ago(hours=20),
            direction="out",
            channel="phone",
            two_way=1,
            bad_news=1,
            mood="worried",
            said="The bearing has to be ordered; it comes on Thursday",
            plan="Tess comes on Thursday morning with the bearing",
            next_update_at=now + timedelta(hours=3),
        )
        put(
            "interaction",
            happened_at=ago(hours=2),
            direction="out",
            channel="email",
            said="Sent the delivery note of the bearing",
        )
        put(
            "promise",
            call_id=call,
            what="The bearing is fitted on Thursday",
            made_at=ago(hours=20),
            due_at=now + timedelta(days=1),
        )
        put(
            "promise",
            what="A quote for a second compressor",
            made_at=ago(days=30),
            due_at=ago(days=20),
            outcome="broken",
            settled_at=ago(days=19),
            explained="It went out a day late",
        )
        put("customer_note", kind="plan", what="A second cold room next spring", happened_at=ago(days=12))
        put("customer_note", kind="want", what="One invoice a quarter", happened_at=ago(days=40))
        put(
            "customer_note",
            kind="complaint",
            what="Nobody told us about the bearing",
            happened_at=ago(days=3),
        )
        put("customer_note", kind="delight", what="Tess cleaned up after herself", happened_at=ago(days=60))
        put(
            "customer_note",
            kind="idea",
            what="Night cooling",
            happened_at=ago(days=200),
            ended_at=ago(days=100),
        )
        wrong = put("gone_wrong", what="The wrong seal was fitted", happened_at=ago(days=45))
        put("amend", gone_wrong_id=wrong, kind="apology", what="Called them", happened_at=ago(days=44))
        put(
            "amend",
            gone_wrong_id=wrong,
            kind="credit",
            what="The visit was free",
            cost_minor=18_500,
            currency="EUR",
            happened_at=ago(days=43),
        )
        put("loaner", unit_id=2, call_id=call, out_at=ago(days=6), due_back_at=ago(days=1), note="small one")
        put(
            "escalation",
            call_id=call,
            title="Third oil leak in a year",
            status="working",
            opened_at=ago(days=8),
        )
        put("rating", call_id=call, rater="customer", points=4, words="Fast", happened_at=ago(days=46))
        put("checklist_answer", list="onboarding", item="contacts", yes=1, happened_at=ago(days=300))
        put(
            "checklist_answer",
            list="onboarding",
            item="units",
            yes=0,
            note="two without serial",
            happened_at=ago(days=300),
        )
        evil = put("customer", name=HOSTILE, note=HOSTILE)
        put("contact", customer_id=evil, name=HOSTILE, goes_by=HOSTILE, note=HOSTILE)
        put("customer_note", customer_id=evil, kind="idea", what=HOSTILE, happened_at=ago(days=1))
        put(
            "interaction",
            customer_id=evil,
            happened_at=ago(days=1),
            direction="in",
            channel="email",
            said=HOSTILE,
        )
        put("gone_wrong", customer_id=evil, what=HOSTILE, happened_at=ago(days=1))
        put("escalation", customer_id=evil, title=HOSTILE, status="open", opened_at=ago(days=1))
        put("customer", name="Nobody yet")
        for number in range(6):
            other = put("customer", name=f"Other {number}")
            unit = writer.get("unit", 1)
            put("unit", customer_id=other, serial=f"OT-{number}", model_id=unit["model_id"])
