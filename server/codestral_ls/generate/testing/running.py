"""Runs test files in the fence with pytest, unittest, vitest or jest, and collects the verdict of each test."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from codestral_ls.fence.errand import Ended, Errand, FenceLimits
from codestral_ls.fence.pack import Packed
from codestral_ls.fence.run_errand import Kind, run_fenced
from codestral_ls.fence.visible import node_needs, python_needs
from codestral_ls.system.bounded import read_bounded

Framework = Literal["pytest", "unittest", "vitest", "jest"]

_INSIDE = Path(__file__).with_name("inside")
_BEGINNING = 60.0
"""Seconds for starting the framework and importing the project, in addition to those of the tests."""
_LONGEST = 900.0
_VERDICTS = "verdicts"
_CAUSES = {
    "time": "it takes too long",
    "memory": "it needs too much memory",
    "processes": "it starts too many processes",
    "disk": "it writes too much",
}
_CONFIGURATIONS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


@dataclass(frozen=True, slots=True)
class Tool:
    """How tests run: where (``root``, in which ``fence``), with which tool, how long one may take, and how much memory they may
    use.

    ``import_roots`` are folders that are put on ``sys.path``, relative to the project.
    """

    root: Path
    fence: Kind
    framework: Framework = "pytest"
    python: str = ""
    import_roots: tuple[str, ...] = (".",)
    test_seconds: float = 10.0
    megabytes: int = 2048


@dataclass(slots=True)
class Ran:
    """The tests that ``passed``, why others ``failed`` by their name, and in which the run was ended (``stuck``, "" if in none).

    ``broken`` says why a file was not collected; ``output`` is the end of the printed output.
    """

    passed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    stuck: str = ""
    broken: list[str] = field(default_factory=list)
    collected: int = 0
    code: int | None = 0
    output: str = ""

    @property
    def last_line(self) -> str:
        """The fault in one line: an error that the framework marks, or the last line it printed."""
        lines = [line.strip() for line in plain(self.output).splitlines() if line.strip()]
        marked = [line[1:].strip() for line in lines if line.startswith("E  ")]
        marked = marked or [line for line in lines if re.search(r"\berror: ", line, re.IGNORECASE)]
        silent = "no word was said" + (f", and the exit code was {self.code}" if self.code else "")
        return (self.broken or marked[-1:] or lines[-1:] or [silent])[-1][:300]


def run_tests(tool: Tool, copy: Packed, test_file: PurePosixPath, changes: Mapping[str, bytes], count: int) -> Ran:
    """Run ``test_file`` (relative to the project), one of ``changes``, with ``count`` tests in it. Raises: FenceStopped."""
    if tool.framework in ("vitest", "jest"):
        return _node(tool, copy, test_file, changes, count)
    command = (
        pytest_command(tool, str(test_file))
        if tool.framework == "pytest"
        else unittest_command(tool, f"@project@/{test_file.parent}", test_file.name)
    )
    return run_python(tool, copy, command, changes, _BEGINNING + tool.test_seconds * count)


def run_python(tool: Tool, copy: Packed, command: tuple[str, ...], changes: Mapping[str, bytes], seconds: float) -> Ran:
    """Run one of the programs of ``inside/`` in the project's interpreter. Raises: FenceStopped."""
    roots = ["@scratch@/programs", *(str(PurePosixPath("@project@", root)) for root in tool.import_roots)]
    variables = {
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUSERBASE": str(Path.home() / ".local"),
        "OPENBLAS_NUM_THREADS": "2",
        "CODESTRAL_LS_VERDICTS": f"@scratch@/{_VERDICTS}",
        "CODESTRAL_LS_TEST_SECONDS": str(tool.test_seconds),
    }
    programs = {f"programs/{path.name}": path.read_bytes() for path in _INSIDE.glob("codestral_ls_*.py")}
    limits = FenceLimits(min(seconds, _LONGEST), tool.megabytes)
    errand = Errand(command, tool.root, variables, _python_needs(tool.python), changes, programs, (_VERDICTS,), limits)
    return _from_rows(run_fenced(tool.fence, errand, copy))


