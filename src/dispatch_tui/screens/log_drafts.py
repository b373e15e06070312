"""Drafts of the log dialog: in the database, and on this machine while that is lost. The one written last counts."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from dispatch_tui.desk import drafts
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.drafts import KeptDraft
from dispatch_tui.errors import DatabaseProblem
from dispatch_tui.screens.leavings import Drafts
from dispatch_tui.screens.log_form import LogForm, content_of, form_from

_AT = "written_at"


def target(key: str) -> bool:
    """Whether a draft is one of the log dialog's."""
    return key.startswith(("log:call:", "log:customer:"))


def keep(desk: Desk, key: str, form: LogForm) -> None:
    """Keep what stands in the form, in place of what was kept; nothing where nothing is written."""
    try:
        if form.written:
            drafts.keep(desk, key, content_of(form))
        else:
            drafts.drop(desk, key)
    except DatabaseProblem:
        left = {**content_of(form), _AT: desk.clock.now().isoformat()}
        with suppress(OSError):  # no room on either: the text still stands on the screen
            _here(desk).keep(key, json.dumps(left))
    else:
        saved(desk, key)


def drop(desk: Desk, key: str) -> None:
    """Throw a draft away. Raises a ``DatabaseProblem``."""
    drafts.drop(desk, key)
    saved(desk, key)


def saved(desk: Desk, key: str) -> None:
    """What this machine kept of it is in the database now, or thrown away."""
    with suppress(OSError):  # the folder is not ours to write: nothing was kept there either
        _here(desk).keep(key, "")


def take_up(desk: Desk, key: str) -> KeptDraft | None:
    """The draft of a key; it stays until it is saved or dropped."""
    return next((one for one in drafts_of(desk) if one.key == key), None)


def drafts_of(desk: Desk) -> tuple[KeptDraft, ...]:
    """One's own drafts of conversations, the latest first; of one that is kept in both places, what was typed last."""
    found = {one.key: one for one in drafts.drafts_of(desk) if target(one.key)}
    for one in _left(desk):
        known = found.get(one.key)
        if known is None or known.written_at <= one.written_at:
            found[one.key] = one
    written = (one for one in found.values() if form_from(one.content).written)
    return tuple(sorted(written, key=lambda one: one.written_at, reverse=True))


def _left(desk: Desk) -> list[KeptDraft]:
    """What this machine kept while this database was lost."""
    found = []
    for key, text in _here(desk).all().items():
        if target(key):
            content = json.loads(text)
            found.append(KeptDraft(key, content, datetime.fromisoformat(content[_AT])))
    return found


def _here(desk: Desk) -> Drafts:
    return Drafts(desk.store.location.name)
