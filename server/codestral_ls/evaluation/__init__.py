"""Measures completions on the user's own code: holes in committed files, answers with and without project context.

    holes.py       the places, from a git repository
    datasets.py    the places, from files of HumanEval-Infilling, SAFIM and CrossCodeEval
    infilling.py   the places, from HumanEval's tasks: the sets of HumanEval-Infilling
    program.py     a filled program with its tests, and how its language is built and run
    execution.py   whether programs pass, in the fence; trial_runner.py is the script inside it
    score.py       how near an answer is to the original text
    answer_log.py  one line per answer, so that an interrupted run can continue
    run_holes.py   asks the completer
    report.py      the summary as JSON, text and PNG
    comparing.py   two models: paired intervals and a sentence of advice; picture.py draws them

Runs code only in the fence, and writes nothing but its results.
"""
