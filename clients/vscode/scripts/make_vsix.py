"""Build the extension's package: ``python -m clients.vscode.scripts.make_vsix`` (``make vsix``).

The package carries the server's wheel, so that the environment which the extension makes has the version that fits.
Deliberately publishes nothing.
"""

from __future__ import annotations

import shutil
import sys

from clients.vscode.scripts.node_tools import CACHE, EXTENSION, Missing, alone, npm, packages, run
from clients.vscode.scripts.readme_pictures import put_pictures_into

REPOSITORY = EXTENSION.parents[1]
VSIX = EXTENSION / "codestral-ls.vsix"


def make_vsix() -> None:
    """Write ``codestral-ls.vsix``. Raises: Missing."""
    packages()
    with alone(CACHE / "vsix"):
        wheels = EXTENSION / "server"
        shutil.rmtree(wheels, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "-w", str(wheels)]
        run([*pip, str(REPOSITORY)], "the server's wheel could not be built")
        shutil.copyfile(REPOSITORY / "LICENSE", EXTENSION / "LICENSE")
        shutil.copyfile(REPOSITORY / "CHANGELOG.md", EXTENSION / "CHANGELOG.md")
        npm(["run", "package"], EXTENSION, "the package could not be built")
        put_pictures_into(VSIX, REPOSITORY / "docs" / "images")


def main() -> int:
    """Build it and say where it is."""
    try:
        make_vsix()
    except Missing as reason:
        sys.stderr.write(f"The extension cannot be built here: {reason}\n")
        return 1
    sys.stdout.write(f"{VSIX.relative_to(REPOSITORY)}: {VSIX.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
