"""Attacks that `python -m benchmarks.trust` runs, one module each."""
