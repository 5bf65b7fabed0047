"""The small model that ships with the package, so that a first completion needs no key and no download.

How it was made and what it is worth: training/MODEL_CARD.md. This module only says where the file is; the host loads it.
"""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "tiny-fim-q8_0.gguf"


def model_path() -> Path:
    """The GGUF beside this module."""
    return Path(__file__).with_name(FILE_NAME)
