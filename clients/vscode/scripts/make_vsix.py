"""Build the extension's packages: ``python -m clients.vscode.scripts.make_vsix [--target linux-x64 …]`` (``make vsix``).

Each contains the server's wheel, so that the extension installs the version that fits. A package for one platform also has the
wheels of all dependencies and of llama.cpp, and installs without a network. This program publishes nothing: a workflow does.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from clients.vscode.scripts.carried_wheels import collect, prove_enough
from clients.vscode.scripts.node_tools import CACHE, EXTENSION, Missing, alone, node, node_environment, npm, packages, run
from clients.vscode.scripts.platforms import PLATFORMS, PYTHONS, ExtensionPlatform, named
from clients.vscode.scripts.readme_pictures import put_pictures_into

REPOSITORY = EXTENSION.parents[1]
VSIX = EXTENSION / "codestral-ls.vsix"


def make_vsix(
    platform: ExtensionPlatform | None = None,
    pythons: Sequence[str] = PYTHONS,
    path: Path = VSIX,
    *,
    for_marketplace: bool = False,
) -> Path:
    """Write the package for ``platform`` with wheels for ``pythons``, or the package for all platforms. Raises: Missing.

    The pictures of its page are inside it, unless it is ``for_marketplace``: a marketplace shows only pictures with an address.
    """
    packages()
    with alone(CACHE / "vsix"):
        wheels = EXTENSION / "server"
        shutil.rmtree(wheels, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
        run([*pip, "-w", str(wheels), str(REPOSITORY)], "the server's wheel could not be built")
        if platform is not None:
            collect(platform, pythons, wheels)
            for python in pythons:
                prove_enough(platform, python, wheels)
        shutil.copyfile(REPOSITORY / "LICENSE", EXTENSION / "LICENSE")
        shutil.copyfile(REPOSITORY / "CHANGELOG.md", EXTENSION / "CHANGELOG.md")
        npm(["run", "bundle"], EXTENSION, "the extension could not be bundled")
        path.parent.mkdir(parents=True, exist_ok=True)
        target = [f"--target={platform.target}"] if platform is not None else []
        vsce = [str(node()), str(EXTENSION / "node_modules/@vscode/vsce/vsce"), "package", "--no-dependencies", f"--out={path}"]
        run([*vsce, *target], "the package could not be built", EXTENSION, node_environment())
        if not for_marketplace:
            put_pictures_into(path, REPOSITORY / "docs" / "images")
        for wheel in wheels.glob("*.whl"):
            if not wheel.name.startswith("codestral_ls-"):
                wheel.unlink()
    return path


def main(argv: list[str] | None = None) -> int:
    """Build the packages and print their paths."""
    parser = argparse.ArgumentParser(prog="python -m clients.vscode.scripts.make_vsix", description=__doc__)
    targets = [each.target for each in PLATFORMS]
    parser.add_argument("--target", choices=targets, action="append", default=[], help="with everything for this platform inside")
    parser.add_argument("--python", choices=PYTHONS, action="append", help="with wheels for this version (default: all)")
    given = parser.parse_args(argv)
    made = []
    try:
        for target in given.target:
            made.append(make_vsix(named(target), given.python or PYTHONS, VSIX.with_stem(f"{VSIX.stem}-{target}")))
        if not given.target:
            made.append(make_vsix())
    except Missing as reason:
        sys.stderr.write(f"The extension cannot be built here: {reason}\n")
        return 1
    for path in made:
        sys.stdout.write(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