def pytest_command(tool: Tool, *words: str) -> tuple[str, ...]:
    """Pytest with the project's own options, but in one process and without stopping early."""
    own = ("-q", "-p", "codestral_ls_verdicts", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0", "--maxfail=1000000")
    alone = ("-n0",) if _uses_xdist(tool.root) else ()
    return (tool.python, "-m", "pytest", *own, *alone, *words)


def unittest_command(tool: Tool, folder: str, pattern: str, *words: str) -> tuple[str, ...]:
    """Unittest's tests below a folder."""
    return (tool.python, "@scratch@/programs/codestral_ls_unittest.py", *words, folder, pattern)


def plain(text: str) -> str:
    """A program's output, without anything that would move a terminal's cursor or paint."""
    text = re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?", "", text)
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def _from_rows(ended: Ended) -> Ran:
    ran = Ran(code=ended.code, output=ended.output)
    running, done = "", False
    for line in ended.results.get(_VERDICTS, b"").splitlines():
        row = _row(line)
        name, what = str(row.get("name", "")), row.get("what")
        if what == "begins":
            running = name
        elif what == "ends":
            running = ""
        elif what == "broken":
            ran.broken.append(plain(str(row.get("message", ""))))
        elif what == "collected":
            count = row.get("count")
            ran.collected += count if isinstance(count, int) else 0
        elif what == "done":
            done = True
        elif what == "verdict" and row.get("good") is True and name not in ran.failed:
            ran.passed.add(name)
        elif what == "verdict" and row.get("good") is not True:
            ran.passed.discard(name)
            ran.failed.setdefault(name, plain(str(row.get("message", ""))).partition("\n")[0][:300])
    if not done and running:
        ran.stuck = running
        ran.passed.discard(running)
        too_long = "Timeout (" in ended.output
        ran.failed[running] = _CAUSES.get(ended.cause) or (_CAUSES["time"] if too_long else "it ends the whole run")
    return ran


def _row(line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _node(tool: Tool, copy: Packed, test_file: PurePosixPath, changes: Mapping[str, bytes], count: int) -> Ran:
    program = f"{tool.root}/node_modules/.bin/{tool.framework}"
    milliseconds = int(1000 * tool.test_seconds)
    if tool.framework == "vitest":
        words = ["run", str(test_file), "--reporter=json", "--outputFile=@scratch@/verdicts", f"--testTimeout={milliseconds}"]
    else:
        words = ["--json", "--outputFile=@scratch@/verdicts", "--runTestsByPath", str(test_file), f"--testTimeout={milliseconds}"]
        words += ["--runInBand", "--no-cache"]
    variables = {"NODE_OPTIONS": f"--max-old-space-size={max(256, tool.megabytes)}"}
    variables |= {"VITEST_MAX_THREADS": "1", "VITEST_MAX_FORKS": "1"}
    limits = FenceLimits(min(_BEGINNING / 2 + tool.test_seconds * count, _LONGEST), 2 * tool.megabytes, address_space=False)
    visible = tuple(node_needs(tool.root))
    errand = Errand((program, *words), tool.root, variables, visible, changes, results=(_VERDICTS,), limits=limits)
    ended = run_fenced(tool.fence, errand, copy)
    ran = Ran(code=ended.code, output=ended.output)
    try:
        report = json.loads(ended.results.get(_VERDICTS, b""))
        rows = [row for file in report["testResults"] for row in file["assertionResults"]]
        ran.broken = [plain(str(file["message"]))[:300] for file in report["testResults"] if not rows and file.get("message")]
        for row in rows:
            if row["status"] == "passed":
                ran.passed.add(str(row["title"]))
            else:
                said = (row.get("failureMessages") or [""])[0]
                ran.failed[str(row["title"])] = plain(str(said)).partition("\n")[0][:300]
    except (ValueError, KeyError, TypeError):
        ran.broken = [_CAUSES.get(ended.cause, "")] if ended.cause else []
    return ran


@functools.cache
def _python_needs(python: str) -> tuple[Path, ...]:
    return tuple(python_needs(Path(python)))


def _uses_xdist(root: Path) -> bool:
    """True if the project's options spread tests over processes."""
    for name in _CONFIGURATIONS:
        try:
            text = read_bounded(root / name).decode("utf-8", "replace")[:100_000]
        except OSError:
            continue
        if re.search(r"addopts.*?(?:\s|[\"'])(?:-n\s*=?\s*(?:\d+|auto|logical)|--numprocesses)", text, re.DOTALL):
            return True
    return False
