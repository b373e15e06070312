"""Repair or replace."""

from __future__ import annotations

from dispatch_tui.actions.action import MONEY, Action, action
from dispatch_tui.actions.screens import FLEET, RECOMMENDATION, ROI, SCENARIOS, UNIT

ACTIONS: tuple[Action, ...] = (
    action(
        "other_side",
        "tab l right",
        "Other side",
        "Go between the inputs and the results.",
        MONEY,
        (ROI,),
        footer=3,
    ),
    action("side_before", "shift+tab h left", "Side before", "Go back to the list before.", MONEY, (ROI,)),
    action("show_results", "1", "Results", "Verdict, probability, repair limit and savings.", MONEY, (ROI,)),
    action("show_years", "2", "Years", "What falls due by year on both ways.", MONEY, (ROI,)),
    action(
        "show_forecast", "3", "Forecast", "Failures on record and to come, with their band.", MONEY, (ROI,)
    ),
    action(
        "show_keeping",
        "4",
        "Keep on",
        "What keeping costs by the number of years, the best one marked.",
        MONEY,
        (ROI,),
    ),
    action(
        "show_tornado",
        "5",
        "Tornado",
        "How far each input moves the answer, and where it turns.",
        MONEY,
        (ROI,),
    ),
    action(
        "show_assumed",
        "6",
        "Assumed",
        "Cautions, what nobody has confirmed, how it is counted.",
        MONEY,
        (ROI,),
    ),
    action("show_talk", "7", "Talk", "What to say to the customer.", MONEY, (ROI,)),
    action("show_ways", "8", "Ways", "All ways forward, and the parts likely needed next.", MONEY, (ROI,)),
    action("next_roi_tab", "]", "Next part", "Results, years, forecast and so on in turn.", MONEY, (ROI,)),
    action("previous_roi_tab", "[", "Part before", "The part before.", MONEY, (ROI,)),
    action(
        "challenger",
        "c",
        "Challenger",
        "Choose the model that would replace the unit, or several with Space.",
        MONEY,
        (ROI,),
        footer=4,
    ),
    action(
        "next_challenger",
        "v",
        "Next challenger",
        "Of several challengers turn to the inputs of the next one.",
        MONEY,
        (ROI,),
    ),
    action(
        "save_recommendation",
        "s ctrl+s",
        "Save",
        "Save the recommendation with its inputs, to be reopened later.",
        MONEY,
        (ROI,),
        footer=6,
    ),
    action(
        "recommendations",
        "R",
        "Recommendations",
        "Reopen a saved recommendation on today's records.",
        MONEY,
        (ROI, UNIT),
    ),
    action(
        "decided",
        "d",
        "Decided",
        "Record what the customer decided, and why.",
        MONEY,
        (RECOMMENDATION,),
        footer=3,
    ),
    action(
        "add_scenario",
        "+ a",
        "Add scenario",
        "Keep what is compared as a scenario, up to four.",
        MONEY,
        (ROI,),
    ),
    action("scenarios", "= m", "Scenarios", "The scenarios side by side.", MONEY, (ROI,), footer=7),
    action("scenario_before", "left h", "Scenario before", "Go to the scenario before.", MONEY, (SCENARIOS,)),
    action(
        "scenario_after", "right l tab", "Scenario after", "Go to the next scenario.", MONEY, (SCENARIOS,)
    ),
    action("name_scenario", "n", "Name", "Give the scenario a name.", MONEY, (SCENARIOS,), footer=3),
    action(
        "drop_scenario", "x delete", "Drop", "Take the scenario off the table.", MONEY, (SCENARIOS,), footer=4
    ),
    action(
        "recorded", "x", "As recorded", "Put the input back to what is on record.", MONEY, (ROI,), footer=5
    ),
    action("fleet", "M", "Fleet", "All units, ranked by what replacing them would save.", MONEY),
    action(
        "budget",
        "b",
        "Budget",
        "Say what may be spent a year, and see what it buys.",
        MONEY,
        (FLEET,),
        footer=3,
    ),
    action(
        "budget_years", "y", "Years", "Over how many years the budget is spent.", MONEY, (FLEET,), footer=3
    ),
    action(
        "whose", "c", "Customer", "Compare the units of one customer, or of all.", MONEY, (FLEET,), footer=4
    ),
    action("save_table", "o", "Save table", "Save all units as CSV or XLSX.", MONEY, (FLEET,), footer=5),
    action("stop_comparing", "x", "Stop", "Stop comparing.", MONEY, (FLEET,), footer=6),
    action("compare_again", "r", "Compare again", "Compare from the database again.", MONEY, (FLEET,)),
)
