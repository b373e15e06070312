"""One registry: every action has its method, no key means two things, a wrong keymap is refused in words."""

from __future__ import annotations

import pytest

from dispatch_tui.actions import (
    ACTIONS,
    APP,
    PAGES,
    QUEUE,
    actions_for,
    bindings_for,
    check_keymap,
    key_label,
    readme_table,
)
from dispatch_tui.app import WorkbenchApp
from dispatch_tui.screens.help import help_lines
from dispatch_tui.screens.queue import QueueScreen
from dispatch_tui.themes import look_for
from dispatch_tui.widgets.bars import footer
from dispatch_tui.widgets.pieces import width_of


@pytest.mark.parametrize(("screen", "owner"), [(QUEUE, QueueScreen), (APP, WorkbenchApp)])
def test_every_action_has_its_method(screen: str, owner: type) -> None:
    for action in actions_for(screen):
        assert hasattr(owner, f"action_{action.method.partition('(')[0]}"), action.id


def test_the_keys_as_shipped_shadow_nothing_and_reach_every_terminal() -> None:
    assert check_keymap({action.id: action.keys for action in ACTIONS}) == []


def test_bindings_carry_the_ids_that_a_keymap_goes_by() -> None:
    ids = {binding.id for binding in bindings_for(QUEUE)}
    assert {"take", "queue_3", "go_to"} <= ids


@pytest.mark.parametrize(
    ("keymap", "faulty", "says"),
    [
        ({"take_it": ("x",)}, "take_it", "did you mean 'take'"),
        ({"take": ()}, "take", "at least one key"),
        ({"take": ("a",)}, "take", "already belongs to 'acknowledge'"),
        ({"take": ("q",)}, "take", "already belongs to 'quit'"),
        ({"take": ("x",), "hold": ("x",)}, "hold", "already belongs to 'take'"),
        ({"take": ("f5",)}, "take", "function keys"),
        ({"take": ("ctrl+enter",)}, "take", "do not pass it on"),
        ({"take": ("alt+t",)}, "take", "do not pass it on"),
        ({"take": ("blub",)}, "take", "no such key"),
        ({"take": ("x,y",)}, "take", "write one key"),
        ({"take": (" ",)}, "take", "one key"),
    ],
)
def test_a_wrong_keymap_is_refused(keymap: dict[str, tuple[str, ...]], faulty: str, says: str) -> None:
    faults = check_keymap(keymap)
    assert {action_id for action_id, _ in faults} == {faulty}
    assert says in faults[0][1]


@pytest.mark.parametrize(
    "keymap", [{}, {"take": ("x",)}, {"take": ("a",), "acknowledge": ("t",)}, {"help": ("ctrl+h",)}]
)
def test_a_right_keymap_is_accepted(keymap: dict[str, tuple[str, ...]]) -> None:
    assert check_keymap(keymap) == []


def test_readme_table_and_help_hold_every_action() -> None:
    table = readme_table()
    shown = "\n".join(
        "".join(piece.text for piece in line) for line in help_lines(QUEUE, {}, look_for("dark"), 120)
    )
    for action in ACTIONS:
        assert f"(`{action.id}`)" in table
        assert action.help in shown or action.parameter or not {QUEUE, APP} & set(action.screens)


def test_help_and_footer_show_the_users_keys() -> None:
    look = look_for("dark")
    keymap = {"filter": ("ctrl+f2",), "take": ("x",)}
    shown = "".join(piece.text for line in help_lines(QUEUE, keymap, look, 100) for piece in line)
    assert "x               Make the call yours." in shown
    assert " x Take" in "".join(piece.text for piece in footer(actions_for(QUEUE), keymap, 120, look))


@pytest.mark.parametrize("width", range(1, 140))
def test_footer_never_overflows(width: int) -> None:
    assert width_of(footer(ACTIONS, {}, width, look_for("dark"))) <= width


@pytest.mark.parametrize("screen", [QUEUE, *PAGES])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_way_to_all_keys_is_always_in_the_footer(screen: str, width: int) -> None:
    line = footer([*actions_for(screen), *actions_for(APP)], {}, width, look_for("dark"))
    assert "".join(piece.text for piece in line).endswith(" ? Help ")


def test_key_labels() -> None:
    assert key_label("ctrl+p") == "Ctrl+p"
    assert key_label("down") == "↓"
    assert key_label("down", ascii_only=True) == "Down"
    assert key_label("G") == "G"
