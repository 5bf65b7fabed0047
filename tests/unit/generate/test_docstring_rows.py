"""Documentation as it is laid out: the code, what the model wrote, and the file afterwards."""

# ruff: noqa: E501 - a row shows its whole text
from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.generate.docstrings.plan import Settings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import Profile
from codestral_ls.generate.edits import apply_edits, unified_diff

ANSWER = "Add two numbers.\n\nArgs:\n    a: The first one.\n    c: Not there.\n\nReturns:\n    int: Their sum.\n"


def write(tmp_path: Path, name: str, code: str, answer: str = ANSWER, style: str = "google", **options: bool) -> str:
    """The text of a file after every definition in it got ``answer``."""
    path = tmp_path / name
    path.write_bytes(code.encode())
    settings = Settings(tmp_path, Profile(style), **options)  # type: ignore[arg-type]
    plan = plan_file(settings, path)
    assert not plan.problem
    result = finish_file(settings, plan, {wanted.id: answer for wanted in plan.wanted})
    return code if result.data is None else result.data.decode()


ROWS = [
    (
        "google",
        "a.py",
        "def add(a: int, b: int = 1, *rest) -> int:\n    if a: raise ValueError('x')\n    return a + b\n",
        "def add(a: int, b: int = 1, *rest) -> int:\n"
        '    """Add two numbers.\n\n    Args:\n        a: The first one.\n        b: The value of b.\n        *rest: The rest.\n\n'
        "    Returns:\n        Their sum.\n\n    Raises:\n        ValueError: Raised by this code.\n"
        '    """\n'
        "    if a: raise ValueError('x')\n    return a + b\n",
    ),
    (
        "numpy",
        "a.py",
        "def add(a: int, b=1):\n    return a + b\n",
        'def add(a: int, b=1):\n    """Add two numbers.\n\n    Parameters\n    ----------\n    a : int\n        The first one.\n'
        '    b\n        The value of b.\n\n    Returns\n    -------\n    Their sum.\n    """\n    return a + b\n',
    ),
    (
        "sphinx",
        "a.py",
        "def add(a, b):\r\n\treturn a + b\r\n",
        'def add(a, b):\r\n\t"""Add two numbers.\r\n\r\n\t:param a: The first one.\r\n\t:param b: The value of b.\r\n'
        '\t:returns: Their sum.\r\n\t"""\r\n\treturn a + b\r\n',
    ),
    (
        "google",
        "a.py",
        "class A:\n    x = 1\n\n    def m(self): pass\n    def n(self):\n        # note\n        pass\n",
        'class A:\n    """Add two numbers."""\n\n    x = 1\n\n    def m(self): pass\n    def n(self):\n'
        '        """Add two numbers."""\n        # note\n        pass\n',
    ),
    (
        "google",
        "a.py",
        "def f(a):\n    # type: (int) -> None\n    print(a)\n",
        'def f(a):\n    # type: (int) -> None\n    """Add two numbers.\n\n    Args:\n        a: The first one.\n    """\n    print(a)\n',
    ),
    (
        "google",
        "a.js",
        "export function add(a, {b}) {\n  return a + b;\n}\n",
        "/**\n * Add two numbers.\n *\n * @param a - The first one.\n * @param options - The options.\n * @returns Their sum.\n */\n"
        "export function add(a, {b}) {\n  return a + b;\n}\n",
    ),
    (
        "google",
        "a.ts",
        "class A {\n  m(a: number): void {\n    throw new TypeError('x');\n  }\n}\n",
        "/** Add two numbers. */\nclass A {\n  /**\n   * Add two numbers.\n   *\n   * @param a - The first one.\n"
        "   * @throws {@link TypeError} Raised by this code.\n   */\n"
        "  m(a: number): void {\n    throw new TypeError('x');\n  }\n}\n",
    ),
    (
        "google",
        "a.go",
        "package a\n\nfunc Add(a, b int) int { return a + b }\n\nfunc small() {}\n",
        "package a\n\n// Add adds two numbers.\nfunc Add(a, b int) int { return a + b }\n\nfunc small() {}\n",
    ),
    (
        "google",
        "a.rs",
        "#[inline]\npub fn add(a: i32) -> Result<i32, E> {\n    Ok(a)\n}\n",
        "/// Add two numbers.\n///\n/// # Errors\n///\n/// Returns the error of what it calls.\n#[inline]\n"
        "pub fn add(a: i32) -> Result<i32, E> {\n    Ok(a)\n}\n",
    ),
    (
        "google",
        "A.java",
        "public class A<T> {\n    public <U> int add(int a, U b) throws IOException {\n        return a;\n    }\n}\n",
        "/** Add two numbers. */\npublic class A<T> {\n    /**\n     * Add two numbers.\n     *\n     * @param <U> The value of U.\n"
        "     * @param a The first one.\n     * @param b The value of b.\n     * @return Their sum.\n     * @throws IOException Raised by this code.\n"
        "     */\n    public <U> int add(int a, U b) throws IOException {\n        return a;\n    }\n}\n",
    ),
    (
        "google",
        "a.cs",
        "public class A\n{\n    public int Add(int a)\n    {\n        return a;\n    }\n}\n",
        "/// <summary>\n/// Add two numbers.\n/// </summary>\npublic class A\n{\n    /// <summary>\n    /// Add two numbers.\n"
        '    /// </summary>\n    /// <param name="a">The first one.</param>\n    /// <returns>Their sum.</returns>\n'
        "    public int Add(int a)\n    {\n        return a;\n    }\n}\n",
    ),
]


