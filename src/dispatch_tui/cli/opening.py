"""Which database is meant, and opening it for a command."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dispatch_tui.clock import Clock
from dispatch_tui.errors import DatabaseUnreachable
from dispatch_tui.settings import Settings, load
from dispatch_tui.store.location import Location, locate

if TYPE_CHECKING:
    from dispatch_tui.desk.desk import Desk

HOW_TO_START = (
    "Look around in an invented company with 'dispatch-tui demo', bring your calls with "
    "'dispatch-tui import PRESET FILE', or name another database with --db."
)


def location_of(args: Namespace, settings: Settings | None = None) -> Location:
    """The database: ``--db``, else ``DISPATCH_TUI_DB`` or the settings file, else this user's own."""
    if args.db:
        return locate(args.db)
    return locate((settings or load()).database)


@contextmanager
def desk_for(args: Namespace, clock: Clock, *, create: bool = False) -> Iterator[Desk]:
    """The desk of the database that is meant, closed at the end.

    Raises what :func:`dispatch_tui.desk.access.open_desk` raises; without ``create`` also
    :class:`DatabaseUnreachable` where there is no database yet, with how to start.
    """
    from dispatch_tui.desk.access import open_desk

    location = location_of(args)
    if not exists(location) and not create:
        raise DatabaseUnreachable(f"There is no database at {location.path} yet.", HOW_TO_START)
    desk = open_desk(
        str(location.path or location.url), clock=clock, as_account=args.as_account, create=create
    )
    try:
        yield desk
    finally:
        desk.store.close()


def exists(location: Location) -> bool:
    """Whether there is a file (a server is taken to be there). Raises :class:`DatabaseUnreachable` where we may
    not even look."""
    if location.path is None:
        return True
    try:
        return location.path.exists()
    except OSError as error:
        raise DatabaseUnreachable(
            f"{location.path} cannot be reached ({error.strerror}).",
            "Ask for access to its folder, or give another database with --db.",
        ) from error
