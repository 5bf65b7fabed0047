"""How documentation is laid out: the code, what the model wrote, and the file afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.generate.docstrings.house_rules import HouseRules
from codestral_ls.generate.docstrings.plan import DocstringSettings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import Profile, read_profile
from codestral_ls.generate.editing.edits import apply_edits, unified_diff

ANSWER = "Add two numbers.\n\nArgs:\n    a: The first one.\n    c: Not there.\n\nReturns:\n    int: Their sum.\n"


def write(tmp_path: Path, name: str, code: str, answer: str = ANSWER, style: str = "google", **options: bool) -> str:
    """The text of a file after every definition in it received ``answer``."""
    path = tmp_path / name
    path.write_bytes(code.encode())
    settings = DocstringSettings(tmp_path, Profile(style), **options)  # type: ignore[arg-type]
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
        '    """Add two numbers.\n\n    Args:\n        a: The first one.\n\n    Returns:\n        int: Their sum.\n'
        '    """\n'
        "    if a: raise ValueError('x')\n    return a + b\n",
    ),
    (
        "numpy",
        "a.py",
        "def add(a: int, b=1):\n    return a + b\n",
        'def add(a: int, b=1):\n    """Add two numbers.\n\n    Parameters\n    ----------\n    a\n        The first one.\n\n'
        '    Returns\n    -------\n    int\n        Their sum.\n    """\n    return a + b\n',
    ),
    (
        "sphinx",
        "a.py",
        "def add(a, b):\r\n\treturn a + b\r\n",
        'def add(a, b):\r\n\t"""Add two numbers.\r\n\r\n\t:param a: The first one.\r\n\t:returns: Their sum.\r\n'
        '\t:rtype: int\r\n\t"""\r\n\treturn a + b\r\n',
    ),
    (
        "google",
        "a.py",
        "class A:\n    x = 1\n\n    def m(self): pass\n    def n(self):\n        # note\n        pass\n",
        'class A:\n    """Add two numbers."""\n\n    x = 1\n\n    def m(self): pass\n    def n(self):\n'
        '        # note\n        """Add two numbers."""\n',
    ),
    (
        "google",
        "a.py",
        "def f(a):\n    # type: (int) -> None\n    print(a)\n",
        'def f(a):\n    # type: (int) -> None\n    """Add two numbers."""\n    print(a)\n',
    ),
    (
        "google",
        "a.py",
        "def f():\n    def inner():\n        return 1\n    return inner\n",
        'def f():\n    """Add two numbers."""\n\n    def inner():\n        return 1\n    return inner\n',
    ),
    (
        "google",
        "a.js",
        "export function add(a, {b}) {\n  return a + b;\n}\n",
        "/**\n * Add two numbers.\n *\n * @param {number} a - The first one.\n * @returns Their sum.\n */\n"
        "export function add(a, {b}) {\n  return a + b;\n}\n",
    ),
    (
        "google",
        "a.ts",
        "export function f(a: string): void;\nexport function f(a: number): void;\nexport function f(a: any) {\n  g(a);\n}\n",
        "/** Add two numbers. */\nexport function f(a: string): void;\nexport function f(a: number): void;\n"
        "export function f(a: any) {\n  g(a);\n}\n",
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
        "#[inline]\npub fn add(a: i32) -> Result<i32, E> {\n    Ok(a)\n}\npub(crate) fn g() {}\n",
        "/// Add two numbers.\n///\n/// # Errors\n///\n/// Where it overflows.\n#[inline]\n"
        "pub fn add(a: i32) -> Result<i32, E> {\n    Ok(a)\n}\npub(crate) fn g() {}\n",
    ),
    (
        "google",
        "A.java",
        "public class A<T> {\n    public int add(int a) throws IOException {\n        return a;\n    }\n}\n",
        "/** Add two numbers. */\npublic class A<T> {\n    /** Add two numbers. */\n"
        "    public int add(int a) throws IOException {\n        return a;\n    }\n}\n",
    ),
    (
        "google",
        "a.cs",
        "public class A\n{\n    internal int x;\n}\n",
        "/// <summary>\n/// Add two numbers.\n/// </summary>\npublic class A\n{\n    internal int x;\n}\n",
    ),
]
DIRECTED = [
    ("a.go", "package a\n\n//go:noinline\nfunc F() {}\n", "package a\n\n// F adds.\n//\n//go:noinline\nfunc F() {}\n"),
    ("a.ts", "// @ts-ignore\nexport class A {}\n", "/** Adds two. */\n// @ts-ignore\nexport class A {}\n"),
    (
        "b.ts",
        "// eslint-disable-next-line x\nexport class A {}\n",
        "/** Adds two. */\n// eslint-disable-next-line x\nexport class A {}\n",
    ),
    ("c.ts", "// note\nexport class A {}\n", "// note\n/** Adds two. */\nexport class A {}\n"),
    ("a.rs", "// note\n#[inline]\npub fn f() {}\n", "// note\n/// Adds two.\n#[inline]\npub fn f() {}\n"),
]
"""Lines that must stay directly above a definition."""
ONE_LINE = "Add two numbers."
ANSWERS = {
    "google": ANSWER,
    "a.js": "Add two numbers.\n *\n * @param {number} a - The first one.\n * @param q - Not there.\n * @returns Their sum.\n ",
    "a.go": "adds two numbers.",
    "a.rs": "Add two numbers.\n///\n/// # Errors\n///\n/// Where it overflows.",
}
"""What the model writes, by file; the text for Python is in Google's style and has everything that two parameters need."""


