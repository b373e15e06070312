"""Teams, technicians, and the operators who use the workbench."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Table, Text

from dispatch_tui.store.tables.columns import count, metadata, record, text, to
from dispatch_tui.store.types import Id, Instant

team = record("team", text("name"), text("note"))

technician = record(
    "technician",
    text("name"),
    to("team", index=True),
    text("phone"),
    Column("home_latitude", Float),
    Column("home_longitude", Float),
    text("tz"),
    text("shift"),
    count("active", 1),
)

technician_skill = Table(
    "technician_skill",
    metadata,
    Column("technician_id", Id, ForeignKey("technician.id"), primary_key=True),
    Column("skill", Text, primary_key=True),
    Column("valid_until", Instant),
)

operator = record(
    "operator",
    Column("account", Text, nullable=False, unique=True),
    text("name"),
    Column("role", Text, nullable=False),
    to("team"),
    to("technician"),
    CheckConstraint("role in ('viewer', 'technician', 'dispatcher', 'manager')", name="role"),
)
