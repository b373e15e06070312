"""Our figures beside the goals: ``python -m bench`` (see ``--help``)."""
