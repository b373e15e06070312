"""``dispatch-tui search``: full text over everything that is said and written."""

from __future__ import annotations

from argparse import Namespace

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.sheet import wrapped
from dispatch_tui.clock import Clock
from dispatch_tui.errors import DatabaseReadOnly
from dispatch_tui.store import search_index
from dispatch_tui.store.customers import customer_named
from dispatch_tui.store.search import Found, Hit, search
from dispatch_tui.text import plain


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Print what was found, the best first; 0, also where nothing was. Raises ``NotFound`` for the customer."""
    words = " ".join(args.words)
    with desk_for(args, clock) as desk:
        if args.rebuild:
            search_index.rebuild(desk.store)
        try:
            while search_index.catch_up(desk.store):
                pass
        except DatabaseReadOnly:
            pass  # what is in it so far is searched, and the rest is counted below
        with desk.store.read() as connection:
            customer_id = customer_named(connection, args.customer) if args.customer else None
            found = search(connection, words, customer_id=customer_id, kind=args.kind, limit=args.limit)
    if args.json:
        out.json({"words": words, "more": found.more, "hits": [one._asdict() for one in found.hits]})
    else:
        _show(out, found)
    return 0


def _show(out: Output, found: Found) -> None:
    for hit in found.hits:
        wrapped(out, _line(hit))
    if not found.hits:
        out.line("Nothing has all these words.")
    if found.more:
        out.line("There are more: another word narrows them down.")
    if found.behind > search_index.PORTION:
        out.line(f"Up to {found.behind:,} late changes are not in it: you cannot write to this database.")


def _line(hit: Hit) -> str:
    day = "" if hit.at is None else f"{hit.at:%Y-%m-%d}"
    number = "" if hit.kind == "call" else hit.number
    words = ": ".join(filter(None, (hit.head, hit.excerpt)))
    customer = "" if hit.kind == "customer" else hit.customer
    return "  ".join(filter(None, (hit.kind.replace("_", " "), day, customer, number, plain(words))))
