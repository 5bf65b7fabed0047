"""Measures completions on the user's own code: holes in committed files, answers with and without project context.

    holes.py      the places, from a git repository
    datasets.py   the places, from HumanEval-Infilling and SAFIM files
    score.py      how near an answer is to what was written
    journal.py    one line per answer, so that an interrupted run goes on
    run.py        asks the completer
    report.py     the summary as JSON, text and PNG

Deliberately runs no code and writes nothing but its results.
"""
