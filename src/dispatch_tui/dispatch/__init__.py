"""Who goes where: which technicians fit a call, what each would cost, and why. Pure rules over plain values."""

from dispatch_tui.dispatch.match import Candidate, Cost, Job, Suggestion, Weights, margin, suggest
from dispatch_tui.dispatch.shifts import Shift, read_shift, shift_at
from dispatch_tui.dispatch.travel import Place, Trip, trip

__all__ = [
    "Candidate",
    "Cost",
    "Job",
    "Place",
    "Shift",
    "Suggestion",
    "Trip",
    "Weights",
    "margin",
    "read_shift",
    "shift_at",
    "suggest",
    "trip",
]
