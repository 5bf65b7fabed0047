"""How a project imports a name, according to a real index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.project_modules import ProjectModules

FILES = {
    "app/tables.py": "class Table:\n    pass\n\n\ndef twice():\n    pass\n\n\ndef alone():\n    pass\n",
    "app/other.py": "def twice():\n    pass\n",
    "app/report.py": "from app.tables import Table\n\n\nprint(Table())\n",
    "app/more.py": "from app.tables import Table\nfrom .tables import alone\n\n\nprint(Table(), alone())\n",
    "app/views.py": "import os\n\n\nprint(os)\n",
    "tools/run.py": "import os\n\n\nprint(os)\n",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    writer, connection = open_writer(folder)
    with closing(connection):
        refresh(folder, writer)
    return folder


@pytest.fixture
def modules(root: Path) -> Iterator[ProjectModules]:
    modules = ProjectModules(lambda: [root])
    yield modules
    modules.close()


def snapshot(root: Path, name: str, text: str) -> Snapshot:
    return Snapshot.of(text, 0, "python", (root / name).as_uri(), root / name)


@pytest.mark.parametrize(
    ("name", "file", "wanted"),
    [
        ("Table", "app/views.py", ["app.tables"]),
        ("Table", "tools/run.py", ["app.tables"]),
        ("alone", "app/views.py", [".tables"]),
        ("alone", "tools/run.py", []),
        ("twice", "app/views.py", []),
        ("unknown", "app/views.py", []),
    ],
)
def test_modules(root: Path, modules: ProjectModules, name: str, file: str, wanted: list[str]) -> None:
    assert modules(name, DocumentLines(snapshot(root, file, ""))) == wanted


def test_a_file_whose_name_is_no_text_asks_nothing(root: Path, modules: ProjectModules) -> None:
    odd = root / "app" / "\udcff.py"
    assert modules("Table", DocumentLines(Snapshot.of("", 0, "python", "file:///odd", odd))) == ()


def test_without_a_folder_nothing_is_known(root: Path) -> None:
    assert ProjectModules(lambda: ())("Table", DocumentLines(snapshot(root, "app/views.py", ""))) == ()


def test_the_import_is_proposed(root: Path, modules: ProjectModules) -> None:
    edits = NextEdits(modules)
    before = FILES["app/views.py"]
    edits.opened(snapshot(root, "app/views.py", before))
    now = before.replace("print(os)", "print(os, Table())")
    found = edits.next(snapshot(root, "app/views.py", now), (), "balanced")
    assert found is not None
    proposal = found[1]
    assert now[: proposal.start] + proposal.text + now[proposal.end :] == now.replace(
        "import os\n", "import os\nfrom app.tables import Table\n"
    )
