"""Who sits at this keyboard, as the operating system knows them. (Nothing heavy: the first picture asks too.)"""

from __future__ import annotations

import os
import pwd


def account() -> str:
    """The account name of the real user id (so that ``sudo -u`` and set-uid wrappers do not blur it)."""
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid{uid}"
