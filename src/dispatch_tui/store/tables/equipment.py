"""Models, units with their readings, parts."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer

from dispatch_tui.store.tables.columns import count, minor, record, text, to
from dispatch_tui.store.types import Instant

model = record(
    "model",
    text("maker"),
    text("name"),
    text("family"),
    minor("price_minor"),
    minor("install_minor"),
    minor("energy_minor_per_year"),
    minor("consumables_minor_per_year"),
    minor("contract_minor_per_year"),
    text("currency"),
    Column("rated_life_years", Float),
    Column("rated_mtbf_hours", Float),
    Column("warranty_months", Integer),
    Column("support_until", Instant),
    text("specs"),
)

unit = record(
    "unit",
    to("model", index=True),
    to("customer", index=True),
    to("site", index=True),
    text("serial"),
    text("name"),
    Column("installed_at", Instant),
    Column("records_from", Instant),
    Column("records_until", Instant),
    Column("warranty_until", Instant),
    Column("retired_at", Instant),
    minor("price_minor"),
    text("currency"),
    text("meter_unit"),
    Column("usage_per_year", Float),
    text("note"),
    Index("ix_unit_serial", "serial"),
)

reading = record(
    "reading",
    to("unit", required=True),
    Column("read_at", Instant, nullable=False),
    Column("value", Float, nullable=False),
    text("meter_unit"),
    text("flag"),
    Index("ix_reading_unit", "unit_id", "read_at"),
)

part = record("part", text("number"), text("name"), minor("price_minor"), text("currency"))

part_stock = record(
    "part_stock",
    to("part", required=True, index=True),
    to("technician"),
    text("depot"),
    count("quantity"),
)
