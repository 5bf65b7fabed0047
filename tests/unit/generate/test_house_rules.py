"""The widths that a project's configuration sets, in whichever file and spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.generate.docstrings.house_rules import read_house_rules


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("[flake8]\nmax-line-length = 100\n", 100),
        ("[flake8]\r\nmax_line_length=101\r\n", 101),
        ("[flake8]\nMax-Line-Length: 102\t# wide\n", 102),
        ("[pycodestyle]\nmax-line-length = 103\n", 103),
        ("[flake8]\nmax-line-length = 1\nmax-line-length = 104\n", 104),
        ("# [x]\n[other]\nmax-line-length = 7\n[flake8]\nselect = a=b\nmax-line-length =105 ; wide\n", 105),
        ("[flake8]\nselect =\n    max-line-length = 7\n", 0),
        ("[flake8]\n; max-line-length = 7\n# max-line-length = 7\n", 0),
        ("[flake8]\nmax-line-length = wide\n", 0),
        ("[flake8]\nmax-line-length =\n", 0),
        ("[flake8]\nmax-line-length\n", 0),
        ("[flake8\nmax-line-length = 7\n", 0),
        ("max-line-length = 7\n", 0),
    ],
)
def test_flake8_says_it(tmp_path: Path, name: str, text: str, width: int) -> None:
    (tmp_path / name).write_bytes(text.encode())
    assert read_house_rules(tmp_path).chosen_width("python") == width


def test_of_flake8s_files_the_first_that_says_it_counts(tmp_path: Path) -> None:
    for name, width in (("setup.cfg", "wide"), ("tox.ini", "90"), (".flake8", "91")):
        (tmp_path / name).write_text(f"[flake8]\nmax-line-length = {width}\n")
    assert read_house_rules(tmp_path).chosen_width("python") == 90


def test_the_formatters_own_setting_outranks_it(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[flake8]\nmax-line-length = 90\n")
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n")
    assert read_house_rules(tmp_path).chosen_width("python") == 120
