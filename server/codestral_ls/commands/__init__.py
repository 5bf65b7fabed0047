"""One module per subcommand: ``configure(parser)`` adds its arguments, ``run(arguments)`` returns the exit code.

A module here reads arguments, calls the rest of the package and prints. It raises ``CodestralLsError`` with a sentence
when it cannot be done; ``cli.py`` prints that. Modules are imported only when their command is called.
"""
