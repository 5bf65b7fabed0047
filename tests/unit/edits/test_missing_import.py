"""The import line of a name that was just used."""

from __future__ import annotations

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.pages import Page

URI = "file:///project/app/views.{}"
KNOWN = {
    "Table": ["app.tables"],
    "read_rows": ["app.rows"],
    "Broken": ["app.one", "app.two"],
    "Panel": ["./panel"],
    "formatRow": ["./rows.js"],
}


def modules(name: str, _page: Page) -> list[str]:
    return KNOWN.get(name, [])


def after(before: str, now: str, language: str = "python") -> str | None:
    """The text with what is proposed after ``before`` became ``now``."""
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
