"""Whether a filled hole passes its task's tests: the programs run in the fence, many of them in one run."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codestral_ls.errors import CodestralLsError
from codestral_ls.fence.errand import SCRATCH, Errand, FenceLimits
from codestral_ls.fence.kinds import find_fence
from codestral_ls.fence.pack import packed
from codestral_ls.fence.run_errand import Kind, run_fenced
from codestral_ls.fence.visible import python_needs

SECONDS = 5.0
"""Seconds for one program; HumanEval's own harness gives three on a quiet machine."""
TOGETHER = 24
"""Programs of one run."""
_RUNNER = """\
import json, subprocess, sys
count, seconds = int(sys.argv[1]), float(sys.argv[2])
passed = []
for number in range(count):
    try:
        done = subprocess.run([sys.executable, "-I", f"program{number}.py"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=seconds)
        passed.append(done.returncode == 0)
    except subprocess.TimeoutExpired:
        passed.append(False)
with open("passed.json", "w") as out:
    json.dump(passed, out)
"""


def passing(programs: Sequence[str]) -> list[bool]:
    """Whether each Python program ends without an error. Raises: CodestralLsError if no fence works on this machine."""
    kind = find_fence()
    if kind == "none":
        raise CodestralLsError(
            "Generated code runs only in a fence, and none works on this machine; `codestral-ls doctor` says why."
        )
    found: list[bool] = []
    for start in range(0, len(programs), TOGETHER):
        found += _run(kind, programs[start : start + TOGETHER])
    return found


def _run(kind: Kind, programs: Sequence[str]) -> list[bool]:
    with tempfile.TemporaryDirectory() as name, packed(Path(name)) as copy:
        errand = Errand(
            ("sh", "-c", f"cd {SCRATCH} && exec {sys.executable} -I runner.py {len(programs)} {SECONDS}"),
            Path(name),
            visible=tuple(python_needs(Path(sys.executable))),
            files={f"program{n}.py": text.encode("utf-8", "replace") for n, text in enumerate(programs)}
            | {"runner.py": _RUNNER.encode()},
            results=("passed.json",),
            limits=FenceLimits(seconds=SECONDS * len(programs) + 10, megabytes=1024, processes=64),
        )
        ended = run_fenced(kind, errand, copy)
    try:
        passed = json.loads(ended.results["passed.json"])
        if isinstance(passed, list) and len(passed) == len(programs):
            return [bool(one) for one in passed]
    except (KeyError, ValueError):
        pass
    if len(programs) == 1:
        return [False]  # it ended its own run: too much memory, too many processes, or a signal to all processes
    return [passed for program in programs for passed in _run(kind, [program])]
