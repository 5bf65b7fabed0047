"""``python -m benchmarks.generate merge``: would the maintainers of real projects merge what the batch writes?

Half of each project's documentation is removed, and a stand-in returns exactly those texts as the model's answers: what comes
back changed, is filler, or upsets the project's own formatter and linter is the tool's fault alone.
"""
