"""``dispatch-tui roi report``: the comparison of one unit as a page for its customer."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.roi import compared
from dispatch_tui.clock import Clock
from dispatch_tui.desk.comparison import elsewhere
from dispatch_tui.errors import InvalidInput
from dispatch_tui.report.page import customer_page
from dispatch_tui.report.printing import format_of, printed, shipped_template, template_form
from dispatch_tui.settings import load


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Print the page, or write the template to edit; 0. Raises what :mod:`dispatch_tui.report.printing` does."""
    if args.template_to is not None:
        write(args.template_to, shipped_template(template_form(args.template_to)).encode())
        out.line(f"Template: {args.template_to}. Edit it, then give it with --template.")
        return 0
    if not args.unit:
        raise InvalidInput("UNIT", "no unit was named", "Give its serial number.")
    form = format_of(args.output)
    template = _template(args.template, load().roi.template, form)
    with desk_for(args, clock) as desk:
        suggestion, found = compared(desk, args, load().roi)
        others = elsewhere(desk, suggestion.card)
    page = customer_page(suggestion, found, others, clock.now().date(), valid_days=args.valid_days)
    write(args.output, printed(page, form, template))
    out.line(f"Page: {args.output}")
    return 0


def _template(given: Path | None, set_once: str, form: str) -> Path | None:
    """The template given, which must make what is asked for, else the firm's own where that makes it."""
    if given is not None:
        if template_form(given) != form:
            raise InvalidInput("--template", f"{given.name} does not make a {form.upper()}")
        return given
    own = Path(set_once).expanduser() if set_once else None
    return own if own is not None and template_form(own) == form else None


def write(file: Path, content: bytes) -> None:
    """Write a file that was asked for. Raises ``InvalidInput`` where that is not possible."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidInput("file", f"cannot write {file}: {error.strerror}") from error
