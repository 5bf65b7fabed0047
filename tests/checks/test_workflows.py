"""The continuous integration, the commit hooks and the dependency updates name only what exists."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.repository import ROOT

WORDS = frozenset(re.findall(r"^([a-z][\w-]*(?: [a-z][\w-]*)*):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
CHECKS = frozenset(re.findall(r"check-[\w-]+", (ROOT / "Makefile").read_text("utf-8")))
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
"""The Python versions that we promise: `requires-python` and all later ones."""


def read(name: str) -> dict[str, Any]:
    found = yaml.safe_load((ROOT / name).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def words_of(command: str) -> list[str]:
    return re.findall(r"(?:^|&& )make ([\w-]+)", command)


def jobs() -> dict[str, dict[str, Any]]:
    return read(".github/workflows/checks.yml")["jobs"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("job", jobs())
def test_a_job_runs_words_of_the_makefile(job: str) -> None:
    commands = [step["run"] for step in jobs()[job]["steps"] if "run" in step]
    asked = [word for command in commands for word in words_of(command)]
    assert asked
    known = {word for line in WORDS for word in line.split()} | CHECKS
    assert not set(asked) - known


def test_every_promised_python_is_tried_on_three_systems() -> None:
    matrix = jobs()["test"]["strategy"]["matrix"]
    assert matrix["python"] == PYTHONS
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos", "windows"}
    assert f'requires-python = ">={PYTHONS[0]}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_a_workflow_may_only_read() -> None:
    assert read(".github/workflows/checks.yml")["permissions"] == {"contents": "read"}


def test_everything_is_checked_and_tested_somewhere() -> None:
    asked = {word for job in jobs().values() for step in job["steps"] for word in words_of(step.get("run", ""))}
    assert {"check", "test", "test-fast", "docs", "coverage"} <= asked


def test_a_hook_runs_a_word_of_the_makefile_or_a_program() -> None:
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    for hook in repository["hooks"]:
        (word,) = words_of(hook["entry"]) or [""]
        assert word in CHECKS or os.access(ROOT / hook["entry"], os.X_OK), hook


MANIFESTS = {"pip": "pyproject.toml", "npm": "package.json", "github-actions": ".github/workflows"}


def test_updates_are_looked_for_where_dependencies_are() -> None:
    known = {}
    for update in read(".github/dependabot.yml")["updates"]:
        folders = update.get("directories") or [update["directory"]]
        for folder in folders:
            place = ROOT / folder.lstrip("/") / MANIFESTS[update["package-ecosystem"]]
            assert place.exists()
            known[place] = update
    npm = [*ROOT.glob("*/package.json"), *ROOT.glob("*/*/package.json")]
    assert {path for path in npm if (path.parent / "package-lock.json").exists()} <= known.keys()


@pytest.mark.parametrize(
    ("subject", "body", "accepted"),
    [
        ("Add a row", "It says why.", True),
        ("Add a row", "", False),
        ("X" * 72, "It says why.", True),
        ("X" * 73, "It says why.", False),
    ],
)
def test_what_a_message_has_to_be(tmp_path: Path, subject: str, body: str, accepted: bool) -> None:
    message = tmp_path / "message"
    message.write_text(f"{subject}\n\n{body}\n# a comment of git\n")
    done = subprocess.run([ROOT / ".ci" / "commit-message", message], capture_output=True, text=True)
    assert (done.returncode == 0) is accepted, done.stderr
