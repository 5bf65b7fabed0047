"""``index``, ``context`` and ``eval`` on the command line: what they print, and a sentence for what they cannot do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codestral_ls.cli import main


@pytest.fixture
def project(private_folders: Path) -> Path:
    (private_folders / ".git").mkdir()
    (private_folders / "shapes.py").write_text("class Circle:\n    def area_of(self, digits): return 3\n")
    (private_folders / "canvas.py").write_text("from shapes import Circle\n\ndef paint(circle: Circle):\n    circle.\n")
    return private_folders


def test_index(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(project), "--jobs", "1"]) == 0
    assert capsys.readouterr().out.startswith("2 files indexed (")
    assert main(["index"]) == 0
    assert "0 files indexed (0 lines), 2 unchanged" in capsys.readouterr().out
    assert main(["index", "--rebuild", "--jobs", "1"]) == 0
    assert capsys.readouterr().out.startswith("2 files indexed")


def test_index_of_a_path_that_is_not_a_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "nowhere"]) == 1
    assert "not a folder" in capsys.readouterr().err


def test_index_that_cannot_be_written(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "file"))
    assert main(["index"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_context_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", "canvas.py:4:12", "--json", "--tokens", "512"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"elsewhere", "prefix", "suffix", "snippets"}
    assert told["prefix"].endswith("    circle.")
    snippet = next(one for one in told["snippets"] if one["path"] == "shapes.py")
    assert set(snippet) == {"path", "start_line", "end_line", "text", "source", "score", "tokens"}
    assert "def area_of(self, digits)" in snippet["text"]
    assert snippet["source"] == "definitions"
    assert snippet["tokens"] > 0


def test_context_as_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", "canvas.py:4:12", "--tokens", "512"]) == 0
    told = capsys.readouterr().out
    assert "shapes.py:" in told
    assert "definitions" in told
    assert main(["context", "canvas.py:4:12", "--tokens", "0"]) == 0
    assert "No text of other files" in capsys.readouterr().out


def test_context_of_a_private_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".codestralignore").write_text("canvas.py\n")
    assert main(["context", "canvas.py:1:1"]) == 1
    assert "no part of it is ever sent" in capsys.readouterr().err


def test_eval_of_what_cannot_be_measured(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", str(project / "nowhere")]) == 1
    assert "neither a folder nor" in capsys.readouterr().err
    assert main(["eval", str(project)]) == 1
    assert "Only committed code is measured" in capsys.readouterr().err


def test_eval_with_the_fake_backend(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"task_id": "SingleLineInfilling/1", "prompt": "def f(a):\n    ", "suffix": "\n", "canonical_solution": "return a + 1"}
    (project / "data.jsonl").write_text(json.dumps(row) + "\n")
    command = ["eval", "data.jsonl", "--backend", "fake", "--set", "fake.text=return a + 1", "--out", "out"]
    assert main(command) == 0
    assert "data" not in capsys.readouterr().err
    document = json.loads((project / "out" / "eval.json").read_text())
    told = next(iter(document["summary"].values()))
    assert told["all"]["exact"] == 1.0
    assert main(command) == 0
