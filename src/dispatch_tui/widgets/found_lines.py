"""What a search found, line by line, with the words that were asked for marked."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.clock import to_us
from dispatch_tui.store.search import Hit, marked
from dispatch_tui.themes import Look
from dispatch_tui.widgets.customer_lines import WHEN
from dispatch_tui.widgets.customer_tables import KIND_WORDS
from dispatch_tui.widgets.moments import wall
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row


def found_rows(
    hits: Sequence[Hit], question: str, width: int, look: Look, now_us: int, *, with_customer: bool
) -> list[Row]:
    """What a search found: kind, when, whose, and the words with those asked for marked."""
    customer = min(24, width // 5) if with_customer else 0
    rows = []
    for hit in hits:
        kind = KIND_WORDS.get(hit.kind, hit.kind)
        when = "" if hit.at is None else wall(to_us(hit.at), "", now_us)
        pieces = [
            Piece(f" {fit(kind, 11, look)}", "dim"),
            Piece(fit(when, WHEN, look), "dim"),
        ]
        if customer:
            pieces.append(
                Piece(f"{fit('' if hit.kind == 'customer' else hit.customer, customer - 1, look)} ", "dim")
            )
        number = "" if hit.kind == "call" else hit.number
        if hit.excerpt:
            words = f"{hit.head} · {hit.excerpt}" if hit.head else hit.excerpt
            if len(hit.head) > 30:
                words = hit.excerpt
        else:
            words = hit.head
        text = f"{number} {words}".strip()
        room = max(1, width - sum(len(one.text) for one in pieces))
        rows.append(Row((*pieces, *_marked(text, question, room, look)), f"{hit.kind}:{hit.record_id}"))
    return rows


def _marked(text: str, question: str, width: int, look: Look) -> Line:
    shown = fit(text, width, look)
    return tuple(Piece(run, "accent" if hit else "text") for run, hit in marked(shown, question))
