"""The scopes around the cursor, drawn in the text as ``kind name``; ``?`` follows a scope if the cursor is in its head."""

import pytest

from codestral_ls.documents.languages import language_for
from codestral_ls.documents.scopes import Scope, indented_scopes
from codestral_ls.documents.snapshot import Snapshot

ROWS = [
    # Python: a block continues over blank lines as far as the cursor is indented.
    ("python", "│def f():\n    pass\n", []),
    ("python", "def f(a│):\n    pass\n", ["function f?"]),
    ("python", "def f(a):│", ["function f"]),
    ("python", "def f(a):\n    │", ["function f"]),
    ("python", "def f(a):\n    │\n\nx = 1\n", ["function f"]),
    ("python", "def f(a):\n    x = 1\n    │\n", ["function f"]),
    ("python", "def f(a):\n    x = 1\n│\n", []),
    ("python", "def f(a):\n    x = 1\n    # why\n\n    │\n", ["function f"]),
    ("python", "class A:\n    def f(a):\n        x = 1\n        │\n\n    def g(): pass\n", ["class A", "method f"]),
    ("python", "class A:\n    def f(a):\n        x = 1\n    │\n\n    def g(): pass\n", ["class A"]),
    ("python", "class A:\n    x: int\n\n    def │\n", ["class A"]),
    ("python", "def f():\n    if a:\n        │\n    else:\n        b\n", ["function f", "block"]),
    ("python", "def f():\n    for a in b:\n        with c:\n            d(│\n", ["function f", "block", "block"]),
    ("python", "def f():\n    try:\n        a\n    except B:\n        │c\n", ["function f", "block", "block"]),
    ("python", "@d\nclass A:\n    @e\n    async def f(self):\n        return │1\n", ["class A", "method f"]),
    ("python", "def f():\n    def g():\n        │\n    return g\n", ["function f", "function g"]),
    ("python", "def f():\n\tx = 1\n\t│\n", ["function f"]),
    # Braces: after the closing brace the scope is over; without it the scope stays open.
    ("javascript", "function f(a) {│}\n", ["function f"]),
    ("javascript", "function f(a) {\n  if (a) {\n    │\n  }\n}\n", ["function f", "block"]),
    ("javascript", "function f(a) {\n  if (a) {\n  }│\n}\n", ["function f"]),
    ("javascript", "function f(a) {\n}│\n", []),
    ("javascript", "function f(a) {\n  if (a) {\n    │", ["function f", "block"]),
    ("javascript", "function f(a) {\n  b();\n  │\n\nfunction g() {\n}\n", ["function f"]),
    ("javascript", "const f = (a) => {\n  │\n};\n", ["function f"]),
    ("javascript", "class A {\n  f() {\n    │\n  }\n}\n", ["class A", "method f"]),
    ("javascriptreact", "function F() {\n  return <a b={() => {│}} />;\n}\n", ["function F", "function"]),
    ("typescript", "interface A {\n  │\n}\n", ["class A"]),
    ("typescript", "namespace A {\n  enum B { │ }\n}\n", ["class A", "class B"]),
    ("typescript", "abstract class A {\n  f(a: number): void {\n    │\n  }\n}\n", ["class A", "method f"]),
    ("typescript", "class A {\n  f(a) {\n    if (a) { b(); }\n    │\n", ["class A", "block"]),
    ("typescriptreact", "const F = () => {\n  │\n  return <a />;\n};\n", ["function F"]),
    ("rust", "impl A {\n    fn f(&self) {\n        │\n    }\n}\n", ["class A", "method f"]),
    ("rust", "fn f() {\n    match a {\n        B => { │ }\n    }\n}\n", ["function f", "block", "block"]),
    ("rust", "struct A {\n    │\n}\n", ["class A"]),
    ("rust", "fn f() {\n    if a { b(); }\n    │", ["function f"]),
    ("go", "package a\n\nfunc (a *A) F() {\n\tfor {\n\t\t│\n\t}\n}\n", ["method F", "block"]),
    ("go", "package a\n\ntype A struct {\n\t│\n}\n", ["class A"]),
    ("go", "package a\n\nfunc f() {\n\tg := func() {\n\t\t│\n\t}\n}\n", ["function f", "function"]),
    (
        "java",
        "class A {\n    int f() {\n        if (a) {\n            │\n        }\n    }\n}\n",
        ["class A", "method f", "block"],
    ),
    ("java", "interface A {\n    │\n}\n", ["class A"]),
    ("c", "int *f(int a) {\n    while (a) {\n        │\n    }\n}\n", ["function f", "block"]),
    ("c", "struct a {\n    │\n};\n", ["class a"]),
    ("c", "int f() {\n    if (a) { b(); }\n    │", ["function f"]),
    ("cpp", "namespace a {\nclass B {\n    int f() {\n        │\n    }\n};\n}\n", ["class a", "class B", "method f"]),
    ("cpp", "void A::f() {\n    │\n}\n", ["function A::f"]),
    (
        "csharp",
        "namespace A\n{\n    class B\n    {\n        void F()\n        {\n            │\n        }\n    }\n}\n",
        ["class A", "class B", "method F"],
    ),
    ("ruby", "class A\n  def f\n    if b\n      │\n    end\n  end\nend\n", ["class A", "method f", "block"]),
    ("ruby", "def f\n  a.each do |b|\n    │\n  end\nend│\n".replace("│\n  end\nend│", "│\n  end\nend"), ["method f", "block"]),
    ("php", "<?php\nclass A {\n    function f() {\n        │\n    }\n}\n", ["class A", "method f"]),
    ("shellscript", "f() {\n  if a; then\n    │\n  fi\n}\n", ["function f", "block"]),
    ("shellscript", "for a in b; do\n  │\ndone\n", ["block"]),
    ("lua", "function A.f()\n  if a then\n    │\n  end\nend\n", ["function A.f", "block"]),
    ("lua", "local f = function()\n  │\nend\n", ["function"]),
    (
        "kotlin",
        "class A {\n    fun f() {\n        if (a) {\n            │\n        }\n    }\n}\n",
        ["class A", "method f", "block"],
    ),
    ("scala", "object A {\n  def f(): Int = {\n    │\n  }\n}\n", ["class A", "method f"]),
    ("json", '{"a": [1, │]}', ["block", "block"]),
    ("html", "<div>\n  <p>│</p>\n</div>\n", ["block div", "block p"]),
    ("html", "<div>\n  <p>a</p>│\n</div>\n", ["block div"]),
    ("css", "@media a {\n  b {\n    │\n  }\n}\n", ["block", "block"]),
]

