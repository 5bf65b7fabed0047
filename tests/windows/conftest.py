"""Windows under Wine, as ``make test-windows`` sets it up; without it these tests are skipped."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.vscode.scripts.node_tools import Missing
from support.lsp import lsp_client
from support.windows.set_up import Windows, is_set_up, windows
from support.windows.under_wine import WineMachine, machine

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs under Wine."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.windows)


@pytest.fixture(scope="session")
def wine() -> Windows:
    """Windows' Python. Setting it up takes minutes, so it is done only on request."""
    if not is_set_up():
        pytest.skip("Windows' Python is not set up under Wine; `make test-windows` does that")
    try:
        return windows()
    except Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow more time: the first start under Wine is slow on a busy machine."""
    monkeypatch.setattr(lsp_client, "SECONDS", 90.0)


@pytest.fixture(scope="session")
def shared_machine(wine: Windows) -> Iterator[WineMachine]:
    """A shared environment for all tests that want a model host: they use one host, as a user's windows do."""
    with tempfile.TemporaryDirectory(prefix="Ä b") as folder, machine(wine, Path(folder)) as made:
        yield made


@pytest.fixture
def own_machine(wine: Windows, tmp_path: Path) -> Iterator[WineMachine]:
    """An environment for one test alone."""
    with machine(wine, tmp_path) as made:
        yield made
