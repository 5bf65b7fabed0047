"""SECURITY.md's table of boundaries says for each what is promised, where that is enforced, and which test tries to cross it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import trust
from support.repository import ROOT

PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
HEADER = "| Boundary | Promise | Where | Test |"
PACKAGE = ROOT / "server" / "codestral_ls"
UNMARKED = PAGE.replace("<!-- figures -->", "")


def boundaries(page: str) -> list[list[str]]:
    """The cells of each row of the table of boundaries."""
    table = page.partition(HEADER + "\n|---|---|---|---|\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]


def faults(page: str) -> list[str]:
    """What is wrong with the table of boundaries."""
    found = []
    rows = boundaries(page)
    for row in rows:
        if len(row) != 4:
            found.append(f"{row[0]}: {len(row)} cells")
            continue
        name, promise, where, tests = row
        if not re.fullmatch(r"[A-Z*].{30,}\.", promise):
            found.append(f"{name}: {promise[:40]!r} is no promise")
        for base, cell in ((PACKAGE, where), (ROOT, tests)):
            paths = cell.split(", ")
            found += [f"{name}: {path} is not there" for path in paths if not there(base, path)]
        if not tests.startswith("`tests/"):
            found.append(f"{name}: {tests[:40]} is no test")
    names = [row[0] for row in rows]
    found += [f"{name}: twice" for name in set(names) if names.count(name) > 1]
    return found


def there(base: Path, ticked: str) -> bool:
    """Whether a path between code marks names a file or a folder below ``base``."""
    return bool(re.fullmatch(r"`[\w./]+`", ticked)) and (base / ticked.strip("`")).exists()


def test_every_boundary_has_a_promise_a_place_and_a_test() -> None:
    assert len(boundaries(PAGE)) > 20
    assert faults(PAGE) == []


def test_every_test_of_trust_belongs_to_a_boundary() -> None:
    named = {path for *_, tests in boundaries(PAGE) for path in re.findall(r"`([^`]+)`", tests)}
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "trust").glob("test_*.py")}
    assert written - named == set()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("`tests/trust/test_git.py`", "`tests/trust/test_gone.py`", "`tests/trust/test_gone.py` is not there"),
        ("`system/git.py`", "`system/gone.py`", "`system/gone.py` is not there"),
        ("Opening a folder runs nothing of it: every child is started isolated from it.", "5,000 tried", "is no promise"),
        ("| Git | ", "| Processes | ", "Processes: twice"),
    ],
)
def test_a_row_that_was_overwritten_is_noticed(right: str, wrong: str, said: str) -> None:
    assert PAGE.count(right) >= 1
    assert any(said in fault for fault in faults(PAGE.replace(right, wrong, 1))), faults(PAGE.replace(right, wrong, 1))


def test_a_row_of_figures_is_no_boundary() -> None:
    figures = trust.known_rows(PAGE)["Model files"]
    damaged = re.sub(r"^\| Model files \|.*", f"| Model files | {figures} |", PAGE, count=1, flags=re.M)
    assert [fault for fault in faults(damaged) if fault.startswith("Model files")]


def test_new_figures_change_nothing_but_their_own_table() -> None:
    rows = {name: f"{name}: tried | crossed | when" for name in trust.ATTACKS}
    written = trust.with_rows(PAGE, rows)
    before, after = (page.partition("<!-- figures -->")[::2] for page in (PAGE, written))
    assert after[0] == before[0]
    assert after[1].partition("<!-- /figures -->")[2] == before[1].partition("<!-- /figures -->")[2]
    assert trust.known_rows(written) == rows


@pytest.mark.parametrize("page", [UNMARKED, PAGE + PAGE], ids=["no mark", "two tables"])
def test_figures_go_nowhere_without_one_marked_table(page: str) -> None:
    with pytest.raises(ValueError, match="marked table"):
        trust.with_rows(page, {})
