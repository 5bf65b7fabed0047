"""Tests of the extension without an editor: its pure parts, its types, and its generated files."""

from __future__ import annotations

import base64
import json
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from clients.vscode.scripts.node_tools import Missing, node, npm
from clients.vscode.scripts.platforms import here
from support.repository import EXTENSION, ROOT


def test_unit_tests_of_the_extension(extension: Path) -> None:
    said = npm(["run", "test:unit"], extension, "the unit tests failed")
    counts = {word: int(number) for word, number in re.findall(r"^\S+ (tests|pass|fail|skipped|todo) (\d+)$", said, re.MULTILINE)}
    written = sum(len(re.findall(r"\btest\(", path.read_text())) for path in (EXTENSION / "test/unit").glob("*.test.ts"))
    assert counts["pass"] == counts["tests"] >= written > 0, said
    assert (counts["fail"], counts["skipped"], counts["todo"]) == (0, 0, 0), said


def test_types_and_settings_are_right(extension: Path) -> None:
    try:
        npm(["run", "check"], extension, "the check failed")
    except Missing as reason:
        pytest.fail(str(reason))


def test_stale_settings_are_found(extension: Path, tmp_path: Path) -> None:
    for name in ("package.json", "settings.client.json", "settings.schema.json"):
        shutil.copy(extension / name, tmp_path / name)
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(extension / "scripts/settings.mjs", tmp_path / "scripts/settings.mjs")
    check = [str(node()), str(script), "--check"]
    assert subprocess.run(check, timeout=60).returncode == 0
    schema = json.loads((tmp_path / "settings.schema.json").read_text())
    schema["configuration"][0]["properties"]["codestral-ls.backend.primary"]["default"] = "ollama"
    (tmp_path / "settings.schema.json").write_text(json.dumps(schema))
    stale = subprocess.run(check, timeout=60, capture_output=True, text=True)
    assert stale.returncode == 1
    assert "npm run settings" in stale.stderr


def test_versions_of_extension_and_server_are_the_same() -> None:
    from codestral_ls import __version__

    assert json.loads((EXTENSION / "package.json").read_text())["version"] == __version__


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert len(lock["packages"]) > 50
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_the_icon_is_drawn_whole() -> None:
    """No row of the picture is empty except in the margin."""
    rows = rows_of(EXTENSION / "media" / "icon.png")
    drawn = [number for number, row in enumerate(rows) if len(set(zip(*[iter(row)] * 4, strict=True))) > 1]
    assert len(rows) == 128
    assert drawn[0] <= 24
    assert drawn[-1] >= 103


def rows_of(picture: Path) -> list[bytes]:
    """The rows of a PNG without interlacing, with 8 bits and four channels per pixel (filters 0 to 4 undone)."""
    data = picture.read_bytes()
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, colour, interlace) == (8, 6, 0)
    packed, at = b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw, size = zlib.decompress(packed), 4 * width
    rows: list[bytes] = []
    before = bytearray(size)
    for number in range(height):
        kind, row = raw[number * (size + 1)], bytearray(raw[number * (size + 1) + 1 : (number + 1) * (size + 1)])
        for index in range(size):
            left, above, corner = row[index - 4] if index > 3 else 0, before[index], before[index - 4] if index > 3 else 0
            nearest = min((left, above, corner), key=lambda one: abs(left + above - corner - one))
            row[index] = (row[index] + (0, left, above, (left + above) // 2, nearest)[kind]) & 255
        rows.append(bytes(row))
        before = row
    return rows


def test_package_holds_what_it_needs_and_no_more(vsix: Path) -> None:
    names = {name.removeprefix("extension/") for name in zipfile.ZipFile(vsix).namelist()}
    assert {"dist/extension.js", "package.json", "readme.md", "changelog.md", "LICENSE.txt", "media/icon.png"} <= names
    text = zipfile.ZipFile(vsix).read("extension/readme.md").decode()
    pictures = re.findall(r"!\[[^]]*\]\((.*?)\)", text)
    assert len(pictures) >= 4, "the page has no pictures"
    for picture in pictures:  # inside the text itself, so that the page needs no network
        kind, _, data = picture.partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data) in [path.read_bytes() for path in (ROOT / "docs" / "images").glob("*.png")]
    assert [name for name in names if re.fullmatch(r"server/codestral_ls-.*\.whl", name)]
    assert not [name for name in names if name.startswith(("src/", "test/", "node_modules/", "scripts/"))]


def test_package_with_everything_inside_is_for_one_machine(whole_vsix: Path) -> None:
    platform = here()
    assert platform is not None
    with zipfile.ZipFile(whole_vsix) as archive:
        manifest = archive.read("extension.vsixmanifest").decode()
        wheels = [Path(name).name for name in archive.namelist() if name.endswith(".whl")]
    assert f'TargetPlatform="{platform.target}"' in manifest
    names = [wheel.partition("-")[0].lower() for wheel in wheels]
    assert len(names) == len(set(names)), "a package twice"
    assert {"codestral_ls", "codestral_ls_engine", "llama_cpp_python", "numpy", "mistralai", "tree_sitter"} <= set(names)
    assert not {"pytest", "mypy", "xllamacpp", "torch"} & set(names), "what only developers need"
    for wheel in wheels:
        *_, python, _, tag = wheel.removesuffix(".whl").split("-")
        assert tag == "any" or any(platform.machine in each and "linux" in each for each in tag.split(".")), wheel
        assert python.startswith(("py", "cp3")), wheel
