"""The import line for a name that was just used."""

from __future__ import annotations

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.next_edits import NextEdits

URI = "file:///project/app/views.{}"
KNOWN = {
    "Table": ["app.tables"],
    "read_rows": ["app.rows"],
    "Broken": ["app.one", "app.two"],
    "Panel": ["./panel"],
    "formatRow": ["./rows.js"],
}


def modules(name: str, _page: DocumentLines) -> list[str]:
    return KNOWN.get(name, [])


def after(before: str, now: str, language: str = "python") -> str | None:
    """``now`` with the edit applied that is proposed after ``before`` became ``now``."""
    uri = URI.format("py" if language == "python" else "ts")
    edits = NextEdits(modules)
    edits.opened(Snapshot.of(before, 0, language, uri))
    found = edits.next(Snapshot.of(now, 0, language, uri), (), "balanced")
    if found is None:
        return None
    proposal = found[1]
    return now[: proposal.start] + proposal.text + now[proposal.end :]


HEAD = "import os\n\nfrom app.models import Row\nfrom app.units import Unit\n\n\n"
ROWS = [
    (
        "a line in the block of its package, in order",
        "python",
        HEAD + "def show(rows):\n    return rows\n",
        HEAD + "def show(rows):\n    return Table(rows)\n",
        HEAD.replace("from app.units", "from app.tables import Table\nfrom app.units")
        + "def show(rows):\n    return Table(rows)\n",
    ),
    (
        "one more name in the module's line",
        "python",
        "from app.rows import Row, write_rows\n\n\nprint(1)\n",
        "from app.rows import Row, write_rows\n\n\nprint(read_rows(1))\n",
        "from app.rows import Row, read_rows, write_rows\n\n\nprint(read_rows(1))\n",
    ),
    (
        "after an import in brackets",
        "python",
        "from app.more import (\n    one,\n)\n\n\nprint(1)\n",
        "from app.more import (\n    one,\n)\n\n\nprint(read_rows(1))\n",
        "from app.more import (\n    one,\n)\nfrom app.rows import read_rows\n\n\nprint(read_rows(1))\n",
    ),
    (
        "after an import of many lines",
        "python",
        "from app.more import (\n    one,\n    two,\n    three,\n)\n\n\nprint(1)\n",
        "from app.more import (\n    one,\n    two,\n    three,\n)\n\n\nprint(read_rows(1))\n",
        "from app.more import (\n    one,\n    two,\n    three,\n)\nfrom app.rows import read_rows\n\n\nprint(read_rows(1))\n",
    ),
    (
        "after a package of another name",
        "python",
        "import os\nfrom aaa import b\n\nx = 1\n",
        "import os\nfrom aaa import b\n\nx = Table(1)\n",
        "import os\nfrom aaa import b\nfrom app.tables import Table\n\nx = Table(1)\n",
    ),
    (
        "last in its block",
        "python",
        "from app.a import b\nfrom zzz import c\n\nx = 1\n",
        "from app.a import b\nfrom zzz import c\n\nx = Table(1)\n",
        "from app.a import b\nfrom app.tables import Table\nfrom zzz import c\n\nx = Table(1)\n",
    ),
    (
        "one more name in braces, in no order",
        "typescript",
        'import { b, a } from "./panel"\n\nshow(a);\n',
        'import { b, a } from "./panel"\n\nshow(new Panel(a));\n',
        'import { b, a, Panel } from "./panel"\n\nshow(new Panel(a));\n',
    ),
    (
        "a whole module is imported",
        "typescript",
        'import * as p from "./panel";\n\nx();\n',
        'import * as p from "./panel";\n\nx(new Panel());\n',
        None,
    ),
    ("nothing is imported", "python", "x = 1\n", "x = Table(1)\n", None),
    ("nothing is imported, TypeScript", "typescript", "x();\n", "x(new Panel());\n", None),
    (
        "all of the module is imported",
        "python",
        "from app.tables import *\n\nx = 1\n",
        "from app.tables import *\n\nx = Table(1)\n",
        None,
    ),
    ("a keyword", "typescript", 'import "./a";\n\nx();\n', 'import "./a";\n\nif (x) y();\n', None),
    (
        "TypeScript, in the file's own style",
        "typescript",
        'import { a } from "./a";\n\nconst b = a;\n',
        'import { a } from "./a";\n\nconst b = new Panel(a);\n',
        'import { a } from "./a";\nimport { Panel } from "./panel";\n\nconst b = new Panel(a);\n',
    ),
    (
        "TypeScript, used in an expression",
        "typescript",
        'import { a } from "./a";\n\nshow(a);\n',
        'import { a } from "./a";\n\nshow(formatRow(a));\n',
        'import { a } from "./a";\nimport { formatRow } from "./rows.js";\n\nshow(formatRow(a));\n',
    ),
    ("a name that is declared", "typescript", 'import "./a";\n\nx();\n', 'import "./a";\n\nconst Panel = 1;\n', None),
    ("two modules have the name", "python", "import os\n\nx = 1\n", "import os\n\nx = Broken(1)\n", None),
    ("it is bound in the file", "python", "import os\n\nTable = 1\nx = 1\n", "import os\n\nTable = 1\nx = Table\n", None),
    ("an attribute", "python", "import os\n\nx = 1\n", "import os\n\nx = os.Table(1)\n", None),
    ("a string", "python", "import os\n\nx = 1\n", "import os\n\nx = 'Table(1)'\n", None),
    ("a comment", "python", "import os\n\nx = 1\n", "import os\n\nx = 1  # Table(1)\n", None),
    ("it is defined there", "python", "import os\n\nx = 1\n", "import os\n\ndef read_rows(x):\n    return x\n", None),
    ("a builtin", "python", "import os\n\nx = 1\n", "import os\n\nx = print(1)\n", None),
    ("another language", "go", 'import "os"\n\nx = 1\n', 'import "os"\n\nx = Table(1)\n', None),
]


@pytest.mark.parametrize(("language", "before", "now", "wanted"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_line_that_is_missing(language: str, before: str, now: str, wanted: str | None) -> None:
    assert after(before, now, language) == wanted


def test_a_refused_line_does_not_come_again() -> None:
    edits = NextEdits(modules)
    uri = URI.format("py")
    edits.opened(Snapshot.of("import os\n\nx = 1\n", 0, "python", uri))
    now = Snapshot.of("import os\n\nx = Table(1)\n", 0, "python", uri)
    found = edits.next(now, (), "balanced")
    assert found is not None
    edits.refuse(found[0])
    assert edits.next(now, (), "balanced") is None
