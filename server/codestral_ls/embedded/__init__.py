"""The small model that ships with the package, so that a first completion needs no key and no download.

training/MODEL_CARD.md says how it was made and how good it is. This module only gives the file's path; the host loads it.
"""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "tiny-fim-q8_0.gguf"


def model_path() -> Path:
    """The GGUF file in this folder."""
    return Path(__file__).with_name(FILE_NAME)
