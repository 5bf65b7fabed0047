"""Running a test file in a scratch copy with pytest, vitest or jest, and what became of each test in it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from codestral_ls.generate.testing.scratch import Ended, Fence, run_fenced

Framework = Literal["pytest", "vitest", "jest"]
Verdict = Literal["passed", "failed"]


@dataclass(frozen=True, slots=True)
class Tool:
    """How tests run: the framework, Python's interpreter, and folders that are put on ``sys.path``, relative to the project."""

    framework: Framework = "pytest"
    python: str = ""
    import_roots: tuple[str, ...] = (".",)


def run_tests(tool: Tool, copy: Path, test_file: Path, fence: Fence) -> tuple[dict[str, Verdict], str]:
    """Run ``test_file`` (relative to ``copy``): each collected test's verdict by its name, and the end of the output."""
    result = copy.parent / "home" / "result"
    result.unlink(missing_ok=True)
    if tool.framework == "pytest":
        ended = _pytest(tool, copy, test_file, result, fence)
        return _from_junit(result), ended.output
    ended = _node(tool, copy, test_file, result, fence)
    return _from_json(result), ended.output


def _pytest(tool: Tool, copy: Path, test_file: Path, result: Path, fence: Fence) -> Ended:
    command = [tool.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", f"--junitxml={result}"]
    roots = os.pathsep.join(str((copy / root).resolve()) for root in tool.import_roots)
    return run_fenced([*command, str(test_file)], copy, fence, {"PYTHONPATH": roots, "PYTHONHASHSEED": "0"})


def _node(tool: Tool, copy: Path, test_file: Path, result: Path, fence: Fence) -> Ended:
    program = str(copy / "node_modules" / ".bin" / tool.framework)
    if tool.framework == "vitest":
        command = [program, "run", str(test_file), "--reporter=json", f"--outputFile={result}", "--no-cache"]
    else:
        command = [program, "--json", f"--outputFile={result}", "--runTestsByPath", str(test_file), "--no-cache"]
    variables = {"NODE_OPTIONS": f"--max-old-space-size={max(256, fence.megabytes)}"}
    return run_fenced(command, copy, Fence(fence.seconds, 0), variables)


def _from_junit(path: Path) -> dict[str, Verdict]:
    """Verdicts by test name; a parametrized test passes when all its cases do; nothing where the file is missing or broken."""
    try:
        root = ElementTree.fromstring(path.read_bytes())  # noqa: S314 - entities are not expanded by pytest's own file
    except (OSError, ElementTree.ParseError):
        return {}
    verdicts: dict[str, Verdict] = {}
    for case in root.iter("testcase"):
        name = case.get("name", "").partition("[")[0]
        bad = any(child.tag in ("failure", "error", "skipped") for child in case)
        verdicts[name] = "failed" if bad or verdicts.get(name) == "failed" else "passed"
    return verdicts


def _from_json(path: Path) -> dict[str, Verdict]:
    """Verdicts by title, in the format that jest and vitest share."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for file in report["testResults"] for row in file["assertionResults"]]
        return {str(row["title"]): "passed" if row["status"] == "passed" else "failed" for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
