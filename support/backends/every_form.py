"""All forms of files and command lines that rules were written from, with what was left of them when they were new."""

from __future__ import annotations

import random

from support.backends.console_forms import console_forms
from support.backends.key_forms import file_forms, further_forms
from support.backends.library_forms import library_forms
from support.backends.program_forms import program_forms
from support.backends.scanner_forms import scanner_forms
from support.backends.secret_files import Form, more_forms
from support.backends.tool_forms import tool_forms

SETS = (file_forms, further_forms, more_forms, program_forms, tool_forms, library_forms, console_forms, scanner_forms)
WHEN_NEW = {
    "programs, the last 104": (21, 104),
    "package managers, clouds and pipelines": (17, 67),
    "frameworks and libraries": (14, 67),
    "administration, tests and devices": (13, 67),
    "places of another author's scanner": (8, 68),
}
"""Forms that ever left one of 20 secrets, and how many there were, before a rule was written from any of the set."""


def every_form(chance: random.Random) -> list[Form]:
    """All of them, each with a fresh secret of its kind; no two have the same name."""
    known: dict[str, Form] = {}
    for forms in SETS:
        for form in forms(chance):
            known.setdefault(form[0], form)
    return list(known.values())
