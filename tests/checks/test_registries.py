"""The files for other projects' registries agree on one address and name only files that exist."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from codestral_ls import __version__
from support.pages import blocks, pages
from support.repository import ROOT

ADDRESS = "https://github.com/codestral-ls/codestral-ls"
PACKAGING = ROOT / "packaging"


def test_every_file_names_the_same_address() -> None:
    extension = json.loads((ROOT / "clients/vscode/package.json").read_text())
    assert extension["repository"] == {"type": "git", "url": f"{ADDRESS}.git", "directory": "clients/vscode"}
    assert extension["bugs"]["url"] == f"{ADDRESS}/issues"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["urls"]["Repository"] == ADDRESS
    others = [
        *(path for path in PACKAGING.rglob("*") if path.is_file() and path.name != "README.md"),
        ROOT / "clients/emacs/codestral-ls.el",
    ]
    for path in others:
        found = set(re.findall(r"https://github\.com/[\w.-]+/[\w-]+|(?<=:repo \")[\w/-]+", path.read_text()))
        assert found <= {ADDRESS, ADDRESS.removeprefix("https://github.com/")}, path
        assert found, f"{path} names no address"


def test_the_rock_holds_every_module() -> None:
    (rockspec,) = (PACKAGING / "luarocks").glob("*.rockspec")
    text = rockspec.read_text()
    plugin = ROOT / "clients/neovim"
    listed = dict(re.findall(r"\['([\w.]+)'\] = '(lua/[\w/.]+)'", text))
    assert {plugin / path for path in listed.values()} == set((plugin / "lua").rglob("*.lua"))
    for name, path in listed.items():
        assert Path(path).with_suffix("").as_posix().removesuffix("/init") == f"lua/{name.replace('.', '/')}"
    copied = re.search(r"copy_directories = \{ (.*?) \}", text)
    assert copied
    assert all((plugin / name.strip("' ")).is_dir() for name in copied.group(1).split(","))


def test_the_recipe_of_melpa_takes_every_file_but_the_tests() -> None:
    recipe = (PACKAGING / "melpa/codestral-ls").read_text()
    taken, left = re.findall(r'"(clients/emacs/[^"]+)"', recipe)
    files = {path.name for path in ROOT.glob(taken)} - {Path(left).name}
    assert files == {path.name for path in (ROOT / "clients/emacs").glob("*.el")} - {"codestral-ls-tests.el"}


def test_masons_package_is_of_this_version() -> None:
    text = (PACKAGING / "mason/packages/codestral-ls/package.yaml").read_text()
    assert f"pkg:pypi/codestral-ls@{__version__}?extra=local" in text


def test_lspconfig_starts_the_server_as_the_plugin_does() -> None:
    plugin, config = (
        (ROOT / path).read_text()
        for path in ("clients/neovim/lsp/codestral_ls.lua", "packaging/nvim-lspconfig/lsp/codestral_ls.lua")
    )
    for field in ("cmd = ", "root_markers = "):
        (line,) = [line for line in config.splitlines() if line.strip().startswith(field)]
        assert line in plugin.splitlines()


INSTALLS = re.compile(
    r"\b(?:pip|pipx|uv|uvx|npx?|code|codium|luarocks|cargo)\b[^\n#]*[ \t]['\"]?(?:[\w-]+\.)?codestral-ls(?:\[|['\"\s]|$)"
)


def test_no_page_installs_from_a_name_that_nobody_has_claimed() -> None:
    """Whoever registered the name could give our readers any program: until we have it, pages say how to install from a clone."""
    for page in pages():
        for block in blocks(page.read_text(encoding="utf-8")):
            assert ADDRESS.removeprefix("https://") not in block.text, page
            assert not INSTALLS.search(block.text), page
    for line in (
        "pip install codestral-ls",
        "pip install 'codestral-ls[local]'",
        "code --install-extension codestral-ls.codestral-ls",
    ):
        assert INSTALLS.search(line)
    assert not INSTALLS.search("pip install '.[local]'   # in a checkout of codestral-ls-x")
