"""Where the tests of a source go and what they import: next to the project's own tests and in their manner."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codestral_ls.generate.testing.profile import TestProfile

_NO_PART_OF_A_NAME = ("src", "__init__", "server", "lib")


@dataclass(frozen=True, slots=True)
class TestPlace:
    """``path`` of the test file relative to the project. For Python also ``module`` and ``package`` of the source, absolute; the
    folder they are imported from; and ``imported_as``, the module as the test file names it (relative if the project does so).
    """

    path: PurePosixPath
    import_root: str = "."
    module: str = ""
    package: str = ""
    imported_as: str = ""


def place_for_tests(root: Path, source: Path, language: str, profile: TestProfile) -> TestPlace | None:
    """The location for the tests of ``source``; None if it cannot be imported."""
    relative = PurePosixPath(source.resolve().relative_to(root.resolve()).as_posix())
    if language != "python":
        return TestPlace(_node_path(relative, profile))
    package = source.resolve().parent
    while (package / "__init__.py").exists() and package != root.resolve():
        package = package.parent
    dotted = source.resolve().relative_to(package).with_suffix("")
    parts = [part for part in dotted.parts if part != "__init__"]
    if not parts or not all(part.isidentifier() for part in parts):
        return None
    around = dotted.parts[:-1]
    path = _python_path(relative, profile)
    import_root = PurePosixPath(os.path.relpath(package, root.resolve())).as_posix()
    module = ".".join(parts)
    imported = _relative_module(parts, path, import_root) if profile.relative else module
    return TestPlace(path, import_root, module, ".".join(around), imported or module)


def node_module(source: PurePosixPath, test_file: PurePosixPath, profile: TestProfile) -> str:
    """How a test file imports a source of JavaScript or TypeScript."""
    place = PurePosixPath(os.path.relpath(source.with_suffix(""), test_file.parent)).as_posix()
    return (place if place.startswith(".") else f"./{place}") + (".js" if profile.node_extension else "")


def _python_path(source: PurePosixPath, profile: TestProfile) -> PurePosixPath:
    folder, is_own = _python_folder(source, profile)
    parts = [part for part in source.with_suffix("").parts if part not in _NO_PART_OF_A_NAME]
    if is_own:
        parts = parts[-1:]
    name = "_".join(parts) or "package"
    return folder / (f"{name}_generated_test.py" if profile.named_at_end else f"test_{name}_generated.py")


def _python_folder(source: PurePosixPath, profile: TestProfile) -> tuple[PurePosixPath, bool]:
    """The folder, and whether it serves only this source's folder, so that the file needs no longer name."""
    folders: Mapping[str, int] = profile.folders
    for name in ("tests", "test", "testing"):
        beside = source.parent / name
        if beside.as_posix() in folders and beside.parent.as_posix() != ".":
            return beside, True
    inside = [part for part in source.parent.parts if part not in _NO_PART_OF_A_NAME]
    tops = sorted((name for name in folders), key=lambda name: (name.count("/"), name))
    for top in tops:
        for parts in (inside, inside[1:]):
            if parts and (PurePosixPath(top, *parts)).as_posix() in folders:
                return PurePosixPath(top, *parts), True
    if source.parent.as_posix() in folders and source.parent.as_posix() != "." and not (folders.keys() & {"tests", "test"}):
        return source.parent, True
    for above in source.parents:
        for name in ("tests", "test"):
            if (above / name).as_posix() in folders:
                return above / name, False
    if "tests" in folders or not folders:
        return PurePosixPath("tests"), False
    return PurePosixPath(max(tops, key=lambda name: (-name.count("/"), folders[name]))), False


def _node_path(source: PurePosixPath, profile: TestProfile) -> PurePosixPath:
    ending = ".js" if source.suffix == ".js" else ".tsx" if source.suffix == ".tsx" else source.suffix or ".ts"
    name = f"{source.stem}.generated{profile.node_suffix}{ending}"
    return source.parent / profile.node_folder / name if profile.node_folder else source.with_name(name)


def _relative_module(parts: list[str], test_file: PurePosixPath, import_root: str) -> str:
    """The source as seen from a test file in the same package; "" from elsewhere."""
    try:
        place = test_file.parent.relative_to(import_root) if import_root != "." else test_file.parent
    except ValueError:
        return ""
    here = list(place.parts)
    if not here or here[0] != parts[0]:
        return ""
    common = 0
    while common < min(len(here), len(parts) - 1) and here[common] == parts[common]:
        common += 1
    dots = "." * (len(here) - common + 1)
    return dots + ".".join(parts[common:])
