"""HumanEval-Infilling, SAFIM and CrossCodeEval files that the user has: JSON lines, plain or gzipped, recognised by their fields.

HumanEval-Infilling (openai/human-eval-infilling) has ``prompt``, ``suffix`` and ``canonical_solution``; SAFIM
(gonglinyuan/safim) has ``eval_prompt`` with ``{{completion}}`` in it and ``ground_truth``. CrossCodeEval
(amazon-science/cceval) has ``prompt``, ``right_context`` and ``groundtruth``. Tests are run if a record has them.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.errors import DocumentError
from codestral_ls.evaluation.holes import Hole
from codestral_ls.evaluation.program import ProgramTest

MARK = "{{completion}}"
_LANGUAGES = {"python": "python", "java": "java", "cpp": "cpp", "c++": "cpp", "csharp": "csharp", "c#": "csharp"}


def is_dataset(path: Path) -> bool:
    """True if a path names a file of holes and not a project."""
    return path.is_file() and path.name.endswith((".jsonl", ".jsonl.gz"))


def read_dataset(path: Path, count: int | None = None) -> list[Hole]:
    """The holes of a file, at most ``count``. Raises: DocumentError for any other format."""
    holes: list[Hole] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    holes.append(_hole(json.loads(line), path, number))
                if count is not None and len(holes) >= count:
                    break
    except (OSError, ValueError, EOFError, RecursionError) as error:
        raise DocumentError(f"{path} cannot be read as JSON lines: {error}") from error
    return holes


def _hole(record: object, path: Path, number: int) -> Hole:
    if isinstance(record, dict):
        name = str(record.get("task_id", number))
        if all(isinstance(record.get(key), str) for key in ("prompt", "suffix", "canonical_solution")):
            kind = name.split("/", 1)[0] if "/" in name else "infilling"
            truth = record["canonical_solution"]
            test, entry = record.get("test"), record.get("entry_point")
            check = f"\n{test}\ncheck({entry})\n" if isinstance(test, str) and isinstance(entry, str) else ""
            suffix = record["suffix"]
            if truth.endswith("\n"):  # the line's end stays after the hole, as in an editor
                truth, suffix = truth[:-1], "\n" + suffix
            return Hole(name, kind, "python", None, record["prompt"], suffix, truth, check)
        if all(isinstance(record.get(key), str) for key in ("prompt", "right_context", "groundtruth")):
            return _crosscodeeval(record, number)
        prompt, truth = record.get("eval_prompt"), record.get("ground_truth")
        if isinstance(prompt, str) and isinstance(truth, str) and MARK in prompt:
            before, _, after = prompt.partition(MARK)
            language = _LANGUAGES.get(str(record.get("lang", "")).lower(), "plaintext")
            tests = _safim_tests(record.get("unit_tests"))
            return Hole(name, language, language, None, _lf(before), _lf(after), _lf(truth), tests=tests)
    raise DocumentError(f"{path}, line {number}: neither HumanEval-Infilling nor SAFIM nor CrossCodeEval.")


def _safim_tests(read: object) -> tuple[ProgramTest, ...]:
    """``unit_tests``: a list of inputs, each with its possible outputs, in newer files as JSON in a string."""
    given = json.loads(read) if isinstance(read, str) else read
    tests = given if isinstance(given, list) else []
    return tuple(
        ProgramTest(_lf(str(test.get("input", ""))), tuple(_lf(str(output)) for output in test["output"]))
        for test in tests
        if isinstance(test, dict) and isinstance(test.get("output"), list)
    )


def _lf(text: str) -> str:
    """With the line ends that SAFIM's own harness gives every program."""
    return text.replace("\r\n", "\n")


def _crosscodeeval(record: dict[str, Any], number: int) -> Hole:
    """A record of CrossCodeEval (amazon-science/cceval); its language is in its file's name, other files' text in
    ``crossfile_context``.
    """
    metadata = record.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    file = str(told.get("file", ""))
    language = language_id_for_path(Path(file or "x.txt"))
    context = record.get("crossfile_context")
    text = context.get("text", "") if isinstance(context, dict) else ""
    prefix = f"{text}{record['prompt']}" if isinstance(text, str) else str(record["prompt"])
    name = f"{told.get('task_id', number)}"
    return Hole(name, "crosscodeeval", language, None, prefix, record["right_context"], record["groundtruth"])
