"""How call first and the log dialog look, at three sizes and, at the smallest, without colours and in ASCII."""

from __future__ import annotations

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import deciding
from dispatch_tui.desk.desk import Desk
from tests.face.conftest import make_app
from tests.face.talks import listed, owe_talks
from tests.face.test_snapshots import SIZES, Compare, keys
from tests.support.desks import as_role


@pytest.fixture
def talks(board: Desk, clock: FixedClock) -> Desk:
    """Conversations to have, one more by hand-over, and one more of them offered to me."""
    desk = owe_talks(board, clock)
    deciding.offer(as_role(desk, "dispatcher", "bo"), listed(desk)[1], desk.operator.id, "I am at lunch")
    return desk


SCREENS = [
    pytest.param(("f",), id="call-first"),
    pytest.param(("f", "j"), id="call-first-soon"),
    pytest.param(("f", "j", "c"), id="log"),
    pytest.param(
        ("f", "j", "c", "1", *"late", "tab", "3", "tab", *"fri 9", "tab", "tab", "1", "ctrl+o", "ctrl+s"),
        id="log-refused",
    ),
]


def pressed(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("space" if one == " " else one for one in names)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("names", SCREENS)
def test_in_the_dark(
    snap_compare: Compare, talks: Desk, clock: FixedClock, size: tuple[int, int], names: tuple[str, ...]
) -> None:
    assert snap_compare(make_app(talks, clock), terminal_size=size, run_before=keys(*pressed(names)))


@pytest.mark.parametrize("names", SCREENS)
def test_without_colours(
    snap_compare: Compare,
    talks: Desk,
    clock: FixedClock,
    names: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(talks, clock), terminal_size=(80, 24), run_before=keys(*pressed(names)))


@pytest.mark.parametrize("names", SCREENS)
def test_in_ascii(snap_compare: Compare, talks: Desk, clock: FixedClock, names: tuple[str, ...]) -> None:
    app = make_app(talks, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys(*pressed(names)))
