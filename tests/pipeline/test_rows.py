"""Rows: code with the cursor drawn in it, the model's text, and the document after acceptance."""

from __future__ import annotations

from typing import Any

import pytest

from codestral_ls.completion.answer import Ask
from support.drawing import complete, drawn, shown

UNHURRIED = 20_000
"""Milliseconds: with the usual budget only the first lines would be shown on a busy machine."""

ROWS = [
    # simple cases
    ("python", "def f(a):\n    │\n", "return a", "def f(a):\n    return a\n"),
    ("python", "def f():│\n\n\ny = 2\n", "\n    return 1\n\n\ny = 2\n", "def f():\n    return 1\n\n\ny = 2\n"),
    ("unheard_of", "x = │\n", "1", "x = 1\n"),
    # marks that the editor closed are not written twice
    ("python", "x = foo(│)\n", "a, b)\ny = 3", "x = foo(a, b)\n"),
    ("python", "x = foo(│)\n", "a, b", "x = foo(a, b)\n"),
    ("c", "f( │ );\n", "a, b );", "f( a, b );\n"),
    ("c", "f( │ );\n", "a, b", "f( a, b );\n"),
    ("python", 'print("hel│")\n', 'lo")', 'print("hello")\n'),
    ("javascript", "call(x => {│});\n", "\n  return x;\n});", "call(x => {\n  return x;\n});\n"),
    # brackets stay balanced
    ("python", "a = [1, 2│\n", "])]", "a = [1, 2]\n"),
    ("python", "x = 1│", ")", "x = 1"),
    ("python", "y = │\n", "f(1, g(2", "y = f(1, g(2))\n"),
    ("go", "func f() {\n\t│\n}\n", "if x {\n\t\treturn\n\t}\n}\n\nfunc g() {", "func f() {\n\tif x {\n\t\treturn\n\t}\n}\n"),
    ("rust", "fn f() {\n    │\n}\n", "let c = '(';", "fn f() {\n    let c = '(';\n}\n"),
    # … and are closed below if the statement continues below
    ("javascript", "function f() {\n  │\n}\n", "if (x) {\n    return;", "function f() {\n  if (x) {\n    return;\n  }\n}\n"),
    ("python", "y = │\n", "f(1,", "y = f(1,\n)\n"),
    ("python", "    y = │\n", "f(1, {", "    y = f(1, {\n    })\n"),
    ("lisp", "(a)\n│\n", "(list :a 1\n" + "      :b 2\n" * 20, "(a)\n(list :a 1\n      :b 2\n"),
    ("python", "y = │\n", "f(1, # note", "y = f(1, # note\n)\n"),
    ("python", "x = [\n    │\n    ]\n", "f(\n    [\n        2,\n", "x = [\n    f(\n    [\n        2,\n    ]\n    )\n    ]\n"),
    # comments and strings over several lines
    ("c", "a;\n  │\nb;\n", "/*\n   * x\n" + "   * and y\n   * z\n" * 9, "a;\n  /*\n   * x\n   * and y\n   * z\n   */\nb;\n"),
    ("c", "/*\n * a\n │\n\n/* b */\nint x;\n", "*/\nint y;", "/*\n * a\n */\n\n/* b */\nint x;\n"),
    ("c", "/*\n * a│\n */\nint x;\n", " b */", "/*\n * a b\n */\nint x;\n"),
    ("python", 'x = """a\n│\n\n\ndef g():\n    """b"""\n', '"""\n', 'x = """a\n"""\n\n\ndef g():\n    """b"""\n'),
    ("c", "\tf();\n\t│\n\tg();\n", "/*\n\t * x\n" + "\t * y\n\t * z\n" * 9,
     "\tf();\n\t/*\n\t * x\n\t * y\n\t * z\n\t */\n\tg();\n"),
    ("python", 'def f():\n    │\n    """\n    b\n    """\n', 'x = 1\n    y = """c\n    d\n' + "    e\n    f\n" * 9,
     'def f():\n    x = 1\n    y = """c\n    d\n    e\n    f"""\n    """\n    b\n    """\n'),
    ("go", "// F does │\nfunc F() {\n}\n", "what `G` and `H` do", "// F does what `G` and `H` do\nfunc F() {\n}\n"),
    ("go", "// F does f(│)\nfunc F() {\n}\n", "`a`)\nfoo(", "// F does f(`a`)\nfunc F() {\n}\n"),
    ("python", 'x = """\n│\n"""\n', "a '''b''' c", 'x = """\na ' + "'''b''' c" + '\n"""\n'),
    # in a file that is already broken, a sound answer is shown; where the grammar does not know the idiom, any answer is
    ("lua", "local function f(\n  if a│\n  )\n", " and b then", "local function f(\n  if a and b then\n  )\n"),
    ("python", "x = = 1\n\nif a│\n", " > 3:", "x = = 1\n\nif a > 3:\n"),
    ("c", "API int f(int) NO;\nAPI int g(│\n", "int) NO;", "API int f(int) NO;\nAPI int g(int) NO;\n"),
    ("python", 'def f():\n    """│\n\n\ndef g():\n    """b"""\n', "Says a", 'def f():\n    """Says a\n\n\ndef g():\n    """b"""\n'),
    # the end of the scope, and the text after the cursor
    ("javascript", "function f() {\n  │\n}\n", "return 1;\n}\nfunction g() {", "function f() {\n  return 1;\n}\n"),
    ("python", "for i in a:\n    x = │\n    y = 2\n", "i\n    y = 2\n    z = 3", "for i in a:\n    x = i\n    y = 2\n"),
    ("python", "def f():\n    │\n    return total\n", "total = 1\n    return total", "def f():\n    total = 1\n    return total\n"),
    ("python", "│\nreturn_value = compute(alpha)\n", "return_value = compute(alpha )\nx", "\nreturn_value = compute(alpha)\n"),
    # line ends and indentation are the file's
    ("python", "def f():\r\n    │\r\n", "x = 1\n    y = 2\n", "def f():\r\n    x = 1\r\n    y = 2\r\n"),
    ("c", "int f() {\n\t│\n}\n", "if (x)\n        return 1;\n\treturn 2;", "int f() {\n\tif (x)\n\t\treturn 1;\n\treturn 2;\n}\n"),
    ("python", "if a:\n    b\n│\n", "        c = 1", "if a:\n    b\n    c = 1\n"),
    ("python", "x = foo(a,\n│\n", "        b)\n", "x = foo(a,\n        b)\n"),
    ("python", "def f():│\n", "\n    a = 1\n    b b\n    c c\n    d d\n    e e\n", "def f():\n    a = 1\n"),
    # answers that are not code
    ("python", "x = │\n", "   \n\n  ", "x = \n"),
    ("python", "x = 1  \ny = │\n", "2   ", "x = 1  \ny = 2\n"),
    ("python", "x = │\n", "1[SUFFIX]y = 3", "x = 1\n"),
    ("python", "x = │\n", "1</s>[PREFIX]", "x = 1\n"),
    ("python", "│\nz = 1\n", "```python\nx = 1\n```\nSome words.", "x = 1\nz = 1\n"),
    ("python", "def f():\n    │\n", "a = 1\n+++++ other.py\nimport os", "def f():\n    a = 1\n"),
    ("python", "def f():\n    │\n", "same()\n    same()\n    same()\n    same()\n", "def f():\n" + "    same()\n" * 4),
    ("python", "total_sum = a\n│\nb = 1\n", "total_sum = a", "total_sum = a\n\nb = 1\n"),
    ("python", "x = │\n", "[1, 2, 3\x00\x01", "x = [1, 2, 3]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "code", "text", "expected"), ROWS)
async def test_row(language: str, code: str, text: str, expected: str) -> None:
    assert shown(drawn(code, language), await complete(code, text, language, budget_ms=UNHURRIED)) == expected


@pytest.mark.parametrize(
    ("code", "chosen", "reason"),
    [
        ("x = │\n", {"enabled": False}, "disabled"),
        ("x = │\n", {"disabled_languages": ("python",)}, "language_disabled"),
        ("x = │\n", {"max_file_bytes": 3}, "too_large"),
        ("val│ue = compute(all_of_them)\n", {}, "inside_identifier"),
        ("x = │ compute(all_of_them)\n", {}, "code_after"),
        ("│", {}, "empty_file"),
        ("x" * 3000 + "│", {}, "minified_line"),
    ],
)
async def test_refused_before_any_work(code: str, chosen: dict[str, object], reason: str) -> None:
    answer = await complete(code, "text", **chosen)  # type: ignore[arg-type]
    assert (answer.items, answer.reason) == ((), reason)


async def test_explicit_requests_complete_in_the_middle_of_a_line() -> None:
    code = "x = │ + compute(all_of_them)\n"
    assert shown(drawn(code), await complete(code, "1", ask=Ask(invoked=True))) == "x = 1 + compute(all_of_them)\n"


async def test_below_a_line_comment_brackets_are_balanced() -> None:
    answer = await complete("// see│\nf()\n", " (it\ng(1, [", "swift", Ask(invoked=True), budget_ms=UNHURRIED)
    assert shown(drawn("// see│\nf()\n"), answer) == "// see (it\ng(1, [])\nf()\n"


async def test_the_selected_entry_of_the_completion_menu_begins_the_item() -> None:
    code = "import os\nos.get│\n"
    answer = await complete(code, "()", ask=Ask(selected_text="getcwd", selected_start=13))
    assert shown(drawn(code), answer) == "import os\nos.getcwd()\n"
    assert answer.items[0].start == 13


async def test_the_models_prompt_has_no_carriage_return_and_no_auto_closed_tail() -> None:
    from support.drawing import instant, with_completer

    backend = instant("x")

    async def scenario(completer: Any) -> None:
        await completer.complete(drawn("a = 1\r\nb = f(│)\r\nc = 3\r\n"), Ask())

    await with_completer(backend, scenario)
    assert backend.requests[0].prefix == "a = 1\nb = f("
    assert backend.requests[0].suffix == "\nc = 3\n"
