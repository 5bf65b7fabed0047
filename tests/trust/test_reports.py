"""The boundary of settings, once more: a report that an editor runs gets the editor's settings, and believes them no further
than the running server does.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.config.sections import CompletionOptions
from codestral_ls.config.trust import EDITOR_MAY
from support.trust.clone import committed, own_environment, script
from support.trust.hostile_settings import hostile_settings

REPORTS = (("eval", "--holes", "2"), ("doctor", "--no-ask"), ("costs",))
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    committed(folder)
    return folder


def reported(clone: Path, place: Path, command: tuple[str, ...], given: object) -> subprocess.CompletedProcess[str]:
    """The report that an editor runs in the folder that is open."""
    text = given if isinstance(given, str) else json.dumps(given)
    line = [script(), *command, "--editor-settings", text]
    with tempfile.TemporaryDirectory(prefix="cls-") as short:  # a socket's address may not be long
        env = {**own_environment(place), "XDG_RUNTIME_DIR": short}
        return subprocess.run(line, cwd=clone, env=env, capture_output=True, text=True, timeout=120, check=False)


def evaluated(clone: Path, place: Path, given: object) -> dict[str, Any]:
    """The settings that an evaluation reports to have used."""
    out = place / "out"
    done = reported(clone, place, ("eval", "--holes", "2", "--fresh", "--out", str(out)), given)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads((out / "eval.json").read_text())
    return told


@pytest.mark.parametrize("command", REPORTS, ids=" ".join)
def test_hostile_settings_run_nothing_send_nothing_and_are_named(clone: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    mines = tmp_path / "mines"
    mines.mkdir()
    hostile = hostile_settings(mines, NOWHERE)
    done = reported(clone, tmp_path, command, hostile)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(mines.iterdir()) == []
    assert NOWHERE not in done.stdout
    said = "".join((done.stdout + done.stderr).split())  # a table may break a line anywhere
    asked = [f"{section}.{name}" for section, options in hostile.items() for name in options]
    assert [key for key in asked if key not in said and key not in EDITOR_MAY] == []


def test_an_evaluation_is_made_with_the_editors_settings(clone: Path, tmp_path: Path) -> None:
    given = {"completion.maxLines": 3, "completion": {"alternatives": 2}, "backend": {"primary": "codestral"}}
    told = evaluated(clone, tmp_path, given)
    assert told["backend"] == "fake"
    assert (told["options"]["completion"]["max_lines"], told["options"]["completion"]["alternatives"]) == (3, 2)


def test_an_evaluation_goes_no_further_than_an_editor_may(clone: Path, tmp_path: Path) -> None:
    told = evaluated(clone, tmp_path, {"completion": {"max_lines": 100_000, "deadline_ms": 10**9, "show": "loud", "enabled": []}})
    mine = CompletionOptions()
    completion = told["options"]["completion"]
    assert completion["max_lines"] == mine.max_lines
    assert completion["deadline_ms"] == mine.deadline_ms
    assert (completion["show"], completion["enabled"]) == (mine.show, mine.enabled)


@pytest.mark.parametrize("text", ["[]", "no JSON", "[" * 100_000, '"completion"', ""])
def test_what_is_no_settings_object_is_wrong_usage(clone: Path, tmp_path: Path, text: str) -> None:
    done = reported(clone, tmp_path, ("eval",), text)
    assert done.returncode == 2
    assert "is not a JSON object" in done.stderr
    assert "Traceback" not in done.stderr
