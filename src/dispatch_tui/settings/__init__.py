"""What a user may set: one declared model behind the file, the environment and ``--help``.

:func:`load` reads, cheaply, since it runs before the first picture. What few sessions need stands apart:
:func:`.writing.save` changes the file and keeps its comments; :func:`.showing.settings_help`,
:func:`.showing.default_file` and :func:`.showing.shown` explain.
"""

from dispatch_tui.settings.model import OPTIONS, Option, RoiSettings, Settings
from dispatch_tui.settings.reading import ENVIRONMENT, Check, check_text, load, settings_path, stray_variables

__all__ = [
    "ENVIRONMENT",
    "OPTIONS",
    "Check",
    "Option",
    "RoiSettings",
    "Settings",
    "check_text",
    "load",
    "settings_path",
    "stray_variables",
]
