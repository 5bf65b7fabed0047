"""One ignore file and many file names: our verdicts are exactly git's recorded ones (``support/git_verdicts.py``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codestral_ls.documents.ignoring.patterns import patterns_of
from codestral_ls.documents.ignoring.repository_rules import ignored_within
from support.git_verdicts import FILES, NAMES, RECORD, verdicts
from support.ignored_files import git, own_git

ESCAPED = "**\\/a"
"""For this pattern we ignore more than git does, because an escaped slash is a slash here."""
RECORDED: list[tuple[str, bool, list[str]]] = [tuple(row) for row in json.loads(RECORD.read_text(encoding="ascii"))]


@pytest.mark.parametrize(("file", "ignore_case", "ignored"), RECORDED, ids=ascii)
def test_the_verdicts_are_gits(file: str, ignore_case: bool, ignored: list[str]) -> None:
    patterns = patterns_of(file.encode(), ignore_case)
    said = [name for name in NAMES if ignored_within([(0, patterns)], name.encode().split(b"/"), is_folder=False)]
    assert said == ignored or (file == ESCAPED and set(said) > set(ignored))


def test_git_still_says_what_was_recorded(tmp_path: Path) -> None:
    with own_git(tmp_path / "home"):
        work = tmp_path / "work"
        work.mkdir()
        git(work, "init", "-q", ".")
        for file, ignore_case, ignored in RECORDED[::13]:
            assert verdicts(file, ignore_case, work) == ignored


def test_everything_is_recorded() -> None:
    assert [(file, ignore_case) for file, ignore_case, _ in RECORDED] == [(file, case) for file in FILES for case in (False, True)]
