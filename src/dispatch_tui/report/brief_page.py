"""The visit brief on paper: the same page as on the screen, for who goes without one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from textwrap import wrap
from typing import Any, ClassVar

from dispatch_tui.care.lists import Checklist
from dispatch_tui.desk.briefs import Briefing
from dispatch_tui.text import plain

_WIDTH, _LABEL = 78, 21
_MARKS = {"yes": "x", "no": "!", "open": " "}


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be acknowledged; ``given``: by whom and when, empty while nobody has."""

    title: str
    words: str
    given: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the brief that is only read."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A line of a list: ``mark`` is ``x`` where it holds, ``!`` where it does not, blank where nobody knows."""

    mark: str
    text: str
    must: bool


@dataclass(frozen=True, slots=True)
class CheckList:
    title: str
    lines: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class BriefPage:
    """The page. Every text is one printable line."""

    template: ClassVar[str] = "brief"
    title: str
    call: str
    place: str
    visit: str
    reach: str
    printed: str
    asked: tuple[Asked, ...]
    parts: tuple[Part, ...]
    lists: tuple[CheckList, ...]

    def values(self) -> dict[str, Any]:
        """As plain lists and texts, for a template."""
        return asdict(self)


_TITLES = {"arrival": "Arrival instruction", "warranty": "Warranty guard"}
_ANSWERED = ("Readiness", "Data safety")


def brief_page(found: Briefing) -> BriefPage:
    """What stands on the page; instants by the site's wall clock."""
    names = found.names
    given = {one.key: one for one in found.given}
    asked = []
    for one in found.brief.to_acknowledge:
        by = given.get(one.key)
        words = "" if by is None else f"{plain(by.who)}, {_moment(by.at, found)}"
        asked.append(Asked(_TITLES[one.kind], one.words, words))
    told = {one.words for one in found.brief.to_acknowledge}
    parts = []
    for section in found.brief.sections:
        lines = tuple(line for line in section.lines if line not in told)
        if lines and section.title not in _ANSWERED:
            parts.append(Part(section.title, lines))
    return BriefPage(
        title=plain(found.call.title),
        call=f"{plain(found.call.number)}, priority {found.call.priority}",
        place=", ".join(filter(None, map(plain, (names.customer, names.site, names.address, names.city)))),
        visit=_visit(found),
        reach=found.reach.words,
        printed=_moment(found.at, found),
        asked=tuple(asked),
        parts=tuple(parts),
        lists=(_list("Readiness", found.readiness), _list("Data safety", found.data_safety)),
    )


def brief_text(page: BriefPage) -> str:
    """The page as plain text of 78 columns, for any printer."""
    lines = [page.title, page.call, page.place, page.visit, f"Reach: {page.reach}", ""]
    for one in page.asked:
        given = f"acknowledged by {one.given}" if one.given else "not acknowledged yet"
        lines += _entry(one.title, f"{one.words} ({given})")
    for part in page.parts:
        for index, line in enumerate(part.lines):
            lines += _entry(part.title if index == 0 else "", line)
    for listed in page.lists:
        for index, check in enumerate(listed.lines):
            lines += _entry(listed.title if index == 0 else "", f"[{check.mark}] {check.text}")
    return "\n".join([*lines, "", f"As of {page.printed}", ""])


def _entry(title: str, words: str) -> list[str]:
    wrapped = wrap(words, _WIDTH - _LABEL, break_on_hyphens=False) or [""]
    return [f"{title if index == 0 else '':<{_LABEL}}{line}".rstrip() for index, line in enumerate(wrapped)]


def _list(title: str, listed: Checklist) -> CheckList:
    return CheckList(
        title,
        tuple(
            Check(
                _MARKS[line.state],
                plain(line.item.text) + (f" ({line.note})" if line.note else ""),
                line.item.must,
            )
            for line in listed.lines
        ),
    )


def _visit(found: Briefing) -> str:
    if found.visit is None:
        return "No visit is planned."
    visit, who = found.visit.visit, plain(found.visit.technician) or "nobody yet"
    if visit.window_from is None or visit.window_to is None:
        return f"Visit: {who}"
    end = visit.window_to.astimezone(found.zone)
    return f"Visit: {who}, {_moment(visit.window_from, found)} to {end:%H:%M}"


def _moment(at: datetime, found: Briefing) -> str:
    there = at.astimezone(found.zone)
    return f"{there:%a} {there.day} {there:%B} {there:%Y %H:%M}"