@pytest.mark.parametrize(("style", "name", "code", "expected"), ROWS)
def test_documentation(tmp_path: Path, style: str, name: str, code: str, expected: str) -> None:
    answer = "adds two numbers." if name == "a.go" else ANSWER
    assert write(tmp_path, name, code, answer, style) == expected


ALONE = [
    ("documented", "a.py", 'def f():\n    "doc"\n    return 1\n'),
    ("one line", "a.py", "def f(a): return a\n"),
    ("private", "a.py", "def _f(a):\n    return a\n"),
    ("nested", "a.py", 'def f():\n    """Doc."""\n    def g():\n        return 1\n    return g\n'),
    ("setter", "a.py", 'class A:\n    """A."""\n    @x.setter\n    def x(self, v):\n        self.v = v\n'),
    ("a directive above", "a.ts", "// @ts-ignore\nexport function f() {\n  g();\n}\n"),
    ("inside a line", "a.js", "x = 1; function f() {\n}\n"),
    ("go, not exported", "a.go", "package a\n\nfunc f() {\n}\n"),
    ("java, overriding", "A.java", "/** A. */\npublic class A {\n  @Override\n  public int f() {\n    return 1;\n  }\n}\n"),
    ("rust, a trait's method", "a.rs", "impl T for A {\n    fn f() {\n    }\n}\n"),
]


@pytest.mark.parametrize(("why", "name", "code"), ALONE, ids=[row[0] for row in ALONE])
def test_what_is_left_alone(tmp_path: Path, why: str, name: str, code: str) -> None:
    assert write(tmp_path, name, code) == code


def test_everything_and_update(tmp_path: Path) -> None:
    code = 'def _f():\n    """Old."""\n    print(1)\n'
    assert write(tmp_path, "a.py", code, update=True) == code
    assert write(tmp_path, "a.py", code, update=True, everything=True) == 'def _f():\n    """Add two numbers."""\n    print(1)\n'
    old = "/** Old. */\nexport function f() {\n  g();\n}\n"
    assert write(tmp_path, "a.js", old, update=True) == "/** Add two numbers. */\nexport function f() {\n  g();\n}\n"


def test_raises_that_are_caught_are_not_documented(tmp_path: Path) -> None:
    code = (
        "def f():\n    try:\n        raise KeyError('a')\n    except KeyError:\n        pass\n    try:\n        raise OSError\n"
        "    except Exception:\n        raise\n    raise error\n"
    )
    text = write(tmp_path, "a.py", code)
    assert "OSError: Raised" in text
    assert "KeyError: Raised" not in text
    assert "error: Raised" not in text


def test_yields(tmp_path: Path) -> None:
    text = write(tmp_path, "a.py", "def f(a):\n    def g():\n        return 1\n    yield g\n")
    assert "Yields:" in text
    assert "Returns:" not in text


def test_diff_applies(tmp_path: Path) -> None:
    import subprocess

    code = "x = 1\n\ndef f(a):\n    return a\n" + "y = 2\n" * 20 + "class A:\n    z = 3"
    path = tmp_path / "a.py"
    path.write_text(code)
    settings = Settings(tmp_path)
    plan = plan_file(settings, path)
    result = finish_file(settings, plan, {wanted.id: ANSWER for wanted in plan.wanted})
    assert result.data is not None
    subprocess.run(["git", "apply", "-"], input=result.diff.encode(), cwd=tmp_path, check=True)
    assert path.read_bytes() == result.data


def test_diff_of_edits_on_one_line() -> None:
    from codestral_ls.generate.edits import Edit

    edits = [Edit(0, 1, "x"), Edit(2, 3, "y")]
    assert apply_edits("a b\nc\n", edits) == "x y\nc\n"
    assert "+x y" in unified_diff("a", "a b\nc\n", edits)
