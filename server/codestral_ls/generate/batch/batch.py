"""One batch: what is written, for which files, by whom and how; everything below the command line takes this one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codestral_ls.generate.batch.discover import Selection

What = Literal["docstrings", "tests"]
WriterName = Literal["here", "ray", "mistral-batch", "chat"]
Mode = Literal["show", "write", "check"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Ray runs: ``address`` of a cluster ("" starts one here), ``workers`` actors (None: one per GPU, or one)."""

    address: str = ""
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Documenting:
    """How docstrings are chosen and written. ``ignore`` has kinds that need none, as ``needs.IGNORABLE`` names them."""

    style: str = "project"
    everything: bool = False
    update: bool = False
    ignore: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Testing:
    """How tests are chosen and judged. ``execute`` runs generated code, ``unfenced`` with all the user's rights; ``strict`` also
    requires the tests to fail on mutants.
    """

    execute: bool = False
    strict: bool = False
    everything: bool = False
    framework: str = "auto"
    python: Path | None = None
    unfenced: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch below ``root``. ``allowed`` are ignored files that the user released by name; with ``concurrency`` 0 it is chosen."""

    what: What
    selection: Selection
    root: Path
    mode: Mode = "show"
    writer: WriterName = "here"
    concurrency: int = 0
    allowed: frozenset[Path] = frozenset()
    cluster: Cluster = Cluster()
    batch_hours: int = 24
    documenting: Documenting = Documenting()
    testing: Testing = Testing()
