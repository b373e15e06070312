"""Deliverables as rows: state, planned and actual days, slip, who verified and accepted."""

from __future__ import annotations

from dispatch_tui.care.projects import Deliverable
from dispatch_tui.desk.deliverables import Project
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_STATE, _PLAN, _DAYS, _SLIP = 17, 18, 12, 9


def project_title(project: Project, width: int, look: Look) -> list[Line]:
    """Which call, and how far it is in all."""
    found = project.progress
    head = f" {plain(project.number)}  {plain(project.title)}"
    days = f"{found.actual_days} of {found.planned_days} planned days taken"
    late = f"{found.slip_days} day{'' if found.slip_days == 1 else 's'} late at most"
    slip = f", {late}" if found.slip_days > 0 else ", nothing slips"
    words = f" {found.accepted} of {found.of} accepted; {days}{slip if found.of else ''}"
    return [
        (Piece(fit(head, width, look), "bold"),),
        (Piece(fit(f" {plain(project.customer)}", width, look), "dim"),),
        (Piece(fit(words, width, look), "soon" if found.slip_days > 0 else "text"),),
    ]


def deliverable_rows(project: Project, width: int, look: Look) -> list[Row]:
    """One row each, by id."""
    if not project.kept:
        return [Row((Piece(" Nothing is to be delivered yet. a plans something.", "dim"),))]
    room = max(12, width - _STATE - _PLAN - _DAYS - _SLIP - 2)
    head = (
        Piece(f" {fit('DELIVERABLE', room, look)} ", "dim"),
        Piece(fit("STATE", _STATE, look), "dim"),
        Piece(fit("PLAN", _PLAN, look), "dim"),
        Piece(fit("DAYS", _DAYS, look, right=True), "dim"),
        Piece(fit("SLIP", _SLIP, look, right=True), "dim"),
    )
    rows = [Row(head)]
    for one in project.kept:
        rows.append(Row(_line(one.of, project, room, look), str(one.id)))
        if said := _people(one.of):
            rows.append(Row((Piece(fit(f"   {said}", width, look), "dim"),)))
    return rows


def _line(one: Deliverable, project: Project, room: int, look: Look) -> Line:
    glyphs = look.glyphs
    signs = {
        "planned": (glyphs.left, "dim"),
        "under way": (glyphs.statuses["in_progress"], "text"),
        "to be accepted": (glyphs.soon, "soon"),
        "accepted": (glyphs.kept, "news"),
    }
    sign, style = signs[one.state]
    slip = one.slip_days(project.today)
    plan = f"{one.planned_from:%d %b} to {one.planned_until:%d %b}"
    late = f"{glyphs.late} {slip}d late" if slip > 0 else f"{-slip}d early" if slip < 0 else glyphs.none
    return (
        Piece(f" {fit(plain(one.what), room, look)} ", "bold"),
        Piece(fit(f"{sign} {one.state}", _STATE, look), style),
        Piece(fit(plan, _PLAN, look), "text"),
        Piece(
            fit(f"{one.actual_days(project.today)} of {one.planned_days}", _DAYS, look, right=True), "text"
        ),
        Piece(fit(late, _SLIP, look, right=True), "late" if slip > 0 else "dim"),
    )


def _people(one: Deliverable) -> str:
    said = []
    if one.verify and not plain(one.verified_by) and one.state != "planned":
        said.append("to be verified before it is accepted")
    if plain(one.verified_by):
        said.append(f"verified by {plain(one.verified_by)}")
    if plain(one.accepted_by) and one.accepted_on is not None:
        said.append(f"accepted by {plain(one.accepted_by)} on {one.accepted_on:%d %b}")
    return "; ".join(said)