@pytest.mark.parametrize(("style", "name", "code", "expected"), ROWS)
def test_documentation(tmp_path: Path, style: str, name: str, code: str, expected: str) -> None:
    whole = name == "a.py" and "add(" in code
    answer = ANSWERS.get(name, ANSWER if whole else ONE_LINE)
    assert write(tmp_path, name, code, answer, style) == expected


ALONE = [
    ("documented", "a.py", 'def f():\n    "doc"\n    return 1\n'),
    ("one line", "a.py", "def f(a): return a\n"),
    ("private", "a.py", "def _f(a):\n    return a\n"),
    ("nested", "a.py", 'def f():\n    """Doc."""\n    def g():\n        return 1\n    return g\n'),
    ("setter", "a.py", 'class A:\n    """A."""\n    @x.setter\n    def x(self, v):\n        self.v = v\n'),
    ("inside a line", "a.js", "x = 1; function f() {\n}\n"),
    ("go, not exported", "a.go", "package a\n\nfunc f() {\n}\n"),
    ("java, overriding", "A.java", "/** A. */\npublic class A {\n  @Override\n  public int f() {\n    return 1;\n  }\n}\n"),
    ("rust, a trait's method", "a.rs", "impl T for A {\n    fn f() {\n    }\n}\n"),
]


@pytest.mark.parametrize(("why", "name", "code"), ALONE, ids=[row[0] for row in ALONE])
def test_what_is_left_alone(tmp_path: Path, why: str, name: str, code: str) -> None:
    assert write(tmp_path, name, code) == code


@pytest.mark.parametrize(("name", "code", "expected"), DIRECTED, ids=[row[0] for row in DIRECTED])
def test_directives_stay_above_what_they_direct(tmp_path: Path, name: str, code: str, expected: str) -> None:
    assert write(tmp_path, name, code, "F adds." if name == "a.go" else "Adds two.") == expected


def test_a_directive_below_documentation_keeps_its_empty_line(tmp_path: Path) -> None:
    code = "package a\n\n// F has.\n//\n//go:noinline\nfunc F() {}\n"
    assert write(tmp_path, "a.go", code, "F adds.", update=True) == code.replace("has", "adds")


def test_everything_and_update(tmp_path: Path) -> None:
    code = 'def _f():\n    """Old."""\n    print(1)\n'
    assert write(tmp_path, "a.py", code, ONE_LINE, update=True) == code
    assert (
        write(tmp_path, "a.py", code, ONE_LINE, update=True, everything=True)
        == 'def _f():\n    """Add two numbers."""\n    print(1)\n'
    )
    old = "/** Old. */\nexport function f() {\n  g();\n}\n"
    assert write(tmp_path, "a.js", old, ONE_LINE, update=True) == "/** Add two numbers. */\nexport function f() {\n  g();\n}\n"


