"""All actions together: by screen, by key, as bindings, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import _character_to_key

from dispatch_tui.actions import (
    agreements,
    attainment,
    customers,
    escalations,
    looking_back,
    money,
    program,
    queue,
    rules,
    units,
    visits,
)
from dispatch_tui.actions.action import Action
from dispatch_tui.actions.screens import APP

ACTIONS: tuple[Action, ...] = (
    *queue.ACTIONS,
    *customers.ACTIONS,
    *visits.ACTIONS,
    *escalations.ACTIONS,
    *looking_back.ACTIONS,
    *rules.ACTIONS,
    *units.ACTIONS,
    *money.ACTIONS,
    *attainment.ACTIONS,
    *agreements.ACTIONS,
    *program.ACTIONS,
)

KEY_NAMES: Mapping[str, str] = {
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
}
"""How keys are written for people; others are written as they are."""

ASCII_ARROWS: Mapping[str, str] = {"↓": "Down", "↑": "Up", "←": "Left", "→": "Right"}

_UNSAFE_MODIFIERS = ("ctrl+enter", "shift+enter", "alt+", "super+", "hyper+", "meta+")


def actions_for(screen: str) -> tuple[Action, ...]:
    """The actions of a screen, in the order of the registry, those of the whole program last."""
    return tuple(action for action in ACTIONS if screen in action.screens)


def action_named(action_id: str) -> Action:
    """The action with an id; ``KeyError`` if there is none."""
    return _BY_ID[action_id]


_BY_ID = {action.id: action for action in ACTIONS}


def bindings_for(screen: str) -> list[Binding]:
    """Textual bindings of a screen; their ids are the action ids, which is what a keymap goes by."""
    return [
        Binding(
            ",".join(key_code(key) for key in action.keys),
            action.method,
            action.title,
            show=False,
            id=action.id,
        )
        for action in actions_for(screen)
    ]


def key_code(key: str) -> str:
    """Textual's name of a key: ``?`` is ``question_mark``; names are kept."""
    return _character_to_key(key) if len(key) == 1 else key.lower()


def key_label(key: str, *, ascii_only: bool = False) -> str:
    """How a key is written for people: ``ctrl+p`` is ``Ctrl+p``, ``escape`` is ``Esc``."""
    label = KEY_NAMES.get(key) or (f"Ctrl+{key[5:]}" if key.startswith("ctrl+") else key)
    return ASCII_ARROWS.get(label, label) if ascii_only else label


def keys_of(action: Action, keymap: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The keys of an action under a user's keymap."""
    return tuple(keymap.get(action.id, action.keys))


def textual_keymap(keymap: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A checked user keymap in the form that ``App.set_keymap`` takes."""
    return {action_id: ",".join(key_code(key) for key in keys) for action_id, keys in keymap.items()}


def check_keymap(keymap: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """What is wrong with a user's keymap (action id to keys), each as (action id, reason); empty when nothing is.

    Refused are an unknown id, no key at all, a key that terminals do not send reliably, and a key that another action
    on the same screen has.
    """
    return [*_entry_faults(keymap), *_shadowed(keymap)]


def _entry_faults(keymap: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    for action_id, keys in keymap.items():
        if action_id not in _BY_ID:
            near = get_close_matches(action_id, _BY_ID, n=1)
            yield action_id, "there is no such action" + (f"; did you mean {near[0]!r}?" if near else "")
            continue
        if not keys:
            yield action_id, "give at least one key"
        for key in keys:
            if fault := _key_fault(key):
                yield action_id, f"key {key!r}: {fault}"


def _shadowed(keymap: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    found: dict[tuple[str, str], str] = {}
    for screen in sorted({screen for action in ACTIONS for screen in action.screens}):
        owners: dict[str, Action] = {}
        for action in _reachable(screen):
            for key in keys_of(action, keymap):
                other = owners.setdefault(key_code(key), action)
                if other is action:
                    continue
                mine, loser = (action, other) if action.id in keymap else (other, action)
                found[mine.id, key] = f"key {key!r} already belongs to {loser.id!r} ({loser.title})"
    return [(action_id, reason) for (action_id, _key), reason in found.items()]


def _reachable(screen: str) -> Iterable[Action]:
    return (action for action in ACTIONS if screen in action.screens or APP in action.screens)


def _key_fault(key: str) -> str:
    if not key or key != key.strip() or "," in key:
        return "write one key, such as 'x', 'ctrl+x' or 'pageup'"
    if len(key) == 1:
        return "" if key.isprintable() and not key.isspace() else "write 'space', 'tab' or 'enter' by name"
    lower = key.lower()
    if any(lower.startswith(bad) for bad in _UNSAFE_MODIFIERS):
        return "many terminals and tmux do not pass it on"
    base = lower.rsplit("+", 1)[-1]
    if base[:1] == "f" and base[1:].isdigit():
        return "function keys do not reach the program everywhere"
    if lower.startswith("ctrl+") and len(base) == 1 and base.isalpha():
        return ""
    return "" if lower in KEY_NAMES or lower in {"backspace", "delete", "insert"} else "no such key is known"


def readme_table() -> str:
    """The key table of the README, as Markdown."""
    lines = ["| Keys | Action | What it does |", "|---|---|---|"]
    group = ""
    for action in ACTIONS:
        if action.group != group:
            group = action.group
            lines.append(f"| | **{group}** | |")
        keys = " ".join(f"`{key_label(key)}`" for key in action.keys)
        lines.append(f"| {keys} | {action.title} (`{action.id}`) | {action.help} |")
    return "\n".join(lines) + "\n"
