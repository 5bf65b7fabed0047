"""All forms of files and command lines that masking is measured on, and how many of their secrets leaked when each was new."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from support.backends.console_forms import console_forms
from support.backends.free_forms import free_forms
from support.backends.free_held_out_forms import free_held_out_forms
from support.backends.gathered_forms import gathered_forms
from support.backends.held_out_forms import held_out_forms
from support.backends.key_forms import file_forms, further_forms
from support.backends.library_forms import library_forms
from support.backends.noted_forms import noted_forms
from support.backends.office_forms import office_forms
from support.backends.packaged_forms import packaged_forms
from support.backends.program_forms import program_forms
from support.backends.repository_forms import repository_forms
from support.backends.sample_forms import sample_forms
from support.backends.scanner_forms import scanner_forms
from support.backends.secret_files import Form, more_forms
from support.backends.tool_forms import tool_forms

SETS = (
    *(file_forms, further_forms, more_forms, program_forms, tool_forms, library_forms, console_forms, scanner_forms, sample_forms),
    *(gathered_forms, packaged_forms, noted_forms, office_forms, repository_forms, free_forms),
    *(held_out_forms, free_held_out_forms),
)
"""In the order of time."""
LEARNED = SETS[:-2]
"""The sets from which rules are written or weights learned; from the others never."""
BY_HAND = SETS[:-4]
"""The sets from which rules are written."""
WHEN_NEW = {
    "package managers, clouds and pipelines": (309, 1340),
    "frameworks and libraries": (235, 1340),
    "administration, tests and devices": (244, 1340),
    "places of another author's scanner": (160, 1360),
    "places of a third author's scanner": (101, 1380),
    "programs that keep passwords, as two tools that gather them list them": (105, 1600),
    "packages of Debian that no earlier set names": (120, 1180),
    "game servers, home devices, network gear, notes and scripts": (201, 1180),
    "tickets, tables, sessions and less common tools": (117, 840),
    "what repositories hold, first half": (106, 1340),
    "what an author chose freely": (71, 1340),
}
"""For each set but the last two: how many secrets leaked, of 20 per form, before a rule was written or a weight learned from it."""
HELD_OUT_SETS = {
    "what repositories hold, second half": (held_out_forms, 72, 1340),
    "what another author chose freely": (free_held_out_forms, 133, 1340),
}
"""The last two sets, and how many of their secrets leaked before weights were learned from the others."""


def every_form(chance: random.Random, sets: Sequence[Callable[[random.Random], list[Form]]] = SETS) -> list[Form]:
    """All forms of ``sets``, each with a newly made secret of its kind; no two forms have the same name."""
    known: dict[str, Form] = {}
    for forms in sets:
        for form in forms(chance):
            known.setdefault(form[0], form)
    return list(known.values())
