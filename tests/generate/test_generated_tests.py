"""Generated tests really run, inside the fence: passing tests are kept, others are not, and accidents stay inside."""

# ruff: noqa: E501 - a row shows its whole text
from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codestral_ls.errors import GenerateError
from codestral_ls.fence.kinds import find_fence
from codestral_ls.generate.testing.baseline import look
from codestral_ls.generate.testing.plan import TestSettings, finish_file, plan_file
from codestral_ls.generate.testing.profile import TestProfile, read_test_profile
from codestral_ls.generate.testing.running import Tool

FENCE = find_fence()

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
    (root / "pyproject.toml").write_text("[project]\nname = 'pkg'\n")
    return root / "src/pkg/calc.py"


def settings_of(root: Path, **options: bool) -> TestSettings:
    profile = TestProfile(python=sys.executable, folders={"tests": 1}, own=("pkg",))
    return TestSettings(root, profile, fence=FENCE, test_seconds=5.0, **options)  # type: ignore[arg-type]


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
    assert outcomes == ["written not run", "unusable the answer is not a test"]
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
    assert "from pkg.calc import Stack, add\n" in result.data.decode()
    assert first.partition("import add\n")[2] in result.data.decode()
    compile(result.data, "x", "exec")
    target.write_text("# by hand\n")
    assert plan_file(settings, source).problem == "tests/test_pkg_calc_generated.py was not written by this command"


def test_a_hanging_test_costs_its_own_time_only(tmp_path: Path) -> None:
    source = project(tmp_path)
    hang = "_hangs():\n    while add(1, 2): pass\n    assert add(1, 2)\n\n\ndef test_add_exits():\n    import os; os._exit(0)\n    assert add(1, 2)\n\n\ndef test_add_good():\n    assert add(1, 2) == 3\n"
    text, outcomes = texts([hang, PUSH], settings_of(tmp_path, execute=True), source)
    assert "test_add_good" in text
    assert "test_stack_push" in text
    assert "hangs" not in text
    assert "exits" not in text
    assert outcomes == ["written", "written"]


def test_why_a_test_fails_is_said(tmp_path: Path) -> None:
    source = project(tmp_path)
    answers = ["():\n    assert add(1, 2) == 4\n", "():\n    while True: assert Stack()\n"]
    _, outcomes = texts(answers, settings_of(tmp_path, execute=True), source)
    assert outcomes == ["refused it does not pass: assert 3 == 4", "refused it does not pass: it takes too long"]


def test_what_cannot_be_mutated_is_kept_and_said(tmp_path: Path) -> None:
    source = project(tmp_path)
    source.write_text("def add(a, b):\n    ...\n\n\nclass Stack:\n    def push(self, item):\n        raise TypeError(item)\n")
    answers = ["():\n    assert add(1, 2) is None\n", "():\n    with pytest.raises(TypeError):\n        Stack().push(1)\n"]
    text, outcomes = texts(answers, settings_of(tmp_path, execute=True, strict=True), source)
    assert outcomes == ["written kept, but it cannot be mutated", "written"]
    assert "import pytest\n\nfrom pkg.calc import Stack, add\n" in text


def test_asynchronous_tests_are_written(tmp_path: Path) -> None:
    source = project(tmp_path)
    source.write_text("async def add(a, b):\n    return a + b\n\n\nclass Stack:\n    def push(self, item):\n        return 1\n")
    profile = TestProfile(python=sys.executable, folders={"tests": 1}, own=("pkg",), async_mark="@pytest.mark.asyncio")
    settings = TestSettings(tmp_path, profile, execute=True, fence=FENCE, test_seconds=5.0)
    text, outcomes = texts(["():\n    assert await add(1, 2) == 3\n", PUSH], settings, source)
    assert "@pytest.mark.asyncio\nasync def test_add():" in text
    assert outcomes == ["written", "written"]


def test_a_unittest_project_gets_unittest(tmp_path: Path) -> None:
    source = project(tmp_path)
    (tmp_path / "tests/test_old.py").write_text(
        "import unittest\n\n\nclass Old(unittest.TestCase):\n    def test_old(self):\n        self.assertTrue(1)\n"
    )
    profile = read_test_profile(tmp_path, sorted(tmp_path.rglob("*.py")), "auto", Path(sys.executable))
    assert profile.python_framework == "unittest"
    settings = TestSettings(tmp_path, profile, execute=True, strict=True, fence=FENCE, test_seconds=5.0)
    add = "(self):\n        self.assertEqual(add(1, 2), 3)\n\n    def test_add_wrong(self):\n        self.assertEqual(add(1, 2), 4)\n\n    def test_add_hangs(self):\n        while True: self.assertTrue(add(1, 1))\n"
    text, outcomes = texts([add, "(self):\n        self.assertEqual(Stack().push(1), 1)\n"], settings, source)
    assert outcomes == ["written", "written"]
    assert (
        "import unittest\n\nfrom pkg.calc import Stack, add\n\n\nclass AddTests(unittest.TestCase):\n    def test_add(self):\n"
        in text
    )
    assert "wrong" not in text
    assert "hangs" not in text
    assert "class StackPushTests(unittest.TestCase):\n" in text
    (tmp_path / "tests/test_pkg_calc_generated.py").write_text(text)
    assert not plan_file(settings, source).wanted


