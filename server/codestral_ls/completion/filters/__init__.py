"""Filters on a model's answer, one idea per file; `chain` has their order."""
