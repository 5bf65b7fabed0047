"""What the projects' own formatters and compilers report about a folder, by file and rule, if these tools are available."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from codestral_ls.config.paths import cache_dir

Findings = Counter[tuple[str, str]]


def ruff(root: Path) -> Findings:
    """Ruff with the project's settings: its own rules and D, PIE790, PYI021, E501; and ``format``."""
    words = [sys.executable, "-m", "ruff"]
    done = _run(
        [*words, "check", "--no-cache", "-q", "--output-format", "json", "--extend-select", "D,PIE790,PYI021,E501", "."], root
    )
    found: Findings = Counter()
    for row in json.loads(done or "[]"):
        found[os.path.relpath(row["filename"], root), row["code"] or "syntax"] += 1
    for line in _run([*words, "format", "--no-cache", "--check", "."], root).splitlines():
        if line.startswith("Would reformat: "):
            found[os.path.relpath(root / line.removeprefix("Would reformat: "), root), "format"] += 1
    return found


def prettier(root: Path) -> Findings:
    """Files that prettier would reformat."""
    tool = _node_tool("prettier")
    output = _run([tool, "--no-cache", "--list-different", "**/*.{ts,js,mjs,cjs}"], root)
    return Counter({(line.strip(), "prettier"): 1 for line in output.splitlines() if line.strip()})


def tsc(root: Path) -> Findings:
    """Errors of the TypeScript compiler, which checks JavaScript as well."""
    tool = _node_tool("typescript")
    roots = [str(one) for one in (root / "src/index.ts", root / "index.js") if one.is_file()]
    flags = ["--noEmit", "--strict", "--allowJs", "--checkJs", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"]
    flags += ["--pretty", "false", "--maxNodeModuleJsDepth", "0", "--typeRoots", str(_node_folder() / "node_modules/@types")]
    output = _run([tool, *flags, "--types", "node", *roots], root)
    return Counter(
        (match[1], match[2]) for line in output.splitlines() if (match := re.match(r"(\S+?)\(\d+,\d+\): error (TS\d+)", line))
    )


def rustfmt(root: Path) -> Findings:
    """Files that rustfmt would reformat."""
    files = [str(one) for one in sorted(root.rglob("*.rs"))]
    output = _run(["rustfmt", "--check", "-l", "--edition", "2021", "--config", "skip_children=true", *files], root)
    output = output or _run(["rustfmt", "--check", "-l", "--edition", "2021", *files], root)
    return Counter({(os.path.relpath(line.strip(), root), "rustfmt"): 1 for line in output.splitlines() if line.endswith(".rs")})


def gofmt(root: Path) -> Findings:
    """Files that gofmt would reformat."""
    return Counter({(line.strip(), "gofmt"): 1 for line in _run([_gofmt(), "-l", "."], root).splitlines() if line.strip()})


def tools_for(languages: set[str]) -> dict[str, object]:
    """The tools for a project's languages, and why one is not available."""
    found: dict[str, object] = {}
    if "python" in languages:
        found["ruff"] = ruff
    if languages & {"javascript", "typescript"}:
        found["prettier"], found["tsc"] = prettier, tsc
    if "rust" in languages:
        found["rustfmt"] = rustfmt if shutil.which("rustfmt") else "not installed"
    if "go" in languages:
        found["gofmt"] = gofmt if _gofmt() else "cannot be had here"
    return found


def new_findings(edited: Findings, bare: Findings, published: Findings) -> Findings:
    """Reports that appear neither for the text without documentation nor for the project's own.

    Of pydocstyle's rules (D), only those count that the published project keeps, because some of them contradict each other.
    """
    broken = {rule for _, rule in published if re.fullmatch(r"D\d+", rule)}
    found = {key: count - max(bare[key], published[key]) for key, count in edited.items() if key[1] not in broken}
    return Counter({key: extra for key, extra in found.items() if extra > 0})


def _gofmt() -> str:
    """The path of gofmt: installed, or unpacked from Debian's package of the Go compiler; "" if it is not available."""
    if (installed := shutil.which("gofmt")) is not None:
        return installed
    folder = cache_dir() / "benchmarks" / "merging" / "go"
    if not folder.is_dir() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        making = folder.with_name("go.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        try:
            words = ["apt-cache", "depends", "golang-go"]
            depends = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout
            package = next(line.split()[-1] for line in depends.splitlines() if re.search(r"Depends: golang-[\d.]+-go$", line))
            subprocess.run(["apt-get", "download", "-q", package], cwd=making, check=True, capture_output=True, timeout=300)
            (archive,) = making.glob("*.deb")
            subprocess.run(["dpkg-deb", "-x", str(archive), str(making)], check=True, capture_output=True, timeout=120)
            archive.unlink()
            making.rename(folder)
        except (OSError, subprocess.SubprocessError, StopIteration):
            return ""
    return next((str(one) for one in folder.glob("usr/lib/go-*/bin/gofmt")), "")


def _run(words: list[str], folder: Path) -> str:
    return subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True, timeout=900).stdout


def _node_folder() -> Path:
    folder = cache_dir() / "benchmarks" / "merging" / "node"
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "prettier@3", "typescript@5", "@types/node@22"]
        subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=300)
    return folder


def _node_tool(name: str) -> str:
    return str(_node_folder() / "node_modules/.bin" / {"typescript": "tsc"}.get(name, name))
