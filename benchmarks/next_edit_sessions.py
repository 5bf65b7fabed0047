"""Random sessions of edits in real files: does a next edit ever do harm?

    python -m benchmarks.next_edit_sessions REPOSITORY... [--sessions 10000] [--seed 1]

REPOSITORY is a clone or a git folder; it is only read. A session opens two files of one repository's last commit, makes a few
random edits of the kinds that people make (a name here and there, one more argument, a line that goes, a line that is copied and
changed, text that makes no sense) and asks after each. Where nothing repeats, an answer is made up as a model could give it, right
or wrong. What is proposed is made every second time. Counted is what must never be: a proposal that is for no range of its
document, that changes a character outside the range it names, that leaves more syntax errors than there were, that is for a
document that is not open, or that is for another text than the newest.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pygit2

from benchmarks.next_edit import repository_name
from benchmarks.next_editing.commits import is_source, text_of
from benchmarks.page_sections import machine, write_section
from codestral_ls.backends.base import BackendInfo
from codestral_ls.documents.document import Document
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.rewriting import Rewriting
from codestral_ls.fim.edit_format import TABLE

_NAME = re.compile(r"[A-Za-z_]\w{2,}")
_CALL = re.compile(r"\w\((?=\w)")
LONGEST = 60_000
MODEL = BackendInfo("local", "scripted", remote=False, context_tokens=32_768, continues=True)
HARM = ("no range", "outside its range", "more errors", "not open", "an older text")


@dataclass
class Count:
    """What happened in all sessions."""

    sessions: int = 0
    edits: int = 0
    proposed: int = 0
    asked: int = 0
    by_model: int = 0
    made: int = 0
    harm: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)


def files(repository: Path) -> list[tuple[str, str]]:
    """The source files of the last commit: paths and texts."""
    repo = pygit2.Repository(str(repository))
    found: list[tuple[str, str]] = []

    def walk(tree: pygit2.Tree, folder: str) -> None:
        for entry in tree:
            path = f"{folder}{entry.name}"
            if isinstance(entry, pygit2.Tree):
                walk(entry, f"{path}/")
            elif isinstance(entry, pygit2.Blob) and is_source(path):
                text = text_of(repo, entry.id)
                if text is not None and 200 < len(text) < LONGEST:
                    found.append((path, text))

    commit = repo[repo.head.target]
    assert isinstance(commit, pygit2.Commit)
    walk(commit.tree, "")
    return found


def kinds_of_edits(text: str, draw: random.Random) -> Iterator[str]:
    """Endless kinds of edits, among them a name that gets a new form; where to make each is looked up in the text at that time."""
    names = [name for name, count in Counter(_NAME.findall(text)).items() if 2 <= count <= 30] or ["x"]
    old, new = draw.choice(names), draw.choice([*names, "fresh", "self.fresh", "fresh2"])
    while True:
        kind = draw.random()
        if kind < 0.55:
            yield f"name\0{old}\0{new}"
        elif kind < 0.75:
            yield f"argument\0{draw.choice(['strict=True, ', 'ctx, ', '0, '])}"
        else:
            yield draw.choice(["gone", "copy", "noise"])


def place_of(kind: str, text: str, draw: random.Random) -> tuple[int, int, str] | None:
    """An edit of this kind as a range of ``text`` and its new text; None if there is no place for it."""
    what, *rest = kind.split("\0")
    if what == "name":
        found = list(re.finditer(rf"\b{re.escape(rest[0])}\b", text))
        one = draw.choice(found) if found else None
        return (one.start(), one.end(), rest[1]) if one else None
    if what == "argument":
        found = list(_CALL.finditer(text))
        one = draw.choice(found) if found else None
        return (one.end(), one.end(), rest[0]) if one else None
    start = text.rfind("\n", 0, draw.randrange(len(text) + 1)) + 1
    end = text.find("\n", start) + 1 or len(text)
    if what == "gone":
        return start, end, ""
    if what == "copy":
        return start, start, text[start:end].replace("e", "o")
    return start, start, draw.choice(["(", "}", '"', "def ", "\r\n", "\U0001f600", "\0"])


def scripted(asked: Rewriting, draw: random.Random) -> str:
    """What a model could answer, right or wrong: the lines with a few of them changed, left out, doubled or broken."""
    lines = list(asked.region.lines)
    for _ in range(draw.randint(0, 3)):
        at = draw.randrange(len(lines) + 1)
        what = draw.random()
        if what < 0.4 and at < len(lines):
            lines[at] = _NAME.sub(lambda _name: "other", lines[at], count=1)
        elif what < 0.6:
            del lines[at : at + draw.choice([1, 1, 2, 15])]
        elif what < 0.8:
            lines[at:at] = lines[max(0, at - 2) : at]
        else:
            lines.insert(at, draw.choice(["(", "}", '"', "<|file_sep|>", "\0", "pass", ""]))
        if not lines:
            break
    text = "\n".join(lines)
    return f"<|marker_1|>\n{text}\n<|marker_2|>\n" if asked.form.name == "zeta2.1" else text


def session(opened: Sequence[tuple[str, str]], draw: random.Random, count: Count) -> None:
    """One session in these files."""
    documents = {f"file:///{path}": Document(f"file:///{path}", text, language_id_for_path(path)) for path, text in opened}
    edits = NextEdits()
    for document in documents.values():
        edits.opened(document.snapshot(0))
    here = next(iter(documents.values()))
    count.sessions += 1
    kinds = kinds_of_edits(here.text, draw)
    for _, kind in zip(range(draw.randint(2, 5)), kinds, strict=False):
        edit = place_of(kind, here.text, draw)
        if edit is None:
            continue
        here.edit(*edit)
        here.version += 1
        count.edits += 1
        snapshots = {uri: document.snapshot(0) for uri, document in documents.items()}
        others = [snapshot for uri, snapshot in snapshots.items() if uri != here.uri]
        found = edits.next(snapshots[here.uri], others, "balanced")
        if found is None:
            at_hand = here.snapshot(min(edit[0], len(here.text)))
            asked = edits.to_rewrite(at_hand, draw.choice(TABLE), MODEL)
            count.asked += asked is not None
            found = edits.rewritten(asked, scripted(asked, draw)) if asked is not None else None
            count.by_model += found is not None
        if found is None:
            continue
        identifier, proposal = found
        count.proposed += 1
        snapshot = snapshots.get(proposal.uri)
        if snapshot is None:
            count.harm["not open"] += 1
            continue
        if proposal.version != documents[proposal.uri].version:
            count.harm["an older text"] += 1
            continue
        if not 0 <= proposal.start <= proposal.end <= len(snapshot.text):
            count.harm["no range"] += 1
            continue
        before = snapshot.tree()
        document = documents[proposal.uri]
        tail = len(document.text) - proposal.end
        document.edit(proposal.start, proposal.end, proposal.text)
        if document.text[: proposal.start] != snapshot.text[: proposal.start] or (
            document.text[len(document.text) - tail :] != snapshot.text[proposal.end :]
        ):
            count.harm["outside its range"] += 1
        after = document.snapshot(0).tree()
        if before is not None and after is not None and after.error_count > before.error_count:
            count.harm["more errors"] += 1
            count.examples.append(f"{proposal.uri}: {snapshot.text[proposal.start : proposal.end]!r} -> {proposal.text!r}")
        document.version += 1
        if draw.random() < 0.5:
            count.made += 1
            edits.accept(identifier)
        else:
            document.edit(proposal.start, proposal.start + len(proposal.text), snapshot.text[proposal.start : proposal.end])
            edits.refuse(identifier)


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    every = {repository_name(path): found for path in given.repositories if len(found := files(path)) > 1}
    count = Count()
    draw = random.Random(given.seed)
    for number in range(given.sessions):
        name = draw.choice(sorted(every))
        first = draw.choice(every[name])
        alike = [one for one in every[name] if one[0].rpartition(".")[2] == first[0].rpartition(".")[2] and one is not first]
        session([first, *draw.sample(alike, min(1, len(alike)))], draw, count)
        if number % 1_000 == 999:
            print(f"{number + 1}: {count.proposed} proposed, {dict(count.harm)}", file=sys.stderr, flush=True)
    lines = [
        f"`python -m benchmarks.next_edit_sessions REPOSITORY… --sessions {given.sessions} --seed {given.seed}`; {machine()} "
        f"Files of {', '.join(sorted(every))}.",
        "",
        "| sessions | edits | answers made up | proposals | of these from answers | made | " + " | ".join(HARM) + " |",
        "|" + "---|" * (6 + len(HARM)),
        f"| {count.sessions} | {count.edits} | {count.asked} | {count.proposed} | {count.by_model} | {count.made} | "
        + " | ".join(str(count.harm[kind]) for kind in HARM)
        + " |",
    ]
    print("\n".join([*lines, *count.examples[:10]]))
    write_section("next_edit.md", "Random sessions", "\n".join(lines))


if __name__ == "__main__":
    main()
