"""``dispatch-tui sla``: what the agreements' clocks say, without a screen."""
