"""Parts of `python -m benchmarks.recall`: projects, hidden lines, and the rivals that collect context."""
