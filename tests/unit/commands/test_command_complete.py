"""``codestral-ls complete`` on the fake backend: what it prints, and what it would send."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from codestral_ls import cli
from codestral_ls.backends.base import FimRequest, Piece
from codestral_ls.backends.fake import FakeBackend

CURSOR = "│"


pytestmark = pytest.mark.usefixtures("private_folders")


def complete(drawn: str, written: str, *more: str, name: str = "a.py") -> int:
    """Complete a file with the cursor drawn in it; the fake backend writes ``written``."""
    before, _, after = drawn.partition(CURSOR)
    Path(name).write_bytes((before + after).encode())
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    fake = ["--set", "backend.primary=fake", "--set", f"fake.text={written}"]
    return cli.main(["complete", f"{name}:{line}:{column}", *fake, *more])


ROWS = [
    ("rest of a line", "def add(a, b):\n    return │\n", "a + b\n", "a + b\n"),
    ("behind astral characters", "s = '🦀🦀'; n = len(│)\n", "s)\n", "s\n"),
    ("CRLF", "def add(a, b):\r\n    return │\r\n", "a + b\r\n", "a + b\n"),
    ("empty line at the end", "a = 1\n│", "b = 2\n", "b = 2\n"),
]


@pytest.mark.parametrize(("drawn", "written", "printed"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_text_is_printed(drawn: str, written: str, printed: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert complete(drawn, written) == 0
    assert capfd.readouterr() == (printed, "")


def test_json_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete("def add(a, b):\n    return │\n", "a + b\n", "--json") == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert answer["text"] == "a + b"
    assert answer["source"] == "cold"
    assert set(answer["tokens"]) == {"prompt", "evaluated", "reused", "generated"}
    assert answer["tokens"]["evaluated"] == answer["tokens"]["prompt"] > 0
    assert answer["tokens"]["generated"] > 0
    assert all(ms >= 0 for ms in answer["stages"].values())
    assert answer["items"] == [{"text": "a + b", "replaces": [26, 26], "new_text": "a + b"}]
    assert (answer["backend"], answer["model"]) == ("fake", "fake")
    assert {"confidence", "reason"} <= set(answer)


def test_nothing_to_add_is_said_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete("a = 1\n│\n", "\n\n") == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("codestral-ls: nothing to add here")


def test_show_request_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete("def add(a, b):\n    return │\n", "x", "--show-request") == 0
    words, _, shown = capsys.readouterr().out.partition("\n\n")
    assert words.startswith("Nothing leaves this machine")
    request = json.loads(shown)
    assert request["prefix"].endswith("def add(a, b):\n    return ")
    assert request["suffix"] == "\n"


def test_show_request_prints_the_http_request_without_the_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESTRAL_FIM_SERVER_KEY", "hush-hush")
    Path("a.py").write_text("a = \n")
    server = ["--set", "backend.primary=fim_server", "--set", "fim_server.address=http://127.0.0.1:9"]
    assert cli.main(["complete", "a.py:1:5", "--show-request", *server]) == 0
    output = capsys.readouterr().out
    head, _, body = output.partition("\n\n")
    assert head.startswith("POST http://127.0.0.1:9/v1/fim/completions\n")
    assert "hush-hush" not in output
    assert json.loads(body)["prompt"].endswith("a = ")


def test_a_backend_that_fails_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text("a = \n")
    server = ["--set", "backend.primary=fim_server", "--set", "fim_server.address=http://127.0.0.1:9"]
    assert cli.main(["complete", "a.py:1:5", *server]) == 1
    error = capsys.readouterr().err
    assert "127.0.0.1:9" in error
    assert "Traceback" not in error


def test_as_many_alternatives_as_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    different = ["--set", "completion.alternatives=1", "--alternatives", "2"]
    asked = []
    write = FakeBackend.stream

    def counted(self: FakeBackend, request: FimRequest) -> AsyncGenerator[Piece, None]:
        asked.append(request.temperature)
        return write(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeBackend, "stream", counted)
        assert complete("def add(a, b):\n    return │\n", "a + b\n", *different) == 0
    assert len(set(asked)) > 1
    assert capsys.readouterr().err == ""


def test_nothing_is_written_to_the_file(private_folders: Path) -> None:
    drawn = "def add(a, b):\n    return │\n"
    complete(drawn, "a + b\n")
    assert (private_folders / "a.py").read_text() == drawn.replace(CURSOR, "")


def in_project(files: dict[str, str]) -> None:
    """Make this folder a project."""
    Path(".git").mkdir()
    for name, text in files.items():
        Path(name).write_text(text)


SHAPES = {"shapes.py": "class Circle:\n    def area_of_it(self, digits): return 3\n"}
PAINT = "from shapes import Circle\n\ndef paint(circle: Circle):\n    circle.│\n"


def test_other_files_are_in_the_request_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    in_project(SHAPES)
    assert complete(PAINT, "area_of_it(2)", "--json") == 0
    snippet = json.loads(capsys.readouterr().out)["snippets"][0]
    assert (snippet["path"], snippet["source"]) == ("shapes.py", "definitions")
    assert "area_of_it" in snippet["text"]
    assert complete(PAINT, "area_of_it(2)", "--show-request") == 0
    assert "+++++ shapes.py\\nclass Circle" in capsys.readouterr().out


NO_OTHERS = [["--set", "context.project_tokens=-1"], ["--set", "context.index=false"]]


@pytest.mark.parametrize("setting", NO_OTHERS)
def test_no_room_or_no_index_means_no_other_files(setting: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    in_project(SHAPES)
    assert complete(PAINT, "area_of_it(2)", "--json", *setting) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["text"], answer["snippets"]) == ("area_of_it(2)", [])


def test_a_large_project_is_not_waited_for(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    in_project({f"m{number}.py": f"def f{number}(): pass\n" for number in range(60)} | SHAPES)
    monkeypatch.setattr("codestral_ls.commands.complete.INDEX_SECONDS", -1.0)
    assert complete(PAINT, "area_of_it(2)", "--json") == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["text"] == "area_of_it(2)"
    assert "only indexed in part" in output.err


def test_an_index_that_cannot_be_written_is_reported_and_not_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    in_project(SHAPES)
    (tmp_path / "no folder").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no folder"))
    assert complete(PAINT, "area_of_it(2)", "--json") == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["text"] == "area_of_it(2)"
    assert "the index could not be brought up to date" in output.err
