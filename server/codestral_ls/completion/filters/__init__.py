"""Filters on what a model wrote, one idea a file; `chain` has their order."""
