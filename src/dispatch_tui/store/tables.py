"""Every table, named for the words of the house.

Records (``_record``) carry an ``id``, a ``version`` that each write raises by one, and an
``external_id`` (``source:identity``) where they came from elsewhere. Money is integer minor units
beside a ``currency``; instants are UTC microseconds (:mod:`.types`). Columns named ``*_json`` hold
JSON text, validated by the model that reads them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.types import Id, Instant, InstantOrNever

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _some(name: str, *columns: Any, where: str) -> Index:
    """An index of some of a table's rows. The condition is noted, not given as a dialect's option: that would load
    PostgreSQL's dialect, 2 MB, into every session on SQLite. Migrations spell it out; a test compares."""
    return Index(name, *columns, info={"where": where})


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str, default: int = 0) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default=str(default))


def _minor(name: str) -> Column[Any]:
    """Money in minor units; NULL where it is not known (which is not the same as nothing)."""
    return Column(name, Id)


def _to(table: str, *, name: str = "", required: bool = False, index: bool = False) -> Column[Any]:
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=not required, index=index)


def _record(name: str, *columns: Any) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("external_id", Text, unique=True),
        *columns,
    )


# -- people ------------------------------------------------------------------------------------

team = _record("team", _text("name"), _text("note"))

technician = _record(
    "technician",
    _text("name"),
    _to("team", index=True),
    _text("phone"),
    Column("home_latitude", Float),
    Column("home_longitude", Float),
    _text("tz"),
    _text("shift"),
    _count("active", 1),
)

technician_skill = Table(
    "technician_skill",
    metadata,
    Column("technician_id", Id, ForeignKey("technician.id"), primary_key=True),
    Column("skill", Text, primary_key=True),
    Column("valid_until", Instant),
)

operator = _record(
    "operator",
    Column("account", Text, nullable=False, unique=True),
    _text("name"),
    Column("role", Text, nullable=False),
    _to("team"),
    _to("technician"),
    CheckConstraint("role in ('viewer', 'technician', 'dispatcher', 'manager')", name="role"),
)

# -- the customer side -------------------------------------------------------------------------

customer = _record(
    "customer",
    _text("name"),
    _text("currency"),
    _text("tier"),
    _text("contract_stage"),
    _count("opening_trust"),
    _text("note"),
    Index("ix_customer_name", "name"),
)

site = _record(
    "site",
    _to("customer", index=True),
    _text("name"),
    Column("tz", Text, nullable=False, server_default="UTC"),
    _text("address"),
    _text("city"),
    Column("latitude", Float),
    Column("longitude", Float),
    _text("access_notes"),
    _text("arrival_instruction"),
)

contact = _record(
    "contact",
    _to("customer", index=True),
    _to("site"),
    _text("name"),
    _text("goes_by"),
    _text("phone"),
    _text("mobile"),
    _text("email"),
    _text("best_time"),
    _text("detail_level"),
    _text("note"),
)

calendar = _record("calendar", _text("name"), _count("number", 1))
"""Opening hours that agreements share; ``number`` is their present version."""

