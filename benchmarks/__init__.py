"""Measurements of the whole program, run as ``python -m benchmarks.NAME``; results with their machine are in `results/`."""
