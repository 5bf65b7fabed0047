"""Mutation testing of the pure cores: ``python -m support.mutants [NAME …]`` (``make mutants``).

cosmic-ray changes one operator, number or branch at a time in a copy of the checkout; a change that the core's tests do not
notice is a survivor: a missing test, or a change that means the same. Writes the scores and the survivors into
docs/development.md, between its two marks. Not part of the checks: a core takes minutes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.repository import ROOT

PAGE = ROOT / "docs" / "development.md"
BEGIN, END = "<!-- mutants -->\n", "<!-- end of mutants -->\n"
WORK = ROOT / ".cache" / "mutants"
CONFIG = """[cosmic-ray]
module-path = {modules}
timeout = 60.0
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:randomly -p no:cacheprovider --hypothesis-seed=0 {tests}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*"]
"""
# "X | None" in an annotation is no operation; a "|" between values is rare in the cores.


@dataclass(frozen=True, slots=True)
class Core:
    """A pure part and the tests that are to notice every change in it, both relative to the repository's root."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


_PACKAGE = "server/codestral_ls"
CORES = {
    "slots": Core((f"{_PACKAGE}/host/slots.py",), ("tests/unit/host/test_host_slots.py",)),
    "window": Core((f"{_PACKAGE}/context/window.py",), ("tests/unit/context/test_window.py",)),
    "budget": Core((f"{_PACKAGE}/context/budget.py",), ("tests/unit/context/test_render_and_budget.py",)),
    "edits": Core(
        (f"{_PACKAGE}/generate/edits.py",),
        ("tests/unit/generate/test_edits.py", "tests/unit/generate/test_docstring_rows.py", "tests/unit/generate/test_proof.py"),
    ),
    "proof": Core(
        (f"{_PACKAGE}/generate/proof.py",),
        ("tests/unit/generate/test_proof.py", "tests/unit/generate/test_docstring_rows.py"),
    ),
    "privacy": Core(
        (f"{_PACKAGE}/documents/privacy.py",), ("tests/unit/documents/test_privacy.py", "tests/trust/test_ignore_files.py")
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one core: how many changes were tried, and those that no test noticed, as ``file:line: what``."""

    tried: int
    survivors: tuple[str, ...]

    @property
    def killed(self) -> float:
        """The share that was noticed, 0 to 1."""
        return 1 - len(self.survivors) / self.tried if self.tried else 0.0


def run(name: str, core: Core) -> Outcome:
    """Try every change of one core. Raises: CalledProcessError where its tests fail without any."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for path in filter(None, tracked.split("\0")):
        if path.startswith(("server/", "tests/", "support/", "pyproject.toml", "configs/", "README", "benchmarks/", "docs/")):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / path).is_file():
                shutil.copy2(ROOT / path, target)
    tests = " ".join(test for test in core.tests if (folder / test).exists())
    config, session = folder / "mutants.toml", folder / "mutants.sqlite"
    config.write_text(CONFIG.format(modules=json.dumps(list(core.modules)), python=sys.executable, tests=tests))
    environment = {**os.environ, "PYTHONPATH": str(folder / "server"), "PYTHONDONTWRITEBYTECODE": "1"}
    programs = Path(sys.executable).parent

    def step(program: str, *arguments: Path | str) -> str:
        done = subprocess.run(
            [str(programs / program), *map(str, arguments)], cwd=folder, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    step("cosmic-ray", "baseline", config)
    step("cosmic-ray", "init", config, session)
    step("cr-filter-operators", session, config)
    step("cosmic-ray", "exec", config, session)
    return read(step("cosmic-ray", "dump", session).splitlines())


def read(lines: Iterable[str]) -> Outcome:
    """The outcome from cosmic-ray's dump: one ``[work item, result]`` a line."""
    tried, survivors = 0, []
    for line in lines:
        item, result = json.loads(line)
        if result is None or result["worker_outcome"] == "skipped":
            continue
        tried += 1
        if result["test_outcome"] == "survived":
            mutation = item["mutations"][0]
            place = Path(mutation["module_path"]).as_posix().removeprefix(f"{_PACKAGE}/")
            survivors.append(f"{place}:{mutation['start_pos'][0]}: {_change(result['diff'] or '')}")
    return Outcome(tried, tuple(survivors))


def _change(diff: str) -> str:
    """The changed line, as it was and as it became."""
    old = re.search(r"^-(?!--)(.*)$", diff, re.MULTILINE)
    new = re.search(r"^\+(?!\+\+)(.*)$", diff, re.MULTILINE)
    return f"`{old[1].strip() if old else ''}` became `{new[1].strip() if new else ''}`"


def report(outcomes: dict[str, Outcome]) -> str:
    """The scores and the survivors in Markdown."""
    rows = [f"| {name} | {one.tried} | {one.killed:.0%} |" for name, one in outcomes.items()]
    lines = ["| Core | Changes tried | Noticed |", "|---|---|---|", *rows, ""]
    for name, one in outcomes.items():
        lines += [f"Survivors of {name}:" if one.survivors else f"No survivors of {name}.", ""]
        lines += [f"- {survivor}" for survivor in one.survivors]
        lines += [""] if one.survivors else []
    return "\n".join(lines)


def main(names: Sequence[str]) -> int:
    """Run the named cores, or all, and write the page; 1 where fewer than 80 % are noticed."""
    outcomes = {}
    for name in names or CORES:
        outcomes[name] = run(name, CORES[name])
        print(f"{name}: {outcomes[name].killed:.0%} of {outcomes[name].tried} noticed", flush=True)
    text = report(outcomes)
    print(text)
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if not names and BEGIN in page:
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.partition(END)[2], encoding="utf-8")
    return int(any(one.killed < 0.8 for one in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
