"""The program on Windows: every module loads, `doctor` finds no fault, `complete` and `generate` work, folders are private."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from support.lsp.lsp_client import fake
from support.waiting import wait_until
from support.windows.under_wine import WineMachine, windows_path

pytestmark = pytest.mark.timeout(600)  # Wine is slow on a busy machine

POSIX_ALONE = ("codestral_ls.fence.", "codestral_ls.generate.testing.inside.")
"""Modules that run inside a fence, which Windows does not have."""
IMPORT_ALL = """
import importlib, pkgutil, codestral_ls
names = [m.name for m in pkgutil.walk_packages(codestral_ls.__path__, "codestral_ls.") if not m.name.endswith("__main__")]
failed = []
for name in names:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(name + ": " + repr(error))
import json
print(json.dumps({"names": len(names), "failed": failed}))
"""
CODE = "import os\n\ndef read(path):\n    with open(path) as file:\n        return file.\n"


def test_every_module_loads(own_machine: WineMachine) -> None:
    status, output = own_machine.run("-c", IMPORT_ALL)
    assert status == 0, output
    said = json.loads(output.splitlines()[-1])
    assert said["names"] > 400
    assert [line for line in said["failed"] if not line.startswith(POSIX_ALONE)] == []


def test_the_embedded_model_completes_through_the_host(shared_machine: WineMachine) -> None:
    file = shared_machine.folder / "größe.py"
    file.write_text(CODE, encoding="utf-8")
    status, output = shared_machine.run("-m", "codestral_ls", "complete", f"{windows_path(file)}:5:21")
    assert status == 0, output
    assert output.splitlines()[-1].startswith("read")
    assert len(shared_machine.hosts()) >= 1


def test_a_file_far_down_on_a_drive_is_completed(shared_machine: WineMachine) -> None:
    folder = shared_machine.folder / "/".join(f"Ordner {number} {'ü' * 30}" for number in range(4))
    folder.mkdir(parents=True)
    file = folder / "weit unten.py"
    file.write_bytes(CODE.replace("\n", "\r\n").encode())
    assert 180 < len(windows_path(file)) < 260  # for longer paths Wine 8 cannot resolve links, and the file counts as private
    status, output = shared_machine.run("-m", "codestral_ls", "complete", f"{windows_path(file)}:5:21")
    assert status == 0, output
    assert output.splitlines()[-1].startswith("read")


def test_a_host_that_nobody_asks_leaves(own_machine: WineMachine) -> None:
    file = own_machine.folder / "read.py"
    file.write_text(CODE)
    soon = {"CODESTRAL_LS_LOCAL_IDLE_EXIT_SECONDS": "20"}
    status, output = own_machine.run("-m", "codestral_ls", "complete", f"{windows_path(file)}:5:21", variables=soon)
    assert status == 0, output
    wait_until(lambda: not own_machine.hosts(), "the host to leave", 120.0)


def test_doctor_ends_well_and_finds_the_host(shared_machine: WineMachine) -> None:
    status, output = shared_machine.run("-m", "codestral_ls", "doctor", "--json")
    assert "Traceback" not in output
    assert status == 0, output
    findings = json.loads(output[output.index("{") :])
    assert "\\\\.\\pipe\\codestral-ls-" in json.dumps(findings).replace("\\\\", "\\")


def test_a_batch_keeps_windows_line_ends_and_leaves_an_ignored_file_alone(own_machine: WineMachine) -> None:
    project = own_machine.folder / "Mein Projekt é"
    (project / "geheim").mkdir(parents=True)
    (project / ".codestralignore").write_text("geheim/\n")
    code = b"def add(a, b):\r\n    return a + b\r\n"
    (project / "rechnen.py").write_bytes(code)
    (project / "geheim" / "plan.py").write_bytes(code)
    status, output = own_machine.run(
        "-m",
        "codestral_ls",
        "generate",
        "docstrings",
        "--write",
        "--yes",
        windows_path(project),
        variables=fake("Add two numbers."),
    )
    assert "Traceback" not in output
    assert status == 0, output
    written = (project / "rechnen.py").read_bytes()
    assert b"Add two numbers." in written
    assert written.count(b"\n") == written.count(b"\r\n")
    assert (project / "geheim" / "plan.py").read_bytes() == code


def test_folders_of_ours_are_the_users_alone(own_machine: WineMachine) -> None:
    folder, code = own_machine.folder / "kept", (
        "import sys; from pathlib import Path\n"
        "from codestral_ls.system.private_files import private_file, private_folder\n"
        "private_folder(Path(sys.argv[1])); private_file(Path(sys.argv[1]) / 'log')\n"
    )  # fmt: skip
    folder.mkdir(mode=0o755)
    status, output = own_machine.run("-c", code, windows_path(folder))
    assert (status, output) == (0, "")
    for path in (folder, folder / "log"):
        assert stat.S_IMODE(Path(path).stat().st_mode) & 0o007 == 0  # Wine maps an access list to POSIX bits
