"""What the tests in real editors share: a private environment with a workspace, and a scripted or the real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.editors.debian_packages import Unavailable
from support.editors.workplace import Place, Scripted, new_place, real_server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a real editor."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.editors)


@pytest.fixture
def place() -> Iterator[Place]:
    """A folder of this test's own."""
    place = new_place()
    yield place
    place.close()


@pytest.fixture
def scripted(place: Place) -> Scripted:
    """A server that says what the test wants."""
    return Scripted(place.folder)


@pytest.fixture(scope="session")
def shared_place() -> Iterator[Place]:
    """One environment for all tests with the real server: they share its model host, as a user's editors do."""
    place = new_place()
    # Whether a completion is shown must not hang on how sure this month's model is.
    place.environment["CODESTRAL_LS_COMPLETION_SHOW"] = "eager"
    yield place
    place.close()


@pytest.fixture(scope="session")
def server() -> list[str]:
    """The real server's command."""
    try:
        return real_server()
    except Unavailable as reason:
        pytest.skip(str(reason))
