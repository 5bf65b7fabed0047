"""Where a run of the tests puts the pictures of READMEs and docs, if it takes them."""

from __future__ import annotations

import os
from pathlib import Path


def picture_folder() -> Path | None:
    """The folder in ``CODESTRAL_LS_PICTURES``; None if no pictures are wanted."""
    folder = os.environ.get("CODESTRAL_LS_PICTURES")
    return Path(folder) if folder else None
