"""The lines of the page that explains a due time: clocks to choose from, the sentence, the stretches, the agreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from textwrap import wrap
from typing import NamedTuple

from dispatch_tui.desk.explained import CallWhy, ClockWhy
from dispatch_tui.sla.clocks import State
from dispatch_tui.sla.explain import Explanation, Segment, by_day
from dispatch_tui.sla.sentence import (
    CLOCK_NAMES,
    KIND_NAMES,
    budget_words,
    moment,
    sentence,
    shift_words,
    shown_minutes,
    span_words,
)
from dispatch_tui.sla.shut import BETWEEN, NIGHT, WEEKEND
from dispatch_tui.text import age, plain, span
from dispatch_tui.themes import Look
from dispatch_tui.widgets.explain_words import calendar_words, change_words, other_words, segment_words
from dispatch_tui.widgets.moments import zone_word
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

FOLD_FROM = 60
"""So many stretches are shown day by day until they are unfolded."""
_FROM, _TO, _TIME = 16, 10, 9
_WIDEST = 48
"""No wider, so that a number stands near its name."""
_LABEL = 10


class Frame(NamedTuple):
    """What lines are built for: their width, the instant, the look, the zone of the site."""

    width: int
    now: datetime
    look: Look
    zone: tzinfo


def title_line(why: CallWhy, frame: Frame) -> Line:
    """Which call."""
    place = ", ".join(filter(None, (plain(why.names.customer), plain(why.names.site))))
    number = f" {plain(why.call.number)}  "
    room = max(1, frame.width - len(number))
    words = "  ".join(filter(None, (f"P{why.call.priority} {plain(why.call.title)}", place)))
    return (Piece(number, "key"), Piece(fit(words, room, frame.look), "title"))


def tab_line(why: CallWhy, current: int, frame: Frame) -> Line:
    """The call's clocks, each with the sign of its state."""
    pieces: list[Piece] = []
    brackets = ("[", "]") if frame.look.theme == "dispatch-16" else (" ", " ")
    for index, one in enumerate(why.clocks):
        sign, _, _ = _state(one.state_at(frame.now), frame.look)
        left, right = brackets if index == current else (" ", " ")
        words = f"{left}{sign} {CLOCK_NAMES[one.kind]}{right}"
        pieces.append(Piece(words, "current" if index == current else "bar", f"clock:{index}"))
    return tuple(pieces)


def head_lines(one: ClockWhy, explanation: Explanation, frame: Frame) -> list[Line]:
    """The state and how much was counted, then the sentence in up to three lines."""
    sign, word, style = _state(one.state_at(frame.now), frame.look)
    if one.clock.budget is None and one.due_at is None and one.clock.ended_at is None:
        word = f"waits {age(frame.now - one.clock.started_at)}"
    state = f" {sign} {word}{_left_words(one, frame.now)}"
    counted = _counted_words(one, explanation, frame.now)
    local = frame.now.astimezone(frame.zone)
    there = f"at the site {local:%a %H:%M} {zone_word(local)} "
    room = max(1, frame.width - len(state) - len(there) - 3)
    lines: list[Line] = [
        (Piece(state, style), Piece(f"   {fit(counted, room, frame.look)}", "text"), Piece(there, "dim"))
    ]
    words = sentence(one.clock, explanation, frame.now, frame.zone, due_at=one.due_at)
    folded = wrap(words, max(20, frame.width - 2), break_on_hyphens=False)
    if len(folded) > 3:
        folded = [*folded[:2], fit(f"{folded[2]} {frame.look.glyphs.more}", frame.width - 2, frame.look)]
    return [*lines, *((Piece(f" {part}", "bold"),) for part in folded)]


def _state(state: State, look: Look) -> tuple[str, str, str]:
    """Sign, word and style."""
    glyphs = look.glyphs
    return {
        "running": (glyphs.left, "left", "text"),
        "warning": (glyphs.soon, "soon", "soon"),
        "breached": (glyphs.late, "late", "late"),
        "paused": (glyphs.paused, "paused", "text"),
        "met": (glyphs.kept, "met", "text"),
        "missed": (glyphs.broken, "missed", "late"),
        "never": (glyphs.none, "never", "text"),
    }[state]


