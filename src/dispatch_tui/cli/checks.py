"""What only other rooms can judge of the settings: keys, filters, themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dispatch_tui.errors import FilterError
from dispatch_tui.settings import Check

Faults = Iterable[tuple[str, str]]


def settings_checks() -> Mapping[str, Check]:
    """The checks by key, for :func:`dispatch_tui.settings.load`. Each loads its room when it is used."""
    return {"keys": _keys, "queues": _queues, "theme": _theme}


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
