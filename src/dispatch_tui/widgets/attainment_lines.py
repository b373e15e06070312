"""How attainment reads: the headline, the chart, a line for each group, what counts, and the calls behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from textwrap import wrap
from typing import Final

from dispatch_tui.sla.attainment import RULES, Tally, Verdict, percent, short_name
from dispatch_tui.sla.terms import ClockKind
from dispatch_tui.store.attainment import Attainment, CallBehind, GroupTally, Question
from dispatch_tui.store.details import zone_of
from dispatch_tui.text import age, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row
from dispatch_tui.widgets.share_chart import ShareBar, share_chart

CLOCK_WORDS: Final[Mapping[ClockKind, str]] = {
    "first_response": "First response",
    "resolution": "Resolution",
    "next_update": "Next update",
    "customer_waiting": "Customer waiting",
}
VERDICT_WORDS: Final[Mapping[Verdict, str]] = {
    "missed": "missed",
    "met": "met",
    "running": "still running",
    "never": "never due",
    "cancelled": "ended by cancelling",
}
_SHARE, _COUNT, _PERIOD, _NAME = 9, 9, 6, 34
"""Cells of the columns; names are cut to theirs where periods stand beside them."""


def subject(question: Question) -> str:
    """What is counted, in words: ``by team, months, 2025-04-01 to 2026-03-04``."""
    return f"by {question.by}, {question.period}s, {question.first} to {question.last}"


def head_lines(found: Attainment, width: int, look: Look) -> list[Line]:
    """The share of all with its counts, and what was asked."""
    total = found.total
    if not total.counted:
        first: Line = (Piece(" Nothing counted", "bold"), Piece(f" {subject(found.question)}", "dim"))
    else:
        first = (
            Piece(f" {percent(total)} met", "bold"),
            Piece(f"   {look.glyphs.kept} {total.met:,} met   ", "text"),
            Piece(f"{look.glyphs.broken} {total.missed:,} missed", "late" if total.missed else "text"),
            Piece(f"   {look.glyphs.left} {total.running:,} still running", "dim"),
        )
    out = [
        f"{count:,} {words}"
        for count, words in ((total.never, "never due"), (total.cancelled, "cancelled"))
        if count
    ]
    left_out = f"   left out: {', '.join(out)}" if out else ""
    return [first, (Piece(fit(f" {subject(found.question)}{left_out}", width, look), "dim"),)]


def chart_lines(found: Attainment, width: int, height: int, look: Look) -> list[Line]:
    """Missed clocks and the share met by period."""
    bars = [
        ShareBar(short_name(one.first, found.question.period), one.tally.missed, _whole_percent(one.tally))
        for one in found.periods
    ]
    return share_chart(bars, width - 1, height, look) if found.total.counted else []


def group_rows(found: Attainment, groups: Sequence[GroupTally], width: int, look: Look) -> list[Row]:
    """A heading and a line for each group, in the order given."""
    if not sum(found.total):
        words = (
            "No call has such a clock in these dates.",
            "Calls are clocked where their customer has an agreement that promises it.",
        )
        return [Row((Piece(fit(f" {word}", width, look), "dim"),)) for word in words]
    shown = _periods_shown(found, width)
    room = width - 2 - _SHARE - 3 * _COUNT - _PERIOD * len(shown)
    name = max(12, min(_NAME, room) if shown else room)
    titles = "".join(f"{title:>{_COUNT}}" for title in ("met", "missed", "running"))
    periods = "".join(f"{short_name(one, found.question.period):>{_PERIOD}}" for one in shown)
    head = f" {fit(found.question.by, name, look)}{'share':>{_SHARE}}{titles}{periods}"
    rows = [Row((Piece(fit(head, width, look), "dim"),))]
    return rows + [_group_row(group, name, set(shown), look) for group in groups]


def _periods_shown(found: Attainment, width: int) -> list[date]:
    """The latest periods that have a column of their own beside the groups: as many as there is room for."""
    room = (width - 2 - _NAME - _SHARE - 3 * _COUNT) // _PERIOD
    return [one.first for one in found.periods][-room:] if room > 1 else []


def _group_row(group: GroupTally, name: int, shown: set[date], look: Look) -> Row:
    tally = group.tally
    share = percent(tally) or look.glyphs.none
    periods = "".join(
        f"{_whole_percent(one.tally) or look.glyphs.none:>{_PERIOD}}"
        for one in group.periods
        if one.first in shown
    )
    return Row(
        (
            Piece(f" {fit(plain(group.name), name, look)}", "text"),
            Piece(f"{share:>{_SHARE}}", "bold" if tally.counted else "dim"),
            Piece(f"{tally.met:>{_COUNT},}", "text"),
            Piece(f"{tally.missed:>{_COUNT},}", "late" if tally.missed else "dim"),
            Piece(f"{tally.running:>{_COUNT},}", "dim"),
            Piece(periods, "dim"),
        ),
        f"group:{'' if group.id is None else group.id}",
    )


def rule_lines(width: int) -> list[Line]:
    """What counts, wrapped to a width."""
    return [(Piece(f" {line}", "dim"),) for line in wrap(" ".join(RULES), max(20, width - 2))]


def progress_line(share: float, width: int, look: Look) -> Line:
    """How far the counting is."""
    cells = max(10, min(width - 24, 50))
    full = round(share * cells)
    bar = look.glyphs.thumb * full + look.glyphs.none * (cells - full)
    return (Piece(" Counting  ", "dim"), Piece(bar, "accent"), Piece(f" {share:.0%}", "dim"))


# -- the calls behind a number -----------------------------------------------------------------


def behind_head(question: Question, group: str, verdict: Verdict, width: int, look: Look) -> list[Line]:
    """Which calls these are."""
    of = f", {plain(group)}" if group else ""
    first = f" {CLOCK_WORDS[question.kind]} {VERDICT_WORDS[verdict]}{of}"
    return [
        (Piece(fit(first, width, look), "bold"),),
        (
            Piece(
                fit(
                    f" {question.first} to {question.last}, times at the site, the latest first", width, look
                ),
                "dim",
            ),
        ),
    ]


def behind_rows(
    calls: Sequence[CallBehind], verdict: Verdict, width: int, look: Look, now: datetime, *, more: bool
) -> list[Row]:
    """A line for each call: when it was due, by how much it is late, which it is."""
    if not calls:
        return [Row((Piece(" None.", "dim"),))]
    room = max(10, width - 42)
    customer = min(24, room // 2)
    head = f" {'due':<17}{'ended':<17}{_by_words(verdict):>9}  {fit('call', 11, look)}"
    wide = width >= 100
    tail = f" {fit('customer', customer, look)} title" if wide else " customer"
    rows = [Row((Piece(fit(f"{head}{tail}", width, look), "dim"),))]
    for one in calls:
        zone = zone_of(one.site_tz)
        due = look.glyphs.none if one.due_at is None else f"{one.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
        ended = (
            look.glyphs.none if one.ended_at is None else f"{one.ended_at.astimezone(zone):%Y-%m-%d %H:%M}"
        )
        spare = max(0, width - 57)
        what = (
            f"{fit(plain(one.customer), customer, look)} {plain(one.title)}" if wide else plain(one.customer)
        )
        rows.append(
            Row(
                (
                    Piece(f" {due:<17}{ended:<17}", "text"),
                    Piece(f"{_by(one, verdict, now):>9}  ", "late" if verdict == "missed" else "dim"),
                    Piece(fit(plain(one.number), 11, look), "bold"),
                    Piece(f" {fit(what, spare, look)}", "text"),
                ),
                f"call:{one.number}",
            )
        )
    if more:
        rows.append(Row((Piece(" More below.", "dim"),)))
    return rows


def _by_words(verdict: Verdict) -> str:
    return {"missed": "late by", "met": "to spare", "running": "left"}.get(verdict, "")


def _by(one: CallBehind, verdict: Verdict, now: datetime) -> str:
    """Wall time by which it is late (so far, while it goes on), or was early."""
    if one.due_at is None:
        return ""
    end = one.ended_at or now
    return age(end - one.due_at if verdict == "missed" else one.due_at - end)


def _whole_percent(tally: Tally) -> str:
    return f"{100 * tally.met // tally.counted}%" if tally.counted else ""
