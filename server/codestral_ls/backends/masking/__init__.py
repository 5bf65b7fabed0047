"""Find secrets in allowed text by their form, name or surroundings; replace them, and put them back into the answer.

Most secrets are found, not all: ``documents/privacy.py`` keeps whole files that hold secrets out of prompts, and
``python -m benchmarks.secrets`` measures the share that is found in other files.
"""
