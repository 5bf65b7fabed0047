"""Headless batches: docstrings and tests for whole projects, proved before anything is written.

work.py          the values that go around: plan, wanted text, result
discover.py      which files: paths, globs, .gitignore, what changed since a revision
source.py        one file on the disk: read it, replace it atomically if it is still the same
edits.py         edits of a text and their diff
proof.py         that an edit changed documentation alone
docstrings/      definitions, prompts, styles; plan and finish for docstrings
testing/         prompts, sandbox, mutants; plan and finish for tests
journal.py       SQLite: what was paid for, what was written, which jobs run elsewhere
runner.py        plans, asks and finishes with bounded everything
engine.py        where texts come from on this machine; engine_ray.py, mistral_jobs.py, mistral_chat.py: elsewhere
progress.py report.py command.py   what the user sees
single.py        one definition, for an editor
"""
