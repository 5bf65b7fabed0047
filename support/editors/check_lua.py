"""Check the Neovim plugin's sources: ``python -m support.editors.check_lua [--fix]`` (``make check``, ``make format``).

StyLua formats, luacheck looks for mistakes. luacheck is in Debian's package lua-check, which ``.ci/need`` installs.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.editors.debian_packages import Unavailable
from support.editors.neovim.neovim_driver import CLIENT
from support.editors.setup_neovim import stylua
from support.editors.workplace import HERE


def main(arguments: Sequence[str], client: Path = CLIENT) -> int:
    """Run both on the sources in ``client``; return 1 if one reports a problem or is not available."""
    try:
        folder = stylua()
    except Unavailable as reason:
        print(f"{reason}\nBring it: install Node with npm, and reach npm once", file=sys.stderr)
        return 1
    mode = "write" if "--fix" in arguments else "check"
    files = [str(path) for path in sorted(client.rglob("*.lua"))]
    formatted = subprocess.run(["node", str(HERE / "format_lua.mjs"), str(folder), mode, *files])
    if formatted.returncode != 0:
        print("These Lua files are not formatted; make format does it.", file=sys.stderr)
    checked = subprocess.run(["luacheck", "--quiet", "--no-color", "--config", str(client / ".luacheckrc"), str(client)])
    return min(1, formatted.returncode + checked.returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
