"""Runs untrusted code: a command in a copy of a project, in a fence that the kernel enforces, with limits.

run_errand.py  the entrance: takes an errand and returns how it ended
errand.py      the command, its limits, and how it ended
kinds.py       the kinds of fences, and which of them work on this machine
pack.py        a copy of the project in one file without a name
visible.py     which folders of the machine an interpreter needs
file_system.py the file system inside, as a list of mounts
bubblewrap.py  these mounts as a command line of ``bwrap``
namespaces.py  the mounts made with the kernel's namespaces
landlock.py    if neither is available: rules of the kernel's Landlock
seccomp.py     system calls that are refused inside
inside.py      the program that starts and watches the command from within; watch.py measures, namespaces.py and
               system_calls.py give up rights

Knows nothing of tests and of models. Everything from ``inside.py`` down imports only this package and the standard library.
"""
