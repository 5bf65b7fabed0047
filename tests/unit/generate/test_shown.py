"""What the user sees of a batch: the progress line, the summary, the report."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from codestral_ls.backends.base import Usage
from codestral_ls.commands.generate.batch_progress import shown, status, summary
from codestral_ls.commands.generate.html_report import write_report
from codestral_ls.commands.generate.showing import shown_path, visible
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.journal import FileRow
from codestral_ls.generate.batch.work import FileResult, Outcome

OUTCOMES = (Outcome("f", 3, "written"), Outcome("g", 9, "unusable", "the answer is not a description"))


def counted() -> Counts:
    counts = Counts(files_total=40)
    counts.requests_planned = 25
    for _ in range(20):
        counts.answered(Usage(1000, 1000, 0, 50), 0.01)
    for _ in range(10):
        counts.settled("written", FileResult(Path("a"), "changed", outcomes=OUTCOMES))
    return counts


def test_the_line_has_rate_tokens_cost_and_time_left() -> None:
    # 5 planned but not done, and 30 files with 2.5 requests each: 80 requests at 2 a second
    assert status(counted(), 10.0, "USD") == "20 written · 2.0/s · 20.0k + 1.0k tokens · 0.20 USD · 0:40 left"
    assert status(Counts(), 0.0, "USD") == "0 written · 0.0/s · 0 + 0 tokens · 0.00 USD"


def test_the_summary() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(summary(counted(), 75.0, "USD", (20, 1, 1, 0.5)))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for part in ("files written", "texts of no use", "20,000 + 1,000", "0.2000 / 0.5000 USD", "1:15", "not a description"):
        assert part in text


@pytest.mark.parametrize("terminal", [True, False])
async def test_progress_is_shown_and_ends(terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=terminal)

    async with shown(counted(), console, "USD"):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("10/40" in text) == terminal


def test_the_report_escapes_and_is_whole(tmp_path: Path) -> None:
    rows = [
        FileRow(
            str(tmp_path / "a<b>.py"),
            "written",
            "",
            "",
            "",
            "--- a\n+++ b\n@@ -1 +1 @@\n+<script>alert(1)</script>\n",
            OUTCOMES,
            "",
        ),
        FileRow(str(tmp_path / "c.py"), "left_alone", "it is binary", "", "", "", (), ""),
        FileRow(str(tmp_path / "d.py"), "unchanged", "", "", "", "", (), ""),
    ]
    path = tmp_path / "deep/report.html"
    write_report(path, "Generated docstrings", counted(), "0.20 USD", rows, tmp_path)
    text = path.read_text()
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "a&lt;b&gt;.py" in text
    assert "it is binary" in text
    assert "d.py" not in text
    assert "g, line 9" in text
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(GenerateError, match="cannot be written"):
        write_report(tmp_path / "a.txt" / "r.html", "t", Counts(), "", [], tmp_path)


def test_a_name_moves_no_cursor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "a/b \x1b[31m\n\u202eü.py") == "a/b \\x1b[31m\\n\\u202eü.py"
    assert visible("+a\tb\x07\n", kept="\n\t") == "+a\tb\\x07\n"
