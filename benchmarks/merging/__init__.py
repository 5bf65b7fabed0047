"""``python -m benchmarks.generate merge``: would the maintainers of real projects merge the batch's result?

Half of each project's documentation is removed, and a stand-in of the model answers with exactly the removed texts. So every
difference, every filler, and every complaint of the project's own formatter and linter is the fault of our program alone.
"""
