"""Headless batches: docstrings and tests for whole projects, proved before anything is written.

batch.py         one batch as a frozen value: what, which files, who writes, how
work.py          the values that go around: plan, wanted text, result
discover.py      which files: paths, globs, .gitignore, what changed since a revision
source.py replacing.py   one file on the disk: read it, replace it atomically if it is still the same
edits.py         edits of a text and their diff
proof.py         that an edit changed documentation alone
docstrings/      definitions, prompts, styles; plan and finish for docstrings
testing/         prompts, sandbox, mutants; plan and finish for tests
journal.py       SQLite: what was paid for, what was written, which jobs run elsewhere
runner.py        three passes over one journal: planned.py, asking.py, finishing.py
writers/         who writes: a backend here, Ray, Mistral's batch jobs, its chat; the seam is "fill what is missing"
single.py        one definition, for an editor

The command line and everything that is shown are in ``commands/generate/``.
"""