calendar_version = Table(
    "calendar_version",
    metadata,
    Column("calendar_id", Id, ForeignKey("calendar.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("mapping_json", Text, nullable=False),
    Column("made_at", Instant),
)

agreement = _record(
    "agreement",
    # Without a customer, site or unit it is for everybody whom no other covers.
    _to("customer", index=True),
    _to("site", index=True),
    _to("unit", index=True),
    _text("name"),
    Column("terms_version", Integer, nullable=False, server_default="1"),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    _text("stage"),
    _text("cover"),
)

agreement_terms = Table(
    "agreement_terms",
    metadata,
    Column("agreement_id", Id, ForeignKey("agreement.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("terms_json", Text, nullable=False),
    # The shared calendar and its version; NULL where the terms have hours of their own.
    _to("calendar", index=True),
    Column("calendar_number", Integer),
    Column("made_at", Instant),
)

agreement_unit = Table(
    "agreement_unit",
    metadata,
    Column("agreement_id", Id, ForeignKey("agreement.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True, index=True),
)
"""The units that an agreement names, where it names some of a customer's."""

# -- equipment ---------------------------------------------------------------------------------

model = _record(
    "model",
    _text("maker"),
    _text("name"),
    _text("family"),
    _minor("price_minor"),
    _minor("install_minor"),
    _minor("energy_minor_per_year"),
    _minor("consumables_minor_per_year"),
    _minor("contract_minor_per_year"),
    _text("currency"),
    Column("rated_life_years", Float),
    Column("rated_mtbf_hours", Float),
    Column("warranty_months", Integer),
    Column("support_until", Instant),
    _text("specs"),
)

unit = _record(
    "unit",
    _to("model", index=True),
    _to("customer", index=True),
    _to("site", index=True),
    _text("serial"),
    _text("name"),
    Column("installed_at", Instant),
    Column("records_from", Instant),
    Column("records_until", Instant),
    Column("warranty_until", Instant),
    Column("retired_at", Instant),
    _minor("price_minor"),
    _text("currency"),
    _text("meter_unit"),
    Column("usage_per_year", Float),
    _text("note"),
    Index("ix_unit_serial", "serial"),
)

reading = _record(
    "reading",
    _to("unit", required=True),
    Column("read_at", Instant, nullable=False),
    Column("value", Float, nullable=False),
    _text("meter_unit"),
    _text("flag"),
    Index("ix_reading_unit", "unit_id", "read_at"),
)

part = _record("part", _text("number"), _text("name"), _minor("price_minor"), _text("currency"))

part_stock = _record(
    "part_stock",
    _to("part", required=True, index=True),
    _to("technician"),
    _text("depot"),
    _count("quantity"),
)

# -- calls and visits --------------------------------------------------------------------------

CALL_STATUSES = (
    "new",
    "acknowledged",
    "assigned",
    "in_progress",
    "on_hold",
    "resolved",
    "closed",
    "cancelled",
)
VISIT_STATUSES = ("planned", "confirmed", "en_route", "on_site", "done", "called_off")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(value) for value in values)})", name=column)


call = _record(
    "call",
    Column("number", Text, nullable=False, unique=True),
    _text("title"),
    _text("description"),
    Column("status", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    _count("live", 1),
    _to("customer"),
    _to("site"),
    _to("contact"),
    _to("unit"),
    _to("team"),
    _to("technician"),
    _to("operator"),
    _to("agreement"),
    Column("terms_version", Integer),
    _text("agreement_reason"),
    _text("skill"),
    _text("channel"),
    _text("category"),
    _text("held_reason"),
    Column("held_until", Instant),
    _text("resolution"),
    _text("flag"),
    _text("extra_json"),
    Column("opened_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("started_at", Instant),
    Column("resolved_at", Instant),
    Column("closed_at", Instant),
    Column("happened_at", Instant, nullable=False),
    _count("reopened"),
    # What the queue orders and filters by; set by the desk when something happens.
    _text("clock"),
    _count("paused"),
    Column("due_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    Column("warn_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    Column("rank_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    Column("prompt_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    CheckConstraint("priority between 1 and 5", name="priority"),
    _one_of("status", CALL_STATUSES),
    Index("ix_call_customer", "customer_id", "opened_at"),
    Index("ix_call_unit", "unit_id", "opened_at"),
    Index("ix_call_closed", "closed_at"),
)


def _live_index(name: str, *columns: str) -> Index:
    return _some(f"ix_call_live_{name}", *(call.c[column] for column in columns), call.c.id, where="live = 1")


_live_index("rank", "rank_at")
_live_index("due", "due_at")
_live_index("opened", "opened_at")
_live_index("priority", "priority", "rank_at")
_live_index("status", "status", "rank_at")
_live_index("team", "team_id", "rank_at")
_live_index("technician", "technician_id", "rank_at")
_live_index("operator", "operator_id", "rank_at")
_live_index("skill", "skill", "rank_at")

clock = Table(
    "clock",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("due_at", InstantOrNever, nullable=False),
    Column("warn_at", InstantOrNever, nullable=False),
    Column("paused_since", Instant),
    Column("ended_at", Instant),
)

visit = _record(
    "visit",
    _to("call", required=True, index=True),
    _to("unit"),
    _to("technician", index=True),
    Column("status", Text, nullable=False),
    _text("kind"),
    Column("dispatched_at", Instant),
    Column("window_from", Instant),
    Column("window_to", Instant),
    Column("confirmed_at", Instant),
    Column("en_route_at", Instant),
    Column("on_site_at", Instant),
    Column("done_at", Instant),
    Column("happened_at", Instant, nullable=False),
    _text("outcome"),
    _text("problem"),
    _text("cause"),
    _text("work"),
    Column("labour_minutes", Integer),
    Column("downtime_minutes", Integer),
    _minor("labour_minor"),
    _minor("parts_minor"),
    _minor("travel_minor"),
    _minor("cost_minor"),
    _text("currency"),
    _text("flag"),
    _one_of("status", VISIT_STATUSES),
    CheckConstraint("outcome in ('', 'good', 'bad', 'incomplete')", name="outcome"),
    Index("ix_visit_unit", "unit_id", "done_at"),
)

part_use = _record(
    "part_use",
    _to("visit", required=True, index=True),
    _to("part"),
    _text("name"),
    _count("quantity", 1),
    _minor("cost_minor"),
    _text("currency"),
)

quote = _record(
    "quote",
    _to("call", index=True),
    _to("unit", index=True),
    _to("model"),
    _text("kind"),
    _minor("amount_minor"),
    _text("currency"),
    Column("quoted_at", Instant, nullable=False),
    Column("valid_until", Instant),
    _text("note"),
)

loaner = _record(
    "loaner",
    _to("unit", required=True),
    _to("customer", index=True),
    _to("call"),
    Column("out_at", Instant, nullable=False),
    Column("due_back_at", Instant),
    Column("back_at", Instant),
    _text("note"),
)

recommendation = _record(
    "recommendation",
    _to("unit", required=True, index=True),
    _to("call"),
    _to("operator"),
    Column("made_at", Instant, nullable=False),
    Column("inputs_json", Text, nullable=False),
    Column("result_json", Text, nullable=False),
    _text("presented"),
    _text("decided"),
    _text("reason"),
)

# -- conversations -----------------------------------------------------------------------------

interaction = _record(
    "interaction",
    _to("customer"),
    _to("contact"),
    _to("call"),
    _to("operator"),
    Column("happened_at", Instant, nullable=False),
    _text("direction"),
    _text("channel"),
    _count("two_way"),
    _text("mood"),
    _text("believes"),
    _text("said"),
    Index("ix_interaction_customer", "customer_id", "happened_at"),
    Index("ix_interaction_call", "call_id", "happened_at"),
)

promise = _record(
    "promise",
    _to("customer"),
    _to("contact"),
    _to("call"),
    _to("interaction"),
    _text("what"),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False, server_default="open"),
    Column("settled_at", Instant),
    _text("explained"),
    _one_of("outcome", ("open", "kept", "partly", "broken", "waived")),
    Index("ix_promise_call", "call_id"),
    Index("ix_promise_customer", "customer_id", "due_at"),
)

follow_up = _record(
    "follow_up",
    _to("customer", index=True),
    _to("call"),
    _to("visit"),
    Column("due_at", Instant, nullable=False),
    _text("reason"),
    Column("done_at", Instant),
)

ledger_entry = _record(
    "ledger_entry",
    _to("customer", required=True),
    Column("happened_at", Instant, nullable=False),
    _count("points"),
    _text("reason"),
    _text("event_kind"),
    Column("event_id", Id),
    Index("ix_ledger_entry_customer", "customer_id", "happened_at"),
)

prompt = _record(
    "prompt",
    _to("customer", index=True),
    _to("call"),
    _to("contact"),
    Column("prompt_at", Instant, nullable=False),
    Column("useful_until", Instant),
    _text("reason"),
    Column("status", Text, nullable=False, server_default="open"),
    Column("settled_at", Instant),
    _text("outcome"),
    _one_of("status", ("open", "done", "retimed", "overridden")),
    Index("ix_prompt_open", "status", "prompt_at"),
)

escalation = _record(
    "escalation",
    _to("customer", index=True),
    _to("call"),
    _to("operator"),
    _text("title"),
    _text("status"),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

escalation_entry = _record(
    "escalation_entry",
    _to("escalation", required=True, index=True),
    _to("operator"),
    Column("written_at", Instant, nullable=False),
    _text("text"),
)

# -- the change log and the house's own books --------------------------------------------------

change = Table(
    "change",
    metadata,
    Column("seq", Id, primary_key=True),
    # PostgreSQL: the writing transaction, so that a reader of the feed can tell what it has seen.
    Column("txid", Id),
    Column("happened_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    _to("operator"),
    Column("act", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("record_version", Integer, nullable=False),
    # The call whose timeline it belongs to.
    Column("call_id", Id),
    Column("was_json", Text),
    Column("now_json", Text),
    _text("note"),
    _text("flag"),
    # Which file or log told it; empty for what somebody did here.
    _text("source"),
    Column("undoes", Id),
    _some("ix_change_operator", "operator_id", "seq", where="source = ''"),
    _some("ix_change_call", "call_id", "happened_at", where="call_id is not null"),
    _some("ix_change_record", "kind", "record_id", where="call_id is null"),
    Index("ix_change_txid", "txid").ddl_if(dialect="postgresql"),
)

house_rule = _record(
    "house_rule",
    Column("name", Text, nullable=False, unique=True),
    Column("value_json", Text, nullable=False),
)
"""What holds for everybody who works on this database, such as how the queue is ranked."""

source_row = Table(
    "source_row",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
