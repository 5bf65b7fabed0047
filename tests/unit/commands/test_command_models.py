"""``codestral-ls models`` with a stand-in of the hub: models are fetched, resumed, checked, refused and removed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import huggingface_hub.constants
import pytest

from codestral_ls import cli
from codestral_ls.config.host_address import EMBEDDED, models_dir
from codestral_ls.errors import ModelError
from codestral_ls.host import catalogue, fetch
from support.models.hub_stand_in import Hub
from support.models.random_model import SHAPES, write

pytestmark = pytest.mark.usefixtures("private_folders")

SMALL = catalogue.KNOWN["qwen2.5-coder-0.5b"]
CODESTRAL = catalogue.KNOWN["codestral-22b-q4_k_m"]


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real, small GGUF file."""
    return write(tmp_path_factory.mktemp("hub") / "m.gguf", SHAPES["tiny"], "bpe").read_bytes()


@pytest.fixture
def hub(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    stand_in = Hub({f"{model.repository}:{model.file}": content for model in (SMALL, CODESTRAL)})
    stand_in.files["me/mine:a/My.gguf"] = content
    stand_in.start()
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", stand_in.url)
    monkeypatch.setattr(
        huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", stand_in.url + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setenv("HF_TOKEN", "")
    yield stand_in
    stand_in.stop()


def shelf() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in models_dir().glob("*.gguf")}


def test_a_model_is_fetched_noted_listed_found_and_removed(hub: Hub, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "pull", SMALL.name]) == 0
    assert capsys.readouterr().out.strip() == str(models_dir() / f"{SMALL.name}.gguf")
    assert shelf() == {f"{SMALL.name}.gguf": content}
    assert cli.main(["models", "list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows[SMALL.name]["here"], rows[CODESTRAL.name]["here"]) == (True, False)
    assert rows["embedded"]["configured"]
    assert cli.main(["models", "path", "--set", f"local.model={SMALL.name}"]) == 0
    assert capsys.readouterr().out == f"{models_dir() / f'{SMALL.name}.gguf'}\n"
    assert cli.main(["models", "info", SMALL.name, "--json"]) == 0
    info = json.loads(capsys.readouterr().out)
    assert (info["fetched_repository"], info["size_bytes"]) == (SMALL.repository, len(content))
    assert cli.main(["models", "remove", SMALL.name]) == 0
    assert list(models_dir().iterdir()) == [models_dir() / "incoming"]


@pytest.mark.skipif(os.name == "nt", reason="modes are of Unix")
def test_what_is_fetched_is_the_users_alone(hub: Hub) -> None:
    before = os.umask(0)
    try:
        assert cli.main(["models", "pull", SMALL.name]) == 0
    finally:
        os.umask(before)
    made = [models_dir().parent, models_dir(), *models_dir().iterdir()]
    assert {path.name for path in made if path.stat().st_mode & 0o077} == set()
    assert len(made) > 3


def test_a_second_pull_fetches_nothing(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "pull", SMALL.name]) == 0
    assert cli.main(["models", "pull", SMALL.name]) == 0
    assert len(hub.ranges) == 1
    assert "is already here" in capsys.readouterr().err


def test_a_fetch_that_breaks_off_goes_on_where_it_stopped(hub: Hub, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "DOWNLOAD_CHUNK_SIZE", 10_000)
    hub.cuts = [100_000]
    assert cli.main(["models", "pull", SMALL.name]) == 0
    assert shelf() == {f"{SMALL.name}.gguf": content}
    assert hub.ranges == [None, "bytes=100000-"]


def test_any_file_of_the_hub_by_its_full_name(hub: Hub, content: bytes) -> None:
    assert cli.main(["models", "pull", "me/mine:a/My.gguf"]) == 0
    assert shelf() == {"my.gguf": content}


FAULTS = [
    ("gated", {"status": 401}, "does not let you fetch"),
    ("gone", {"files": {}}, "The hub has no qwen2.5-coder-0.5b-q8_0.gguf"),
    ("broken", {"status": 500}, "status 500"),
    ("damaged", {"damaged": True}, "arrived damaged"),
    ("no GGUF", {"files": {f"{SMALL.repository}:{SMALL.file}": b"<html>sign in</html>"}}, SMALL.file),
]


@pytest.mark.parametrize(("hub_is", "sentence"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_can_go_wrong_is_a_sentence_and_leaves_no_model(
    hub: Hub, hub_is: dict[str, object], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in hub_is.items():
        setattr(hub, name, value)
    assert cli.main(["models", "pull", SMALL.name]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert "fault of the program" not in error
    assert shelf() == {}


def test_a_file_that_is_not_the_known_one_is_not_fetched(
    hub: Hub, content: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = dict(catalogue.KNOWN) | {SMALL.name: replace(SMALL, sha256="0" * 64)}
    monkeypatch.setattr(catalogue, "KNOWN", known)
    assert cli.main(["models", "pull", SMALL.name]) == 1
    assert "its SHA-256 differs" in capsys.readouterr().err
    assert (shelf(), hub.ranges) == ({}, [])
    known[SMALL.name] = replace(SMALL, sha256=hashlib.sha256(content).hexdigest())
    assert cli.main(["models", "pull", SMALL.name]) == 0
    assert shelf() == {f"{SMALL.name}.gguf": content}


def test_a_hub_that_is_not_there(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.stop()
    assert cli.main(["models", "pull", SMALL.name]) == 1
    assert "The hub cannot be reached" in capsys.readouterr().err


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch, "SPARE_BYTES", 10**18)
    assert cli.main(["models", "pull", SMALL.name]) == 1
    assert "free. Make room" in capsys.readouterr().err
    assert hub.ranges == []


def test_the_licence_is_shown_and_must_be_accepted(hub: Hub, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "pull", CODESTRAL.name]) == 1
    error = capsys.readouterr().err
    assert "Mistral AI Non-Production License" in error
    assert "--accept-licence" in error
    assert hub.ranges == []
    assert cli.main(["models", "pull", CODESTRAL.name, "--accept-licence"]) == 0
    assert shelf() == {f"{CODESTRAL.name}.gguf": content}


@pytest.mark.parametrize(("typed", "code"), [("yes\n", 0), ("no\n", 1), ("\n", 1), ("", 1)])
def test_a_person_is_asked(hub: Hub, typed: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return typed

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert cli.main(["models", "pull", CODESTRAL.name]) == code


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("codestral-22b", 'did you mean "codestral-22b-q4_k_m"?'),
        ("qwen2.5-codr-7b", 'did you mean "qwen2.5-coder-7b"?'),
        ("zzz", '"zzz". `codestral-ls models list`'),
        ("me/mine:../../x.gguf", "OWNER/REPOSITORY:FILE.gguf"),
    ],
)
def test_unknown_names(name: str, words: str) -> None:
    with pytest.raises(ModelError, match="There is no known model") as caught:
        catalogue.find(name)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["path", "--set", "local.model=codestral-22b-q4_k_m"], "models pull codestral-22b-q4_k_m"),
        (["path", "--set", "local.model=/nowhere/x.gguf"], "/nowhere/x.gguf"),
        (["remove", "embedded"], "cannot be removed"),
        (["remove", "zzz"], 'no fetched model "zzz"'),
        (["info", "zzz"], 'no known model "zzz"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_missing_models_are_reported(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_the_embedded_model_is_the_configured_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "path"]) == 0
    assert capsys.readouterr().out == f"{EMBEDDED}\n"
    assert cli.main(["models", "list"]) == 0
    assert "embedded" in capsys.readouterr().out


def test_the_hubs_own_variables_hold(hub: Hub, content: bytes) -> None:
    command = [sys.executable, "-m", "codestral_ls", "models", "pull", SMALL.name]
    offline = subprocess.run(command, env={**os.environ, "HF_HUB_OFFLINE": "1"}, capture_output=True, text=True)
    assert (offline.returncode, offline.stdout) == (1, "")
    assert "HF_HUB_OFFLINE forbids" in offline.stderr
    elsewhere = subprocess.run(command, env={**os.environ, "HF_ENDPOINT": hub.url}, capture_output=True, text=True)
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert shelf() == {f"{SMALL.name}.gguf": content}
