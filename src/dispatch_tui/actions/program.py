"""Files, and the program itself."""

from __future__ import annotations

from dispatch_tui.actions.action import FILES, PROGRAM, Action, action
from dispatch_tui.actions.screens import APP, IMPORT, STORY

ACTIONS: tuple[Action, ...] = (
    action("import_file", "I", "Import", "Bring in a file of calls, incidents or work orders.", FILES),
    action(
        "bring_in",
        "enter",
        "Try, then bring in",
        "Read the file and record nothing of it; once more brings it in.",
        FILES,
        (IMPORT,),
        footer=1,
    ),
    action("preset_down", "down ctrl+n", "Down", "Go to the next preset.", FILES, (IMPORT,)),
    action("preset_up", "up", "Up", "Go to the previous preset.", FILES, (IMPORT,)),
    action(
        "next_field",
        "tab shift+tab",
        "Other field",
        "Go between the file and what you state of it.",
        FILES,
        (IMPORT,),
        footer=3,
    ),
    action(
        "leave_import", "escape", "Stop, or back", "Stop what runs, or go back.", FILES, (IMPORT,), footer=2
    ),
    action(
        "palette", "ctrl+p", "Find", "Find any action, call or queue by typing.", PROGRAM, (APP,), footer=10
    ),
    action("story", "ctrl+n", "Story", "Where the story is; on with it.", PROGRAM, (STORY,)),
    action("help", "?", "Help", "Show the keys of this screen.", PROGRAM, (APP,), footer=11),
    action("theme", "T", "Theme", "Change between dark, light and 16 colours.", PROGRAM, (APP,)),
    action("quit", "q ctrl+c ctrl+q", "Quit", "Leave the workbench.", PROGRAM, (APP,), footer=12),
)
