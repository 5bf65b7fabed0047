"""Whatever a model writes, and whatever the code is: only documentation changes."""

# ruff: noqa: E501 - a row shows its whole text
from __future__ import annotations

import ast
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestral_ls.generate.docstrings.plan import DocstringSettings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import Profile
from support.generate.hostile import hostile_text

NAMES = st.sampled_from(["a", "b", "größe", "_p", "value", "self", "Names", "x1", "𝒳"])
VALUES = st.sampled_from(["1", "'s'", '"""t"""', "[]", "lambda q: q", "(\n    2\n)", "f'{1}'", "b'z'", "r'\\d'", "None"])
STATEMENTS = st.sampled_from(
    ["pass", "x = 1", "return 2", "yield 3", "raise ValueError('x')", "'a string'", "f'a {1} string'", "b'bytes'", "# note", "...",
     "x = '''\n# not a comment\n'''", "if x:\n    return 1", "try:\n    raise KeyError\nexcept KeyError:\n    pass", "('in brackets')",
     "print('a'); print('b')", "x = 1 \\\n    + 2", "\f", "del x", "'a' 'b'", "'''doc'''; x = 1", "global g", "@d\ndef inner():\n    pass"]
)  # fmt: skip


def indented(text: str, by: str) -> str:
    return "\n".join(by + line if line.strip() else line for line in text.split("\n"))


@st.composite
def definitions(draw: st.DrawFn, depth: int = 2) -> str:
    name = draw(NAMES)
    by = draw(st.sampled_from(["    ", "\t", "  "]))
    if depth and draw(st.booleans()):
        head = f"class {name}({draw(st.sampled_from(['', 'object', 'metaclass=type']))}):"
        body = [draw(definitions(depth - 1)) for _ in range(draw(st.integers(1, 2)))]
    else:
        parameters = ", ".join(f"{one}={draw(VALUES)}" for one in draw(st.lists(NAMES, unique=True, max_size=3)))
        rest = draw(st.sampled_from(["", "*args", "*, k=1", "**kw"]))
        head = f"{draw(st.sampled_from(['', 'async ']))}def {name}({', '.join(filter(None, [parameters, rest]))}):"
        head = head.replace("):", draw(st.sampled_from(["):", ") -> int:", "):  # note", "):  # type: ignore"])))
        body = draw(st.lists(STATEMENTS, min_size=1, max_size=4))
        if all(one.startswith(("#", "\f")) for one in body):
            body.append("pass")
    decorator = draw(st.sampled_from(["", "@property\n", "@d(1,\n   2)\n"]))
    if len(body) == 1 and "\n" not in body[0] and draw(st.booleans()) and not body[0].startswith(("#", "class", "def", "async")):
        return f"{decorator}{head} {body[0]}"
    return f"{decorator}{head}\n" + "\n".join(indented(one, by) for one in body)


@st.composite
def modules(draw: st.DrawFn) -> bytes:
    parts = draw(st.lists(st.one_of(definitions(), STATEMENTS), min_size=1, max_size=4))
    head = draw(st.sampled_from(["", "#!/usr/bin/env python\n", "from __future__ import annotations\n", '"""Module."""\n', "\n\n"]))
    text = head + "\n".join(parts) + draw(st.sampled_from(["", "\n", "\n\n\n"]))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


def code_of(data: bytes) -> str | None:
    """The code as Python reads it, without docstrings; a body with no other statement becomes ``pass``.

    None if it does not parse.
    """
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module)
            and ast.get_docstring(node, False) is not None
        ):
            node.body.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and [ast.dump(one) for one in node.body] in (
            [],
            ["Expr(value=Constant(value=Ellipsis))"],
        ):
            node.body = [ast.Pass()]
    return ast.dump(tree)


def is_subsequence(old: bytes, new: bytes) -> bool:
    """True if ``new`` is ``old`` with whole lines added; lines with only ``pass`` or ``...`` may be missing."""
    left = iter(new.splitlines(keepends=True))
    return all(line in left for line in old.splitlines(keepends=True) if line.strip() not in (b"pass", b"..."))


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(modules(), st.integers(0, 2**32), st.sampled_from(["google", "numpy", "sphinx"]), st.booleans())
def test_python_code_never_changes(data: bytes, seed: int, style: str, update: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.py")
        path.write_bytes(data)
        chosen = DocstringSettings(Path(folder), Profile(style), everything=True, update=update)  # type: ignore[arg-type]
        plan = plan_file(chosen, path)
        chance = random.Random(seed)
        result = finish_file(chosen, plan, {wanted.id: hostile_text(chance) for wanted in plan.wanted})
        if result.data is None:
            return
        assert result.data != data
        assert code_of(data) is not None
        assert code_of(result.data) == code_of(data)
        if not update:
            assert is_subsequence(data, result.data)
        assert all(outcome.state in ("written", "unusable", "refused") for outcome in result.outcomes)


BRACED = {
    "a.js": "export function f({one}) {{\n  {two}\n}}\nclass A {{\n  m({one}) {{ {two} }}\n}}\nexport const g = ({one}) => {{ {two} }};\n",
    "a.ts": "export function f(a: number): string {{\n  {two}\n}}\n/* {three} */\nabstract class A {{\n  m(): void {{ {two} }}\n}}\ninterface I {{ a: 1 }}\n",
    "a.go": "package a\n\nfunc F(x int) error {{\n\t{two}\n}}\n\ntype T struct {{}}\n\nfunc (t T) M() {{ /* {three} */ }}\n",
    "a.rs": "pub fn f(a: i32) -> Result<(), E> {{ {two} }}\n#[derive(Debug)]\npub struct S;\nimpl S {{\n    pub fn m(&self) {{ {two} }}\n}}\n",
    "A.java": "public class A {{\n  public int f(int a) throws E {{\n    {two}\n  }}\n  // {three}\n  public A() {{ {two} }}\n}}\n",
    "a.cs": "public class A\n{{\n    public int F(int a)\n    {{\n        {two}\n    }}\n    public int P {{ get; set; }}\n}}\n",
}
INNER = st.sampled_from(["", ";", "return 1;", "// note", "/* a */", 'throw new Error("*/");', "`${1}`;", "/** d */", "'/*';"])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(BRACED)),
    INNER,
    st.sampled_from(["x", "a * / b", ""]),
    st.integers(0, 2**32),
    st.sampled_from(["\n", "\r\n"]),
)
def test_other_languages_only_gain_comment_lines(name: str, two: str, three: str, seed: int, newline: str) -> None:
    data = BRACED[name].format(one="a", two=two, three=three).replace("\n", newline).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        chosen = DocstringSettings(Path(folder), everything=True)
        plan = plan_file(chosen, path)
        chance = random.Random(seed)
        result = finish_file(chosen, plan, {wanted.id: hostile_text(chance) for wanted in plan.wanted})
        if result.data is None:
            return
        assert is_subsequence(data, result.data)
        added = [line for line in result.data.splitlines() if line not in data.splitlines()]
        assert all(line.strip().startswith((b"/**", b"*", b"//")) for line in added)
