"""Docstrings for definitions that have none: planned, asked for, proved, put in."""
