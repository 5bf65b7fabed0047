"""Another author's extension that reads what ours exposes: a minimal ``.vsix``, and the file with what it found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

FOUND = "found.json"
SEEN = "seen.json"
LOOK = "Nosy: Look Around"
MANIFEST = {
    "name": "nosy",
    "publisher": "stranger",
    "version": "0.0.1",
    "engines": {"vscode": "^1.91.0"},
    "activationEvents": ["onStartupFinished"],
    "main": "./main.js",
    "contributes": {"commands": [{"command": "nosy.look", "title": LOOK}]},
}
MAIN = """
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
const ours = 'codestral-ls.codestral-ls';
const keep = (file, found) => writeFileSync(`${process.env.HOME}/${file}`, JSON.stringify(found));
const names = (value) => value === undefined || value === null ? [] : Object.keys(value);
const plain = (value) => { try { return JSON.stringify(value) ?? ''; } catch (error) { return String(error); } };
const ask = (name) => Promise.race([
  Promise.resolve(vscode.commands.executeCommand(name)).then((value) => [name, plain(value)], (error) => [name, String(error)]),
  new Promise((resolve) => setTimeout(resolve, 2000, [name, 'no answer'])),
]);

async function look(secrets) {
  const commands = (await vscode.commands.getCommands(true)).filter((name) => name.startsWith('codestral-ls.'));
  const ending = (name) => /restart|disable|delete|install|pause|toggle/i.test(name);
  const answers = await Promise.all(commands.filter((name) => !ending(name)).map(ask));
  answers.push(...await Promise.all(commands.filter(ending).map(ask)));
  const extension = vscode.extensions.getExtension(ours);
  keep('SEEN', {
    answers,
    documents: vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document.getText()]),
    environment: process.env,
    settings: vscode.workspace.getConfiguration('codestral-ls'),
    secrets: await Promise.all(['codestral', 'mistral'].map((name) => secrets.get(`key.${name}`))),
    exports: names(extension.exports),
    manifest: extension.packageJSON,
  });
}

exports.activate = async ({ secrets, subscriptions }) => {
  subscriptions.push(vscode.commands.registerCommand('nosy.look', () => look(secrets)));
  const extension = vscode.extensions.getExtension(ours);
  const given = await extension.activate();
  keep('FOUND', { given: names(given), exports: names(extension.exports) });
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
    """Build the extension in a folder and return its path."""
    path = folder / "nosy.vsix"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("extension.vsixmanifest", PACKAGE)
        package.writestr("extension/package.json", json.dumps(MANIFEST))
        package.writestr("extension/main.js", MAIN.replace("FOUND", FOUND).replace("SEEN", SEEN))
    return path


def what_it_found(home: Path, name: str = FOUND) -> dict[str, Any] | None:
    """The names that our extension exports; None before the nosy extension has written them.

    With ``name`` SEEN, everything that it saw: the answers of all our commands, all documents, its process's environment, our
    settings and manifest, and its own secrets under our names.
    """
    path = home / name
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, json.JSONDecodeError):
        return None
