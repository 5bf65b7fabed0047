"""Secrets inside allowed text: found by their form, their name or their surroundings, replaced, and put back into the answer.

Deliberately no promise for every secret: files that hold secrets are kept out altogether by ``documents/privacy.py``, and
how many of those in other files are found is measured by ``python -m benchmarks.secrets``.
"""
