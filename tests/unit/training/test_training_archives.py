"""Packages as registries deliver them: only files that may be learned from are taken out of them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from training import archives, copyrights, fetch

CODE = "".join(f"export function area{n}(width, height) {{\n  return width * height + {n};\n}}\n\n" for n in range(20))
PYTHON = "".join(f"def area_{n}(width, height):\n    return width * height + {n}\n\n\n" for n in range(20))
STATEMENT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: thing

Files: *
Copyright: 2020 Somebody
License: Expat
 Permission is hereby granted.
 .
 And so on.

Files: src/copied/*
  lib/old.c
Copyright: 2001 Another
License: GPL-2+

License: GPL-2+
 See elsewhere.
"""


def tarball(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def paths(package: archives.Package) -> list[str]:
    return [path for path, _ in package.files]


@pytest.mark.parametrize(
    ("path", "licence"),
    [
        ("thing-1.0/src/a.c", "Expat"),
        ("thing-1.0/src/copied/a.c", "GPL-2+"),
        ("thing-1.0/lib/old.c", "GPL-2+"),
        ("usr/share/gocode/src/x/lib/new.c", "Expat"),
    ],
)
def test_the_last_stanza_that_matches_decides(path: str, licence: str) -> None:
    assert copyrights.licence_of(path, copyrights.stanzas(STATEMENT)) == licence


def test_what_no_program_can_read_allows_nothing() -> None:
    assert copyrights.stanzas("This package is under the MIT licence.\n") == []


def test_an_npm_package(tmp_path: Path) -> None:
    told = json.dumps({"name": "@scope/thing", "license": "MIT"})
    files = {"package/package.json": told, "package/src/a.ts": CODE, "package/dist/a.js": CODE, "package/a.d.ts": CODE}
    package = archives.read(tarball(tmp_path / "thing.tgz", files))
    assert (package.name, package.licence, paths(package)) == ("@scope/thing", "MIT", ["package/src/a.ts"])


def test_an_npm_package_whose_licence_asks_for_more(tmp_path: Path) -> None:
    files = {"package/package.json": json.dumps({"name": "thing", "license": "AGPL-3.0"}), "package/a.js": CODE}
    assert archives.read(tarball(tmp_path / "thing.tgz", files)).files == []


def test_a_wheel(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "thing.whl", "w") as wheel:
        wheel.writestr("thing/a.py", PYTHON)
        wheel.writestr("thing/_vendor/b.py", PYTHON)
        wheel.writestr("thing-1.0.dist-info/METADATA", "Name: Thing\nLicense-Expression: MIT\n\n")
    package = archives.read(tmp_path / "thing.whl")
    assert (package.name, package.licence, paths(package)) == ("Thing", "MIT", ["thing/a.py"])


def test_a_debian_source_package(tmp_path: Path) -> None:
    tarball(
        tmp_path / "thing_1.0.orig.tar.gz", {"thing-1.0/src/a.c": CODE, "thing-1.0/src/copied/b.c": CODE, "thing-1.0/x.md": CODE}
    )
    tarball(tmp_path / "thing_1.0-1.debian.tar.gz", {"debian/copyright": STATEMENT, "debian/tool.c": CODE})
    told = "Files:\n 00 1 thing_1.0.orig.tar.gz\n 00 1 thing_1.0.orig.tar.gz.asc\n 00 1 thing_1.0-1.debian.tar.gz\n"
    (tmp_path / "thing_1.0-1.dsc").write_text(told, "utf-8")
    package = archives.read(tmp_path / "thing_1.0-1.dsc")
    assert (package.name, package.licence, paths(package)) == ("thing", "Expat", ["thing-1.0/src/a.c"])


def test_an_archive_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"thing\.rpm is no wheel"):
        archives.read(tmp_path / "thing.rpm")


@pytest.mark.parametrize("kind", fetch.CLIENTS)
def test_the_lists_name_each_package_once(kind: str) -> None:
    wanted = fetch.names(kind)
    assert len(wanted) == len(set(wanted)) > 100


def test_a_call_that_fails_is_repeated_for_each_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client knows all names except one."""
    (tmp_path / "client.sh").write_text('for name; do [ "$name" = gone ] && exit 1; touch "$name"; done; exit 0\n', "utf-8")
    monkeypatch.setitem(fetch.CLIENTS, "npm", ("sh", str(tmp_path / "client.sh")))
    monkeypatch.setattr(fetch, "names", lambda _kind: ["one", "gone", "two"])
    assert list(fetch.fetch("npm", tmp_path / "here")) == ["gone"]
    assert {path.name for path in (tmp_path / "here").iterdir()} == {"one", "two"}
