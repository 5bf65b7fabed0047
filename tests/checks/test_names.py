"""One word, one meaning: no class name occurs twice, and a module name only where both modules mean the same by it."""

from __future__ import annotations

import ast
import subprocess
from collections import defaultdict

from support.repository import ROOT

ROOTS = ("server", "support", "benchmarks", "training", "clients")
SAME_MEANING = {
    "__init__": "packages",
    "__main__": "what `python -m` runs",
    "corpus": "source files that are read for a purpose, and where they come from",
    "diagnostics": "what other language servers report: received in lsp/, put into a prompt by the source",
    "editors": "editors, measured",
    "engine": "the engine, and its benchmark",
    "fetch": "fetching files from a registry",
    "healing": "token healing, in the host and in training",
    "index": "the index, as a command and as a benchmark",
    "infilling": "HumanEval-Infilling",
    "keystroke": "a request at a cursor, in the pipeline and from the protocol",
    "llama": "llama.cpp's C functions",
    "engine_wheel": "the compiled wheel of llama.cpp, looked for and measured",
    "llama_server": "llama-server, as a backend and started for tests",
    "mutants": "code with one change: of the user's function, of our cores",
    "neighbours": "files beside a document, in completion and in training",
    "plan": "plan and finish for one file, of docstrings and of tests",
    "projects": "projects that are measured",
    "prompt": "the prompt for one definition, of docstrings and of tests",
    "report": "results as tables",
    "self_test": "the self-test, and its benchmark",
    "trust": "what a stranger may do, and its benchmark",
    "verify": "checking a result by running it",
}


def modules() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if name.startswith(ROOTS) and (ROOT / name).is_file()]


def test_no_class_name_occurs_twice() -> None:
    places = defaultdict(list)
    for name in modules():
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_module_names_that_occur_twice_mean_the_same() -> None:
    places = defaultdict(list)
    for name in modules():
        places[name.rpartition("/")[2].removesuffix(".py")].append(name)
    twice = {stem: found for stem, found in places.items() if len(found) > 1}
    assert {stem: found for stem, found in twice.items() if stem not in SAME_MEANING} == {}
    assert set(SAME_MEANING) - set(twice) == set(), "take these out: they occur once"
