"""The customer side: conversations in full, prompts and what is decided about them, escalations, looking back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()


def _head() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("external_id", sa.Text()),
    )


def _keys(table: str) -> tuple[Any, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("external_id", name=f"uq_{table}_external_id"),
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    op.drop_table("prompt")  # nothing was ever written to it
    integer = "integer" if op.get_bind().dialect.name == "sqlite" else "bigint"

    op.create_table(
        "prompt_stale",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("marked", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", name="pk_prompt_stale"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content_json", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_draft_operator_id"),
        sa.PrimaryKeyConstraint("operator_id", "key", name="pk_draft"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "goal",
        *_head(),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("higher", sa.Integer(), server_default="1", nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_goal_operator_id"),
        *_keys("goal"),
    )
    op.create_index("ix_goal_operator_id", "goal", ["operator_id"])
    op.create_table(
        "model_news",
        *_head(),
        sa.Column("model_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        _text("what"),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("public_at", INSTANT),
        sa.Column("recall", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_model_news_model_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_model_news_operator_id"),
        *_keys("model_news"),
    )
    op.create_index("ix_model_news_model_id", "model_news", ["model_id"])
    op.create_table(
        "review",
        *_head(),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        _text("text"),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_review_operator_id"),
        *_keys("review"),
    )
    op.create_index("ix_review_operator_id", "review", ["operator_id"])
    op.create_table(
        "review_action",
        *_head(),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("review_id", ID),
        _text("what"),
        _text("due_on"),
        _text("done_on"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_review_action_operator_id"),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_review_action_review_id"),
        *_keys("review_action"),
    )
    op.create_index("ix_review_action_operator_id", "review_action", ["operator_id"])
    op.create_table(
        "checklist_answer",
        *_head(),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("operator_id", ID),
        sa.Column("yes", sa.Integer(), server_default="0", nullable=False),
        _text("note"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_checklist_answer_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_checklist_answer_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_checklist_answer_operator_id"),
        *_keys("checklist_answer"),
    )
    op.create_index("ix_checklist_answer_call_id", "checklist_answer", ["call_id"])
    op.create_index("ix_checklist_answer_customer_id", "checklist_answer", ["customer_id"])
    op.create_table(
        "closing",
        *_head(),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        _text("outcome"),
        _text("problem"),
        _text("cause"),
        _text("avoid"),
        _text("expect"),
        _text("next_step"),
        sa.Column("next_step_at", INSTANT),
        _text("confirmed"),
        _text("unconfirmed"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_closing_call_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_closing_operator_id"),
        *_keys("closing"),
    )
    op.create_index("ix_closing_call_id", "closing", ["call_id"])
    op.create_table(
        "customer_note",
        *_head(),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("contact_id", ID),
        sa.Column("call_id", ID),
        sa.Column("operator_id", ID),
        sa.Column("kind", sa.Text(), nullable=False),
        _text("what"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_customer_note_call_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_customer_note_contact_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_note_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_customer_note_operator_id"),
        *_keys("customer_note"),
    )
    op.create_index("ix_customer_note_customer", "customer_note", ["customer_id", "happened_at"])
    op.create_table(
        "delay",
        *_head(),
        sa.Column("operator_id", ID),
        sa.Column("call_id", ID),
        _text("cause"),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("over_at", INSTANT),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_delay_call_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_delay_operator_id"),
        *_keys("delay"),
    )
    op.create_table(
        "deliverable",
        *_head(),
        sa.Column("call_id", ID, nullable=False),
        _text("what"),
        _text("planned_from"),
        _text("planned_until"),
        _text("started_on"),
        _text("done_on"),
        sa.Column("verify", sa.Integer(), server_default="0", nullable=False),
        _text("verified_by"),
        _text("accepted_on"),
        _text("accepted_by"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_deliverable_call_id"),
        *_keys("deliverable"),
    )
    op.create_index("ix_deliverable_call_id", "deliverable", ["call_id"])
    op.create_table(
        "gone_wrong",
        *_head(),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("operator_id", ID),
        _text("what"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_gone_wrong_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_gone_wrong_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_gone_wrong_operator_id"),
        *_keys("gone_wrong"),
    )
    op.create_index("ix_gone_wrong_call_id", "gone_wrong", ["call_id"])
    op.create_index("ix_gone_wrong_customer_id", "gone_wrong", ["customer_id"])
    op.create_table(
        "handover",
        *_head(),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("giver_id", ID, nullable=False),
        sa.Column("taker_id", ID, nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("status", sa.Text(), server_default="offered", nullable=False),
        _text("note"),
        sa.CheckConstraint(
            "status in ('offered', 'accepted', 'declined', 'withdrawn', 'ended')", name="ck_handover_status"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_handover_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_handover_customer_id"),
        sa.ForeignKeyConstraint(["giver_id"], ["operator.id"], name="fk_handover_giver_id"),
        sa.ForeignKeyConstraint(["taker_id"], ["operator.id"], name="fk_handover_taker_id"),
        *_keys("handover"),
    )
    op.create_index("ix_handover_call_id", "handover", ["call_id"])
    op.create_index("ix_handover_customer_id", "handover", ["customer_id"])
    offered = sa.text("status = 'offered'")
    op.create_index(
        "ix_handover_taker", "handover", ["taker_id"], sqlite_where=offered, postgresql_where=offered
    )
    op.create_table(
        "prompt",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("prompt_at", INSTANT, nullable=False),
        sa.Column("useful_until", INSTANT, nullable=False),
        sa.Column("rank_at", INSTANT, server_default="9000000000000000000", nullable=False),
        _text("kinds"),
        _text("words"),
        sa.Column("bad_news", sa.Integer(), server_default="0", nullable=False),
        _text("call_ids_json"),
        _text("reasons_json"),
        _text("rank_json"),
        sa.Column("operator_id", ID),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_prompt_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_prompt_customer_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_prompt_operator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
    )
    op.create_index("ix_prompt_call", "prompt", ["call_id", "place"])
    op.create_index("ix_prompt_customer", "prompt", ["customer_id", "place"])
    op.create_index("ix_prompt_moment", "prompt", ["prompt_at", "useful_until", "customer_id", "call_id"])
    op.create_index("ix_prompt_until", "prompt", ["useful_until", "prompt_at"])
    op.create_index("ix_prompt_rank", "prompt", ["rank_at", "id"])
    op.create_table(
        "acknowledgement",
        *_head(),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _text("words"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_acknowledgement_operator_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_acknowledgement_visit_id"),
        *_keys("acknowledgement"),
    )
    op.create_index("ix_acknowledgement_visit_id", "acknowledgement", ["visit_id"])
    op.create_table(
        "amend",
        *_head(),
        sa.Column("gone_wrong_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        sa.Column("kind", sa.Text(), nullable=False),
        _text("what"),
        sa.Column("cost_minor", ID),
        _text("currency"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["gone_wrong_id"], ["gone_wrong.id"], name="fk_amend_gone_wrong_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_amend_operator_id"),
        *_keys("amend"),
    )
    op.create_index("ix_amend_gone_wrong_id", "amend", ["gone_wrong_id"])
    op.create_table(
        "decision",
        *_head(),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("operator_id", ID),
        sa.Column("interaction_id", ID),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("slip_seconds", sa.Integer(), server_default="0", nullable=False),
        _text("why"),
        sa.CheckConstraint("act in ('done', 'overridden', 'retimed')", name="ck_decision_act"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_decision_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_decision_customer_id"),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name="fk_decision_interaction_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_decision_operator_id"),
        *_keys("decision"),
    )
    op.create_index("ix_decision_call", "decision", ["call_id", "happened_at"])
    op.create_index("ix_decision_customer", "decision", ["customer_id", "happened_at"])
    op.create_table(
        "delay_reach",
        *_head(),
        sa.Column("delay_id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("promised_at", INSTANT, nullable=False),
        sa.Column("expected_at", INSTANT, nullable=False),
        sa.Column("interaction_id", ID),
        sa.Column("told_at", INSTANT),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_delay_reach_call_id"),
        sa.ForeignKeyConstraint(["delay_id"], ["delay.id"], name="fk_delay_reach_delay_id"),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name="fk_delay_reach_interaction_id"),
        *_keys("delay_reach"),
    )
    op.create_index("ix_delay_reach_call_id", "delay_reach", ["call_id"])
    op.create_index("ix_delay_reach_delay_id", "delay_reach", ["delay_id"])
    op.create_table(
        "news_told",
        sa.Column("model_news_id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("interaction_id", ID),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_news_told_customer_id"),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name="fk_news_told_interaction_id"),
        sa.ForeignKeyConstraint(["model_news_id"], ["model_news.id"], name="fk_news_told_model_news_id"),
        sa.PrimaryKeyConstraint("model_news_id", "customer_id", name="pk_news_told"),
    )
    op.create_index("ix_news_told_customer_id", "news_told", ["customer_id"])
    op.create_table(
        "rating",
        *_head(),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("visit_id", ID),
        sa.Column("technician_id", ID),
        sa.Column("operator_id", ID),
        sa.Column("interaction_id", ID),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        _text("words"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.CheckConstraint("rater in ('customer', 'us')", name="ck_rating_rater"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_rating_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_rating_customer_id"),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name="fk_rating_interaction_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_rating_operator_id"),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name="fk_rating_technician_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_rating_visit_id"),
        *_keys("rating"),
    )
    op.create_index("ix_rating_call_id", "rating", ["call_id"])
    op.create_index("ix_rating_customer_id", "rating", ["customer_id"])
    op.create_index("ix_rating_happened", "rating", ["happened_at"])
    op.create_table(
        "told_in_advance",
        *_head(),
        sa.Column("customer_id", ID),
        sa.Column("call_id", ID),
        sa.Column("interaction_id", ID),
        _text("what"),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_told_in_advance_call_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_told_in_advance_customer_id"),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name="fk_told_in_advance_interaction_id"
        ),
        *_keys("told_in_advance"),
    )
    op.create_index("ix_told_in_advance_call_id", "told_in_advance", ["call_id"])
    op.create_index("ix_told_in_advance_customer_id", "told_in_advance", ["customer_id"])
    op.create_table(
        "escalation_action",
        *_head(),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        _text("what"),
        sa.Column("due_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_escalation_action_escalation_id"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_escalation_action_operator_id"),
        *_keys("escalation_action"),
    )
    op.create_index("ix_escalation_action_escalation_id", "escalation_action", ["escalation_id"])
    op.create_table(
        "escalation_check",
        *_head(),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        _text("what"),
        sa.Column("passed", sa.Integer()),
        sa.Column("looked_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_escalation_check_escalation_id"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_escalation_check_operator_id"),
        *_keys("escalation_check"),
    )
    op.create_index("ix_escalation_check_escalation_id", "escalation_check", ["escalation_id"])
    op.create_table(
        "escalation_option",
        *_head(),
        sa.Column("escalation_id", ID, nullable=False),
        _text("what"),
        sa.Column("cost_minor", ID),
        _text("currency"),
        sa.Column("ready_at", INSTANT),
        _text("risk"),
        sa.Column("chosen", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_escalation_option_escalation_id"
        ),
        *_keys("escalation_option"),
    )
    op.create_index("ix_escalation_option_escalation_id", "escalation_option", ["escalation_id"])
    op.create_table(
        "escalation_person",
        *_head(),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("operator_id", ID),
        sa.Column("contact_id", ID),
        _text("part"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_escalation_person_contact_id"),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_escalation_person_escalation_id"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_escalation_person_operator_id"),
        *_keys("escalation_person"),
    )
    op.create_index("ix_escalation_person_escalation_id", "escalation_person", ["escalation_id"])
    op.add_column("contact", _text("way_order"))
    op.add_column("escalation", sa.Column("moved_at", INSTANT))
    op.create_index("ix_escalation_call_id", "escalation", ["call_id"])
    op.add_column("follow_up", _text("kind"))
    op.add_column("follow_up", sa.Column("from_at", INSTANT))
    op.create_index("ix_follow_up_call_id", "follow_up", ["call_id"])
    op.create_index("ix_follow_up_visit_id", "follow_up", ["visit_id"])
    op.add_column("interaction", _text("truth"))
    op.add_column("interaction", _text("listen"))
    op.add_column("interaction", _text("observe"))
    op.add_column("interaction", _text("think"))
    op.add_column("interaction", _text("speak"))
    op.add_column("interaction", sa.Column("bad_news", sa.Integer(), server_default="0", nullable=False))
    op.add_column("interaction", _text("plan"))
    op.add_column("interaction", sa.Column("next_update_at", INSTANT))
    op.add_column("promise", _text("about"))
    # Written out: a column with a reference is added in one step on both databases only like this.
    for table, column, to in (
        ("escalation", "interaction_id", "interaction"),
        ("follow_up", "interaction_id", "interaction"),
    ):
        op.execute(
            f"alter table {table} add column {column} {integer} constraint fk_{table}_{column} references {to} (id)"
        )
    undone = sa.text("done_at is null")
    op.create_index("ix_visit_open", "visit", ["technician_id"], sqlite_where=undone, postgresql_where=undone)
    _all_are_stale()


def _all_are_stale() -> None:
    """Whoever has an open call or an agreement: their prompts are made when somebody looks first."""
    customers = (
        "select customer_id from call where live = 1",
        "select customer_id from agreement",
        "select site.customer_id from agreement join site on site.id = agreement.site_id",
        "select unit.customer_id from agreement join unit on unit.id = agreement.unit_id",
    )
    for query in customers:
        op.execute(
            f"insert into prompt_stale (kind, record_id) select 'customer', customer_id from ({query}) as found"
            " where customer_id is not null group by customer_id on conflict do nothing"
        )
    op.execute(
        "insert into prompt_stale (kind, record_id) select 'call', id from call where live = 1 and customer_id is null"
    )
