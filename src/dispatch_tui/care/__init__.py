"""The customer side: whom to call, why, and by when a call still helps. Pure rules over plain values."""

from dispatch_tui.care.prompts import (
    Inbound,
    NextUpdate,
    OpenPromise,
    Prompt,
    Reason,
    Timing,
    call_first,
    prompts,
)

__all__ = ["Inbound", "NextUpdate", "OpenPromise", "Prompt", "Reason", "Timing", "call_first", "prompts"]
