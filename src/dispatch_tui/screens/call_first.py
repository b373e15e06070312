"""Call first."""

from dispatch_tui.app import WorkbenchApp


async def show_call_first(app: WorkbenchApp) -> None:
    """Not yet."""
