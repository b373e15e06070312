"""Calendars that agreements share, units that an agreement names, rules of the house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar"),
        sa.UniqueConstraint("external_id", name="uq_calendar_external_id"),
    )
    op.create_table(
        "calendar_version",
        sa.Column("calendar_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mapping_json", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name="fk_calendar_version_calendar_id"),
        sa.PrimaryKeyConstraint("calendar_id", "number", name="pk_calendar_version"),
    )
    op.create_table(
        "agreement_unit",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_unit_agreement_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_agreement_unit_unit_id"),
        sa.PrimaryKeyConstraint("agreement_id", "unit_id", name="pk_agreement_unit"),
    )
    op.create_index("ix_agreement_unit_unit_id", "agreement_unit", ["unit_id"])
    op.create_table(
        "house_rule",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_house_rule"),
        sa.UniqueConstraint("external_id", name="uq_house_rule_external_id"),
        sa.UniqueConstraint("name", name="uq_house_rule_name"),
    )
    # Written out: a column with a reference is added in one step on both databases only like this.
    integer = "integer" if op.get_bind().dialect.name == "sqlite" else "bigint"
    op.execute(
        f"alter table agreement_terms add column calendar_id {integer}"
        " constraint fk_agreement_terms_calendar_id references calendar (id)"
    )
    op.add_column("agreement_terms", sa.Column("calendar_number", sa.Integer(), nullable=True))
    op.add_column("agreement_terms", sa.Column("made_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_agreement_terms_calendar_id", "agreement_terms", ["calendar_id"])
    op.create_index("ix_agreement_site_id", "agreement", ["site_id"])
    op.create_index("ix_agreement_unit_id", "agreement", ["unit_id"])
