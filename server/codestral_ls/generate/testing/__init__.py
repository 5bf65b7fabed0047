"""Generated tests: which functions to test, how tests are requested, and the fence in which they run before any is kept.

profile.py     the project's test style, folders, interpreter and callers, looked at once
baseline.py    whether tests can run here at all, before anything is paid for
subjects.py    the functions of a file that want tests
locations.py   where a source's tests go; imports.py what they import; file_text.py the text of the file
prompt.py      the FIM prompt; generated_tests.py reads test functions out of the answer
running.py     pytest, unittest, vitest and jest in the fence; inside/ has the programs that run there
mutants.py     changes of a function that a good test notices; verify.py decides which tests are kept
prepare.py     from a batch to plan and finish, which are in plan.py
"""