INDENTED = [
    ("yaml", "a:\n  b:\n    │c: 1\n", ["block", "block"]),
    ("swift", "class A {\n  func f() {\n    │\n  }\n}\n", ["class A", "function f"]),
    ("swift", "func f() {\n  a()\n}\n│", []),
    ("scss", "a {\n  b {\n    │\n  }\n}\n", ["block", "block"]),
    ("klingon", "def f\n    if a\n        │b\n", ["function f", "block"]),
    ("plaintext", "│", []),
    ("plaintext", "a\n\tb\n\t\t│c", ["block", "block"]),
]


def told(scopes: tuple[Scope, ...], offset: int) -> list[str]:
    return [f"{scope.kind} {scope.name}".strip() + ("?" if offset < scope.body_start else "") for scope in scopes]


@pytest.mark.parametrize(("language", "drawn", "scopes"), ROWS)
def test_by_the_tree(language: str, drawn: str, scopes: list[str]) -> None:
    snapshot = Snapshot.of(drawn.replace("│", ""), drawn.index("│"), language)
    tree = snapshot.tree()
    assert tree is not None
    assert told(tree.scopes_at(snapshot.offset), snapshot.offset) == scopes


@pytest.mark.parametrize(("language", "drawn", "scopes"), INDENTED)
def test_by_indentation(language: str, drawn: str, scopes: list[str]) -> None:
    snapshot = Snapshot.of(drawn.replace("│", ""), drawn.index("│"), language)
    assert told(snapshot.scopes(), snapshot.offset) == scopes


@pytest.mark.parametrize(
    ("language", "drawn", "whole"),
    [
        ("swift", "x\nfunc f() {\n  a()│\n\n  b()\n}\ny\n", "func f() {\n  a()\n\n  b()\n}"),
        ("yaml", "a:\n  b: 1│\n  c: 2\n\nd: 3\n", "a:\n  b: 1\n  c: 2"),
        ("ini", "[a]\n  b = 1│", "[a]\n  b = 1"),
    ],
)
def test_where_an_indented_scope_ends(language: str, drawn: str, whole: str) -> None:
    text, offset = drawn.replace("│", ""), drawn.index("│")
    (scope,) = indented_scopes(text, offset, language_for(language))
    assert text[scope.start : scope.end] == whole


@pytest.mark.parametrize(
    ("language", "drawn", "kind"),
    [("python", "def f(a│):\n    pass\n", None), ("python", "def f(a):\n    │pass\n", "function"), ("json", "{│}", "block")],
)
def test_the_block_is_the_innermost_body(language: str, drawn: str, kind: str | None) -> None:
    snapshot = Snapshot.of(drawn.replace("│", ""), drawn.index("│"), language)
    tree = snapshot.tree()
    assert tree is not None
    block = tree.block_at(snapshot.offset)
    assert (block.kind if block is not None else None) == kind


def test_a_body_begins_after_its_brace_or_its_head() -> None:
    for language, text in (
        ("javascript", "function f() {\n  a;\n}\n"),
        ("python", "def f():\n    a\n"),
        ("lua", "function f()\n  a()\nend\n"),
    ):
        tree = Snapshot.of(text, language=language).tree()
        assert tree is not None
        (scope,) = tree.scopes_at(text.index("a"))
        assert text[scope.body_start] == "\n"
