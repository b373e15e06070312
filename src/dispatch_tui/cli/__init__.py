"""The command line: the workbench opened, and the same work without a screen.

::

    main       one command run, its errors said, its exit code
    arguments  every command and option (argparse); nothing heavy is imported for ``--help``
    opening    which database is meant, opened for reading or for acting
    instants   instants as people type them
    output     text fit to the terminal, and JSON
    table      aligned columns

The rest is one module per command. Each has ``run(args, out, clock)`` and returns the exit code.
"""
