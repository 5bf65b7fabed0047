"""Docstrings for definitions that have none: planned, requested, proved, inserted."""
