"""What to say to the customer: the decision in plain words, for the conversation at his desk."""

from __future__ import annotations

from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.verdict import REPAIR, REPLACE, by_component, rounded, verdict
from dispatch_tui.text import years_long


def talk_track(decision: Decision) -> tuple[str, ...]:
    """What to say at the customer's desk, in plain words and in this order; cautions last."""
    case, standing = decision.case, decision.standing
    unit, best, means = case.defender, standing.best, decision.futures.means
    old, new = (float(means[way].failures[: case.horizon].mean()) for way in (standing.plan.way, best.name))
    kept = rounded(decision.keep.present, decision)
    same = rounded(decision.keep.present - standing.plan.least, decision)
    said = verdict(decision)
    failing = (
        f"We expect {old:.1f} failures a year of {unit.name}, at {rounded(unit.running.repair, decision)} each; of "
        f"{best.name} when new {new:.1f}."
    )
    done = "With the component alone replaced and" if by_component(decision) else "Repaired and"
    costing = (
        f"{done} kept for {years_long(decision.years)}, {unit.name} costs {kept} in today's money, all in all. "
        f"To have {best.name} instead costs {same} for the same time."
    )
    lines = [failing, costing, f"{said.sentence} {said.reason}"]
    if round(decision.downtime.mean) > 0:
        lines.append(f"Replacing spares about {decision.downtime.mean:.0f} hours of standstill a year.")
    if decision.turns:
        lines.append(_turning(decision))
    return (*lines, *(flag.text for flag in decision.flags))


def _turning(decision: Decision) -> str:
    first = decision.turns[0]
    below, beyond = (REPLACE, REPAIR) if decision.study[0] > 0 else (REPAIR, REPLACE)
    return f"Whoever needs a unit for less than {years_long(first)} should {below}, for longer {beyond}."
