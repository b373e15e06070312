"""Customers, their sites and contacts, and the agreements with them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text

from dispatch_tui.store.tables.columns import count, metadata, record, text, to
from dispatch_tui.store.types import Id, Instant

customer = record(
    "customer",
    text("name"),
    text("currency"),
    text("tier"),
    text("contract_stage"),
    count("opening_trust"),
    text("note"),
    Index("ix_customer_name", "name"),
)

site = record(
    "site",
    to("customer", index=True),
    text("name"),
    Column("tz", Text, nullable=False, server_default="UTC"),
    text("address"),
    text("city"),
    Column("latitude", Float),
    Column("longitude", Float),
    text("access_notes"),
    text("arrival_instruction"),
)

contact = record(
    "contact",
    to("customer", index=True),
    to("site"),
    text("name"),
    text("goes_by"),
    text("phone"),
    text("mobile"),
    text("email"),
    # The ways in the order they asked for: "mobile phone email".
    text("way_order"),
    text("best_time"),
    text("detail_level"),
    text("note"),
)

calendar = record("calendar", text("name"), count("number", 1))
"""Opening hours that agreements share; ``number`` is their present version."""

calendar_version = Table(
    "calendar_version",
    metadata,
    Column("calendar_id", Id, ForeignKey("calendar.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("mapping_json", Text, nullable=False),
    Column("made_at", Instant),
)

agreement = record(
    "agreement",
    # Without a customer, site or unit it is for everybody whom no other covers.
    to("customer", index=True),
    to("site", index=True),
    to("unit", index=True),
    text("name"),
    Column("terms_version", Integer, nullable=False, server_default="1"),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    text("stage"),
    text("cover"),
)

agreement_terms = Table(
    "agreement_terms",
    metadata,
    Column("agreement_id", Id, ForeignKey("agreement.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("terms_json", Text, nullable=False),
    # The shared calendar and its version; NULL where the terms have hours of their own.
    to("calendar", index=True),
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
