"""Runs code that nobody has read: a command in a copy of a project, in a fence that the kernel holds, with limits.

run.py       the one door: an errand goes in, how it ended comes out
errand.py    what is run, its limits, and how it ended
kinds.py     which fences there are, and which of them holds on this machine
pack.py      a copy of the project in one file without a name
visible.py   which folders of the machine an interpreter needs
layout.py    what the file system looks like inside
bubblewrap.py  the layout as a command line of ``bwrap``
namespaces.py  the layout made with the kernel's namespaces
landlock.py  where neither can be had: rules of the kernel's Landlock
seccomp.py   system calls that are refused inside
inside.py    the program that starts and watches the command from within; watch.py measures, namespaces.py and
             system_calls.py give up rights

Knows nothing of tests and of models. Everything from ``inside.py`` down imports nothing but this package and the standard library.
"""
