"""Where the database is: a SQLite file or a PostgreSQL server. No SQLAlchemy here (the first picture reads it)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from dispatch_tui.errors import InvalidInput

_POSTGRES = ("postgresql+psycopg://", "postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Location:
    """A database's place. ``path`` is set for SQLite only; ``url`` is SQLAlchemy's."""

    kind: Literal["sqlite", "postgresql"]
    url: str
    path: Path | None = None

    @property
    def libpq(self) -> str:
        """The address as psycopg itself takes it."""
        return "postgresql://" + self.url.split("://", 1)[1]

    @property
    def name(self) -> str:
        """What to call it before people: a path, or the server and database without a password."""
        if self.path is not None:
            return str(self.path)
        credentials, _, rest = self.url.split("://", 1)[1].rpartition("@")
        user = credentials.partition(":")[0]
        return f"postgresql://{user}@{rest}" if user else f"postgresql://{rest}"


def default_path() -> Path:
    """The embedded database of this user, under the XDG data folder."""
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return Path(base) / "dispatch-tui" / "workbench.db"


def locate(text: str = "") -> Location:
    """Read what a person gives as a database: nothing (the default file), a path, ``sqlite:///PATH``
    or ``postgresql://USER@HOST/NAME``. Raises :class:`InvalidInput` for anything else."""
    text = text.strip()
    if not text:
        return _sqlite(default_path())
    for prefix in _POSTGRES:
        if text.startswith(prefix):
            return Location("postgresql", "postgresql+psycopg://" + text[len(prefix) :])
    if text.startswith("sqlite:///"):
        return _sqlite(Path(unquote(text.removeprefix("sqlite:///"))))
    if "://" in text or text.startswith("sqlite:"):
        raise InvalidInput(
            "database",
            f"cannot read {text.split('://')[0]!r} as a kind of database",
            "Give a path, sqlite:///PATH, or postgresql://USER@HOST/NAME.",
        )
    return _sqlite(Path(text))


def _sqlite(path: Path) -> Location:
    full = Path(os.path.abspath(path.expanduser()))
    return Location("sqlite", f"sqlite:///{full}", full)
