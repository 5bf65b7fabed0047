"""The HTML report of a batch: one file without scripts, written row by row from the journal to save memory."""

# ruff: noqa: E501 - a style sheet is easier to read with one rule a line
from __future__ import annotations

import contextlib
import html
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.journal import FileRow

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }}
table {{ border-collapse: collapse; }} td, th {{ text-align: left; padding: .15rem 1rem .15rem 0; }}
pre {{ background: #f6f8fa; padding: .7rem; overflow-x: auto; line-height: 1.35; }}
summary {{ cursor: pointer; }} .a {{ color: #116329; }} .d {{ color: #a40e26; }} .h {{ color: #6639ba; }} .m {{ color: #777; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #15181c; color: #ddd; }} pre {{ background: #1e2329; }}
.a {{ color: #6fdd8b; }} .d {{ color: #ff9492; }} .h {{ color: #cfb4ff; }} }}
</style></head><body><h1>{title}</h1>
"""
_STATES = {
    "written": "written",
    "proposed": "would change",
    "unchanged": "unchanged",
    "left_alone": "left alone",
    "writing": "interrupted",
}


def write_report(path: Path, title: str, counts: Counts, cost: str, rows: Iterable[FileRow], root: Path) -> None:
    """Write the report at ``path``, atomically. Raises: GenerateError if that cannot be done."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", errors="replace") as file:
            file.write(_HEAD.format(title=html.escape(title)))
            numbers = {_STATES.get(state, state): count for state, count in counts.files.items()}
            numbers |= {f"texts {state}": count for state, count in counts.outcomes.items()}
            numbers |= {"tokens sent": counts.sent, "tokens received": counts.received}
            file.write("<table>")
            if counts.fence:
                file.write(f"<tr><th>generated code ran in</th><td>{html.escape(counts.fence)}</td></tr>")
            file.writelines(f"<tr><th>{html.escape(name)}</th><td>{number:,}</td></tr>" for name, number in numbers.items())
            file.write(f"<tr><th>cost</th><td>{html.escape(cost)}</td></tr></table>\n")
            file.writelines(_row(row, root) for row in rows)
            file.write("</body></html>\n")
        os.replace(beside, path)  # noqa: PTH105 - one word for an atomic step
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise GenerateError(f"The report cannot be written to {path}: {error.strerror}.") from error


def _row(row: FileRow, root: Path) -> str:
    """One file; a file without changes has no row."""
    if row.state == "unchanged" and not row.outcomes:
        return ""
    name = html.escape(os.path.relpath(row.path, root))
    lines = [f"<li>{html.escape(one.name)}, line {one.line}: {html.escape(one.reason or one.state)}</li>"
             for one in row.outcomes if one.state != "written"]  # fmt: skip
    notes = f"<ul>{''.join(lines)}</ul>" if lines else ""
    reason = f" <span class=m>{html.escape(row.reason)}</span>" if row.reason else ""
    diff = f"<pre>{''.join(map(_diff_line, row.diff.split(chr(10))))}</pre>" if row.diff else ""
    used = sum(1 for one in row.outcomes if one.state == "written")
    head = f"<b>{name}</b> <span class=m>{_STATES.get(row.state, row.state)}, {used} of {len(row.outcomes)}</span>{reason}"
    return f"<details{' open' if row.diff else ''}><summary>{head}</summary>{notes}{diff}</details>\n"


def _diff_line(line: str) -> str:
    kind = "a" if line.startswith("+") else "d" if line.startswith("-") else "h" if line.startswith("@@") else ""
    text = html.escape(line) + "\n"
    return f"<span class={kind}>{text}</span>" if kind else text
