"""Mutation testing of the pure cores: ``python -m support.mutants [NAME …]`` (``make mutants``).

cosmic-ray's operators change one comparison, number or branch at a time. A change that the core's tests do not notice is a
survivor: either a test is missing, or the changed code means the same. A random sample of a core's changes is drawn from a seed,
so that a run takes minutes and can be repeated; the score comes with its confidence interval. Each change is tried in a process
forked from one that has everything else loaded, and exists only in that process's memory: no file changes, so other tests can run
in the same checkout. The scores and survivors are written into docs/development.md. Not part of the checks.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import importlib.machinery
import itertools
import math
import os
import pickle
import random
import re
import signal
import sys
import tempfile
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from support.repository import ROOT

PAGE = ROOT / "docs" / "development.md"
BEGIN, END = "<!-- mutants -->\n", "<!-- end of mutants -->\n"
SECONDS = 600
"""Seconds after which a change that makes the tests run longer counts as noticed.

The tests may also take this much processor time:
"""
TIMES = 4.0
"""so many times what they take without a change, and 10 seconds more."""
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
    """Pure modules and the tests that should notice every change in them; all paths are relative to the repository's root."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _modules(*patterns: str) -> tuple[str, ...]:
    """The package's modules that ``patterns`` name, without the empty modules that only make a folder a package."""
    found = sorted({path for pattern in patterns for path in (ROOT / _PACKAGE).glob(pattern)})
    return tuple(path.relative_to(ROOT).as_posix() for path in found if path.name != "__init__.py")


