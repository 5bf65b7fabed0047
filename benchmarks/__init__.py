"""Measurements of the whole, run as ``python -m benchmarks.NAME``; results with their machine are in `results/`."""
