"""HumanEval-Infilling and SAFIM files that the user has: JSON lines, plain or gzipped, told apart by their fields.

HumanEval-Infilling (openai/human-eval-infilling) has ``prompt``, ``suffix`` and ``canonical_solution``; SAFIM
(gonglinyuan/safim) has ``eval_prompt`` with ``{{completion}}`` in it and ``ground_truth``. No tests are run: answers are
compared with the solution as in any other hole.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from codestral_ls.errors import DocumentError
from codestral_ls.evaluation.holes import Hole

MARK = "{{completion}}"
_LANGUAGES = {"python": "python", "java": "java", "cpp": "cpp", "c++": "cpp", "csharp": "csharp", "c#": "csharp"}


def is_dataset(path: Path) -> bool:
    """Whether a path names a file of holes and not a project."""
    return path.is_file() and path.name.endswith((".jsonl", ".jsonl.gz"))


def read_dataset(path: Path, count: int | None = None) -> list[Hole]:
    """The holes of a file, at most ``count``. Raises DocumentError for anything else than the two formats."""
    holes: list[Hole] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    holes.append(_hole(json.loads(line), path, number))
                if count is not None and len(holes) >= count:
                    break
    except (OSError, ValueError, EOFError) as error:
        raise DocumentError(f"{path} cannot be read as JSON lines: {error}") from error
    return holes


def _hole(record: object, path: Path, number: int) -> Hole:
    if isinstance(record, dict):
        name = str(record.get("task_id", number))
        if all(isinstance(record.get(key), str) for key in ("prompt", "suffix", "canonical_solution")):
            kind = name.split("/", 1)[0] if "/" in name else "infilling"
            truth = record["canonical_solution"]
            return Hole(name, kind, "python", None, record["prompt"], record["suffix"], truth)
        prompt, truth = record.get("eval_prompt"), record.get("ground_truth")
        if isinstance(prompt, str) and isinstance(truth, str) and MARK in prompt:
            before, _, behind = prompt.partition(MARK)
            language = _LANGUAGES.get(str(record.get("lang", "")).lower(), "plaintext")
            return Hole(name, "safim", language, None, before, behind, truth)
    raise DocumentError(f"{path}, line {number}: neither HumanEval-Infilling nor SAFIM.")