_PACKAGE = "server/codestral_ls"
CORES = {
    "filters": Core(
        _modules("completion/filters/*.py"),
        (
            *(
                f"tests/unit/completion/test_{name}.py"
                for name in (
                    *("filter_parts", "overlap_parts", "control_tokens", "single_filters", "judge_and_candidates"),
                    *("style", "what_follows_already"),
                )
            ),
            "tests/pipeline/test_rows.py",
            "tests/pipeline/test_harm.py",
        ),
    ),
    "proof": Core(_modules("generate/editing/proof.py"), ("tests/unit/generate/test_proof.py",)),
    "edits": Core(
        _modules("generate/editing/edits.py"), ("tests/unit/generate/test_edits.py", "tests/unit/generate/test_proof.py")
    ),
    "slots": Core(_modules("host/slots.py"), ("tests/unit/host/test_host_slots.py",)),
    "privacy": Core(
        _modules("documents/privacy.py", "documents/credential_files.py", "documents/ignoring/*.py"),
        tuple(
            f"tests/unit/documents/test_{name}.py"
            for name in ("git_patterns", "git_config", "repositories", "privacy", "credential_names")
        ),
    ),
    "masking": Core(
        _modules("backends/masking/*.py"),
        (
            *(
                f"tests/unit/backends/test_{name}.py"
                for name in (
                    "masked_by_name",
                    "masked_by_place",
                    "masking",
                    "masking_shortcuts",
                    "masked_everywhere",
                    "masked_columns",
                    "looks",
                    "clues",
                    "likely",
                    "cued",
                    "masked_extent",
                    "masked_values",
                    "beside",
                )
            ),
            "tests/trust/test_masking.py",
        ),
    ),
    "window": Core(_modules("context/window.py"), ("tests/unit/context/test_window.py",)),
    "budget": Core(_modules("context/budget.py"), ("tests/unit/context/test_render_and_budget.py",)),
    "next edits": Core(
        tuple(module for module in _modules("edits/*.py") if not module.endswith("/weights.py")),  # measured numbers
        tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests/unit/edits").glob("test_*.py"))),
    ),
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of ``module``: ``source`` is its whole text before the change, ``text`` after it."""

    module: str
    source: str
    text: str

    def __str__(self) -> str:
        """``file:line: what``."""
        old, new = self.source.splitlines(), self.text.splitlines()
        for tag, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                was, became = (" ".join(line.strip() for line in part) for part in (old[first:last], new[start:end]))
                return f"{self.module.removeprefix(f'{_PACKAGE}/')}:{first + 1}: `{was}` became `{became}`"
        return ""


@dataclass(frozen=True, slots=True)
class CoreOutcome:
    """The result for one core: how many of its possible changes were tried, and the changes that no test noticed."""

    tried: int
    places: int
    survivors: tuple[str, ...]

    @property
    def killed(self) -> float:
        """The share of changes that tests noticed, 0 to 1."""
        return 1 - len(self.survivors) / self.tried if self.tried else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the share among all changes (Wilson's score interval)."""
        z, n, share = 1.96, self.tried, self.killed
        if not n:
            return 0.0, 1.0
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


def places(source: str) -> list[tuple[str, int]]:
    """Every operator with every place in ``source`` that it can change."""
    tree = list(ast_nodes(get_ast(source)))
    found = []
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name.endswith(("_Is", "_IsNot")):
            continue  # whether two equal small numbers are the same object is chance
        count = sum(len(list(operator().mutation_positions(node))) for node in tree)
        found += [(name, occurrence) for occurrence in range(count)]
    return found


def changes(core: Core, seed: int) -> tuple[int, Iterator[Mutation]]:
    """How many changes are possible, and those changes in random order, without changes of only annotations or layout."""
    sources = {module: (ROOT / module).read_text(encoding="utf-8") for module in core.modules}
    all_places = [(module, *place) for module, source in sources.items() for place in places(source)]
    random.Random(seed).shuffle(all_places)

    def made() -> Iterator[Mutation]:
        seen = {_meaning(source) for source in sources.values()}
        for module, name, occurrence in all_places:
            text = mutate_code(sources[module], get_operator(name)(), occurrence)
            meaning = None if text is None else _meaning(text)
            if meaning is not None and meaning not in seen:
                seen.add(meaning)
                yield Mutation(module, sources[module], text)

    return len(all_places), made()


def _meaning(source: str) -> str | None:
    """The program's syntax tree without parts that no test can notice: annotations, decorators of classes, and caches of
    functions.

    None if the text is not a program: an operator takes the star before keyword-only arguments for a multiplication.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
            node.decorator_list = [one for one in node.decorator_list if not re.match(r"(lru_)?cache\b", ast.unparse(one))]
        elif isinstance(node, ast.ClassDef):
            node.decorator_list = []
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def run(core: Core, sample: int, seed: int, at_once: int, told: Callable[[str], None] = print) -> CoreOutcome:
    """Try ``sample`` changes of a core, or all if it is 0. Raises: RuntimeError if its tests fail without any change."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = Path(folder) / "loaded"
        if _status(core, None, SECONDS, loaded)[0] != 0:
            raise RuntimeError(f"the tests {' '.join(core.tests)} fail as they are")
        for name in pickle.loads(loaded.read_bytes()):
            importlib.import_module(name)
    status, seconds = _status(core, None, SECONDS)
    if status != 0:
        raise RuntimeError(f"the tests {' '.join(core.tests)} fail in a forked process")
    count, all_changes = changes(core, seed)
    survivors: list[str] = []

    def survived(change: Mutation) -> bool:
        if _status(core, change, 10 + TIMES * seconds)[0]:
            return False
        survivors.append(str(change))
        told(f"  not noticed: {survivors[-1]}")
        return True

    with ThreadPoolExecutor(at_once) as pool:
        tried = len(list(pool.map(survived, itertools.islice(all_changes, sample or None))))
    return CoreOutcome(tried, count, tuple(sorted(survivors, key=_in_order)))


def _in_order(survivor: str) -> tuple[str, int]:
    file, line, _ = survivor.split(":", 2)
    return file, int(line)


def _status(core: Core, change: Mutation | None, most: float, loaded: Path | None = None) -> tuple[int, float]:
    """The exit status of the core's tests with ``change`` and the processor time they took, limited to ``most`` seconds.

    The names of foreign modules that were imported go to ``loaded``.
    """
    process = os.fork()
    if process == 0:
        try:
            _child(core, change, most, loaded)
        finally:
            os._exit(3)
    _, status, used = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def _child(core: Core, change: Mutation | None, most: float, loaded: Path | None) -> None:
    signal.alarm(SECONDS)
    signal.setitimer(signal.ITIMER_PROF, most)  # ends most endless loops, however busy the machine is
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    if change is not None:
        path, text, plain = str(ROOT / change.module), change.text, importlib.machinery.SourceFileLoader.get_code

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


def report(outcome: CoreOutcome, name: str, seed: int) -> str:
    """One core's score and survivors in Markdown."""
    low, high = (f"{share:.0%}" for share in outcome.interval)
    what = f"{outcome.tried} changes, drawn with seed {seed} from {outcome.places} places" if seed else f"{outcome.tried} changes"
    lines = [f"### {name}: {outcome.killed:.0%} noticed", "", f"Of {what}; 95 % interval {low} to {high}."]
    if outcome.survivors:
        lines += ["", *(f"- {survivor}" for survivor in outcome.survivors)]
    return "\n".join(lines) + "\n"


def written(page: str, name: str, text: str) -> str:
    """``page`` with the core's section replaced, or appended to the other cores' sections."""
    before, begin, rest = page.partition(BEGIN)
    section, end, after = rest.partition(END)
    old = re.search(rf"### {re.escape(name)}: .*?(?=^### |\Z)", section, re.DOTALL | re.MULTILINE)
    section = section[: old.start()] + text + "\n" + section[old.end() :] if old else f"{section.rstrip()}\n\n{text}\n"
    return before + begin + "\n" + section.strip() + "\n\n" + end + after


def main(words: Sequence[str]) -> int:
    """Run the named cores, or all, and write the page; return 1 if fewer than 80 % of a core's changes are noticed."""
    parser = argparse.ArgumentParser(prog="python -m support.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*CORES, []], metavar="NAME", help=", ".join(CORES))
    parser.add_argument("--sample", type=int, default=120, help="changes of each core, 0 for all (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (%(default)s)")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="processes side by side (%(default)s)")
    asked = parser.parse_args(words)
    weak = 0
    for name in asked.names or CORES:
        outcome = run(CORES[name], asked.sample, asked.seed, asked.at_once)
        weak += outcome.killed < 0.8
        text = report(outcome, name, asked.seed if asked.sample else 0)
        print(text, flush=True)
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")
    return int(weak > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
