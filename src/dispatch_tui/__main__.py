"""``python -m dispatch_tui``: the same as the console script ``dispatch-tui``."""

import sys

from dispatch_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
