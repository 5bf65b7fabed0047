"""Passages of real files to type: some lines are removed from a file, and the typist types them again. Seeded and pure.

The files are the project's own and the sources of its installed dependencies, in several languages.
"""

from __future__ import annotations

import random
import shutil
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from benchmarks.identifying.editors import marks_in
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.marks import unmatched
from codestral_ls.documents.snapshot import Snapshot

TRIES = 20
"""Places that are tried in a file; the first whose lines can be missing is used, and then it is another file's turn."""

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Passage:
    """Type ``text`` between ``before`` and ``after``; together the three are the file ``source``."""

    name: str
    language: str
    before: str
    text: str
    after: str
    source: Path | None = None


def candidates() -> list[Path]:
    """Real source files: this project's, and those of installed dependencies (Python, TypeScript, JavaScript, C if there are
    any).
    """
    site = Path(sysconfig.get_paths()["purelib"])
    own = sorted((ROOT / "server" / "codestral_ls").rglob("*.py"))
    packages = ["aiohttp", "pygls", "rich", "mistralai/client", "huggingface_hub", "pathspec"]
    foreign = [path for package in packages for path in sorted((site / package).rglob("*.py"))]
    other = [
        path
        for pattern in ("*.lua", "*.ts", "*.el")
        for path in sorted((ROOT / "clients").rglob(pattern))
        if "node_modules" not in path.parts
    ]
    modules = ROOT / "clients" / "vscode" / "node_modules"
    for folder, pattern in (
        (modules / "vscode-languageclient" / "lib", "*.js"), (modules / "vscode-languageserver-protocol" / "lib", "*.d.ts"),
        (site / "numpy" / "_core" / "include", "*.h"), (site / "llama_cpp" / "include", "*.h"), (site / "include", "*.h"),
    ):  # fmt: skip
        other += sorted(folder.rglob(pattern))
    return [path for path in (*own, *foreign, *other) if 3_000 <= path.stat().st_size <= 120_000]


def passages(count: int, lines: int, seed: int, files: Sequence[Path] | None = None) -> list[Passage]:
    """``count`` passages of about ``lines`` lines, each from another file; a seed always gives the same ones.

    Every second one is Python if there are enough; the other languages take turns.
    """
    randomness = random.Random(seed)
    paths = list(files if files is not None else candidates())
    randomness.shuffle(paths)
    paths = _in_turns(paths)
    found: list[Passage] = []
    for path in paths:
        if len(found) == count:
            break
        text = path.read_text(encoding="utf-8", errors="replace")
        rows = text.split("\n")
        language = language_id_for_path(path)
        ranges = (rows[row : row + lines] for row in range(25, len(rows) - lines - 10))
        starts = [row for row, typed in enumerate(ranges, 25) if _worth_typing(typed) and _is_whole(typed, language)]
        randomness.shuffle(starts)
        sound = (row for row in starts[:TRIES] if _can_be_missing(rows, row, row + lines, language))
        if "\x00" in text or (start := next(sound, None)) is None:
            continue
        before, middle = "\n".join(rows[:start]) + "\n", "\n".join(rows[start : start + lines])
        found.append(Passage(_name(path), language_id_for_path(path), before, middle, text[len(before) + len(middle) :], path))
    return found


def laid_out(passage: Passage, folder: Path) -> str:
    """The URI of the file without the passage in a new project ``folder``, which also has the other files of its folder and
    language.
    """
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    name = Path(passage.name).name
    if passage.source is not None:
        for path in sorted(passage.source.parent.glob(f"*{passage.source.suffix}")):
            shutil.copyfile(path, folder / path.name)
    (folder / name).write_text(passage.before + passage.after, encoding="utf-8")
    return (folder / name).as_uri()


def _in_turns(paths: Sequence[Path]) -> list[Path]:
    by_language: dict[str, list[Path]] = {}
    for path in paths:
        by_language.setdefault(language_id_for_path(path), []).append(path)
    python, turns = by_language.pop("python", []), [by_language[name] for name in sorted(by_language)]
    others = [path for row in zip_longest(*turns) for path in row if path is not None]
    return [path for row in zip_longest(python, others) for path in row if path is not None]


def _worth_typing(rows: list[str]) -> bool:
    """True for code, False for a table or a licence: most lines are not empty and none is very long."""
    filled = [row for row in rows if row.strip()]
    letters = sum(character.isalpha() for row in rows for character in row)
    total = sum(len(row) for row in rows)
    return (
        len(filled) >= 0.7 * len(rows)
        and bool(rows[0].strip())
        and max(len(row) for row in rows) < 130
        and total > 25 * len(rows)
        and letters > 0.45 * total
    )


def _is_whole(rows: list[str], language: str) -> bool:
    """True if brackets and strings are still balanced without the passage, as they are when a person types new code."""
    found = unmatched(marks_in("\n".join(rows), language))
    return not found.closers and not found.openers


def _can_be_missing(rows: list[str], start: int, end: int, language: str) -> bool:
    """True if the file has no more syntax errors without these rows than with them."""
    whole = Snapshot.of("\n".join(rows), 0, language).tree()
    without = Snapshot.of("\n".join([*rows[:start], "", *rows[end:]]), 0, language).tree()
    if whole is None or without is None:
        return True
    return without.errors_in(0, len(without.text)) <= whole.errors_in(0, len(whole.text))


def _name(path: Path) -> str:
    return path.name if ROOT not in path.parents or ".venv" in path.parts else str(path.relative_to(ROOT))
