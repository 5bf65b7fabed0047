"""Generated tests that are really run, behind the fence: what passes is kept, what does not is not, and accidents stay inside."""

# ruff: noqa: E501 - a row shows its whole text
from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codestral_ls.generate.testing.frameworks import Tool, run_tests
from codestral_ls.generate.testing.plan import TestSettings, finish_file, plan_file
from codestral_ls.generate.testing.profile import TestProfile, read_test_profile
from codestral_ls.generate.testing.scratch import Fence, fence_prefix, run_fenced, scratch_copy

CODE = "def add(a, b):\n    return a + b\n\n\nclass Stack:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(item)\n        return len(self.items)\n"
ADD = (
    "_adds():\n    assert add(1, 2) == 3\n\n\ndef test_add_is_wrong():\n    assert add(1, 2) == 4\n\n\n"
    "def test_add_says_nothing():\n    assert add is not None\n"
)
PUSH = "():\n    assert Stack().push(1) == 1\n"


def project(root: Path) -> Path:
    (root / "src/pkg").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "src/pkg/__init__.py").write_text("")
    (root / "src/pkg/calc.py").write_text(CODE)
    (root / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--no-such-option'\n")
    return root / "src/pkg/calc.py"


def settings_of(root: Path, **options: bool) -> TestSettings:
    return TestSettings(root, TestProfile(python=sys.executable), fence=Fence(30.0, 2048), **options)  # type: ignore[arg-type]


def texts(answers: list[str], settings: TestSettings, source: Path) -> tuple[str, list[str]]:
    plan = plan_file(settings, source)
    assert [wanted.name for wanted in plan.wanted] == ["add", "Stack.push"]
    result = finish_file(settings, plan, dict(zip([wanted.id for wanted in plan.wanted], answers, strict=False)))
    assert result.target in (None, settings.root / "tests/test_pkg_calc_generated.py")
    return (result.data or b"").decode(), [f"{one.state} {one.reason}".strip() for one in result.outcomes]


def test_what_passes_is_kept(tmp_path: Path) -> None:
    source = project(tmp_path)
    text, outcomes = texts([ADD, PUSH], settings_of(tmp_path, execute=True), source)
    assert "def test_add_adds():" in text
    assert "test_add_is_wrong" not in text
    assert "def test_add_says_nothing" in text
    assert "from pkg.calc import Stack, add\n" in text
    assert outcomes == ["written", "written"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml", "src", "tests"]
    assert not list((tmp_path / "tests").iterdir())


def test_strictly_only_what_fails_on_a_mutant(tmp_path: Path) -> None:
    source = project(tmp_path)
    text, outcomes = texts([ADD, "():\n    assert Stack() is not None\n"], settings_of(tmp_path, execute=True, strict=True), source)
    assert "def test_add_adds():" in text
    assert "test_add_says_nothing" not in text
    assert "Stack" not in text
    assert outcomes == ["written", "refused it passes on every mutant too"]


def test_nothing_runs_without_being_asked(tmp_path: Path) -> None:
    source = project(tmp_path)
    victim = tmp_path / "victim"
    answer = f"():\n    open({str(victim)!r}, 'w').close()\n    assert add(1, 2)\n"
    text, outcomes = texts([answer, "garbage"], settings_of(tmp_path), source)
    assert "victim" in text
    assert outcomes == ["written not run", "unusable what was written is no test"]
    assert not victim.exists()


def test_a_second_run_adds_and_never_overwrites(tmp_path: Path) -> None:
    source = project(tmp_path)
    settings = settings_of(tmp_path)
    first, _ = texts([ADD], settings, source)
    target = tmp_path / "tests/test_pkg_calc_generated.py"
    target.write_text(first)
    plan = plan_file(settings, source)
    assert [wanted.name for wanted in plan.wanted] == ["Stack.push"]
    result = finish_file(settings, plan, {plan.wanted[0].id: PUSH})
    assert result.data is not None
    assert result.data.decode().startswith(first)
    compile(result.data, "x", "exec")
    target.write_text("# by hand\n")
    assert plan_file(settings, source).problem == "tests/test_pkg_calc_generated.py was not written by this command"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "time"),
        ("[0] * 10**10", "memory"),
        ("open('big', 'wb').write(b'x' * 10**8)", "file size"),
        ("import os; assert not os.environ.get('MY_SECRET_KEY')", ""),
        ("import os; os.kill(os.getppid(), 9) if False else None; raise SystemExit(0)", "exit"),
        ("import subprocess; subprocess.Popen(['sleep', '600'])", ""),
    ],
)
def test_the_fence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str) -> None:
    monkeypatch.setenv("MY_SECRET_KEY", "x")
    project(tmp_path / "p")
    with scratch_copy(tmp_path / "p", tmp_path) as copy:
        (copy / "test_a.py").write_text(f"def test_a():\n    {body}\n    assert 1 + 1 == 2\n")
        verdicts, _ = run_tests(Tool(python=sys.executable), copy, Path("test_a.py"), Fence(6.0, 1024))
        assert verdicts.get("test_a") == (None if reason == "time" else "failed" if reason else "passed")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_no_network_where_the_system_allows_it(tmp_path: Path) -> None:
    if not fence_prefix()[1]:
        pytest.skip("this system allows no network namespace")
    project(tmp_path / "p")
    code = (
        "import socket\ndef test_out():\n    s = socket.socket()\n    s.settimeout(3)\n    assert s.connect_ex(('192.0.2.1', 80)) in (101, 111, 113)\n"
        "def test_in():\n    s = socket.create_server(('127.0.0.1', 0))\n    assert socket.create_connection(s.getsockname(), 3)\n"
    )
    with scratch_copy(tmp_path / "p", tmp_path) as copy:
        (copy / "test_a.py").write_text(code)
        verdicts, output = run_tests(Tool(python=sys.executable), copy, Path("test_a.py"), Fence(20.0))
        assert verdicts == {"test_out": "passed", "test_in": "passed"}, output


