"""Whether filled programs pass their tests: they are built and run in the fence, many of them in one run."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codestral_ls.errors import CodestralLsError
from codestral_ls.evaluation import trial_runner
from codestral_ls.evaluation.program import Program, Toolchain, toolchain
from codestral_ls.fence.errand import SCRATCH, Errand, FenceLimits
from codestral_ls.fence.kinds import find_fence
from codestral_ls.fence.pack import packed
from codestral_ls.fence.run_errand import Kind, run_fenced
from codestral_ls.fence.visible import python_needs

SECONDS = 5.0
"""Seconds for one test of a program; HumanEval's own harness gives three on a quiet machine."""
TOGETHER = 24
"""Programs of one run."""

_Trial = tuple[Program, Toolchain]


def passing(programs: Sequence[Program]) -> list[bool | None]:
    """Whether each program passes; None if this machine cannot build its language.

    Raises: CodestralLsError if no fence works on this machine.
    """
    kind = find_fence()
    if kind == "none":
        raise CodestralLsError(
            "Generated code runs only in a fence, and none works on this machine; `codestral-ls doctor` says why."
        )
    tools = [toolchain(program) for program in programs]
    trials = [(program, tool) for program, tool in zip(programs, tools, strict=True) if tool is not None]
    found: list[bool] = []
    for start in range(0, len(trials), TOGETHER):
        found += _run(kind, trials[start : start + TOGETHER])
    verdicts = iter(found)
    return [None if tool is None else next(verdicts) for tool in tools]


def _run(kind: Kind, trials: Sequence[_Trial]) -> list[bool]:
    own = tuple(python_needs(Path(sys.executable)))
    seconds = sum(SECONDS * max(1, len(program.tests)) + trial_runner.BUILD_SECONDS * bool(tool.build) for program, tool in trials)
    with tempfile.TemporaryDirectory() as name, packed(Path(name)) as copy:
        errand = Errand(
            ("sh", "-c", f"cd {SCRATCH} && exec {sys.executable} -I runner.py {SECONDS}"),
            Path(name),
            visible=tuple(dict.fromkeys([*own, *(path for _, tool in trials for path in tool.visible)])),
            files={
                "programs.json": json.dumps([_described(*trial) for trial in trials]).encode(),
                "runner.py": Path(trial_runner.__file__).read_bytes(),
            },
            results=("passed.json",),
            limits=FenceLimits(
                seconds=seconds + 10, megabytes=1024, processes=64, address_space=all(tool.address_space for _, tool in trials)
            ),
        )
        ended = run_fenced(kind, errand, copy)
    try:
        passed = json.loads(ended.results["passed.json"])
        if isinstance(passed, list) and len(passed) == len(trials):
            return [bool(one) for one in passed]
    except (KeyError, ValueError):
        pass
    if len(trials) == 1:
        return [False]  # it ended its own run: too much memory, too many processes, or a signal to all processes
    return [passed for trial in trials for passed in _run(kind, [trial])]


def _described(program: Program, tool: Toolchain) -> dict[str, object]:
    tests = [[test.input, list(test.outputs)] for test in program.tests]
    return {"file": tool.file, "text": program.text, "build": tool.build, "run": tool.run, "tests": tests}
