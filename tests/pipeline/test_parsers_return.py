"""Every grammar's parser returns: a sample of what ``python -m benchmarks.parsers`` runs in full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.reading.reader import HEAD, ROOM
from codestral_ls.documents.languages import all_languages, language_id_for_path
from support.repository import ROOT

SAMPLES = sorted((ROOT / "tests" / "unit" / "documents" / "samples").iterdir())
LANGUAGES = [language.id for language in all_languages() if language.grammar is not None]


@pytest.mark.parametrize("deep", [False, True], ids=["ends anywhere", "deep"])
def test_every_text_is_read(deep: bool, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from benchmarks.reading.reader import main\n"
        "words = sys.argv[1:]\n"
        "for language, *files in (word.split('\\n') for word in words[4:]):\n"
        "    sys.argv = ['', words[0], language, words[1], words[2], words[3], '0', *files]\n"
        "    main()\n"
    )
    note = tmp_path / "note"
    note.write_bytes(HEAD.pack(0, 0).ljust(ROOM, b"\0"))
    of = {name: [str(path) for path in SAMPLES if language_id_for_path(path) == name] for name in LANGUAGES}
    words = [
        str(note),
        *(("4", "1", "1") if deep else ("120", "1", "0")),
        *("\n".join([name, *paths]) for name, paths in of.items()),
    ]
    subprocess.run([sys.executable, "-c", script, *words], check=True, timeout=110, cwd=ROOT)
    assert HEAD.unpack_from(note.read_bytes())[0] == -1
