"""What is tested of the extension without an editor: its pure parts, its types, and that nothing generated is stale."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clients.vscode.scripts.node_tools import Missing, node, npm
from support.repository import EXTENSION

REPOSITORY = EXTENSION.parents[1]


def test_unit_tests_of_the_extension(extension: Path) -> None:
    said = npm(["run", "test:unit"], extension, "the unit tests failed")
    passed = re.search(r"pass (\d+)", said)
    assert passed, said
    assert int(passed.group(1)) >= 50, said


def test_types_and_settings_are_right(extension: Path) -> None:
    try:
        npm(["run", "check"], extension, "the check failed")
    except Missing as reason:
        pytest.fail(str(reason))


def test_stale_settings_are_found(extension: Path, tmp_path: Path) -> None:
    for name in ("package.json", "settings.client.json", "settings.schema.json"):
        shutil.copy(extension / name, tmp_path / name)
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(extension / "scripts/settings.mjs", tmp_path / "scripts/settings.mjs")
    check = [str(node()), str(script), "--check"]
    assert subprocess.run(check, timeout=60).returncode == 0
    schema = json.loads((tmp_path / "settings.schema.json").read_text())
    schema["configuration"][0]["properties"]["codestral-ls.backend.primary"]["default"] = "ollama"
    (tmp_path / "settings.schema.json").write_text(json.dumps(schema))
    stale = subprocess.run(check, timeout=60, capture_output=True, text=True)
    assert stale.returncode == 1
    assert "npm run settings" in stale.stderr


def test_versions_of_extension_and_server_are_the_same() -> None:
    from codestral_ls import __version__

    assert json.loads((EXTENSION / "package.json").read_text())["version"] == __version__


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert len(lock["packages"]) > 50
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_package_holds_what_it_needs_and_no_more(vsix: Path) -> None:
    import zipfile

    names = {name.removeprefix("extension/") for name in zipfile.ZipFile(vsix).namelist()}
    assert {"dist/extension.js", "package.json", "readme.md", "LICENSE.txt", "media/icon.png"} <= names
    assert [name for name in names if re.fullmatch(r"server/codestral_ls-.*\.whl", name)]
    assert not [name for name in names if name.startswith(("src/", "test/", "node_modules/", "scripts/"))]
