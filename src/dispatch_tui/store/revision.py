"""Which schema this program needs. No SQLAlchemy here: the first picture compares it too."""

from __future__ import annotations

from dispatch_tui.errors import DatabaseNewer

HEAD = "0004"
REVISION_QUERY = "select version_num from alembic_version"


def judge(revision: str | None, name: str) -> bool:
    """Whether ``revision`` is what this program needs; ``False`` asks for a migration.

    Raises :class:`DatabaseNewer` for a revision that only a later program knows.
    """
    if revision is not None and revision > HEAD:
        raise DatabaseNewer(
            f"{name} was made by a newer version of dispatch-tui (schema {revision}, this one knows {HEAD}).",
            "Upgrade: pip install --upgrade dispatch-tui.",
        )
    return revision == HEAD
