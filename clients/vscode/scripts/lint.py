"""Check the extension's sources: ``python -m clients.vscode.scripts.lint [--fix]`` (``make check``, ``make format``).

Runs the compiler, ESLint (which finds promises that no code awaits), Prettier, and the check of the generated settings. All tools
come from npm by two lock files; a tool that is not available fails the check with the reason.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from clients.vscode.scripts.node_tools import CACHE, EXTENSION, Missing, alone, node, node_environment, npm, packages

TOOLS = EXTENSION.parents[1] / ".ci" / "typescript"
FORMATTED = ("src/**/*.ts", "test/**/*.ts", "scripts/*.mjs")


def tools() -> Path:
    """The folder of ESLint's and Prettier's npm packages. Raises: Missing."""
    lock = hashlib.sha256((TOOLS / "package-lock.json").read_bytes()).hexdigest()
    done = TOOLS / "node_modules" / ".installed"
    with alone(CACHE / "typescript-checks"):
        if not done.exists() or done.read_text() != lock:
            npm(["ci"], TOOLS, "ESLint and Prettier could not be fetched from npm")
            done.write_text(lock)
    return TOOLS / "node_modules"


def commands(fix: bool) -> list[list[str]]:
    """The commands to run, each in the extension's folder. Raises: Missing."""
    packages()
    found = tools()
    program = str(node())
    eslint = [program, str(found / "eslint/bin/eslint.js"), "--config", str(TOOLS / "eslint.config.js"), "src", "test"]
    prettier = [program, str(found / "prettier/bin/prettier.cjs"), "--config", str(TOOLS / "prettier.json"), "--log-level=warn"]
    own = EXTENSION / "node_modules"
    if fix:
        return [[*eslint, "--fix"], [*prettier, "--write", *FORMATTED]]
    compiler = [program, str(own / "typescript/bin/tsc"), "--noEmit"]
    settings = [program, "scripts/settings.mjs", "--check"]
    return [compiler, settings, eslint, [*prettier, "--check", *FORMATTED]]


def main(arguments: Sequence[str]) -> int:
    """Run all of them; return 1 if one reports a problem or is not available."""
    try:
        wanted, environment = commands("--fix" in arguments), node_environment()
    except Missing as reason:
        print(f"The extension cannot be checked: {reason}", file=sys.stderr)
        print("Bring Node 22 or newer with npm, and reach npm once: npm ci --prefix .ci/typescript", file=sys.stderr)
        return 1
    return max(subprocess.run(command, cwd=EXTENSION, env=environment).returncode for command in wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
