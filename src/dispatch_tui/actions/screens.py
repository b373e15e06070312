"""Names of screens, as the actions know them."""

from __future__ import annotations

APP = "app"
QUEUE = "queue"
UNIT, ROI, BREAKDOWN, SEARCH, IMPORT = "unit", "roi", "breakdown", "search", "import"
FLEET = "fleet"
CUSTOMER, FIND = "customer", "find"
EXPLAIN, ATTAINMENT, ATTAINMENT_CALLS = "explain", "attainment", "attainment calls"
RECOMMENDATION, SCENARIOS = "recommendation", "scenarios"
AGREEMENTS, AGREEMENT, CALENDAR, EFFECT = "agreements", "agreement", "calendar", "effect"
ESCALATIONS, ESCALATION = "escalations", "escalation"
LOOKING_BACK, MY_WORK = "looking back", "my work"
CARE_RULES, RULE_EFFECT = "rules", "rule effect"
STORY = "story"
"""The story of the demo, walked in the workbench (``demo --story``)."""
LOG, FIRST = "log", "call first"
BRIEF, ASKING, DELIVERABLES = "brief", "asking", "deliverables"
DIALOG = "dialog"
"""Names of screens. ``app`` actions work on every screen, dialogs apart."""
PAGES = (
    UNIT,
    ROI,
    BREAKDOWN,
    RECOMMENDATION,
    SCENARIOS,
    FLEET,
    CUSTOMER,
    EXPLAIN,
    ATTAINMENT,
    ATTAINMENT_CALLS,
    AGREEMENTS,
    AGREEMENT,
    CALENDAR,
    EFFECT,
    ESCALATIONS,
    ESCALATION,
    FIRST,
    LOOKING_BACK,
    MY_WORK,
    CARE_RULES,
    RULE_EFFECT,
    BRIEF,
    DELIVERABLES,
)
"""Full screens over the queue."""
LISTS = (QUEUE, *PAGES)
"""Screens with a list that the keys of motion walk through."""
EDITORS = (AGREEMENT, CALENDAR)
"""Screens whose changes are kept together until they are saved."""
