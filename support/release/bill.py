"""The list of everything that a release contains, as a CycloneDX document, read from the release's own files.

The same files give the same document: it has no random number, and its time is the commit's.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterator
from datetime import datetime
from email.parser import Parser
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from codestral_ls import __version__
from codestral_ls.config.host_address import EMBEDDED
from support.repository import EXTENSION

NAME = "codestral-ls"


def bill(folder: Path, when: datetime) -> str:
    """The document for the packages and extensions in ``folder``, as JSON."""
    product = Component(
        name=NAME, version=__version__, type=ComponentType.APPLICATION, licenses=[DisjunctiveLicense(name="MIT")], bom_ref=NAME
    )
    parts = [*_wheels(folder), *_bundled(), _model()]
    document = Bom(components=parts)
    document.metadata.component = product
    document.metadata.timestamp = when
    document.register_dependency(product, parts)
    document.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, f"{NAME} {__version__} {when.isoformat()}")
    return JsonV1Dot6(document).output_as_string(indent=1) + "\n"


def _wheels(folder: Path) -> Iterator[Component]:
    """The wheels in ``folder`` and in its extensions, each once."""
    found = {path.name: path.read_bytes() for path in folder.glob("*.whl")}
    for extension in folder.glob("*.vsix"):
        with zipfile.ZipFile(extension) as archive:
            for name in archive.namelist():
                if name.endswith(".whl"):
                    found.setdefault(Path(name).name, archive.read(name))
    for file, data in sorted(found.items()):
        yield _wheel(file, data)


def _wheel(file: str, data: bytes) -> Component:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        said = Parser().parsestr(archive.read(inside).decode("utf-8", "replace"))
    name, version = re.sub(r"[-_.]+", "-", said["Name"]).lower(), said["Version"]
    purl = PackageURL("pypi", None, name, version, {"file_name": file})
    licence = said["License-Expression"] or (said["License"] or "").strip().partition("\n")[0][:60]
    return Component(
        name=name, version=version, type=ComponentType.LIBRARY, purl=purl, bom_ref=str(purl),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(data).hexdigest())],
        licenses=[DisjunctiveLicense(name=licence)] if licence else [],
    )  # fmt: skip


def _bundled() -> Iterator[Component]:
    """The npm packages that are bundled into the extension's code."""
    lock = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    for path, package in sorted(lock["packages"].items()):
        if path and not package.get("dev"):
            namespace, _, name = path.rpartition("node_modules/")[2].rpartition("/")
            purl = PackageURL("npm", namespace or None, name, package["version"])
            digest = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
            licence = package.get("license")
            yield Component(
                name=name, group=namespace or None, version=package["version"], type=ComponentType.LIBRARY, purl=purl,
                bom_ref=str(purl), hashes=[HashType(alg=HashAlgorithm.SHA_512, content=digest)],
                licenses=[DisjunctiveLicense(name=licence)] if licence else [],
            )  # fmt: skip


def _model() -> Component:
    digest = hashlib.sha256(EMBEDDED.read_bytes()).hexdigest()
    return Component(
        name=EMBEDDED.stem, version=__version__, type=ComponentType.MACHINE_LEARNING_MODEL, bom_ref=EMBEDDED.name,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)], licenses=[DisjunctiveLicense(name="MIT")],
    )  # fmt: skip
