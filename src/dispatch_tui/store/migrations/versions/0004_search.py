"""Full text over what is said and written: which record each entry is of, and the words.

Nothing is read into it here: what stands in the database already is taken from the change log, a portion at a time, by
whoever searches first (store/search_index.py).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_doc",
        sa.Column("number", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_doc"),
    )
    op.create_index("ix_search_doc_record", "search_doc", ["kind", "record_id"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create virtual table search_words using fts5(words, content = '', detail = none, columnsize = 0,"
            """ prefix = '3 4 5 6 7', tokenize = "unicode61 tokenchars '#'")"""
        )
        return
    op.execute("create table search_words (number bigint primary key, words tsvector not null)")
    op.execute("create index ix_search_words_words on search_words using gin (words)")
