"""``dispatch-tui rules``: the rules of the customer side, shown, checked with what they would do, and set."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.rules_file import RuleChange, changes_between, default_rules, every_rule
from dispatch_tui.care.rules_sections import fault_of, sections
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.sheet import heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.care_rules import care_rules, kept_rules, set_care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.rules_effect import RulesEffect, effect_of_rules
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Do what was asked; 0. Raises ``InvalidInput`` with file, line and rule at fault."""
    if args.act == "export" and args.defaults:
        return _print(args, out, "\n".join(one.text for one in sections()))
    with desk_for(args, clock) as desk:
        if args.act == "show":
            return _show(args, out, desk)
        if args.act == "export":
            with desk.store.read() as connection:
                return _print(args, out, kept_rules(connection).text)
        text = _read(args.file)
        try:
            effect = effect_of_rules(desk, text)
            saved = set_care_rules(desk, text) if args.act == "set" else None
        except InvalidInput as refused:
            raise _at_line(args.file, text, refused) from None
    assert effect is not None  # nobody stops it
    if args.json:
        out.json({"saved": saved is not None, "version": saved, **effect_shape(effect)})
    else:
        _show_effect(out, effect, saved=saved is not None)
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("FILE", f"{file} cannot be read ({error})") from error


def _at_line(file: Path, text: str, refused: InvalidInput) -> InvalidInput:
    fault = fault_of(refused, text)
    place = f"{file}, line {fault.line}" if fault.line else str(file)
    return InvalidInput(f"{place}: {fault.field}" if fault.field else place, fault.reason, refused.remedy)


def _print(args: Namespace, out: Output, text: str) -> int:
    if args.json:
        out.json({"toml": text})
    else:
        for line in text.splitlines():
            out.line(line)
    return 0


def _show(args: Namespace, out: Output, desk: Desk) -> int:
    with desk.store.read() as connection:
        rules, version = care_rules(connection), kept_rules(connection).version
    changes = changes_between(default_rules(), rules)
    if args.json:
        shown = {"rules": rules.model_dump(mode="json")} if args.all else {}
        out.json({"version": version, "changes": [one._asdict() for one in changes], **shown})
    elif args.all:
        for field, value in every_rule(rules):
            out.line(f"{field} = {plain(value)}")
    elif not changes:
        out.line(
            "The rules are the defaults. 'dispatch-tui rules export --defaults' prints them with a word on each."
        )
    else:
        _table(out, changes, "Default", "Ours")
    return 0


def _table(out: Output, changes: tuple[RuleChange, ...], was: str, now: str) -> None:
    rows = [[Cell(one.field), Cell(plain(one.was)), Cell(plain(one.now))] for one in changes]
    table(out, (Column("Rule"), Column(was, least=10), Column(now, least=10)), rows)


def effect_shape(found: RulesEffect) -> dict[str, Any]:
    """What rules would do, as docs/json.md has it."""
    effect = found.effect
    listed = {"new": effect.new, "gone": effect.gone, "earlier": effect.earlier, "later": effect.later}
    return {
        "changes": [one._asdict() for one in found.changes],
        "looked_at": found.parties,
        "to_call_was": effect.asked_was,
        "to_call_now": effect.asked_now,
        **{name: [_reason(one, found) for one in reasons] for name, reasons in listed.items()},
    }


def _reason(one: Reason, found: RulesEffect) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": one.key,
        "words": one.words,
        "customer_id": one.customer_id,
        "customer": found.names.get(one.customer_id, "") if one.customer_id is not None else "",
        "call_id": one.call_id,
        "prompt_at": one.prompt_at,
        "useful_until": one.useful_until,
    }


def _show_effect(out: Output, found: RulesEffect, *, saved: bool) -> None:
    if not found.changes:
        out.line("These are the rules that hold already.")
        return
    _table(out, found.changes, "As it is", "As it would be" if not saved else "Now")
    effect = found.effect
    heading(out, "Reasons to call")
    wrapped(
        out,
        f"  {len(effect.new):,} new, {len(effect.gone):,} gone, {len(effect.earlier):,} earlier, "
        f"{len(effect.later):,} later; to call now {effect.asked_was:,}, by these rules {effect.asked_now:,}.",
    )
    out.line()
    out.line("Saved, for everybody." if saved else "Nothing is saved: 'dispatch-tui rules set FILE' does.")
