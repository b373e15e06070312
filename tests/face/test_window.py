"""The window keeps its promises under any walk: the cursor in view, the view inside the rows, positions true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.widgets.window import KEPT, Window
from tests.face.board import paper_row

ALL = [paper_row(index) for index in range(3_000)]


def whole(window: Window) -> None:
    assert 0 <= window.top <= max(0, len(window.rows) - window.height)
    if window.rows:
        assert window.top <= window.cursor < window.top + window.height
        assert window.cursor < len(window.rows)
        if window.base is not None:
            assert [row.id for row in window.rows] == list(
                range(window.base + 1, window.base + 1 + len(window.rows))
            ), "rows are contiguous and stand where the window says"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["move", "page", "scroll"]), st.integers(-200, 200)),
        st.tuples(st.just("resize"), st.integers(1, 60)),
        st.tuples(st.sampled_from(["append", "prepend"]), st.integers(1, 400)),
    ),
    max_size=40,
)


@given(start=st.integers(0, 2_000), size=st.integers(0, 300), height=st.integers(1, 60), steps=STEPS)
def test_any_walk(start: int, size: int, height: int, steps: list[tuple[str, int]]) -> None:
    window = Window(height=height)
    rows = ALL[start : start + size]
    window.show(rows, at_start=start == 0, at_end=False, base=start)
    whole(window)
    for step, amount in steps:
        first = window.base or 0
        if step == "append":
            more = ALL[first + len(window.rows) :][:amount] if window.rows else []
            window.append(more, at_end=False)
        elif step == "prepend":
            more = ALL[max(0, first - amount) : first] if window.rows else []
            window.prepend(more, at_start=first - amount <= 0)
        elif step == "page":
            window.page(max(-3, min(3, amount)))
        else:
            getattr(window, step)(amount)
        whole(window)
        assert len(window.rows) <= KEPT + 400 + 4 * 60


def test_growing_keeps_the_cursor_on_its_row() -> None:
    window = Window(height=10)
    window.show(ALL[500:700], at_start=False, at_end=False, base=500, cursor=7)
    current = window.current
    window.prepend(ALL[100:500], at_start=False)
    assert window.current == current
    window.append(ALL[700:2_900], at_end=False)
    assert window.current == current
    assert window.position == 507
