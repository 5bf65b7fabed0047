"""Mutation testing of the pure cores: ``python -m support.mutants [NAME …]`` (``make mutants``).

cosmic-ray's operators change one comparison, number or branch at a time; a change that the core's tests do not notice is a
survivor: a missing test, or a change that means the same. Each change is tried in a process forked from one that has
everything else loaded, so that it costs the tests and no start. Writes the scores and the survivors into
docs/development.md, between its two marks. Not part of the checks: a core takes minutes.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.machinery
import os
import pickle
import signal
import sys
import tempfile
import types
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from support.repository import ROOT

PAGE = ROOT / "docs" / "development.md"
BEGIN, END = "<!-- mutants -->\n", "<!-- end of mutants -->\n"
SECONDS, CPU_SECONDS = 60, 10.0
"""A change that makes the tests run longer, by the clock or in processor time, has been noticed."""
OPTIONS = [
    "-x",
    "-q",
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    "--hypothesis-seed=0",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
]
OWN = ("codestral_ls", "tests", "support", "benchmarks")


@dataclass(frozen=True, slots=True)
class Core:
    """A pure module and the tests that are to notice every change in it, both relative to the repository's root."""

    module: str
    tests: tuple[str, ...]


_PACKAGE = "server/codestral_ls"
_WRITING = ("tests/unit/generate/test_proof.py", "tests/unit/generate/test_docstring_rows.py")
_FILTERS = ("tests/unit/completion", "tests/pipeline/test_rows.py")
_RULES = ("tests/unit/documents/test_privacy.py", "tests/trust/test_ignore_files.py")
CORES = {
    "slots": Core(f"{_PACKAGE}/host/slots.py", ("tests/unit/host/test_host_slots.py",)),
    "window": Core(f"{_PACKAGE}/context/window.py", ("tests/unit/context/test_window.py",)),
    "budget": Core(f"{_PACKAGE}/context/budget.py", ("tests/unit/context/test_render_and_budget.py",)),
    "edits": Core(f"{_PACKAGE}/generate/editing/edits.py", _WRITING),
    "proof": Core(f"{_PACKAGE}/generate/editing/proof.py", _WRITING),
    "privacy": Core(
        f"{_PACKAGE}/documents/privacy.py", ("tests/unit/documents/test_privacy.py", "tests/trust/test_ignore_files.py")
    ),
    "masking": Core(f"{_PACKAGE}/backends/masking/find.py", ("tests/unit/backends/test_masking.py",)),
    "filters: duplicate lines": Core(f"{_PACKAGE}/completion/filters/duplicate_lines.py", _FILTERS),
    "filters: brackets": Core(f"{_PACKAGE}/completion/filters/brackets.py", _FILTERS),
    "filters: quotes": Core(f"{_PACKAGE}/completion/filters/quotes.py", _FILTERS),
    "filters: indentation": Core(f"{_PACKAGE}/completion/filters/indentation.py", _FILTERS),
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


def changes(source: str) -> Iterator[str]:
    """Every text that one operator makes of ``source`` in one place, except those that differ in annotations alone."""
    seen = {_meaning(source)}
    tree = get_ast(source)
    for name in cosmic_ray.plugins.operator_names():
        operator = cosmic_ray.plugins.get_operator(name)
        if operator.arguments() or name.endswith(("_Is", "_IsNot")):
            continue  # whether equal small numbers are one object is chance
        count = sum(len(list(operator().mutation_positions(node))) for node in ast_nodes(tree))
        for occurrence in range(count):
            changed = mutate_code(source, operator(), occurrence)
            if changed is not None and (meaning := _meaning(changed)) not in seen:
                seen.add(meaning)
                yield changed


def _meaning(source: str) -> str:
    """The program without its annotations, which nothing reads at run time, and without what only guards or saves memory."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.ClassDef):
            node.decorator_list = []
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def run(core: Core) -> Outcome:
    """Try every change of one core. Raises: RuntimeError where its tests fail without any."""
    module = ROOT / core.module
    source = module.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        loaded = Path(folder) / "loaded"
        if _status(core, source, loaded) != 0:
            raise RuntimeError(f"the tests of {core.module} fail as they are")
        for name in pickle.loads(loaded.read_bytes()):
            importlib.import_module(name)
    texts = list(changes(source))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if pool.submit(_status, core, source).result() != 0:
            raise RuntimeError(f"the tests of {core.module} fail in a forked process")
        statuses = list(pool.map(lambda text: _status(core, text), texts))
    survivors = [text for text, status in zip(texts, statuses, strict=True) if status == 0]
    place = core.module.removeprefix(f"{_PACKAGE}/")
    return Outcome(len(texts), tuple(f"{place}:{_change(source, text)}" for text in survivors))


def _status(core: Core, text: str, loaded: Path | None = None) -> int:
    """The exit status of the core's tests with ``text`` for its module; names of foreign modules go to ``loaded``."""
    process = os.fork()
    if process == 0:
        try:
            _child(core, text, loaded)
        finally:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _child(core: Core, text: str, loaded: Path | None) -> None:
    signal.alarm(SECONDS)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # most endless loops end by this, however busy the machine is
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    path, plain = str(ROOT / core.module), importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> types.CodeType | None:
        if loader.path == path:
            return compile(text, path, "exec", dont_inherit=True)
        return plain(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    before = set(sys.modules)
    status = int(pytest.main([*OPTIONS, *(str(ROOT / test) for test in core.tests)]))
    if loaded is not None:
        new = [
            name for name, module in sys.modules.items()
            if name not in before and name.partition(".")[0] not in OWN and getattr(module, "__spec__", None)
            and "pytest" not in name and "conftest" not in name
        ]  # fmt: skip
        loaded.write_bytes(pickle.dumps(new))
    os._exit(status)


def _change(source: str, text: str) -> str:
    """The line's number and the line as it was and as it became."""
    old, new = source.splitlines(), text.splitlines()
    for tag, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            was, became = (" ".join(line.strip() for line in part) for part in (old[first:last], new[start:end]))
            return f"{first + 1}: `{was}` became `{became}`"
    return ""


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
        outcomes[name] = run(CORES[name])
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
