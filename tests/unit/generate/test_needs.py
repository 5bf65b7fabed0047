"""What counts as missing documentation: the kinds that a project may ignore, and what is public in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.generate.docstrings.needs import IGNORABLE
from codestral_ls.generate.docstrings.plan import DocstringSettings, plan_file

CODE = """\
class Plain:
    def __init__(self, a):
        self.a = a

    def __len__(self):
        return 1

    @property
    def size(self):
        return 1

    @functools.cached_property
    def weight(self):
        return 1

    def method(self):
        return 1

    def _half(self):
        return 1

    def __whole(self):
        return 1

    class Inner:
        x = 1


def function():
    def nested():
        return 1

    return nested


def _semi():
    return 1


def __full():
    return 1
"""
EVERYTHING = {
    "Plain",
    "Plain.__init__",
    "Plain.__len__",
    "Plain.size",
    "Plain.weight",
    "Plain.method",
    "Plain._half",
    "Plain.__whole",
    "Plain.Inner",
    "function",
    "function.nested",
    "_semi",
    "__full",
}
GONE = {
    "init-method": {"Plain.__init__"},
    "magic": {"Plain.__len__"},
    "property-decorators": {"Plain.size", "Plain.weight"},
    "nested-classes": {"Plain.Inner"},
    "nested-functions": {"function.nested"},
    "semiprivate": {"Plain._half", "_semi"},
    "private": {"Plain.__whole", "__full"},
}
"""What each switch leaves out; it leaves out nothing else."""


def missing(tmp_path: Path, name: str, code: str, *ignore: str, everything: bool = True) -> set[str]:
    path = tmp_path / name
    path.write_text(code)
    return {
        one.name for one in plan_file(DocstringSettings(tmp_path, everything=everything, ignore=frozenset(ignore)), path).wanted
    }


@pytest.mark.parametrize("kind", IGNORABLE)
def test_a_kind_that_is_ignored_is_not_missing(tmp_path: Path, kind: str) -> None:
    assert missing(tmp_path, "a.py", CODE) == EVERYTHING
    assert missing(tmp_path, "a.py", CODE, kind) == EVERYTHING - GONE[kind]


def test_kinds_that_are_ignored_do_not_count_as_documented(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text('class A:\n    """A."""\n\n    def __init__(self, a):\n        """Make one."""\n')
    plans = [plan_file(DocstringSettings(tmp_path, ignore=frozenset(ignore)), path) for ignore in ((), ("init-method",))]
    assert [plan.documented for plan in plans] == [2, 1]


def test_all_kinds_together(tmp_path: Path) -> None:
    assert missing(tmp_path, "a.py", CODE, *IGNORABLE) == {"Plain", "Plain.method", "function"}


ROWS = [
    ("names", "a.py", "def f():\n  return 1\n\n\ndef _g():\n  return 1\n\n\nclass _A:\n  def m(self):\n    return 1\n", {"f"}),
    ("tests", "test_a.py", "def test_f():\n  assert 1\n", set()),
    ("tests", "a_test.go", "package a\n\nfunc TestF(t *testing.T) {}\n", set()),
    ("names", "a.go", "package a\n\nfunc F() {}\n\nfunc g() {}\n", {"F"}),
    ("a group of types", "a.go", "package a\n\ntype (\n\tA struct{}\n\t// B is.\n\tB int\n\tc int\n)\n", {"A"}),
    ("methods", "a.go", "package a\n\nfunc (x *t) F() {}\n\nfunc (x *T[K]) F() {}\n", {"T.F"}),
    ("a directive", "a.go", "package a\n\n//go:noinline\nfunc F() {}\n\n// G is.\n//\n//nolint:x\nfunc G() {}\n", {"F"}),
    ("pub", "a.rs", "pub fn f() {}\n\npub(crate) fn g() {}\n\nfn h() {}\n\nimpl V {\n    pub fn b() {}\n}\n", {"f", "V::b"}),
    ("attributes", "a.rs", '#[doc = "F."]\npub fn f() {}\n\n#[doc(hidden)]\npub fn g() {}\n\n#[inline]\npub fn h() {}\n', {"h"}),
    ("remarks", "a.rs", "// note\npub fn f() {}\n\n/// G.\n// note\npub fn g() {}\n\n//// no\npub fn h() {}\n", {"f", "h"}),
    ("exports", "a.ts", "export function f() {\n  return 1;\n}\n\nfunction g() {\n  return 1;\n}\n", {"f"}),
    ("CommonJS", "a.js", "function f() {\n  return 1;\n}\n\nfunction g() {\n  return 1;\n}\n\nmodule.exports = { f };\n", {"f"}),
    (
        "remarks",
        "a.ts",
        "// note\nexport class A {}\n\n/** B. */\n// note\nexport class B {}\n\n/* no */\nexport class C {}\n",
        {"A", "C"},
    ),
    ("accessors", "a.ts", "export class A {\n  get x() {\n    return 1;\n  }\n  set x(v) {}\n}\n", {"A", "A.x"}),
    ("a remark on the line above", "a.ts", "const x = 1; // note\nexport class A {}\n", {"A"}),
    ("remarks", "A.java", "// note\npublic class A {\n    /** B. */\n    // note\n    public int b() { return 1; }\n}\n", {"A"}),
]


@pytest.mark.parametrize(("why", "name", "code", "expected"), ROWS, ids=[f"{row[1]} {row[0]}" for row in ROWS])
def test_what_is_public_and_lacks_documentation(tmp_path: Path, why: str, name: str, code: str, expected: set[str]) -> None:
    assert missing(tmp_path, name, code, everything=False) == expected, why
