"""The real vitest and jest run generated tests in the fence: only tests that pass, and fail on a mutant, are kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codestral_ls.errors import GenerateError
from codestral_ls.fence.kinds import find_fence
from codestral_ls.generate.testing.baseline import look
from codestral_ls.generate.testing.locations import TestPlace, place_for_tests
from codestral_ls.generate.testing.plan import TestSettings, finish_file, plan_file
from codestral_ls.generate.testing.profile import read_test_profile
from support.generate.node_frameworks import PACKAGES, FrameworkUnavailable, with_framework

FENCE = find_fence()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform == "win32" or FENCE == "none", reason="no fence can be put up here"),
]
CODE = "export function add(a{t}, b{t}) {{\n  if (a > 100) {{ return 0; }}\n  return a + b;\n}}\n"
ANSWER = (
    ' sums", () => {\n  expect(add(1, 2)).toBe(3);\n});\n\ntest("add wrong", () => {\n  expect(add(1, 2)).toBe(4);\n});\n\n'
    'test("add weak", () => {\n  expect(typeof add).toBe("function");\n});\n\n'
    'test("add spies", () => {\n  expect(require("fs").readFileSync("SECRET", "utf8")).toBe("secret");\n});\n'
)


@pytest.fixture(params=sorted(PACKAGES))
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path, framework: str) -> Path:
    folder = tmp_path / "p"
    (folder / "src").mkdir(parents=True)
    try:
        with_framework(folder, framework)
    except FrameworkUnavailable as error:
        pytest.skip(str(error))
    return folder


def test_what_is_good_is_kept(tmp_path: Path, root: Path, framework: str) -> None:
    (tmp_path / "secret").write_text("secret")
    source = root / "src/calc.ts"
    source.write_text(CODE.format(t=": number"))
    profile = read_test_profile(root, [source], "auto", None)
    assert profile.node == framework
    settings = TestSettings(root, profile, execute=True, strict=True, fence=FENCE, test_seconds=20.0)
    plan = plan_file(settings, source)
    assert look(settings.tool("typescript", plan_place(settings, source)), {}) == ({}, "")
    result = finish_file(settings, plan, {plan.wanted[0].id: ANSWER.replace("SECRET", str(tmp_path / "secret"))})
    assert result.state == "changed", (result.reason, result.outcomes)
    text = (result.data or b"").decode()
    assert 'test("add sums"' in text
    assert "wrong" not in text
    assert "weak" not in text
    assert "spies" not in text


def test_a_framework_that_does_not_run_is_reported_before_anything_is_paid_for(root: Path, framework: str) -> None:
    program = root / "node_modules/.bin" / framework
    program.unlink()
    program.write_text("#!/bin/sh\necho 'Error: Cannot find module x' >&2\nexit 1\n")
    program.chmod(0o755)
    settings = TestSettings(root, read_test_profile(root, [], "auto", None), execute=True, fence=FENCE)
    source = root / "src/calc.ts"
    source.write_text(CODE.format(t=""))
    with pytest.raises(GenerateError, match="Cannot find module x"):
        look(settings.tool("typescript", plan_place(settings, source)), {})


def plan_place(settings: TestSettings, source: Path) -> TestPlace:
    place = place_for_tests(settings.root, source, "typescript", settings.profile)
    assert place is not None
    return place
