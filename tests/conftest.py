"""The environment of every test, and how tests are distributed over processes (``make test``)."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from codestral_ls.completion.filters import judge
from codestral_ls.documents import excerpts, fragments

settings.register_profile("here", deadline=None)  # a busy machine must not fail a test; benchmarks measure speed
settings.load_profile("here")

HERE = Path(__file__).parent
LONGEST_FIRST = ("editors/vscode", "editors", "e2e", "generate", "trust", "checks", "backends", "context", "unit/host", "fence")
"""Folders in the order of the time that one of their files takes; all others come last.

A long file that starts last delays the end.
"""
TOGETHER = ("editors/vscode",)
"""Folders whose files share a build, so that a single process runs them all."""


@pytest.fixture(autouse=True)
def _environment_as_it_was() -> Iterator[None]:
    """Undo what the code under test changed in this process's environment (``protect_workers`` does), so that no other test sees
    it.
    """
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _ample_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a keystroke's parses a hundred times their usual time, because machines differ. Tests of these limits set them."""
    for module, name in (
        *((judge, name) for name in ("WITHIN_MS", "WITHIN_MS_BROKEN", "TOTAL_MS")),
        (excerpts, "WITHIN_MS"),
        (fragments, "WITHIN_MS"),
    ):
        monkeypatch.setattr(module, name, 100 * getattr(module, name))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: a test of an editor or a server spends half of its time waiting."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--nothing-missing``, for a machine on which no test may be skipped."""
    parser.addoption("--nothing-missing", action="store_true", help="a test that is skipped for want of something fails")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run long folders first, and a file's tests, which share fixtures, in one process. Their random order is kept."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    items.sort(key=lambda item: _rank(item.path))
    for item in items:
        folder = next((name for name in TOGETHER if HERE / name in item.path.parents), None)
        item.add_marker(pytest.mark.xdist_group(folder or item.path.relative_to(HERE).as_posix()))


def _rank(path: Path) -> int:
    return next((rank for rank, name in enumerate(LONGEST_FIRST) if HERE / name in path.parents), len(LONGEST_FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ``--nothing-missing`` a skip is a failure, except where a test can only run on another system."""
    report = yield
    if report.skipped and item.config.getoption("--nothing-missing") and not item.get_closest_marker("skipif"):
        report.outcome = "failed"
        report.longrepr = f"skipped: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}"
    return report
