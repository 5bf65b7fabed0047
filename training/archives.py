"""Reads packages in the form in which registries deliver them: wheels, npm's and Debian's archives. Nothing is unpacked or run.

Only files in a language that is learned and under a declared, permissive licence are used.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from training import copyrights, licences, sieve, tongues

COMPILED_FOLDERS = {"dist", "build", "cjs", "esm", "umd", "es", "es6", "esm5", "esm2015", "bundles", "module", "commonjs", "min"}
COMPILED_FOLDERS |= {"_esm", "_cjs", "_types", "lib-commonjs", "lib-esm", "lib.commonjs", "lib.esm", "dist-es", "dist-cjs", "out"}
"""Folders in which npm packages keep a compiler's output."""

FOREIGN_FOLDERS = {"_vendor", "_vendored", "vendored", "vendor", "third_party", "third-party", "thirdparty", "3rdparty", "external"}
FOREIGN_FOLDERS |= {"extern", "node_modules", "site-packages", "subprojects", "bundled", "deps", "thirdparty_files", "debian"}
FOREIGN_FOLDERS |= {"lib2to3", "idlelib", "testdata", "fixtures", "__snapshots__"}
"""Copies of other packages (with other licences), data of tests, and two retired parts of Python's library."""


@dataclass(frozen=True, slots=True)
class Package:
    """The permitted content of a package. `files`: path and text of files that passed the sieve."""

    name: str
    licence: str
    files: list[tuple[str, str]]


def is_foreign(path: str) -> bool:
    return not FOREIGN_FOLDERS.isdisjoint(PurePosixPath(path).parts)


def read(path: Path) -> Package:
    """Any of the archives; a package of no files if nothing in it is permitted.

    Raises:
        ValueError: the file is not an archive of a known kind.
    """
    readers = {".whl": _wheel, ".tgz": _npm, ".deb": _deb, ".dsc": _source}
    if path.suffix not in readers:
        raise ValueError(f"{path.name} is no wheel, npm, .deb or .dsc file")
    return readers[path.suffix](path)


def _wheel(path: Path) -> Package:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        described = next((name for name in names if name.endswith(".dist-info/METADATA")), "")
        metadata = HeaderParser().parsestr(archive.read(described).decode("utf-8", "replace")) if described else None
        licence = licences.of_metadata(metadata) if metadata else ""
        found = (
            (info.filename, archive.read(info)) for info in archive.infolist() if licences.is_permissive(licence) and _wanted(info)
        )
        return Package(str(metadata["Name"]) if metadata else path.name, licence, list(_sieved(found)))


def _wanted(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith(".py") and info.file_size <= sieve.LARGEST and not is_foreign(info.filename)


def _npm(path: Path) -> Package:
    with tarfile.open(path) as archive:
        files = list(_members(archive))
    said = (data for name, data in files if name.count("/") == 1 and name.endswith("/package.json"))
    told: dict[str, object] = json.loads(next(said, b"{}"))
    licence = told.get("license", "")
    licence = licence if isinstance(licence, str) else str(licence.get("type", "")) if isinstance(licence, dict) else ""
    name = str(told.get("name", path.stem))
    if not licences.is_permissive(licence):
        return Package(name, licence, [])
    own = ((path, data) for path, data in files if COMPILED_FOLDERS.isdisjoint(PurePosixPath(path).parts))
    return Package(name, licence, list(_sieved(own)))


def _deb(path: Path) -> Package:
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = list(_members(archive))
    said = next((data for name, data in files if name.endswith("/copyright") and "/share/doc/" in name), b"")
    return _debian(path.name.split("_")[0], files, said)


def _source(path: Path) -> Package:
    """A Debian source package, given by its `.dsc`; the archives that it names are in the same folder."""
    listed = [line.split()[-1] for line in path.read_text("utf-8").splitlines() if ".tar." in line]
    files: list[tuple[str, bytes]] = []
    said = b""
    for name in dict.fromkeys(name for name in listed if not name.endswith(".asc")):
        with tarfile.open(path.parent / name) as archive:
            inside = list(_members(archive))
        said = next((data for inner, data in inside if inner.endswith("debian/copyright")), said)
        files += inside
    return _debian(path.name.split("_")[0], files, said)


def _debian(name: str, files: list[tuple[str, bytes]], said: bytes) -> Package:
    stanzas = copyrights.stanzas(said.decode("utf-8", "replace"))
    found = {path: copyrights.licence_of(path, stanzas) for path, _ in files} if stanzas else {}
    allowed = ((path, data) for path, data in files if licences.is_permissive(found.get(path, "")))
    kept = list(_sieved(allowed))
    return Package(name, " AND ".join(sorted({found[path] for path, _ in kept})), kept)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """Code files, and the files that state its licence."""
    for member in archive:
        told = PurePosixPath(member.name).name in ("package.json", "copyright")
        code = tongues.is_code(member.name) and member.size <= sieve.LARGEST and not is_foreign(member.name)
        if member.isfile() and ((told and member.size <= 2_000_000) or code) and (stream := archive.extractfile(member)):
            yield member.name.removeprefix("./"), stream.read()


def _sieved(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    for path, data in files:
        if not tongues.is_code(path) or is_foreign(path):
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        text = text if path.endswith(".py") else sieve.without_notice(text.replace("\r\n", "\n"))
        if sieve.is_worthwhile(text, path):
            yield path, text
