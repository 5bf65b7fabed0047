"""One JSON line per answer, written at once, so that an interrupted run continues where it was.

The first line says what was measured; the file of another measurement is replaced. A line cut short by a kill is ignored.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from codestral_ls.system.private_files import private_file


@dataclass(frozen=True, slots=True)
class EvaluatedHole:
    """One answer: the hole's id and kind, the arm ("with" or "without" context), the score, milliseconds, and the text.

    ``passed`` is whether the hole's own tests pass with the answer, None if it has none.
    """

    hole: str
    kind: str
    arm: str
    shown: bool
    exact: bool
    similarity: float
    identifiers: float
    valid: bool | None
    ms: float
    reason: str
    source: str
    passed: bool | None = None


class EvaluationLog:
    """Rows in a file. Use as a context manager. Raises: OSError."""

    def __init__(self, file: Path, settings: dict[str, Any]) -> None:
        self._file = file
        self._settings = json.loads(json.dumps(settings))
        self.rows: list[EvaluatedHole] = []
        self._out: IO[str] | None = None

    def __enter__(self) -> EvaluationLog:
        lines = self._file.read_text(encoding="utf-8").split("\n") if self._file.exists() else []
        if lines and _read(lines[0]) == self._settings:
            rows = [read for line in lines[1:-1] if (read := _read(line)) is not None]
            self.rows = [EvaluatedHole(**row) for row in rows]
        temporary = self._file.with_suffix(".new")
        with private_file(temporary).open("w", encoding="utf-8") as out:
            out.write("".join(json.dumps(one) + "\n" for one in (self._settings, *map(asdict, self.rows))))
        os.replace(temporary, self._file)  # noqa: PTH105 - the same call on both systems
        self._out = self._file.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._out is not None:
            self._out.close()

    def add(self, row: EvaluatedHole) -> None:
        """Keep one answer."""
        assert self._out is not None
        self.rows.append(row)
        self._out.write(json.dumps(asdict(row)) + "\n")
        self._out.flush()


def _read(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
