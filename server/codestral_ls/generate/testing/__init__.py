"""Generated tests: what to test, how a test is asked for, and the fence in which it runs before anybody keeps it.

profile.py   the project's test style, folders, interpreter and callers, looked at once
baseline.py  whether tests can run here at all, before anything is paid for
subjects.py  the functions of a file that want tests
places.py    where a source's tests go; imports.py what they import; layout.py the text of the file
prompt.py    the FIM prompt; candidates.py reads test functions out of the answer
running.py   pytest, unittest, vitest and jest in the fence; inside/ has what runs there
mutants.py   changes of a function that a good test notices; verify.py which tests are kept
plan.py      plan and finish
"""
