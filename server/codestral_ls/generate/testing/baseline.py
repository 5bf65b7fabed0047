"""A check before anything is paid for: can tests run here at all? With the project's own tests, command and interpreter.

EXECUTES the project's own code, inside the fence: its tests are collected, and the modules to be tested are imported.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from codestral_ls.errors import GenerateError
from codestral_ls.fence.errand import Errand, FenceLimits
from codestral_ls.fence.pack import Packed, packed
from codestral_ls.fence.run_errand import run_fenced
from codestral_ls.fence.visible import node_needs
from codestral_ls.generate.testing.running import Ran, Tool, pytest_command, run_python, unittest_command

_SECONDS = 180.0
_NOTHING_COLLECTED = 5
_MOST_MODULES = 2_000


def look(tool: Tool, modules: Mapping[Path, str]) -> tuple[dict[Path, str], str]:
    """Which of the ``modules`` (by their source) cannot be imported and why, and what else the user should know ("" for nothing).

    Raises: GenerateError with one sentence if no test can run here; FenceStopped.
    """
    with packed(tool.root) as copy:
        if tool.framework in ("vitest", "jest"):
            _look_at_node(tool, copy)
            return {}, ""
        if not Path(tool.python).exists():
            raise GenerateError(f"There is no interpreter {tool.python}. Name the project's with --python.")
        note = _collect(tool, copy)
        return _import(tool, copy, modules), note


def _collect(tool: Tool, copy: Packed) -> str:
    if tool.framework == "pytest":
        command = pytest_command(tool, "--collect-only")
    else:
        command = unittest_command(tool, "@project@", "test*.py", "--load")
    ran = run_python(tool, copy, command, {}, _SECONDS)
    if f"No module named {tool.framework}" in ran.output:
        raise GenerateError(
            f"{tool.python} has no {tool.framework}, which the tests need. Install it there, or name the project's interpreter "
            "with --python."
        )
    if ran.code is None and not ran.collected:
        raise GenerateError(f"The project's own tests cannot be collected: {ran.failed.get('', '') or ran.last_line}")
    if ran.code in (0, _NOTHING_COLLECTED) and not ran.broken:
        return ""
    if not ran.collected:
        raise GenerateError(f"The project's own tests cannot be collected by {tool.python}: {ran.last_line}")
    return f"{len(ran.broken)} of the project's own test files cannot be collected, the others can: {ran.last_line}"


def _import(tool: Tool, copy: Packed, modules: Mapping[Path, str]) -> dict[Path, str]:
    """Why modules cannot be imported, by their source. Raises: GenerateError if none of them can."""
    left = dict(list(modules.items())[:_MOST_MODULES])
    problems: dict[str, str] = {}
    while left:
        command = (tool.python, "@scratch@/programs/codestral_ls_imports.py", *left.values())
        ran: Ran = run_python(tool, copy, command, {}, _SECONDS)
        problems |= ran.failed
        if not ran.stuck:
            break
        left = {path: name for path, name in left.items() if name not in ran.passed and name not in problems}
    if modules and len(problems) == len(set(modules.values())):
        name, reason = next(iter(problems.items()))
        raise GenerateError(f"{tool.python} cannot import {name}, which is to be tested: {reason}")
    return {path: f"it cannot be imported: {problems[name]}" for path, name in modules.items() if name in problems}


def _look_at_node(tool: Tool, copy: Packed) -> None:
    program = tool.root / "node_modules" / ".bin" / tool.framework
    if not program.exists():
        raise GenerateError(f"{tool.framework} is not installed: there is no {program}. Install the project's packages first.")
    if shutil.which("node") is None:
        raise GenerateError("Node is not installed, and the project's tests need it.")
    words = (str(program), "--version")
    errand = Errand(words, tool.root, visible=tuple(node_needs(tool.root)), limits=FenceLimits(60.0, 0, address_space=False))
    ended = run_fenced(tool.fence, errand, copy)
    if ended.code != 0:
        raise GenerateError(f"{tool.framework} does not run here: {Ran(output=ended.output).last_line}")