BROKEN = {
    "a broken conftest": ("tests/conftest.py", "import no_such_module_x\n", "cannot be collected.*no_such_module_x"),
    "a conftest that ends it": ("tests/conftest.py", "import os\nos._exit(7)\n", "no word was said, and the exit code was 7"),
    "an option that is none": ("pytest.ini", "[pytest]\naddopts = --no-such-option\n", "unrecognized arguments: --no-such-option"),
    "a test that cannot be imported": ("tests/test_a.py", "import no_such_module_y\n", "no_such_module_y"),
    "a source that cannot be imported": (
        "src/pkg/calc.py",
        "import no_such_module_z\n",
        "cannot import pkg.calc.*no_such_module_z",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_run_is_said_before(tmp_path: Path, name: str) -> None:
    source = project(tmp_path)
    path, text, sentence = BROKEN[name]
    (tmp_path / path).write_text(text)
    tool = Tool(tmp_path, FENCE, "pytest", sys.executable, ("src", "."))
    with pytest.raises(GenerateError, match=sentence) as raised:
        look(tool, {source: "pkg.calc"})
    assert "\n" not in str(raised.value)


def test_a_look_at_what_runs(tmp_path: Path) -> None:
    source = project(tmp_path)
    (tmp_path / "src/pkg/bad.py").write_text("raise SystemExit('no')\n")
    (tmp_path / "src/pkg/worse.py").write_text("import os\nos._exit(3)\n")
    (tmp_path / "tests/test_a.py").write_text("def test_a():\n    assert True\n")
    tool = Tool(tmp_path, FENCE, "pytest", sys.executable, ("src", "."))
    modules = {source: "pkg.calc", source.with_name("worse.py"): "pkg.worse", source.with_name("bad.py"): "pkg.bad"}
    problems, note = look(tool, modules)
    assert note == ""
    assert problems == {
        source.with_name("bad.py"): "it cannot be imported: SystemExit: no",
        source.with_name("worse.py"): "it cannot be imported: it ends the whole run",
    }
    (tmp_path / "tests/test_b.py").write_text("import no_such_module\n")
    assert "1 of the project's own test files cannot be collected" in look(tool, modules)[1]
    with pytest.raises(GenerateError, match="There is no interpreter"):
        look(Tool(tmp_path, FENCE, "pytest", str(tmp_path / "no/python")), {})


def test_an_interpreter_without_pytest(tmp_path: Path) -> None:
    project(tmp_path)
    venv = tmp_path / ".venv"
    import venv as module

    module.create(venv, symlinks=True)
    with pytest.raises(GenerateError, match="has no pytest"):
        look(Tool(tmp_path, FENCE, "pytest", str(venv / "bin/python")), {})


def test_the_profile_of_a_project(tmp_path: Path) -> None:
    source = project(tmp_path)
    (tmp_path / "tests/test_other.py").write_text("from pkg.calc import add\n\n\ndef test_other():\n    assert add(0, 0) == 0\n")
    (tmp_path / "src/pkg/use.py").write_text("from pkg.calc import add, mul\n\nTOTAL = mul(2, 3)\n")
    profile = read_test_profile(tmp_path, sorted(tmp_path.rglob("*.py")), "auto", None)
    assert "add" in profile.tested
    assert profile.calls["mul"] == ("TOTAL = mul(2, 3)",)
    assert profile.examples["python"].startswith("def test_other")
    assert profile.folders == {"tests": 1}
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
    settings = TestSettings(root, profile, execute=True, strict=True, fence=FENCE)
    plan = plan_file(settings, source)
    result = finish_file(settings, plan, {plan.wanted[0].id: ANSWER})
    assert result.target == root / "src/calc.generated.test.ts"
    text = (result.data or b"").decode()
    assert 'test("add sums"' in text
    assert "wrong" not in text
    assert "weak" not in text
    assert ('from "vitest"' in text) == (framework == "vitest")
    assert 'import { add } from "./calc";' in text