def test_the_copy_has_no_secrets(tmp_path: Path) -> None:
    project(tmp_path / "p")
    (tmp_path / "p/.env").write_text("KEY=1")
    (tmp_path / "p/.git").mkdir()
    with scratch_copy(tmp_path / "p", tmp_path) as copy:
        assert sorted(path.name for path in copy.iterdir()) == ["pyproject.toml", "src", "tests"]
        assert run_fenced(["ls"], copy, Fence(10.0)).output.split() == ["pyproject.toml", "src", "tests"]


def test_the_profile_of_a_project(tmp_path: Path) -> None:
    source = project(tmp_path)
    (tmp_path / "tests/test_other.py").write_text("from pkg.calc import add\n\n\ndef test_other():\n    assert add(0, 0) == 0\n")
    (tmp_path / "src/pkg/use.py").write_text("from pkg.calc import add, mul\n\nTOTAL = mul(2, 3)\n")
    profile = read_test_profile(tmp_path, sorted(tmp_path.rglob("*.py")), "auto", None)
    assert "add" in profile.tested
    assert profile.calls["mul"] == ("TOTAL = mul(2, 3)",)
    assert profile.examples["python"].startswith("def test_other")
    assert TestProfile.from_json(profile.to_json()) == profile
    plan = plan_file(TestSettings(tmp_path, profile), source)
    assert [wanted.name for wanted in plan.wanted] == ["Stack.push"]
    assert "def test_other" in plan.wanted[0].request.prefix
    assert "class Stack" in plan.wanted[0].request.prefix


FAKE = """#!/bin/sh
for word in "$@"; do case "$word" in --outputFile=*) out="${word#--outputFile=}";; *.ts) file="$word";; esac; done
test -f "$file" || exit 2
python3 - "$file" "$out" <<'END'
import json, re, sys
text = open(sys.argv[1]).read()
source = open("src/calc.ts").read()
titles = re.findall(r'test\\("([^"]*)"', text)
good = "a + b" in source and "a > 100" in source
rows = [{"title": title, "status": "failed" if "wrong" in title or ("sums" in title and not good) else "passed"} for title in titles]
json.dump({"testResults": [{"assertionResults": rows}]}, open(sys.argv[2], "w"))
END
"""
ANSWER = (
    ' sums", () => {\n  expect(add(1, 2)).toBe(3);\n});\n\ntest("wrong", () => {\n  expect(add(1, 2)).toBe(4);\n});\n\n'
    'test("weak", () => {\n  expect(typeof add).toBe("function");\n});\n'
)


@pytest.mark.parametrize("framework", ["vitest", "jest"])
def test_typescript_with_a_stand_in_of_the_framework(tmp_path: Path, framework: str) -> None:
    root = tmp_path / "p"
    (root / "node_modules/.bin").mkdir(parents=True)
    (root / "node_modules/.bin" / framework).write_text(FAKE)
    (root / "node_modules/.bin" / framework).chmod(0o755)
    (root / "package.json").write_text(f'{{"devDependencies": {{"{framework}": "*"}}}}')
    (root / "src").mkdir()
    source = root / "src/calc.ts"
    source.write_text("export function add(a: number, b: number): number {\n  if (a > 100) { return 0; }\n  return a + b;\n}\n")
    profile = read_test_profile(root, [source], "auto", None)
    assert profile.node == framework
    settings = TestSettings(root, profile, execute=True, strict=True)
    plan = plan_file(settings, source)
    result = finish_file(settings, plan, {plan.wanted[0].id: ANSWER})
    assert result.target == root / "src/calc.generated.test.ts"
    text = (result.data or b"").decode()
    assert 'test("add sums"' in text
    assert "wrong" not in text
    assert "weak" not in text
    assert ('from "vitest"' in text) == (framework == "vitest")
    assert 'import { add } from "./calc";' in text