def _left_words(one: ClockWhy, now: datetime) -> str:
    if one.due_at is None or one.clock.ended_at is not None:
        return ""
    seconds = abs((one.due_at - now) // timedelta(seconds=1))
    return f" {span(seconds)}"


def _counted_words(one: ClockWhy, explanation: Explanation, now: datetime) -> str:
    """How much of the budget has been used by now, or by its end."""
    clock = one.clock
    if clock.budget is None:
        return ""
    end = now if clock.ended_at is None else clock.ended_at
    counted = timedelta(0)
    for segment in explanation.segments:
        if segment.counted and segment.start < end:
            counted += min(segment.end, end) - segment.start
    of = "" if clock.budget.unit == "days" else f" of {budget_words(clock.budget)}"
    by = "so far" if clock.ended_at is None else "when it ended"
    return f"{span_words(counted)}{of} counted {by}"


def column_heads(frame: Frame, *, folded: bool) -> Line:
    """The titles of the table."""
    what = fit("What", _why_width(frame) + (_TO if folded else 0), frame.look)
    return (
        Piece(f"   {'Day':<{_FROM}} " if folded else f"   {'From':<{_FROM}} {'To':<{_TO}}", "dim"),
        Piece(what, "dim"),
        Piece(f"{'counted':>{_TIME}}{'skipped':>{_TIME}}{'in all':>{_TIME}} ", "dim"),
    )


def segment_rows(one: ClockWhy, explanation: Explanation, frame: Frame, *, folded: bool) -> list[Row]:
    """The stretches with their running total, the present moment among them, and the sums."""
    if one.clock.budget is None:
        return []
    pieces = _at_now(explanation.segments, frame.now)
    groups = (
        [day.segments for day in by_day(Explanation(pieces), one.clock.terms.calendar)]
        if folded
        else [(piece,) for piece in pieces]
    )
    counts = shown_minutes(sum((s.length for s in group if s.counted), timedelta(0)) for group in groups)
    skips = shown_minutes(sum((s.length for s in group if not s.counted), timedelta(0)) for group in groups)
    rows: list[Row] = []
    total = 0
    for group, counted, skipped in zip(groups, counts, skips, strict=True):
        if rows and group[0].start == frame.now and not folded:
            rows.append(Row(_now_line(frame)))
        total += counted
        amounts = (
            f"{_minutes(counted):>{_TIME}}{_minutes(skipped):>{_TIME}}{_minutes(total, zero=True):>{_TIME}} "
        )
        line = _day_line(group, amounts, frame) if folded else _segment_line(group[0], amounts, frame)
        rows.append(Row(line, f"{group[0].start.timestamp():.0f}"))
    if groups and explanation.segments[-1].end == frame.now and not folded:
        rows.append(Row(_now_line(frame)))
    return [*rows, *_sum_rows(explanation, sum(counts), sum(skips), frame)]


def _at_now(segments: Sequence[Segment], now: datetime) -> tuple[Segment, ...]:
    cut: list[Segment] = []
    for one in segments:
        if one.start < now < one.end:
            # A change of the clocks lies in one of the two; it is told with the first.
            cut += [one._replace(end=now), one._replace(start=now, shift=timedelta(0))]
        else:
            cut.append(one)
    return tuple(cut)


def _segment_line(one: Segment, amounts: str, frame: Frame) -> Line:
    start, end = one.start.astimezone(frame.zone), one.end.astimezone(frame.zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %H:%M}"
    return _row_line((one,), f"{_day(start)} {start:%H:%M}", until, segment_words(one), amounts, frame)


def _day_line(group: Sequence[Segment], amounts: str, frame: Frame) -> Line:
    """A day in one line; nights and weekends around open hours are not named."""
    start, end = group[0].start.astimezone(frame.zone), group[-1].end.astimezone(frame.zone)
    since = f"{_day(start)} {start:%H:%M}" if f"{start:%H:%M}" != "00:00" else _day(start)
    counted = [one.why for one in group if one.counted]
    skipped = (segment_words(one) for one in group if not one.counted)
    usual = [NIGHT, BETWEEN, WEEKEND] if counted else []
    words = (
        f"until {end:%H:%M}" if f"{end:%H:%M}" != "00:00" else "",
        "today" if start <= frame.now < end else "",
        *counted[:1],
        *(one for one in skipped if one not in usual),
        shift_words(sum((one.shift for one in group if one.counted), timedelta(0))),
    )
    return _row_line(group, since, None, ", ".join(dict.fromkeys(filter(None, words))), amounts, frame)


def _row_line(
    group: Sequence[Segment], since: str, until: str | None, words: str, amounts: str, frame: Frame
) -> Line:
    """``until`` None: the words take its room."""
    sign, style = _sign(group, frame.look)
    room = _why_width(frame) - 1 + (_TO if until is None else 0)
    why = fit(plain(words), room, frame.look)
    return (
        Piece(f" {sign} {since:<{_FROM}} {'' if until is None else f'{until:<{_TO}}'}{why} {amounts}", style),
    )


def _sign(group: Sequence[Segment], look: Look) -> tuple[str, str]:
    if any(one.counted for one in group):
        return look.glyphs.bullet, "text"
    stopped = any(one.kind in ("pause", "reopened") for one in group)
    return (look.glyphs.paused if stopped else " "), "dim"


def _day(local: datetime) -> str:
    return f"{local:%a} {local.day:>2} {local:%b}"


def _now_line(frame: Frame) -> Line:
    local = frame.now.astimezone(frame.zone)
    rule = frame.look.glyphs.rule * 2
    words = f" {rule} now {local:%a} {local:%H:%M} "
    return (Piece(words + frame.look.glyphs.rule * max(0, frame.width - len(words) - 2), "accent"),)


def _sum_rows(explanation: Explanation, counted: int, skipped: int, frame: Frame) -> list[Row]:
    of = [
        f"{span_words(length)} {KIND_NAMES[kind]}"
        for kind, length in explanation.totals.items()
        if kind != "counted"
    ]
    room = _FROM + _TO + _why_width(frame)
    words = f"All: {span_words(explanation.span)} by the wall clock"
    lines: list[Line] = [
        (
            Piece(f"   {fit(words, room, frame.look)} ", "bold"),
            Piece(
                f"{_minutes(counted, zero=True):>{_TIME}}{_minutes(skipped):>{_TIME}}{'':>{_TIME}} ", "bold"
            ),
        )
    ]
    if of:
        folded = wrap(f"Skipped: {', '.join(of)}", max(20, frame.width - 5))
        lines += [(Piece(f"   {part}", "dim"),) for part in folded]
    return [Row(line) for line in lines]


def _why_width(frame: Frame) -> int:
    return max(8, min(_WIDEST, frame.width - 3 - _FROM - 1 - _TO - 3 * _TIME - 1))


def _minutes(minutes: int, *, zero: bool = False) -> str:
    """``3h 05m``; hours are not turned into days, as business hours have none."""
    if not minutes and not zero:
        return ""
    hours, rest = divmod(minutes, 60)
    return f"{hours:,}h {rest:02d}m" if hours else f"{rest}m"


def terms_lines(why: CallWhy, one: ClockWhy | None, frame: Frame, height: int) -> list[Line]:
    """Agreement and calendar with their versions, why that one, what moved the due time, the latest first, and why
    no other agreement; ``one`` is None where no clock runs."""
    lines: list[Line] = []
    if one is None:
        return _other_lines(why, frame)[:height]
    if one.follows is not None:
        lines += _labelled("Agreement", f"{one.follows.name}, version {one.follows.version}", frame)
        lines += _labelled("Hours", calendar_words(one), frame)
        lines += _labelled("Why this", plain(why.call.agreement_reason) or "not recorded", frame)
    if one.frozen:
        today = "never" if one.clock.due_at is None else moment(one.clock.due_at, frame.zone)
        words = f"as it was when it ended; counted with today's time zone data it would be {today}"
        lines += _labelled("Kept", words, frame)
    for change in reversed(one.changes):
        lines += _labelled("Changed", change_words(change, frame.zone), frame)
    lines += _other_lines(why, frame)
    return lines[:height]


def _other_lines(why: CallWhy, frame: Frame) -> list[Line]:
    """Which agreements were passed over, and why."""
    lines: list[Line] = []
    for index, other in enumerate(why.others):
        lines += _labelled("" if index else "Others", other_words(other), frame)
    return lines


def empty_lines(why: CallWhy, frame: Frame) -> list[Line]:
    """Why there is nothing to explain."""
    if why.call.agreement_id is None:
        words = ("No agreement covers this call.", "Nothing is promised to this customer, so no clock runs.")
    else:
        words = (
            f"{plain(why.names.agreement)} promises nothing at priority {why.call.priority}.",
            "No clock runs. p in the queue changes the priority.",
        )
    return [
        (),
        (Piece(f" {frame.look.glyphs.none} {words[0]}", "bold"),),
        (Piece(f"   {words[1]}", "dim"),),
    ]


def _labelled(label: str, words: str, frame: Frame) -> Iterable[Line]:
    room = max(10, frame.width - _LABEL - 3)
    for index, part in enumerate(wrap(words, room, break_on_hyphens=False)):
        yield (Piece(f" {'' if index else label:<{_LABEL}} ", "dim"), Piece(part, "text"))
