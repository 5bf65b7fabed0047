"""Compares our rules with ``git check-ignore``: how many ignored files pass, and how many other files do not."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.documents.privacy import FileRules
from support.ignored_files import own_git, scene


@dataclass(slots=True)
class Compared:
    """The result. No file that git ignores may pass; ``kept`` counts files that we withhold although git does not ignore them."""

    repositories: int = 0
    files: int = 0
    ignored: int = 0
    through: int = 0
    kept: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)


def compare(ignored: int, seed: int) -> Compared:
    """Build random repositories until git has ignored that many of their files."""
    found = Compared()
    while found.ignored < ignored:
        chance = random.Random(f"{seed} {found.repositories}")
        found.repositories += 1
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            (folder / "work").mkdir()
            with own_git(folder / "home"):
                rules = FileRules()
                verdicts = list(scene(chance, folder / "home", folder / "work" / "r"))
                began = time.thread_time()
                for verdict in verdicts:
                    private = "ignored by git" in rules.why_private(verdict.path)
                    found.files += 1
                    found.ignored += verdict.is_ignored
                    found.kinds[verdict.repository] += verdict.is_ignored
                    found.through += verdict.is_ignored and not rules.why_private(verdict.path)
                    found.kept += private and not verdict.is_ignored
                found.seconds += time.thread_time() - began
    return found
