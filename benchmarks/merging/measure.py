"""Removes documentation from real projects, lets the batch write it again, and writes the table of results."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.merging.judging import Findings, new_findings, tools_for
from benchmarks.merging.projects import PROJECTS, Project, fetched
from benchmarks.merging.removing import remove_documentation
from benchmarks.page_sections import read_section, write_section
from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.batch.discover import Selection, find_files
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Runner, RunnerLimits
from codestral_ls.generate.batch.seam import Written
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.docstrings.clean import read_body
from codestral_ls.generate.docstrings.documentable import read_definitions
from codestral_ls.generate.docstrings.plan import LANGUAGES, DocstringSettings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import read_profile
from codestral_ls.generate.editing.source import read_source
from codestral_ls.generate.test_files import is_test_file
from codestral_ls.generate.writers.live import Live

_FILLER = re.compile(
    r"\bThe result\.|Raised by this code|The next value\.|The value of \w+\.$|Panics where the code says so|"
    r"Returns the error of what it calls"
)
_PAGE, _HEADING = "generate.md", "Would a maintainer merge it?"


@dataclass(slots=True)
class MergeOutcome:
    """The result for a project's removed documentation."""

    name: str
    removed: int = 0
    asked: int = 0
    same: int = 0
    filler: int = 0
    left_alone: int = 0
    findings: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    different: list[str] = field(default_factory=list)


