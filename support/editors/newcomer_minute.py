"""Records how long a newcomer's first minute took, with a picture, if that is requested.

With ``CODESTRAL_LS_FIRST_MINUTE=FOLDER`` each newcomer's test writes its times to a JSON file in that folder and its picture to
an image there. ``python -m benchmarks.first_minute`` runs the tests this way and writes the table.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = "CODESTRAL_LS_FIRST_MINUTE"


class Minute:
    """One newcomer's times, in seconds from the editor's opening."""

    def __init__(self, editor: str, way: str) -> None:
        self.editor, self.way = editor, way
        self._began = time.monotonic()
        self._passed: dict[str, float] = {}

    def passed(self, what: str) -> None:
        """Note the time of this step."""
        self._passed[what] = round(time.monotonic() - self._began, 2)

    def picture(self, take: Callable[[Path], object], suffix: str = "png") -> None:
        """Let ``take`` draw a picture, if pictures are requested."""
        if folder := os.environ.get(FOLDER):
            take(Path(folder) / f"{self._name}.{suffix}")

    def keep(self) -> None:
        """Write the times, if they are requested."""
        if folder := os.environ.get(FOLDER):
            said = {"editor": self.editor, "way": self.way, "seconds": self._passed}
            (Path(folder) / f"{self._name}.json").write_text(json.dumps(said))

    @property
    def _name(self) -> str:
        return f"first-{self.editor.replace(' ', '').lower()}-{self.way.lower()}"
