"""One module per subcommand: ``configure(parser)`` adds its arguments, ``run(arguments)`` returns the exit code.

A module here reads arguments, calls the rest of the package and prints. If its work cannot be done it raises ``CodestralLsError``
with a sentence, which ``cli.py`` prints. Modules are imported only when their command is called.
"""
