"""What the database notes of itself: two who note at once both get through, and the last one holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dispatch_tui.store.database import Store
from dispatch_tui.store.location import locate
from dispatch_tui.store.noted import note, noted


@pytest.mark.parametrize("before", [None, "first"])
def test_two_note_the_same_at_once(db_url: str, before: str | None) -> None:
    one, other = Store(locate(db_url)), Store(locate(db_url))

    def other_notes() -> None:
        with other.write() as connection:
            note(connection, "key", "other")

    if before:
        with one.write() as connection:
            note(connection, "key", before)
    with ThreadPoolExecutor() as pool:
        with one.write() as connection:
            note(connection, "key", "one")
            waiting = pool.submit(other_notes)
            with other.read() as reading:
                assert noted(reading, "key") == before
        waiting.result(timeout=20)
    with one.read() as connection:
        assert noted(connection, "key") == "other"
    one.close()
    other.close()
