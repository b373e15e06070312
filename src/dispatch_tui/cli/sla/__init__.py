"""``dispatch-tui sla``: what was promised, and how it was kept."""
