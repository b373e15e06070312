"""The founding schema: a table for every word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("live = 1")


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("tier", sa.Text(), server_default="", nullable=False),
        sa.Column("contract_stage", sa.Text(), server_default="", nullable=False),
        sa.Column("opening_trust", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("external_id", name="uq_customer_external_id"),
    )
    op.create_index("ix_customer_name", "customer", ["name"])
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "model",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("maker", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("family", sa.Text(), server_default="", nullable=False),
        sa.Column("price_minor", ID, nullable=True),
        sa.Column("install_minor", ID, nullable=True),
        sa.Column("energy_minor_per_year", ID, nullable=True),
        sa.Column("consumables_minor_per_year", ID, nullable=True),
        sa.Column("contract_minor_per_year", ID, nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("rated_life_years", sa.Float(), nullable=True),
        sa.Column("rated_mtbf_hours", sa.Float(), nullable=True),
        sa.Column("warranty_months", sa.Integer(), nullable=True),
        sa.Column("support_until", sa.BigInteger(), nullable=True),
        sa.Column("specs", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model"),
        sa.UniqueConstraint("external_id", name="uq_model_external_id"),
    )
    op.create_table(
        "part",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("price_minor", ID, nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_part"),
        sa.UniqueConstraint("external_id", name="uq_part_external_id"),
    )
    op.create_table(
        "source_row",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_source_row"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "team",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("external_id", name="uq_team_external_id"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("event_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_ledger_entry_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        sa.UniqueConstraint("external_id", name="uq_ledger_entry_external_id"),
    )
    op.create_index("ix_ledger_entry_customer", "ledger_entry", ["customer_id", "happened_at"])
    op.create_table(
        "site",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("tz", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("access_notes", sa.Text(), server_default="", nullable=False),
        sa.Column("arrival_instruction", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_site_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("external_id", name="uq_site_external_id"),
    )
    op.create_index("ix_site_customer_id", "site", ["customer_id"])
    op.create_table(
        "technician",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("home_latitude", sa.Float(), nullable=True),
        sa.Column("home_longitude", sa.Float(), nullable=True),
        sa.Column("tz", sa.Text(), server_default="", nullable=False),
        sa.Column("shift", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_technician_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_technician"),
        sa.UniqueConstraint("external_id", name="uq_technician_external_id"),
    )
    op.create_index("ix_technician_team_id", "technician", ["team_id"])
    op.create_table(
        "contact",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("goes_by", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("mobile", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("best_time", sa.Text(), server_default="", nullable=False),
        sa.Column("detail_level", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_contact_customer_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_contact_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("external_id", name="uq_contact_external_id"),
    )
    op.create_index("ix_contact_customer_id", "contact", ["customer_id"])
    op.create_table(
        "operator",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("technician_id", ID, nullable=True),
        sa.CheckConstraint(
            "role in ('viewer', 'technician', 'dispatcher', 'manager')", name="ck_operator_role"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_operator_team_id"),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name="fk_operator_technician_id"),
        sa.PrimaryKeyConstraint("id", name="pk_operator"),
        sa.UniqueConstraint("account", name="uq_operator_account"),
        sa.UniqueConstraint("external_id", name="uq_operator_external_id"),
    )
    op.create_table(
        "part_stock",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("part_id", ID, nullable=False),
        sa.Column("technician_id", ID, nullable=True),
        sa.Column("depot", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_part_stock_part_id"),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name="fk_part_stock_technician_id"),
        sa.PrimaryKeyConstraint("id", name="pk_part_stock"),
        sa.UniqueConstraint("external_id", name="uq_part_stock_external_id"),
    )
    op.create_index("ix_part_stock_part_id", "part_stock", ["part_id"])
    op.create_table(
        "technician_skill",
        sa.Column("technician_id", ID, nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.id"], name="fk_technician_skill_technician_id"
        ),
        sa.PrimaryKeyConstraint("technician_id", "skill", name="pk_technician_skill"),
    )
    op.create_table(
        "unit",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("model_id", ID, nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("serial", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=True),
        sa.Column("records_from", sa.BigInteger(), nullable=True),
        sa.Column("records_until", sa.BigInteger(), nullable=True),
        sa.Column("warranty_until", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("price_minor", ID, nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("meter_unit", sa.Text(), server_default="", nullable=False),
        sa.Column("usage_per_year", sa.Float(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_unit_customer_id"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_unit_model_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_unit_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("external_id", name="uq_unit_external_id"),
    )
    op.create_index("ix_unit_customer_id", "unit", ["customer_id"])
    op.create_index("ix_unit_model_id", "unit", ["model_id"])
    op.create_index("ix_unit_serial", "unit", ["serial"])
    op.create_index("ix_unit_site_id", "unit", ["site_id"])
    op.create_table(
        "agreement",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("terms_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("cover", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_agreement_customer_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_agreement_site_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_agreement_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("external_id", name="uq_agreement_external_id"),
    )
    op.create_index("ix_agreement_customer_id", "agreement", ["customer_id"])
    op.create_table(
        "change",
        sa.Column("seq", ID, nullable=False),
        sa.Column("txid", ID, nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("was_json", sa.Text(), nullable=True),
        sa.Column("now_json", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("flag", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("undoes", ID, nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_change_operator_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_change"),
    )
    op.create_index(
        "ix_change_call",
        "change",
        ["call_id", "happened_at"],
        sqlite_where=sa.text("call_id is not null"),
        postgresql_where=sa.text("call_id is not null"),
    )
    op.create_index(
        "ix_change_operator",
        "change",
        ["operator_id", "seq"],
        sqlite_where=sa.text("source = ''"),
        postgresql_where=sa.text("source = ''"),
    )
    op.create_index(
        "ix_change_record",
        "change",
        ["kind", "record_id"],
        sqlite_where=sa.text("call_id is null"),
        postgresql_where=sa.text("call_id is null"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_change_txid", "change", ["txid"])
    op.create_table(
        "reading",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("meter_unit", sa.Text(), server_default="", nullable=False),
        sa.Column("flag", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_reading_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint("external_id", name="uq_reading_external_id"),
    )
    op.create_index("ix_reading_unit", "reading", ["unit_id", "read_at"])
    op.create_table(
        "agreement_terms",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_terms_agreement_id"),
        sa.PrimaryKeyConstraint("agreement_id", "number", name="pk_agreement_terms"),
    )
    op.create_table(
        "call",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("live", sa.Integer(), server_default="1", nullable=False),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("technician_id", ID, nullable=True),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("agreement_id", ID, nullable=True),
        sa.Column("terms_version", sa.Integer(), nullable=True),
        sa.Column("agreement_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("skill", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("held_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False),
        sa.Column("flag", sa.Text(), server_default="", nullable=False),
        sa.Column("extra_json", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clock", sa.Text(), server_default="", nullable=False),
        sa.Column("paused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), server_default="9000000000000000000", nullable=False),
        sa.Column("warn_at", sa.BigInteger(), server_default="9000000000000000000", nullable=False),
        sa.Column("rank_at", sa.BigInteger(), server_default="9000000000000000000", nullable=False),
        sa.Column("prompt_at", sa.BigInteger(), server_default="9000000000000000000", nullable=False),
        sa.CheckConstraint(
            "status in ('new', 'acknowledged', 'assigned', 'in_progress',"
            " 'on_hold', 'resolved', 'closed', 'cancelled')",
            name="ck_call_status",
        ),
        sa.CheckConstraint("priority between 1 and 5", name="ck_call_priority"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_call_agreement_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_call_contact_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_call_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_call_operator_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_call_site_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_call_team_id"),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name="fk_call_technician_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_call_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.UniqueConstraint("external_id", name="uq_call_external_id"),
        sa.UniqueConstraint("number", name="uq_call_number"),
    )
    op.create_index("ix_call_closed", "call", ["closed_at"])
    op.create_index("ix_call_customer", "call", ["customer_id", "opened_at"])
    op.create_index("ix_call_live_due", "call", ["due_at", "id"], sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index(
        "ix_call_live_opened", "call", ["opened_at", "id"], sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_call_live_operator",
        "call",
        ["operator_id", "rank_at", "id"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_call_live_priority",
        "call",
        ["priority", "rank_at", "id"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("ix_call_live_rank", "call", ["rank_at", "id"], sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index(
        "ix_call_live_skill", "call", ["skill", "rank_at", "id"], sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_call_live_status", "call", ["status", "rank_at", "id"], sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_call_live_team", "call", ["team_id", "rank_at", "id"], sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_call_live_technician",
        "call",
        ["technician_id", "rank_at", "id"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("ix_call_unit", "call", ["unit_id", "opened_at"])
    op.create_table(
        "clock",
        sa.Column("call_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("warn_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_since", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_clock_call_id"),
        sa.PrimaryKeyConstraint("call_id", "kind", name="pk_clock"),
    )
    op.create_table(
        "escalation",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_escalation_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_escalation_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_escalation_operator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_escalation"),
        sa.UniqueConstraint("external_id", name="uq_escalation_external_id"),
    )
    op.create_index("ix_escalation_customer_id", "escalation", ["customer_id"])
    op.create_table(
        "interaction",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("two_way", sa.Integer(), server_default="0", nullable=False),
        sa.Column("mood", sa.Text(), server_default="", nullable=False),
        sa.Column("believes", sa.Text(), server_default="", nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_interaction_call_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_interaction_contact_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_interaction_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_interaction_operator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interaction"),
        sa.UniqueConstraint("external_id", name="uq_interaction_external_id"),
    )
    op.create_index("ix_interaction_call", "interaction", ["call_id", "happened_at"])
    op.create_index("ix_interaction_customer", "interaction", ["customer_id", "happened_at"])
    op.create_table(
        "loaner",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("out_at", sa.BigInteger(), nullable=False),
        sa.Column("due_back_at", sa.BigInteger(), nullable=True),
        sa.Column("back_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_loaner_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_loaner_customer_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_loaner_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_loaner"),
        sa.UniqueConstraint("external_id", name="uq_loaner_external_id"),
    )
    op.create_index("ix_loaner_customer_id", "loaner", ["customer_id"])
    op.create_table(
        "prompt",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("prompt_at", sa.BigInteger(), nullable=False),
        sa.Column("useful_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("status in ('open', 'done', 'retimed', 'overridden')", name="ck_prompt_status"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_prompt_call_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_prompt_contact_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_prompt_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
        sa.UniqueConstraint("external_id", name="uq_prompt_external_id"),
    )
    op.create_index("ix_prompt_customer_id", "prompt", ["customer_id"])
    op.create_index("ix_prompt_open", "prompt", ["status", "prompt_at"])
    op.create_table(
        "quote",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("model_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("amount_minor", ID, nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("quoted_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_quote_call_id"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_quote_model_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_quote_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quote"),
        sa.UniqueConstraint("external_id", name="uq_quote_external_id"),
    )
    op.create_index("ix_quote_call_id", "quote", ["call_id"])
    op.create_index("ix_quote_unit_id", "quote", ["unit_id"])
    op.create_table(
        "recommendation",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("inputs_json", sa.Text(), nullable=False),
        sa.Column("result_json", sa.Text(), nullable=False),
        sa.Column("presented", sa.Text(), server_default="", nullable=False),
        sa.Column("decided", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_recommendation_call_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_recommendation_operator_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_recommendation_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.UniqueConstraint("external_id", name="uq_recommendation_external_id"),
    )
    op.create_index("ix_recommendation_unit_id", "recommendation", ["unit_id"])
    op.create_table(
        "visit",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("technician_id", ID, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("dispatched_at", sa.BigInteger(), nullable=True),
        sa.Column("window_from", sa.BigInteger(), nullable=True),
        sa.Column("window_to", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("en_route_at", sa.BigInteger(), nullable=True),
        sa.Column("on_site_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("work", sa.Text(), server_default="", nullable=False),
        sa.Column("labour_minutes", sa.Integer(), nullable=True),
        sa.Column("downtime_minutes", sa.Integer(), nullable=True),
        sa.Column("labour_minor", ID, nullable=True),
        sa.Column("parts_minor", ID, nullable=True),
        sa.Column("travel_minor", ID, nullable=True),
        sa.Column("cost_minor", ID, nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("flag", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("outcome in ('', 'good', 'bad', 'incomplete')", name="ck_visit_outcome"),
        sa.CheckConstraint(
            "status in ('planned', 'confirmed', 'en_route', 'on_site', 'done', 'called_off')",
            name="ck_visit_status",
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_visit_call_id"),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name="fk_visit_technician_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_visit_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.UniqueConstraint("external_id", name="uq_visit_external_id"),
    )
    op.create_index("ix_visit_call_id", "visit", ["call_id"])
    op.create_index("ix_visit_technician_id", "visit", ["technician_id"])
    op.create_index("ix_visit_unit", "visit", ["unit_id", "done_at"])
    op.create_table(
        "escalation_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_escalation_entry_escalation_id"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_escalation_entry_operator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_escalation_entry"),
        sa.UniqueConstraint("external_id", name="uq_escalation_entry_external_id"),
    )
    op.create_index("ix_escalation_entry_escalation_id", "escalation_entry", ["escalation_id"])
    op.create_table(
        "follow_up",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("visit_id", ID, nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_follow_up_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_follow_up_customer_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_follow_up_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
        sa.UniqueConstraint("external_id", name="uq_follow_up_external_id"),
    )
    op.create_index("ix_follow_up_customer_id", "follow_up", ["customer_id"])
    op.create_table(
        "part_use",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("part_id", ID, nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("cost_minor", ID, nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_part_use_part_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_part_use_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_part_use"),
        sa.UniqueConstraint("external_id", name="uq_part_use_external_id"),
    )
    op.create_index("ix_part_use_visit_id", "part_use", ["visit_id"])
    op.create_table(
        "promise",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        sa.Column("interaction_id", ID, nullable=True),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="open", nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("explained", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "outcome in ('open', 'kept', 'partly', 'broken', 'waived')", name="ck_promise_outcome"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_promise_call_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_promise_contact_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_promise_customer_id"),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name="fk_promise_interaction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sa.UniqueConstraint("external_id", name="uq_promise_external_id"),
    )
    op.create_index("ix_promise_call", "promise", ["call_id"])
    op.create_index("ix_promise_customer", "promise", ["customer_id", "due_at"])
