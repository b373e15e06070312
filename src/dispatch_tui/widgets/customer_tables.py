"""The parts of the customer screen behind the overview: timeline, trust, people, units, notes, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dispatch_tui.care.amends import Amend, GoneWrong, cost_of
from dispatch_tui.care.lists import Answer, gone_through
from dispatch_tui.care.rules import list_for
from dispatch_tui.clock import to_us
from dispatch_tui.desk.contacts import ways_of
from dispatch_tui.desk.customer_record import CustomerRecord
from dispatch_tui.store.customer_examples import Example
from dispatch_tui.store.customer_timeline import Entry
from dispatch_tui.store.customers import AnswerRow, EscalationRow, UnitState, WrongRow
from dispatch_tui.text import money, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.customer_lines import (
    WHEN,
    agreement_row,
    buffer_pieces,
    entry_row,
    loaner_row,
    note_row,
)
from dispatch_tui.widgets.moments import wall
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Row

_KIND, _NUMBER, _WHO = 18, 9, 10
_WHO_FROM, _NUMBER_FROM = 110, 70

KIND_WORDS: Mapping[str, str] = {
    "customer": "customer",
    "contact": "contact",
    "site": "site",
    "unit": "unit",
    "call": "call",
    "visit": "visit",
    "interaction": "said",
    "promise": "promise",
    "recommendation": "advice",
    "customer_note": "note",
    "gone_wrong": "went wrong",
    "escalation": "escalation",
    "escalation_entry": "escalation",
    "loaner": "loaner",
    "rating": "rating",
}
"""Short words for kinds of records."""


def timeline_rows(
    entries: Sequence[Entry], record: CustomerRecord, width: int, look: Look, *, more: bool
) -> list[Row]:
    """One row an entry, newest first."""
    if not entries:
        return [Row((Piece(" Nothing of this kind has happened yet.", "dim"),))]
    rows = [_entry_row(one, record, width, look) for one in entries]
    if more:
        rows.append(Row((Piece(f" {look.glyphs.down} more below", "dim"),)))
    return rows


def _entry_row(one: Entry, record: CustomerRecord, width: int, look: Look) -> Row:
    sign, kind, style = _looks(one, look)
    words = ": ".join(filter(None, (plain(one.words), plain(one.more)))) or look.glyphs.none
    if one.kind == "escalation":
        words = f"{words} ({plain(one.state)})"
    when = wall(to_us(one.at), record.card.tz, to_us(record.at))
    pieces = [
        Piece(f" {fit(when, WHEN, look)}", "dim"),
        Piece(f"{sign} {fit(kind, _KIND - 2, look)} ", style),
    ]
    if width >= _NUMBER_FROM:
        pieces.append(Piece(f"{fit(plain(one.number), _NUMBER, look)} ", "dim"))
    right = Piece(f" {fit(plain(one.who), _WHO, look)}", "dim") if width >= _WHO_FROM else Piece("")
    room = width - sum(len(piece.text) for piece in (*pieces, right))
    return Row((*pieces, Piece(fit(words, max(1, room), look), style), right), f"{one.kind}:{one.record_id}")


def _looks(one: Entry, look: Look) -> tuple[str, str, str]:
    """Sign, words and style of an entry."""
    glyphs = look.glyphs
    outcome = {
        "good": glyphs.kept,
        "kept": glyphs.kept,
        "bad": glyphs.broken,
        "broken": glyphs.broken,
        "incomplete": glyphs.statuses["assigned"],
        "partly": glyphs.statuses["assigned"],
    }
    state = plain(one.state).replace("_", " ")
    if one.kind == "interaction":
        theirs = one.state == "in"
        words = f"{'they' if theirs else 'we'}: {plain(one.how) or 'contact'}"
        return (glyphs.down if theirs else glyphs.up), words, "text"
    if one.kind == "call":
        over = one.state in ("closed", "cancelled")
        sign = glyphs.statuses.get(one.state, " ")
        return sign, f"call {STATUS_WORDS.get(one.state, state)}", "dim" if over else "bold"
    if one.kind in ("visit", "promise"):
        style = "late" if one.state in ("bad", "broken") else "text"
        word = "was kept" if one.kind == "promise" and one.state == "kept" else state
        return outcome.get(one.state, glyphs.left), f"{one.kind} {word.removeprefix('was ')}".rstrip(), style
    if one.kind == "customer_note":
        return glyphs.bullet, plain(one.how), "late" if one.how == "complaint" else "text"
    if one.kind == "rating":
        ours = "ours" if one.state == "us" else "theirs"
        return glyphs.bullet, f"rated {plain(one.how)} ({ours})", "text"
    if one.kind in ("gone_wrong", "escalation"):
        sign = glyphs.kept if one.state == "closed" else glyphs.soon
        return sign, KIND_WORDS[one.kind], "dim" if one.state == "closed" else "soon"
    return glyphs.bullet, f"{KIND_WORDS.get(one.kind, one.kind)} {state}".rstrip(), "text"


def trust_rows(record: CustomerRecord, width: int, look: Look) -> list[Row]:
    """The buffer, how it is counted, and every entry behind it."""
    rules = record.rules.ledger
    told = (
        f" An entry counts half after {rules.half_life_days} days; a withdrawal weighs {rules.bad_weight:g} times. "
        f"At risk below {record.ledger.at_risk_below}."
    )
    return [
        Row((Piece(" "), *buffer_pieces(record.ledger, look))),
        Row((Piece(fit(told, width, look), "dim"),)),
        Row(()),
        *(entry_row(one, record, width, look) for one in record.ledger.entries),
    ]


def people_rows(record: CustomerRecord, width: int, look: Look) -> list[Row]:
    """Contacts, each with the ways in their own order and what they asked for."""
    if not record.contacts:
        return [Row((Piece(" No contact on record: ask who speaks for them. 'a' adds one.", "dim"),))]
    rows: list[Row] = []
    for one in record.contacts:
        known = {"mobile": one.mobile, "phone": one.phone, "email": one.email}
        order = dict.fromkeys((*ways_of(one.way_order), *known))
        ways = [f"{way} {plain(known[way])}" for way in order if plain(known[way])]
        called = f' "{plain(one.goes_by)}"' if one.goes_by else ""
        site = f"  {plain(one.site)}" if one.site else ""
        words = " · ".join(ways) or f"{look.glyphs.late} no number, no address"
        rows.append(
            Row(
                (
                    Piece(f" {fit(plain(one.name) + called + site, max(1, width // 3), look)} ", "bold"),
                    Piece(fit(words, max(1, width - width // 3 - 2), look), "text" if ways else "late"),
                ),
                f"contact:{one.id}",
            )
        )
        wishes = [
            f"best time: {plain(one.best_time)}" if one.best_time else "",
            f"detail: {plain(one.detail_level)}" if one.detail_level else "",
            plain(one.note),
        ]
        if any(wishes):
            rows.append(Row((Piece(fit(f"   {' · '.join(filter(None, wishes))}", width, look), "dim"),)))
    return rows


def unit_rows(
    units: Sequence[UnitState], examples: Sequence[Example], record: CustomerRecord, width: int, look: Look
) -> list[Row]:
    """Units with their state, agreements, loaners, and what others with the same models do."""
    rows = [_heading("Units")]
    rows += [_unit_row(one, record, width, look) for one in units]
    if not units:
        rows.append(_dim("No unit on record."))
    rows += [Row(()), _heading("Agreements")]
    rows += [agreement_row(one, record, width, look) for one in record.agreements]
    if not record.agreements:
        rows.append(_dim("No agreement."))
    rows += [Row(()), _heading("Loaners")]
    rows += [loaner_row(one, record, width, look) for one in record.loaners]
    if not record.loaners:
        rows.append(_dim("None was lent to them."))
    rows += [Row(()), _heading("What others with the same model do")]
    rows += [row for one in examples for row in _example_rows(one, width, look)]
    if not examples:
        rows.append(_dim("Nothing to tell: too few others have these models to stay anonymous."))
    return rows


def _unit_row(one: UnitState, record: CustomerRecord, width: int, look: Look) -> Row:
    glyphs = look.glyphs
    if one.retired_at is not None:
        sign, state, style = glyphs.gone, "retired", "dim"
    elif one.open_calls:
        calls = "call" if one.open_calls == 1 else "calls"
        sign, state, style = glyphs.soon, f"{one.open_calls} open {calls}", "soon"
    elif one.last_outcome in ("bad", "incomplete"):
        sign, state, style = glyphs.broken, f"last visit {one.last_outcome}", "late"
    else:
        sign, state, style = glyphs.kept, "in service", "text"
    last = ""
    if one.last_visit_at is not None:
        last = f"visited {wall(to_us(one.last_visit_at), record.card.tz, to_us(record.at))}"
    room = max(1, width - 17 - 20 - 19)
    about = " · ".join(filter(None, (plain(one.model), plain(one.name), plain(one.site))))
    return Row(
        (
            Piece(
                f" {fit(plain(one.serial) or f'#{one.id}', 15, look)} ", "bold" if style != "dim" else style
            ),
            Piece(f"{sign} {fit(state, 17, look)} ", style),
            Piece(f"{fit(about, room, look)} ", "dim"),
            Piece(fit(last, 17, look, right=True), "dim"),
        ),
        f"unit:{one.id}",
    )


def _example_rows(one: Example, width: int, look: Look) -> list[Row]:
    counts = {
        "under agreement": one.under_agreement,
        "had planned service within a year": one.serviced,
        "decided to repair": one.repaired,
        "decided to replace": one.replaced,
    }
    words = " · ".join(f"{count} {what}" for what, count in counts.items())
    return [
        Row((Piece(fit(f" {plain(one.model)}, at {one.others} other customers", width, look), "text"),)),
        Row((Piece(fit(f"   {words}", width, look), "dim"),)),
    ]


def notes_rows(wrongs: Sequence[WrongRow], record: CustomerRecord, width: int, look: Look) -> list[Row]:
    """Notes by what holds, then what went wrong with what was done about it, and what that cost."""
    rows = [_heading("Plans, ideas, wishes, delights, material, complaints, commendations")]
    rows += [note_row(one, record, width, look) for one in record.notes]
    if not record.notes:
        rows.append(_dim("None yet. 'a' adds one."))
    rows += [Row(()), _heading("What went wrong, and what was done about it")]
    for wrong in wrongs:
        rows += _wrong_rows(wrong, record, width, look)
    if not wrongs:
        rows.append(_dim("Nothing on record."))
    costs = cost_of(_gone_wrong(wrong) for wrong in wrongs)
    if costs:
        spent = ", ".join(money(minor, plain(currency)) for currency, minor in costs.items())
        rows += [Row(()), _dim(f"Making good has cost {spent}.")]
    return rows


def _gone_wrong(wrong: WrongRow) -> GoneWrong:
    amends = tuple(
        Amend(
            "other" if one.kind != "apology" else "apology",
            one.what,
            one.happened_at,
            one.cost_minor or 0,
            one.currency,
        )
        for one in wrong.amends
    )
    return GoneWrong(wrong.what, wrong.happened_at, amends)


def _wrong_rows(wrong: WrongRow, record: CustomerRecord, width: int, look: Look) -> list[Row]:
    good = _gone_wrong(wrong).made_good
    sign, word, style = (
        (look.glyphs.kept, "made good", "text") if good else (look.glyphs.soon, "not made good", "soon")
    )
    when = wall(to_us(wrong.happened_at), record.card.tz, to_us(record.at))
    words = " ".join(filter(None, (plain(wrong.number), plain(wrong.what))))
    rows = [
        Row(
            (
                Piece(f" {fit(when, WHEN, look)}", "dim"),
                Piece(f"{sign} {word:<14}", style),
                Piece(fit(words, max(1, width - WHEN - 17), look), "text"),
            ),
            f"wrong:{wrong.id}",
        )
    ]
    for one in wrong.amends:
        cost = f"  {money(one.cost_minor, plain(one.currency))}" if one.cost_minor else ""
        told = f"{plain(one.kind)}: {plain(one.what)}".rstrip(": ") + cost
        rows.append(Row((Piece(fit(f"{' ' * (WHEN + 3)}{told}", width, look), "dim"),)))
    return rows


def list_rows(
    answers: Mapping[str, AnswerRow],
    escalations: Sequence[EscalationRow],
    record: CustomerRecord,
    width: int,
    look: Look,
) -> list[Row]:
    """The onboarding list with its answers, and the history of escalations."""
    given = {key: Answer(bool(one.yes), one.note) for key, one in answers.items()}
    checklist = gone_through(list_for(record.rules.onboarding, "any"), given)
    state = "complete" if checklist.ready else f"{len(checklist.missing)} needed and missing"
    rows = [_heading(f"Onboarding: {state}")]
    signs = {"yes": look.glyphs.kept, "no": look.glyphs.broken, "open": look.glyphs.left}
    for line in checklist.lines:
        must = " (needed)" if line.item.must else ""
        note = f": {plain(line.note)}" if line.note else ""
        style = "soon" if line.missing else "dim" if line.state == "open" else "text"
        words = f"{plain(line.item.text)}{must}{note}"
        rows.append(
            Row(
                (
                    Piece(f" {signs[line.state]} {line.state:<5}", style),
                    Piece(fit(words, max(1, width - 9), look), "text"),
                ),
                f"item:{line.item.key}",
            )
        )
    rows += [Row(()), _heading("Escalations")]
    for one in escalations:
        when = wall(to_us(one.opened_at), record.card.tz, to_us(record.at))
        over = one.status == "closed"
        sign = look.glyphs.kept if over else look.glyphs.soon
        owner = f" · {plain(one.owner)}" if one.owner else " · nobody owns it"
        rows.append(
            Row(
                (
                    Piece(f" {fit(when, WHEN, look)}", "dim"),
                    Piece(f"{sign} {fit(plain(one.status), 9, look)} ", "dim" if over else "soon"),
                    Piece(fit(f"{plain(one.title)}{owner}", max(1, width - WHEN - 13), look), "text"),
                ),
                f"escalation:{one.id}",
            )
        )
    if not escalations:
        rows.append(_dim("None."))
    return rows


def _heading(words: str) -> Row:
    return Row((Piece(f" {words}", "bold"),))


def _dim(words: str) -> Row:
    return Row((Piece(f" {words}", "dim"),))