class Perfect:
    """A writer that answers with the documentation that was removed; ``answers`` has it by the request's document and texts."""

    model = "perfect/0"

    def __init__(self, answers: dict[tuple[str, str, str], str]) -> None:
        self._answers = answers

    async def start(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def write(self, request: FimRequest) -> Written:
        """The removed documentation, cut off where it is too long."""
        text = self._answers[request.source, request.prefix, request.suffix]
        most = 4 * request.max_tokens
        return Written(text[:most], Usage(1, 1, 0, 1), "length" if len(text) > most else "stop")

    def stop(self) -> None:
        """Do nothing: no request waits."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""


def measure(names: Sequence[str]) -> list[MergeOutcome]:
    """Measure the named projects, or all if none is named."""
    found = []
    for project in PROJECTS:
        if not names or project.name in names:
            with tempfile.TemporaryDirectory(prefix="merge") as folder:
                found.append(asyncio.run(_one(project, Path(folder).resolve())))
    return found


async def _one(project: Project, folder: Path) -> MergeOutcome:
    outcome = MergeOutcome(project.name)
    whole, edited = await asyncio.to_thread(fetched, project), folder / project.name
    shutil.copytree(whole, edited, ignore=shutil.ignore_patterns("node_modules", ".git"))
    paths = tuple(edited / name for name in project.sources)
    selection = Selection(paths, LANGUAGES)
    originals: dict[Path, dict[str, str]] = {}
    languages: set[str] = set()
    for path in find_files(selection):
        if is_test_file(path, edited) or path.suffix == ".pyi":
            continue
        source = read_source(path)
        languages.add(source.language)
        removed = remove_documentation(path, source.text, source.language)
        path.write_bytes(source.encoded(removed.text))
        originals[path] = removed.answers
        outcome.removed += len(removed.answers)
    judges = tools_for(languages)
    bare = folder / "bare"
    shutil.copytree(edited, bare)
    await _document(edited, selection, originals, outcome)
    for path, answers in originals.items():
        _compare(path, answers, outcome)
    for name, judge in judges.items():
        if not callable(judge):
            outcome.findings[name] = str(judge)
            continue
        before: tuple[Findings, Findings] = judge(bare), judge(whole)
        after: Findings = judge(edited)
        extra = new_findings(after, *before)
        words = ", ".join(f"{rule} x{count}" for rule, count in _by_rule(extra).most_common(6))
        outcome.findings[name] = f"{sum(extra.values())}" + (f" ({words})" if words else "")
        if name == "tsc":
            outcome.findings[name] += (
                f"; errors: {sum(before[1].values())} published, {sum(before[0].values())} without, {sum(after.values())} after"
            )
        outcome.different += [f"{name}: {file}: {rule}" for file, rule in list(extra)[:10]]
    return outcome


async def _document(root: Path, selection: Selection, originals: dict[Path, dict[str, str]], outcome: MergeOutcome) -> None:
    """Run the batch over the project."""
    profile = read_profile(find_files(Selection((root,), LANGUAGES)), "project", root)
    settings = DocstringSettings(root, profile, prompt_characters=8_000)
    answers: dict[tuple[str, str, str], str] = {}
    paths = [path for path in find_files(selection) if originals.get(path)]
    for path in paths:
        for wanted in plan_file(settings, path).wanted:
            if (text := originals[path].get(wanted.id)) is not None:
                answers[wanted.request.source, wanted.request.prefix, wanted.request.suffix] = text
                outcome.asked += 1
            else:
                key = wanted.request.source, wanted.request.prefix, wanted.request.suffix
                answers.setdefault(key, "")  # the definition never had documentation
    work = Work("docstrings", partial(plan_file, settings), partial(finish_file, settings), whole=True)
    journal, pool = Journal(root.parent / "journal.sqlite"), Pool()
    began = time.perf_counter()
    runner = Runner(work, Live(Perfect(answers), 64), journal, pool, RunnerLimits(64), "write")
    await runner.run(iter(paths))
    outcome.seconds = time.perf_counter() - began
    outcome.left_alone = runner.counts.files["left_alone"]
    outcome.different += [f"left alone: {row.path}: {row.reason}" for row in journal.files("left_alone")]
    outcome.different += [
        f"{row.path}:{one.line} {one.name}: {one.reason}"
        for row in journal.files()
        for one in row.outcomes
        if one.state != "unusable" and one.reason
    ]
    pool.close()
    journal.close()


def _compare(path: Path, answers: dict[str, str], outcome: MergeOutcome) -> None:
    """Count the texts that came back word for word, and the filler that nobody wrote."""
    source = read_source(path)
    tree = SyntaxTree.parse(source.language, source.text)
    definitions = read_definitions(tree) if tree is not None else []
    for id_, answer in answers.items():
        one = definitions[int(id_)]
        if one.docstring is None:
            continue
        raw = source.text[slice(*one.docstring)]
        now, wanted = _words(raw, source.language), _words(answer, source.language)
        outcome.filler += sum(bool(_FILLER.search(line)) and line.strip() not in answer for line in raw.splitlines())
        if now == wanted:
            outcome.same += 1
        else:
            outcome.different.append(f"{path}:{one.qualified}:\n    was {wanted[:300]}\n    is  {now[:300]}")


def _words(raw: str, language: str) -> str:
    if language == "python":
        body = raw.lstrip("rRuUbB") if raw.lstrip("rRuUbB")[:3] in ('"""', "'''") else raw
        body = body.removeprefix('"""').removeprefix("'''").removesuffix('"""').removesuffix("'''")
    else:
        body = raw.removeprefix("/**").removesuffix("*/")
    lines = read_body(body, language)
    return " ".join(" ".join(lines if lines is not None else body.split()).split())


def _by_rule(findings: Findings) -> Counter[str]:
    by_rule: Counter[str] = Counter()
    for (_, rule), count in findings.items():
        by_rule[rule] += count
    return by_rule


_HEAD = [
    "| project | removed | asked for | word for word | filler lines | files left alone | new findings | seconds |",
    "|---|---|---|---|---|---|---|---|",
]


def row(one: MergeOutcome) -> str:
    """A project's figures as a row of a Markdown table."""
    findings = "; ".join(f"{name} {text}" for name, text in one.findings.items())
    share = 100.0 * one.same / one.asked if one.asked else 0.0
    return (
        f"| {one.name} | {one.removed} | {one.asked} | {one.same} ({share:.1f} %) | {one.filler} | {one.left_alone} | "
        f"{findings} | {one.seconds:.1f} |"
    )


def table(rows: Sequence[str]) -> str:
    """The rows with a head and their sums."""
    numbers = [[int(cell.split()[0]) for cell in line.split("|")[2:7]] for line in rows]
    removed, asked, same, filler, left_alone = (sum(column) for column in zip(*numbers, strict=True))
    share = f"{same} ({100 * same / asked:.1f} %)" if asked else "0"
    return "\n".join([*_HEAD, *rows, f"| all | {removed} | {asked} | {share} | {filler} | {left_alone} | | |"])


def write_table(outcomes: Sequence[MergeOutcome]) -> None:
    """Put the rows into their section of the results; rows of projects that were not measured stay."""
    before = read_section(_PAGE, _HEADING)
    kept = {line.split("|")[1].strip(): line for line in before.splitlines() if line.startswith("| ")}
    kept |= {one.name: row(one) for one in outcomes}
    rows = [kept[project.name] for project in PROJECTS if project.name in kept]
    head = (
        "`python -m benchmarks.generate merge`: half of each project's own documentation "
        "removed (chosen by a hash of its name), the removed texts returned by a stand-in as the model's answers. New findings "
        "are those of the project's own tools that neither the text without documentation nor the project as published has."
    )
    write_section(_PAGE, _HEADING, f"{head}\n\n{table(rows)}")


def main(names: Sequence[str]) -> None:
    """Measure, print, and write the results."""
    outcomes = measure(names)
    for one in outcomes:
        if os.environ.get("MERGE_VERBOSE"):
            print(*one.different, sep="\n")
    print(table([row(one) for one in outcomes]))
    write_table(outcomes)
