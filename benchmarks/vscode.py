"""Measure, in the real UI, how long a key takes to ghost text, and what each part of that time is: ``python -m
benchmarks.vscode``.

Types code at a person's pace into a VS Code with the embedded model. The page's clock gives the times of the key and the ghost
text, the extension host's clock those of the request and the answer; both clocks are this machine's. Writes a section of
benchmarks/results/editors.md. Not a test: a slow figure on a busy machine must not fail anything.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.page_sections import machine, write_section
from clients.vscode.scripts.node_tools import npm, packages
from support.editors.vscode.setup_vscode import tools
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.vscode.vscode_processes import end_processes_of
from support.editors.vscode.vscode_window import BrowserPage, CodeServer, wait_for
from support.editors.workplace import EditorWorkplace
from support.repository import EXTENSION

HEADING = "VS Code: key to ghost text"
PACE_MS = 160
PAUSE_SECONDS = 0.7
BEGINNING = """import json
import os


class Store:
    def __init__(self, path):
        self.path = path
        self.items = {}

"""
TYPED = [
    "    def load(self):",
    "        with open(self.path) as file:",
    "            self.items = json.load(file)",
    "    def save(self):",
    "        with open(self.path, 'w') as file:",
    "            json.dump(self.items, file)",
    "    def get(self, name):",
    "        return self.items.get(name)",
    "    def remove(self, name):",
    "        if name in self.items:",
    "            del self.items[name]",
    "    def exists(self):",
    "        return os.path.exists(self.path)",
    "    def names(self):",
    "        return sorted(self.items)",
    "    def rename(self, old, new):",
    "        if old not in self.items:",
    "            raise KeyError(old)",
    "        self.items[new] = self.items.pop(old)",
    "    def clear(self):",
    "        self.items = {}",
    "        self.save()",
]
WATCH = """
window.seen = {keys: [], ghosts: []};
const now = () => performance.timeOrigin + performance.now();
document.addEventListener('keydown', () => window.seen.keys.push(now()), true);
let last = '';
new MutationObserver(() => {
  const text = [...document.querySelectorAll('.ghost-text-decoration')].map((each) => each.textContent).join('');
  if (text !== last) { last = text; requestAnimationFrame(() => window.seen.ghosts.push([now(), text.length])); }
}).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['class']});
"""


def own_place() -> EditorWorkplace:
    """A private environment, as in the tests."""
    folder = Path(tempfile.mkdtemp(prefix="ce-"))
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    kinds = {"HOME": "h", "XDG_RUNTIME_DIR": "r", "XDG_CACHE_HOME": "c", "XDG_STATE_HOME": "s", "XDG_CONFIG_HOME": "o"}
    for variable, short in kinds.items():
        (folder / short).mkdir(mode=0o700)
        environment[variable] = str(folder / short)
    (folder / "w" / ".git").mkdir(parents=True)
    return EditorWorkplace(folder, folder / "w", environment)


def observe(place: EditorWorkplace) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Type everything; returns the page's times, the extension's records, and the server's log."""
    have = tools()
    packages()
    npm(["run", "build", "--", "--tests"], EXTENSION, "the extension could not be built")
    command = [sys.executable, "-m", "codestral_ls"]
    server = CodeServer(have, place, {"codestral-ls.client.command": command, "editor.autoIndent": "none"})
    server.start()
    page = BrowserPage(have, place)
    file = place.write("store.py", BEGINNING)

    def uri(path: Path) -> dict[str, str]:
        return {"scheme": "vscode-remote", "authority": f"127.0.0.1:{server.port}", "path": str(path)}

    try:
        page.do("develop", extension=uri(EXTENSION), tests=uri(EXTENSION / "dist/test/host/measure.js"))
        editor = VSCodeEditor(server, page)
        editor.open(file)
        wait_for("the backend", (place.folder / "ready").exists, 90)
        editor.end_of_file()
        page.do("evaluate", script=WATCH)
        for line in TYPED:
            for part in line.partition("(") if "(" in line else (line,):
                page.do("type", 60, text=part, delay=PACE_MS)
                time.sleep(PAUSE_SECONDS)
            editor.press("Escape")
            page.do("press", keys="Enter")
        seen = page.do("evaluate", script="window.seen")
        (place.folder / "stop").touch()
        noted_file = place.folder / "records.json"
        wait_for("the records", lambda: noted_file.exists() and noted_file.read_text().endswith("}"), 60)
        return seen, json.loads(noted_file.read_text()), server.log()
    finally:
        page.close()
        server.close()
        end_processes_of(place)


def parts(seen: dict[str, Any], records: list[dict[str, Any]]) -> list[dict[str, float]]:
    """The milliseconds of each part, for every answer with text that was on the screen before the next key."""
    rows = []
    for record in records:
        if record["outcome"] != "answered" or record["items"] == 0:
            continue
        keys = [key for key in seen["keys"] if key <= record["asked"] + 1]
        if not keys:
            continue
        key = keys[-1]
        following = min((other for other in seen["keys"] if other > key), default=float("inf"))
        shown = [when for when, length in seen["ghosts"] if record["ended"] - 1 <= when < following and length]
        if shown:
            rows.append({
                "VS Code: key to question (its own debounce, and the way to the extension host)": record["asked"] - key,
                "extension, before the question is sent": record["sent"] - record["asked"],
                "server and pipe": record["answered"] - record["sent"],
                "extension, after the answer": record["ended"] - record["answered"],
                "VS Code: answer to ghost text on the screen": shown[0] - record["ended"],
                "**key to ghost text**": shown[0] - key,
            })  # fmt: skip
    return rows


def report(rows: list[dict[str, float]], noted: dict[str, Any], log: str) -> str:
    """The page of results."""
    answers = [line for line in log.splitlines() if "total=" in line and " 0 items" not in line]
    known = [line for line in answers if "source=cold" not in line and "source=hot" not in line]
    inside = [float(line.split("total=")[1].split()[0]) for line in answers if line not in known]
    loading, activation, asked = noted["loadingMs"], noted["activationMs"], len(noted["records"])
    lines = [
        f"`python -m benchmarks.vscode`; {machine()} code-server 4.139.1 (VS Code 1.139.1) in headless Chromium, the embedded "
        f"model, one key every {PACE_MS} ms. Wanted: 110 ms at most.",
        "",
        f"{len(rows)} ghost texts were new on the screen before the next key, of {asked} questions. "
        "Ghost text that only shrinks under a typed character is VS Code's own work and not counted.",
        "",
        "| Part | median ms | 90 % ms |",
        "|---|---|---|",
    ]
    for name in rows[0]:
        values = sorted(row[name] for row in rows)
        lines.append(f"| {name} | {statistics.median(values):.0f} | {values[int(len(values) * 0.9)]:.0f} |")
    lines += [
        "",
        "The client announces each question at the key, so the model writes while VS Code waits before it asks. What the server "
        f"still took after the question, by its own log: {statistics.median(inside):.0f} ms where the model was asked (median of "
        f"{len(inside)} answers with text); {len(known)} more were known already and took less than a millisecond.",
        "",
        f"Activation: {loading:.0f} ms to load the code and {activation:.0f} ms to run it, of extension-host time "
        "(150 ms are allowed); the server starts beside it.",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure and write the page."""
    place = own_place()
    seen, noted, log = observe(place)
    rows = parts(seen, noted["records"])
    if not rows:
        print("No ghost text came to the screen.", file=sys.stderr)
        return 1
    text = report(rows, noted, log)
    print(text)
    write_section("editors.md", HEADING, text)
    shutil.rmtree(place.folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
