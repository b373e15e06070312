"""What a key in an input of the repair-or-replace panel costs: milliseconds until the answer is painted anew."""

from __future__ import annotations

from bench.figures import Figure, Limit, Line, stats_of
from bench.setting import Setting
from bench.terminal import FIRST_ROWS, Failed, Session, line_with, workbench
from dispatch_tui.roi.fields import FIELDS

KEYS = 30
_WATCHED = "Saving a year"
"""The line of the panel that must change; it is painted with the verdict above it."""

MONEY = Line(
    "roi_key_money",
    "key in a price to the new verdict, 10,000 futures as drawn",
    "ms",
    goals=(Limit("p95", most=100),),
)
DRAWN = Line(
    "roi_key_drawn",
    "key in the failures a year to the preview of the verdict",
    "ms",
    goals=(Limit("p95", most=100),),
)
LINES = (MONEY, DRAWN)


def measure(setting: Setting) -> list[Figure]:
    """The panel of a call's unit in a small company, where price and life of the new unit are stated."""
    with setting.pty.session(workbench(setting.few_calls("panel")), FIRST_ROWS) as session:
        session.settle(3)
        session.press("$")
        session.settle(3)
        _state(session, "price", "29000")
        _state(session, "life", "12")
        money = _typing(session, "quote", "5000", "0")
        drawn = _typing(session, "failures", "1.", "9")
    return [Figure(MONEY, stats_of(money)), Figure(DRAWN, stats_of(drawn))]


def _to(session: Session, name: str) -> None:
    """Put the cursor on the input of that name; it passes over headings."""
    stops = list(dict.fromkeys(field.fold or field.name for field in FIELDS))  # a shut fold is one line
    session.press("home")
    for _ in range(stops.index(name)):
        session.press("down")


def _state(session: Session, name: str, text: str) -> None:
    _to(session, name)
    for key in ("enter", "ctrl+u", *text, "enter"):
        session.press(key)
    session.settle(1)


def _typing(session: Session, name: str, text: str, key: str) -> list[float]:
    """In the editor of an input, a key that adds a digit to ``text``, again and again."""
    _to(session, name)
    for one in ("enter", "ctrl+u", *text):
        session.press(one)
    times = []
    for _ in range(KEYS):
        session.settle(0.6)
        before = line_with(_WATCHED, session.screen())
        took = session.watch_line(_WATCHED, before, lambda: session.strike(key))
        if took is None:
            raise Failed(f"{name}: the answer did not change:\n" + "\n".join(session.screen()))
        times.append(took * 1000)
        session.press("backspace")
    session.press("escape")
    session.settle(1)
    return times