NUMPY = """Shortest path between two nodes.

    Longer text that has

    * a list,
    * of two.

    Parameters
    ----------
    G : NetworkX graph
        The graph.
    source, target : node
        Ends of the path.

    Returns
    -------
    path : list
        The nodes from ``source`` to ``target``.
    length : float
        Its length.

    Examples
    --------
    >>> shortest(nx.path_graph(3), 0, 2)
    [0, 1, 2]

    .. versionadded:: 3.1
"""


def test_a_good_answer_survives_whole(tmp_path: Path) -> None:
    text = write(tmp_path, "a.py", "def shortest(G, source, target):\n    return []\n", NUMPY, "numpy")
    assert f'    """{NUMPY}    """\n' in text


@pytest.mark.parametrize(
    "filler",
    ["a: The value of a.", "a: The a.", "a (int): The value of `a`.", "zz: A parameter that is not there."],
)
def test_an_entry_that_says_nothing_goes_with_its_section(tmp_path: Path, filler: str) -> None:
    text = write(
        tmp_path, "a.py", "def f(a):\n    return a\n", f"Do it well.\n\nArgs:\n    {filler}\n\nReturns:\n    The result.\n"
    )
    assert text == 'def f(a):\n    """Do it well."""\n    return a\n'


def test_update_keeps_what_people_wrote(tmp_path: Path) -> None:
    code = 'def f(a):\n    """Old.\n\n    .. versionadded:: 2.0\n\n    :param a: What it is for.\n    """\n    return a\n'
    assert write(tmp_path, "a.py", code, "Give it back as it is.", update=True) == code
    new = "Give it back.\n\n.. versionadded:: 2.0\n\n:param a: What is given back.\n"
    assert "What is given back." in write(tmp_path, "a.py", code, new, "sphinx", update=True)


def test_jsdoc_with_a_blank_line_after_it_is_documentation(tmp_path: Path) -> None:
    code = "/**\n * Doc.\n */\n\nexport function f(a) {\n  return a;\n}\n"
    assert write(tmp_path, "a.js", code) == code


def test_what_is_not_exported_is_not_missing(tmp_path: Path) -> None:
    code = "function inner(a) {\n  return a;\n}\nfunction outer(a) {\n  return a;\n}\nexports.outer = outer;\n"
    text = write(tmp_path, "a.js", code, ONE_LINE)
    assert text.count("Add two numbers.") == 1
    assert text.startswith("function inner")


def test_a_misread_place_costs_only_what_touches_it(tmp_path: Path) -> None:
    code = "export interface A<in T> { a: T }\n\nexport function f(a: number) {\n  return a;\n}\n"
    text = write(tmp_path, "a.ts", code, ONE_LINE)
    assert text == code.replace("export function", "/** Add two numbers. */\nexport function")


@pytest.mark.parametrize(
    ("body", "profile", "expected"),
    [
        ("    pass\n", Profile(), '    """Something went wrong."""\n'),
        ("    ...\n", Profile(), '    """Something went wrong."""\n'),
        ("    pass  # so far\n", Profile(), '    """Something went wrong."""  # so far\n'),
        ("    # so far\n\n    pass\n", Profile(), '    # so far\n\n    """Something went wrong."""\n'),
        ("    pass\n", Profile(fillers=("pass",)), '    """Something went wrong."""\n\n    pass\n'),
        ("    ...\n", Profile(fillers=("pass",)), '    """Something went wrong."""\n'),
        (
            "    pass\n",
            Profile(fillers=("pass",), rules=HouseRules(drops_pass=True)),
            '    """Something went wrong."""\n',
        ),
        ("    pass\n    x = 1\n", Profile(), '    """Something went wrong."""\n\n    pass\n    x = 1\n'),
    ],
)
def test_a_superfluous_statement_goes_unless_the_project_keeps_it(
    tmp_path: Path, body: str, profile: Profile, expected: str
) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"class E(Exception):\n{body}")
    settings = DocstringSettings(tmp_path, profile)
    plan = plan_file(settings, path)
    result = finish_file(settings, plan, {"0": "Something went wrong."})
    assert (result.data or b"").decode() == f"class E(Exception):\n{expected}"


