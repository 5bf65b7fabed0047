"""``python -m benchmarks.generate merge``: would the maintainers of real projects merge the batch's result?

Half of each project's documentation is removed, and a stand-in returns exactly those texts as the model's answers: every
change, filler, or complaint of the project's own formatter and linter is the tool's fault alone.
"""
