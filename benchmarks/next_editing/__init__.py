"""Parts of ``python -m benchmarks.next_edit``."""