def test_whether_a_project_keeps_them_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    documented = '    """It says something."""\n'
    path.write_text(f"class A:\n{documented}\n    pass\n\n\nclass B:\n{documented}    pass\n\n\nclass C:\n{documented}")
    profile = read_profile([path])
    assert profile.fillers == ("pass",)
    assert Profile.from_json(json.loads(json.dumps(profile.to_json()))).fillers == ("pass",)


def test_diff_applies(tmp_path: Path) -> None:
    import subprocess

    code = "x = 1\n\ndef f(a):\n    return a\n" + "y = 2\n" * 20 + "class A:\n    z = 3"
    path = tmp_path / "a.py"
    path.write_text(code)
    settings = DocstringSettings(tmp_path)
    plan = plan_file(settings, path)
    result = finish_file(settings, plan, {wanted.id: ANSWER for wanted in plan.wanted})
    assert result.data is not None
    subprocess.run(["git", "apply", "-"], input=result.diff.encode(), cwd=tmp_path, check=True)
    assert path.read_bytes() == result.data


def test_diff_of_edits_on_one_line() -> None:
    from codestral_ls.generate.editing.edits import Edit

    edits = [Edit(0, 1, "x"), Edit(2, 3, "y")]
    assert apply_edits("a b\nc\n", edits) == "x y\nc\n"
    assert "+x y" in unified_diff("a", "a b\nc\n", edits)


@pytest.mark.parametrize(
    ("why", "answer", "expected"),
    [
        (
            "a directive keeps the indentation of what belongs to it",
            "\n    .. deprecated:: 3.5\n       Use `other` in its place.\n    ",
            ['"""', ".. deprecated:: 3.5", "   Use `other` in its place.", '"""'],
        ),
        (
            "a paragraph is filled to its end",
            "Do it.\n\n    " + "many words " * 9 + "end\n    here.\n\n    Another one.\n    ",
            ['"""Do it.', "", "many words " * 7 + "many", "words many words end here.", "", "Another one.", '"""'],
        ),
        (
            "what hangs below an entry stays below it",
            "Do it.\n\n    - " + "many words " * 8 + "end\n      here.\n    - Two.\n    ",
            ['"""Do it.', "", "- " + "many words " * 7 + "many", "  words end here.", "- Two.", '"""'],
        ),
        (
            "fenced code is never wrapped",
            "Do it.\n\n    ```\n    " + "call(a, b) " * 9 + "\n    ```\n    ",
            ['"""Do it.', "", "```", ("call(a, b) " * 9).rstrip(), "```", '"""'],
        ),
        (
            "nor what an example prints",
            "Do it.\n\n    >>> f()\n    " + "word " * 20 + "\n    ",
            ['"""Do it.', "", ">>> f()", ("word " * 20).rstrip(), '"""'],
        ),
        ("code in backquotes is no code", "Operator: `=`, `>`, `<`, `>=`, `<=`, `~`, `^`, `*`.", None),
        (
            "prose may end with a semicolon on its first line",
            "Return a new one, which nobody has seen;\n    the old one stays.\n    ",
            None,
        ),
    ],
)
def test_how_lines_are_laid_out(tmp_path: Path, why: str, answer: str, expected: list[str] | None) -> None:
    text = write(tmp_path, "a.py", "def f():\n    g()\n", answer)
    lines = [line.removeprefix("    ") for line in text.split("\n")[1:-2]]
    if expected is None:
        assert lines[0].startswith('"""'), why
    else:
        assert lines == expected, why


def test_a_projects_own_width_counts_where_it_chose_none(tmp_path: Path) -> None:
    wide = "\n".join(f"/**\n * Do something small.\n *\n * {'word ' * 19}\n */\nexport function f{n}() {{}}\n" for n in range(12))
    (tmp_path / "a.ts").write_text(wide)
    assert 90 <= read_profile([tmp_path / "a.ts"]).width("typescript") <= 100
    assert read_profile([tmp_path / "a.ts"]).width("python") == 88
    rules = HouseRules({"": 80})
    assert replace(read_profile([tmp_path / "a.ts"]), rules=rules).width("typescript") == 80
