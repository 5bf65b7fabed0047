"""The boundary of masking and of private files, at each way out: every backend that is not our own host, wherever its address."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.build_backend import build_one
from codestral_ls.backends.guard import Guard
from codestral_ls.config.load import load_options
from codestral_ls.errors import BackendWithheld
from support.trust.clone import CODE, git, own_environment, script
from support.trust.hostile_settings import SERVERS, USERS_KEY, USERS_KEYS

SECRET = "ghp_" + "a1B2c3D4e5F6" * 3
PLACES = {
    "this machine": "http://127.0.0.1:9",
    "this machine, by name": "http://localhost:9",
    "a socket": "unix:///nowhere/socket",
    "another machine": "https://gpu.invalid:9",
}
GATEWAYS = ("codestral", "mistral")
"""Backends that pass on what they get, whatever their address."""


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in USERS_KEYS:
        monkeypatch.setenv(name, USERS_KEY)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", ".")
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / ".codestralignore").write_text("customers/\n")
    return tmp_path


def built(name: str, place: str, **more: object) -> Backend:
    given = {SERVERS[name]: PLACES[place], f"{name}.model": "codestral-latest", **more}
    loaded = load_options(None, None, {}, given={key: value for key, value in given.items() if key != "llama_server.model"})
    assert loaded.problems == ()
    return build_one(name, loaded.options)


async def sent(backend: Backend, source: Path) -> str:
    """The text that the backend gets to send (``test_guard.py`` shows that it gets no other)."""
    request = FimRequest(f"token = '{SECRET}'\ndef add(a, b):\n    ", f"\n# {SECRET}\n", timeout=5.0, source=source.as_uri())
    assert isinstance(backend, Guard)
    try:
        sealed = backend._door.sealed(request)
    finally:
        await backend.aclose()
    assert "def add(a, b)" in sealed.prefix
    return sealed.prefix + sealed.suffix


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SERVERS)
async def test_secrets_are_masked_wherever_the_server_is(name: str, place: str, project: Path) -> None:
    assert SECRET not in await sent(built(name, place), project / "a.py")


@pytest.mark.parametrize("name", SERVERS)
async def test_they_are_not_where_the_user_says_so(name: str, project: Path) -> None:
    assert SECRET in await sent(built(name, "this machine", **{"privacy.mask_secrets": False}), project / "a.py")


@pytest.mark.parametrize("file", [".env", "customers/acme.py", "deploy/server.key~"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SERVERS)
async def test_private_files_are_withheld_wherever_the_server_is(name: str, place: str, file: str, project: Path) -> None:
    with pytest.raises(BackendWithheld):
        await sent(built(name, place), project / file)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SERVERS)
async def test_what_git_ignores_does_not_leave_the_machine(name: str, place: str, project: Path) -> None:
    backend = built(name, place)
    if name in GATEWAYS or place == "another machine":
        with pytest.raises(BackendWithheld, match="ignored by git"):
            await sent(backend, project / "build" / "a.py")
    else:
        assert await sent(backend, project / "build" / "a.py")


def test_a_batch_reads_no_private_file_that_the_command_line_only_names(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A shell's ``*.py`` names them too. The model is here, so no door would keep them back."""
    private = ["secrets.py", "customers/acme.py", "build/a.py"]
    for name in (*private, "src/ok.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(CODE)
    environment = own_environment(tmp_path_factory.mktemp("home")) | {"CODESTRAL_LS_FAKE_TEXT": "Return the sum."}

    def run(*more: str) -> str:
        line = [script(), "generate", "docstrings", "--write", "--allow-dirty", "--yes", *more, *private, "src"]
        done = subprocess.run(line, cwd=project, env=environment, capture_output=True, text=True, timeout=110, check=False)
        return done.stdout + done.stderr

    said = run()
    assert said.count("is left out") == 3
    assert [name for name in private if (project / name).read_text() != CODE] == []
    assert (project / "src/ok.py").read_text() != CODE
    run("--include-ignored")
    assert [name for name in private if (project / name).read_text() == CODE] == []
