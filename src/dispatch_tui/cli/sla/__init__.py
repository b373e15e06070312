"""``dispatch-tui sla``: why something is due when it is, and how what was promised was kept."""
