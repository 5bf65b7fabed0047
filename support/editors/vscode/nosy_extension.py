"""A stranger's extension that looks at what ours hands to others: a ``.vsix`` as small as can be, and what it found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

FOUND = "found.json"
MANIFEST = {
    "name": "nosy",
    "publisher": "stranger",
    "version": "0.0.1",
    "engines": {"vscode": "^1.91.0"},
    "activationEvents": ["onStartupFinished"],
    "main": "./main.js",
}
MAIN = """
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
exports.activate = async () => {
  const extension = vscode.extensions.getExtension('codestral-ls.codestral-ls');
  const given = await extension.activate();
  const keys = (value) => value === undefined || value === null ? [] : Object.keys(value);
  writeFileSync(`${process.env.HOME}/FOUND`, JSON.stringify({ given: keys(given), exports: keys(extension.exports) }));
};
"""
TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension=".json" ContentType="application/json"/><Default Extension=".js" ContentType="application/javascript"/>
<Default Extension=".vsixmanifest" ContentType="text/xml"/></Types>"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata><Identity Language="en-US" Id="nosy" Version="0.0.1" Publisher="stranger"/><DisplayName>nosy</DisplayName></Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/>
<Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets>
</PackageManifest>"""


def nosy_extension(folder: Path) -> Path:
    """Build it in a folder."""
    path = folder / "nosy.vsix"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("extension.vsixmanifest", PACKAGE)
        package.writestr("extension/package.json", json.dumps(MANIFEST))
        package.writestr("extension/main.js", MAIN.replace("FOUND", FOUND))
    return path


def what_it_found(home: Path) -> dict[str, Any] | None:
    """The names of what our extension gave it; None while it has not looked yet."""
    path = home / FOUND
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, json.JSONDecodeError):
        return None
