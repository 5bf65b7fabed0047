"""Headless batches: docstrings and tests for whole projects, proved before anything is written.

batch/           Batch (one frozen value: what, which files, who writes, how); the journal in SQLite; discover.py finds the
                 files; runner.py makes three passes: planned.py, asking.py, finishing.py
editing/         read a file, edit its text, prove that only documentation changed, replace it atomically
docstrings/      definitions, prompts, styles; plan and finish for docstrings
testing/         prompts, fence, mutants; plan and finish for tests
writers/         a backend here, Ray, Mistral's batch jobs, its chat; the seam is "fill what is missing"
at_cursor/       one definition, for an editor
batch_work.py    from a batch to the functions that plan and finish

The command line and its output are in ``commands/generate/``.
"""
