"""Fixtures of the tests in real editors: a private environment with a workspace, and a scripted or the real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.editors.debian_packages import Unavailable
from support.editors.workplace import EditorWorkplace, Scripted, new_place, real_server
from support.lsp.lsp_client import fake
from support.trust.clone import plant_modules
from support.trust.hostile_settings import USERS_KEY
from support.trust.listener import RecordingListener

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a real editor."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.editors)


@pytest.fixture
def place() -> Iterator[EditorWorkplace]:
    """A private folder and environment for one test."""
    place = new_place()
    yield place
    place.close()


@pytest.fixture
def scripted(place: EditorWorkplace) -> Scripted:
    """A server whose answers the test writes."""
    return Scripted(place.folder)


@pytest.fixture(scope="session")
def shared_place() -> Iterator[EditorWorkplace]:
    """A shared environment for all tests with the real server: they use one model host, as a user's editors do."""
    place = new_place()
    # Whether a completion is shown must not depend on how sure the present model is.
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


@pytest.fixture
def listener() -> Iterator[RecordingListener]:
    """A port that a hostile workspace names."""
    listener = RecordingListener()
    yield listener
    listener.close()


@pytest.fixture
def hostile(place: EditorWorkplace, listener: RecordingListener) -> tuple[EditorWorkplace, str]:
    """A place whose workspace has a module that leaves a mark for every name, and the address of a listener.

    The user has a key and the fake model.
    """
    (place.folder / "mines").mkdir()
    plant_modules(place.workspace, place.folder / "mines" / "module")
    place.environment["PYTHONPATH"] = os.pathsep + str(place.folder / "lib")  # an empty entry is the folder that a program runs in
    place.environment.update(fake("first + second", first_delay_ms=0), CODESTRAL_API_KEY=USERS_KEY, MISTRAL_API_KEY=USERS_KEY)
    return place, listener.url


@pytest.fixture
def nothing_happened(hostile: tuple[EditorWorkplace, str], listener: RecordingListener) -> Callable[[], None]:
    """Assert that no module of the workspace ran and that nobody connected to the listener."""

    def check() -> None:
        assert [path.name for path in (hostile[0].folder / "mines").iterdir()] == []
        assert listener.came == []

    return check
