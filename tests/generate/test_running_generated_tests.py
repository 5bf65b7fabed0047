"""``generate tests --run`` as a process: its messages before anything is paid for, and its end when the user interrupts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codestral_ls.errors import GenerateError
from codestral_ls.fence.kinds import find_fence
from codestral_ls.generate.testing import prepare
from support.generate.fim_api import StandInFimApi
from support.generate.scene import MODEL, batch, command, environment
from support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="generated tests are not run on Windows")
needs_fence = pytest.mark.skipif(find_fence() == "none", reason="no fence can be put up here")
SLEEPS = "():\n    import time\n    time.sleep(600)\n    assert {name}()\n"


def project(root: Path, functions: int = 1, name: str = "m") -> Path:
    (root / "tests").mkdir(parents=True)
    for number in range(6):
        text = "".join(f"def f{number}_{index}():\n    return {index + 1}\n\n\n" for index in range(functions))
        (root / f"{name}{number}.py").write_text(text)
    return root


def fenced(mark: str) -> list[str]:
    """The processes that run a file with this name."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


@needs_fence
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")
@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGKILL]], ids=["Ctrl-C", "killed"])
def test_the_end_is_at_once(tmp_path: Path, signals: list[signal.Signals]) -> None:
    name = f"m{os.getpid()}x"  # a name that no other run of this test uses
    root = project(tmp_path / "p", 4, name)
    (tmp_path / "h").mkdir()
    words = ("--run", "--write", "--yes", "--set", "generate.test_seconds=100")
    with StandInFimApi(
        tmp_path / "s", MODEL, 0.0, lambda request: SLEEPS.format(name=request.prefix.rpartition("def test_")[2])
    ) as api:
        line = command("tests", [root], *words, address=api.address)
        process = subprocess.Popen(
            line, env=environment(tmp_path / "h"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        wait_until(lambda: fenced(f"test_{name}0_generated.py") or process.poll() is not None, "a test running", 90, poll=0.05)
        running = fenced(f"test_{name}0_generated.py")
        for one in signals:
            process.send_signal(one)
        output, _ = process.communicate(timeout=60)  # each test would take 100 seconds
        assert running, output
        assert process.returncode == (130 if signals == [signal.SIGINT] else -signal.SIGKILL), output
        wait_until(
            lambda: not any(fenced(f"test_{name}{number}_generated.py") for number in range(6)), "every process ended", poll=0.05
        )
        assert not list((root / "tests").iterdir())
        assert len(api.seen) >= 1
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"codestral-ls-fence-{process.pid}-*"))


@needs_fence
def test_nothing_is_paid_for_where_nothing_can_run(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    (root / "tests/conftest.py").write_text("import no_such_module_for_tests\n")
    with StandInFimApi(tmp_path / "s", MODEL, 0.0) as api:
        done = batch(tmp_path, command("tests", [root], "--run", "--write", "--yes", address=api.address))
        assert api.seen == []
    assert done.returncode == 1
    assert "No module named 'no_such_module_for_tests'" in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_the_report_says_which_fence(tmp_path: Path) -> None:
    root = project(tmp_path / "p")

    def write(request: object) -> str:
        return f"():\n    assert {str(getattr(request, 'prefix', '')).rpartition('def test_')[2]}() == 1\n"

    page = tmp_path / "r.html"
    with StandInFimApi(tmp_path / "s", MODEL, 0.0, write) as api:
        words = ("--run-unfenced", "--write", "--yes", "--json", "--report", str(page))
        done = batch(tmp_path, command("tests", [root / "m1.py"], *words, address=api.address))
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert summary["fence"].startswith("no fence")
    assert "generated code ran in" in page.read_text()
    text = (root / "tests/test_m1_generated.py").read_text()
    assert "from m1 import f1_0\n\n\ndef test_f1_0():\n    assert f1_0() == 1\n" in text
    assert "import pytest" not in text


def test_other_languages_are_named(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.go").write_text("package a\n\nfunc F() int { return 1 }\n")
    done = batch(tmp_path, command("tests", [tmp_path / "p"], "--check"))
    assert done.returncode == 1
    assert "Tests are written for Python, JavaScript and TypeScript, and here are 1 Go file." in done.stderr.replace("\n", " ")
    (tmp_path / "p/a.py").write_text("def f(): ...\n")
    (tmp_path / "p/b.js").write_text("module.exports = { a() { return 1; } };\n")
    done = batch(tmp_path, command("tests", [tmp_path / "p"], "--check"))
    assert "1 Go file left out" in done.stderr.replace("\n", " ")
    assert "CommonJS" in done.stderr.replace("\n", " ")


def test_without_a_fence_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "find_fence", lambda: "none")
    monkeypatch.setattr(prepare, "why_not", lambda kind: f"no {kind}")
    with pytest.raises(GenerateError, match=r"no bubblewrap; no namespaces; no landlock.*--run-unfenced"):
        prepare.choose_fence(unfenced=False)
    assert prepare.choose_fence(unfenced=True) == "none"
