"""What only other rooms can judge of the settings: keys, filters, themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dispatch_tui.errors import FilterError, SettingsError
from dispatch_tui.settings import ENVIRONMENT, OPTIONS, Check, Settings
from dispatch_tui.text import plain

Faults = Iterable[tuple[str, str]]


def settings_checks() -> Mapping[str, Check]:
    """The checks by key, for :func:`dispatch_tui.settings.load`. Each loads its room when it is used."""
    return {"keys": _keys, "queues": _queues, "theme": _theme}


def check_default_queue(settings: Settings) -> None:
    """Raise :class:`SettingsError` where there cannot be a queue of that id. (A team's or a skill's may be there:
    only the database knows.)"""
    from dispatch_tui.store.saved import queue_to_open, saved_queues

    wanted, queues = settings.default_queue, saved_queues(settings.queues)
    if queue_to_open(wanted, queues) is not None:
        return
    known = ", ".join(plain(one.id) for one in queues)
    reason = f"there is no queue {plain(wanted)!r}; known: {known}, team:NAME, skill:NAME"
    if settings.path is None or settings.sources.get("default_queue") != str(settings.path):
        raise SettingsError(ENVIRONMENT, 0, OPTIONS["default_queue"].env, reason)
    from dispatch_tui.settings.lines import line_of

    line = line_of(settings.path.read_text("utf-8"), ("default_queue",))
    raise SettingsError(str(settings.path), line, "default_queue", reason)


def _keys(keymap: Mapping[str, Sequence[str]]) -> Faults:
    if not keymap:
        return ()
    from dispatch_tui.actions import check_keymap

    return check_keymap(keymap)


def _queues(queues: Mapping[str, str]) -> Faults:
    if not queues:
        return ()
    from dispatch_tui.store.filters import parse

    faults = []
    for name, text in queues.items():
        try:
            parse(text)
        except FilterError as error:
            faults.append(
                (name, f"{error.message} (from character {error.start + 1}) {error.remedy}".strip())
            )
    return faults


def _theme(name: str) -> Faults:
    from dispatch_tui.themes import THEME_CHOICES

    return () if name in THEME_CHOICES else [("", f"must be one of {', '.join(THEME_CHOICES)}")]
