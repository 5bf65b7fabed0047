"""Where generated tests go, what they import, and how the file is laid out."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from codestral_ls.generate.editing.edits import apply_edits
from codestral_ls.generate.testing.file_text import TestLayout
from codestral_ls.generate.testing.generated_tests import GeneratedTest
from codestral_ls.generate.testing.imports import NamedImport, importable, needed, read_imports, render
from codestral_ls.generate.testing.locations import TestPlace, node_module, place_for_tests
from codestral_ls.generate.testing.profile import TestProfile, read_test_profile

PLACES = [
    ("no tests yet", {}, "src/pkg/a/b.py", "tests/test_pkg_a_b_generated.py"),
    ("one folder for all", {"tests": 3}, "src/pkg/a/b.py", "tests/test_pkg_a_b_generated.py"),
    ("inside the packages", {"pkg/a/tests": 3, "pkg/tests": 9}, "pkg/a/b.py", "pkg/a/tests/test_b_generated.py"),
    ("the next package's", {"pkg/tests": 9}, "pkg/a/b.py", "pkg/tests/test_pkg_a_b_generated.py"),
    ("mirrored", {"tests/unit/a": 3, "tests/unit": 1}, "src/pkg/a/b.py", "tests/unit/a/test_b_generated.py"),
    ("mirrored with the package", {"tests/pkg/a": 3, "tests": 1}, "src/pkg/a/b.py", "tests/pkg/a/test_b_generated.py"),
    ("beside the sources", {"pkg/a": 4}, "pkg/a/b.py", "pkg/a/test_b_generated.py"),
    ("another name", {"test": 4}, "pkg/b.py", "test/test_pkg_b_generated.py"),
]


@pytest.mark.parametrize(("why", "folders", "source", "path"), PLACES, ids=[row[0] for row in PLACES])
def test_places(tmp_path: Path, why: str, folders: dict[str, int], source: str, path: str) -> None:
    place = tmp_path / source
    place.parent.mkdir(parents=True)
    place.write_text("")
    for folder in place.relative_to(tmp_path).parents:
        if folder.name not in ("src", ""):
            (tmp_path / folder / "__init__.py").write_text("")
    found = place_for_tests(tmp_path, place, "python", TestProfile(folders=folders))
    assert found is not None
    assert found.path.as_posix() == path
    assert found.module == source.removeprefix("src/").removesuffix(".py").replace("/", ".")


def test_named_at_the_end_and_relative(tmp_path: Path) -> None:
    source = tmp_path / "pkg/a/b.py"
    source.parent.mkdir(parents=True)
    for folder in ("pkg", "pkg/a"):
        (tmp_path / folder / "__init__.py").write_text("")
    profile = TestProfile(folders={"pkg/a/tests": 1}, named_at_end=True, relative=True)
    found = place_for_tests(tmp_path, source, "python", profile)
    assert found is not None
    assert (found.path.as_posix(), found.imported_as) == ("pkg/a/tests/b_generated_test.py", "..b")


@pytest.mark.parametrize(
    ("profile", "path", "module"),
    [
        (TestProfile(), "src/a.generated.test.ts", "./a"),
        (TestProfile(node_folder="__tests__", node_suffix=".spec"), "src/__tests__/a.generated.spec.ts", "../a"),
        (TestProfile(node_extension=True), "src/a.generated.test.ts", "./a.js"),
    ],
)
def test_places_of_typescript(tmp_path: Path, profile: TestProfile, path: str, module: str) -> None:
    found = place_for_tests(tmp_path, tmp_path / "src/a.ts", "typescript", profile)
    assert found is not None
    assert found.path.as_posix() == path
    assert node_module(PurePosixPath("src/a.ts"), found.path, profile) == module


def test_imports_are_what_is_used_in_order() -> None:
    source = (
        "import json\nfrom .other import helper\nfrom pathlib import Path\n\nMOST = 3\n\n\nclass Thing: ...\n\n\ndef make(): ...\n"
    )
    available = importable(source, "pkg.a.b", "pkg.a")
    code = "def test_a(tmp_path):\n    assert make(Path(math.pi), Thing, MOST, json, helper) == pytest.approx(unknown)\n"
    assert render(needed([code], available), ("pkg",)) == (
        "import json\nimport math\nfrom pathlib import Path\n\nimport pytest\n\n"
        "from pkg.a.b import MOST, Thing, make\nfrom pkg.a.other import helper\n"
    )


def test_long_imports_are_wrapped() -> None:
    lines = render([NamedImport("pkg.module", f"a_rather_long_name_{number}") for number in range(5)], ("pkg",))
    assert lines.startswith("from pkg.module import (\n    a_rather_long_name_0,\n")
    assert lines.endswith("    a_rather_long_name_4,\n)\n")
    assert len(read_imports(lines)) == 5


def layout(profile: TestProfile, text: str = "def triangles(g): ...\n", imported: str = "nx.cluster") -> TestLayout:
    place = TestPlace(PurePosixPath("tests/test_a.py"), ".", "nx.cluster", "nx", imported)
    return TestLayout.of("python", PurePosixPath("nx/cluster.py"), text, place, profile, ())


def test_a_module_that_is_imported_whole() -> None:
    one = layout(TestProfile(module="networkx as nx", own=("networkx",)), imported="networkx.cluster")
    assert one.example_imports("triangles") == "import networkx as nx\nfrom networkx.cluster import triangles\n"
    whole = one.whole([GeneratedTest("test_a", "def test_a():\n    assert nx.triangles(1)")])
    assert "\n\nimport networkx as nx\n\n\ndef test_a():\n    assert nx.triangles(1)\n" in whole


def test_methods_keep_the_lines_of_their_strings() -> None:
    code = 'def test_a(self):\n    text = """x\ny\n"""\n    self.assertTrue(triangles(text))'
    whole = layout(TestProfile(python_framework="unittest", own=("nx",))).whole([GeneratedTest("test_a", code, "ATests")])
    assert 'class ATests(unittest.TestCase):\n    def test_a(self):\n        text = """x\ny\n"""\n        self' in whole
    assert "import unittest\n\nfrom nx.cluster import triangles\n" in whole


OLD = [
    ("simple", '"""Doc."""\n\nfrom nx.cluster import triangles\n\n\ndef test_b():\n    assert triangles(2)\n'),
    ("commented", '"""Doc."""\n\nfrom nx.cluster import triangles  # noqa\n\n\ndef test_b():\n    assert triangles(2)\n'),
    ("without imports", '"""Doc."""\n\n\ndef test_b():\n    assert 2\n'),
]


@pytest.mark.parametrize(("why", "old"), OLD, ids=[row[0] for row in OLD])
def test_imports_are_added_at_the_top(why: str, old: str) -> None:
    one = layout(TestProfile(own=("nx",)))
    edits = one.added(old, [GeneratedTest("test_a", "def test_a():\n    with pytest.raises(E):\n        triangles(1)")])
    new = apply_edits(old, edits)
    compile(new, "x", "exec")
    assert new.index("import pytest") < new.index("def test_b")
    assert new.count("import triangles") == 1
    assert new.endswith("\n\n\ndef test_a():\n    with pytest.raises(E):\n        triangles(1)\n")
    assert not one.added(new, [GeneratedTest("test_c", "def test_c():\n    assert triangles(1)")])[:-1]


def test_all_test_files_are_read(tmp_path: Path) -> None:
    for number in range(450):
        (tmp_path / f"m{number:03}.py").write_text(f"def f{number}(): ...\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_z.py").write_text("from m449 import f449\n\n\ndef test_f():\n    assert f449()\n")
    profile = read_test_profile(tmp_path, sorted(tmp_path.rglob("*.py")), "auto", None)
    assert "f449" in profile.tested
    assert (profile.module, profile.relative, profile.folders) == ("", False, {"tests": 1})


@pytest.mark.parametrize(
    ("lines", "module", "relative"),
    [
        ("import nx as n\n", "nx as n", False),
        ("from nx import a\n", "", False),
        ("from . import a\nfrom ..b import c\n", "", True),
        ("import os\nimport nx.deep\nimport nx\n", "nx", False),
    ],
)
def test_the_projects_way_to_import(tmp_path: Path, lines: str, module: str, relative: bool) -> None:
    (tmp_path / "nx/tests").mkdir(parents=True)
    (tmp_path / "nx/__init__.py").write_text("")
    (tmp_path / "nx/tests/test_a.py").write_text(f"{lines}\n\nasync def test_a(): ...\n")
    profile = read_test_profile(tmp_path, sorted(tmp_path.rglob("*.py")), "auto", None)
    assert (profile.module, profile.relative, profile.folders) == (module, relative, {"nx/tests": 1})
