"""Facts about a project are read back from the journal, or collected again if the journal is damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo
from codestral_ls.config.sections import ContextOptions, Options
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.discover import Selection
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch_work import make_work
from codestral_ls.generate.docstrings.plan import LANGUAGES
from codestral_ls.generate.docstrings.project_style import Profile, read_profile
from codestral_ls.generate.testing.profile import TestProfile, read_test_profile

CODE = "def f(a):\n    '''Do it.\n\n    And say so.\n    '''\n    return a\n"
DAMAGED = [
    "{",
    '"text"',
    "[1]",
    "null",
    '{"wish": "project"}',
    '{"wish": "project", "profile": []}',
    '{"wish": "project", "profile": {"quotes": 1}}',
    '{"wish": "project", "profile": {"style": "prose"}}',
    '{"wish": "project", "profile": {"rules": {"widths": {"python": "wide"}}}}',
    '{"wish": "project", "profile": {"examples": {"python": [{"kind": 1}]}}}',
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.py").write_text(CODE)
    (tmp_path / "p/pyproject.toml").write_text("[tool.ruff]\nline-length = 79\n[tool.ruff.lint]\nselect = ['PIE']\n")
    return tmp_path / "p"


def test_profiles_come_back_as_they_were(root: Path) -> None:
    profile = read_profile([root / "a.py"], "project", root)
    assert profile.quotes == "'''"
    assert profile.width("python") == 79
    assert Profile.from_json(json.loads(json.dumps(profile.to_json()))) == profile
    tests = read_test_profile(root, [root / "a.py"], "auto", None)
    assert TestProfile.from_json(json.loads(json.dumps(tests.to_json()))) == tests


@pytest.mark.parametrize("kept", DAMAGED)
def test_what_is_damaged_is_learned_anew(root: Path, tmp_path: Path, kept: str) -> None:
    journal = Journal(tmp_path / "j.db")
    for name in ("profile", "test_profile"):
        journal._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, kept))
    batch = Batch("docstrings", Selection((root,), LANGUAGES), root)
    options, info = Options(context=ContextOptions(index=False)), BackendInfo("x", "y", remote=False)
    make_work(batch, options, journal, info)
    make_work(replace(batch, what="tests"), options, journal, info)
    rows = dict(journal._db.execute("SELECT name, value FROM meta"))
    assert json.loads(rows["profile"])["profile"]["quotes"] == "'''"
    assert json.loads(rows["test_profile"])["profile"]["node"] == "vitest"
    journal.close()
