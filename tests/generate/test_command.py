"""The command as a separate process: modes, exit codes, git, JSON, report, Ctrl-C. A FIM API in this process answers it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest
from support.generate.fim_api import StandInFimApi
from support.generate.scene import MODEL, batch, command, environment, make_project, tree_digest
from support.waiting import wait_until


def good(_request: FimRequest) -> str:
    return "Do what the name says.\n\nArgs:\n    value: Where it begins.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_project(tmp_path / "p", 3, 2)
    (tmp_path / "h").mkdir()
    return tmp_path / "p"


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words], cwd=root, check=True, capture_output=True
    )


def test_check_tells_what_is_missing_and_asks_nobody(project: Path, tmp_path: Path) -> None:
    done = batch(tmp_path / "h", command("docstrings", [project], "--check", "--json"))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert len(rows) == 6
    assert rows[0]["name"] == "f0_0"
    assert Path(rows[0]["path"]).read_text().split("\n")[rows[0]["line"] - 1].startswith("def f0_0")
    done = batch(tmp_path / "h", command("docstrings", [project], "--check", "--exclude", "m*"))
    assert (done.returncode, done.stdout) == (1, "")  # a check in CI that looks at no file must not pass
    assert "No file was looked at" in done.stderr
    done = batch(tmp_path / "h", command("docstrings", [project], "--check", "--fail-under", "0"))
    assert done.returncode == 0
    assert "0.0 %" in done.stderr


def test_the_gate_shows_its_figures_and_ignores_kinds(tmp_path: Path) -> None:
    root = tmp_path / "p"
    (tmp_path / "h").mkdir()
    root.mkdir()
    (root / "good.py").write_text('def f(a):\n    """F."""\n    return a\n')
    (root / "half.py").write_text('class A:\n    """A."""\n\n    def __init__(self, a):\n        self.a = a\n')
    (root / "none.py").write_text("class B:\n    def __len__(self):\n        return 1\n")
    (root / "empty.py").write_text("A = 1\n")
    line = [*command("docstrings", [root], "--check"), "--all"]

    done = batch(tmp_path / "h", line)
    assert done.returncode == 1
    cells = [[cell.strip() for cell in row.split("│")[1:-1]] for row in done.stderr.splitlines() if "│" in row]
    assert [[Path(name).name, *rest] for name, *rest in cells] == [
        ["good.py", "1", "0", "100 %"],
        ["half.py", "2", "1", "50 %"],
        ["none.py", "2", "2", "0 %"],
        ["all", "5", "3", "40.0 %"],
    ]
    assert "3 without docstring; 4 files looked at" in done.stderr
    assert batch(tmp_path / "h", [*line, "--fail-under", "40"]).returncode == 0
    done = batch(tmp_path / "h", [*line, "--fail-under", "41"])
    assert done.returncode == 1
    assert "40.0 % is less than --fail-under 41" in done.stderr
    done = batch(tmp_path / "h", [*line, "--fail-under", "66.6", "--ignore-init-method", "--ignore-magic"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("B has no docstring")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_name_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "p"
    (tmp_path / "h").mkdir()
    root.mkdir()
    for name in (b"good.py", b"odd\xff.py"):
        (root / os.fsdecode(name)).write_text("def f(a):\n    return a\n")
    with StandInFimApi(tmp_path / "s", MODEL, 0.0, good) as api:
        done = batch(tmp_path / "h", command("docstrings", [root], "--write", "--json", address=api.address))
    assert done.returncode == 0, done.stderr
    *rows, _ = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(Path(row["path"]).name, row["state"], row["reason"]) for row in rows] == [
        ("good.py", "written", ""),
        ("odd\\udcff.py", "left_alone", "its name is not UTF-8"),
    ]


@pytest.mark.parametrize("words", [["--write"], ["--write", "--update", "--all"]])
def test_the_embedded_model_writes_no_documentation(project: Path, tmp_path: Path, words: list[str]) -> None:
    before = tree_digest(project)
    done = batch(tmp_path / "h", command("docstrings", [project], *words))
    assert done.returncode == 1
    assert "does not write true prose: choose a larger model" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree_digest(project) == before


def test_diff_then_write_pays_once_and_reports(project: Path, tmp_path: Path) -> None:
    before = tree_digest(project)
    with StandInFimApi(tmp_path / "s", MODEL, 0.0, good) as api:
        done = batch(tmp_path / "h", command("docstrings", [project], address=api.address))
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("+++ b/") == 3
        assert tree_digest(project) == before
        assert len(api.seen) == 6
        patched = tmp_path / "patched"
        subprocess.run(["cp", "-r", str(project), str(patched)], check=True)
        subprocess.run(["git", "apply", "-"], input=done.stdout, text=True, cwd=patched, check=True)

        report = tmp_path / "report.html"
        done = batch(
            tmp_path / "h",
            command("docstrings", [project], "--write", "--resume", "--json", "--report", str(report), address=api.address),
        )
        assert done.returncode == 0, done.stderr
        assert len(api.seen) == 6
        assert tree_digest(project) == tree_digest(patched)
        *rows, last = [json.loads(line) for line in done.stdout.splitlines()]
        assert [row["state"] for row in rows] == ["written"] * 3
        assert last["summary"]["known"] == 6
        assert report.read_text().count("<details") == 3
        assert "value: Where it begins." in report.read_text()

        done = batch(tmp_path / "h", command("docstrings", [project], "--check"))
        assert done.returncode == 0


def test_git_must_be_clean_and_since_narrows(project: Path, tmp_path: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "a")
    one = project / "p1/m1.py"
    one.write_text(one.read_text() + "\n\ndef late(a):\n    return a\n")
    with StandInFimApi(tmp_path / "s", MODEL, 0.0, good) as api:
        done = batch(tmp_path / "h", command("docstrings", [project], "--write", address=api.address))
        assert done.returncode == 1
        assert "p1/m1.py" in done.stderr
        assert not api.seen
        done = batch(
            tmp_path / "h", command("docstrings", [project], "--write", "--allow-dirty", "--since", "HEAD", address=api.address)
        )
        assert done.returncode == 0, done.stderr
        assert len(api.seen) == 3
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=project, capture_output=True, text=True, check=True).stdout
    assert changed.split() == ["M", "p1/m1.py"]
    done = batch(tmp_path / "h", command("docstrings", [project], "--check", "--since", "nonsense"))
    assert done.returncode == 1
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tests", "--write"], "EXECUTES"),
        (["tests", "--strict"], "EXECUTES"),
        (["docstrings", "--run"], "for tests"),
        (["docstrings", "--chat", "--engine", "mistral-batch"], "exclude"),
        (["docstrings", "nowhere"], "nowhere does not exist."),
        (["docstrings", "--engine", "mistral-batch", "--yes"], "MISTRAL_API_KEY"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(project: Path, tmp_path: Path, words: list[str], sentence: str) -> None:
    done = batch(tmp_path / "h", command(words[0], [project], *words[1:]))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") <= 2, "a sentence, and no table of nothing"
    again = batch(tmp_path / "h", command(words[0], [project], *words[1:]))
    assert again.stderr == done.stderr, "nothing was begun that would have to be resumed"


def test_help_says_plainly_that_code_is_run(tmp_path: Path) -> None:
    done = batch(tmp_path, [*command("docstrings", []), "--help"])
    assert "GENERATED CODE IS EXECUTED" in done.stdout
    assert "--run refuses" in done.stdout
    assert "--run-unfenced" in done.stdout


def test_ctrl_c_ends_cleanly_and_resume_goes_on(project: Path, tmp_path: Path) -> None:
    make_project(project, 12, 4)
    with StandInFimApi(tmp_path / "s", MODEL, 0.2, good) as api:
        line = command("docstrings", [project], "--write", "--concurrency", "2", address=api.address)
        process = subprocess.Popen(line, env=environment(tmp_path / "h"), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        wait_until(lambda: len(api.seen) >= 6, "six requests", 60)
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        assert "--resume" in errors
        assert "Traceback" not in errors
        first = list(api.seen)
        assert len(first) <= 10
        done = batch(tmp_path / "h", line)
        assert done.returncode == 1
        assert "interrupted" in done.stderr
        done = batch(tmp_path / "h", [*line, "--resume"])
        assert done.returncode == 0, done.stderr
        assert sorted(api.seen) == sorted(set(api.seen))
        assert len(api.seen) == 48


def test_tests_are_run_and_written(tmp_path: Path) -> None:
    root = tmp_path / "p"
    (root / "tests").mkdir(parents=True)
    (tmp_path / "h").mkdir()
    (root / "calc.py").write_text("def add(a, b):\n    return a + b\n")
    answer = "_sums():\n    assert add(2, 3) == 5\n\n\ndef test_add_wrong():\n    assert add(2, 3) == 6\n"
    with StandInFimApi(tmp_path / "s", MODEL, 0.0, lambda _request: answer) as api:
        done = batch(
            tmp_path / "h", command("tests", [root / "calc.py"], "--run-unfenced", "--strict", "--write", address=api.address)
        )
    assert done.returncode == 0, done.stderr
    text = (root / "tests/test_calc_generated.py").read_text()
    assert "def test_add_sums" in text
    assert "wrong" not in text


def test_the_home_folder_is_not_a_project(tmp_path: Path) -> None:
    home = tmp_path / "h"
    (home / "elsewhere").mkdir(parents=True)
    (home / "a.py").write_text("def f(a):\n    return a\n")
    for number in range(20):
        (home / f"elsewhere/m{number}.py").write_text(
            "def g(a):\n    '''Sphinx.\n\n    :param a: What it is.\n    '''\n    return f(a)\n"
        )
    prompts: list[str] = []

    def seen(request: FimRequest) -> str:
        prompts.append(request.prefix)
        return "Do what the name says."

    with StandInFimApi(tmp_path / "s", MODEL, 0.0, seen) as api:
        line = command("docstrings", [home / "a.py"], "--set", "context.index=true", address=api.address)
        done = subprocess.run(
            line, env={**environment(home), "HOME": str(home)}, capture_output=True, text=True, timeout=60, check=True
        )
        assert f"{home} is not a project's folder" in " ".join(done.stderr.split())
        assert len(prompts) == 1
        assert "elsewhere" not in prompts[0]
        assert ":param" not in prompts[0]
        line = command("tests", [home / "a.py"], "--run", "--write", address=api.address)
        refused = subprocess.run(
            line, env={**environment(home), "HOME": str(home)}, capture_output=True, text=True, timeout=60, check=False
        )
    assert refused.returncode == 1
    assert "Tests run in a copy of the project" in refused.stderr
    assert len(prompts) == 1
