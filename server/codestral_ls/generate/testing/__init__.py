"""Generated tests: what to test, how a test is asked for, and the fence in which it runs before anybody keeps it.

profile.py   the project's test style, folder, interpreter and callers, looked at once
subjects.py  the functions of a file and what a prompt tells of them
prompt.py    the FIM prompt; candidates.py reads test functions out of the answer
limited.py   a process with limits; scratch.py a copy of the project; frameworks.py runs pytest, vitest and jest there
mutants.py   small changes of a function that a good test notices
plan.py      plan and finish
"""
