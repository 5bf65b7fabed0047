"""No code reads files without bounds: only ``system/bounded.py`` reads what a workspace contains.

``Path.read_text`` and ``open`` wait for ever for a pipe and read an endless file until memory is full. Each module that still
uses them is listed here with what it reads, which is never a workspace's.
"""

from __future__ import annotations

import ast

import pytest

from support.repository import ROOT

PACKAGE = ROOT / "server" / "codestral_ls"
READERS = {
    "backends/build_backend.py": "fake.truth, which the user alone may set",
    "backends/host_process.py": "the host's own log",
    "backends/masking/known_words.py": "lists in the package",
    "backends/masking/likely.py": "weights in the package",
    "config/render.py": "a file that this writes",
    "commands/generate/html_report.py": "a report that this writes",
    "documents/ignoring/untrusted_files.py": "in bounds of its own, part by part",
    "documents/parser_watch.py": "a note that it makes",
    "documents/queries.py": "queries in the package",
    "evaluation/datasets.py": "a suite that the user names on the command line",
    "evaluation/execution.py": "a file of this package",
    "evaluation/trial_runner.py": "inside the fence, a file that this package wrote",
    "evaluation/infilling.py": "a suite in a package",
    "evaluation/answer_log.py": "a journal that this wrote",
    "fence/inside.py": "descriptors of what runs in the fence, in the fence",
    "fence/landlock.py": "a descriptor that names a folder and reads nothing",
    "fence/unpack.py": "files that it makes",
    "fence/watch.py": "/proc",
    "generate/editing/exchanging.py": "a lease on a file, of which nothing is read",
    "generate/batch/journal.py": "a folder, to bring its names to the disk",
    "generate/editing/replacing.py": "files that it makes, and a folder",
    "generate/testing/inside/codestral_ls_imports.py": "verdicts that it writes, in the fence",
    "generate/testing/inside/codestral_ls_unittest.py": "verdicts that it writes, in the fence",
    "generate/testing/inside/codestral_ls_verdicts.py": "verdicts that it writes, in the fence",
    "generate/testing/running.py": "programs in the package",
    "host/cores.py": "/sys",
    "host/devices.py": "/proc",
    "host/fetch.py": "a model that this fetched",
    "host/gguf_file.py": "a model, mapped, once it is known to be a regular file",
    "host/kv_state.py": "states that this wrote, once they are known to be regular files of the right size",
    "host/engine_package.py": "what is in an installed package",
    "host/engine_wheel.py": "a package of llama.cpp and the wheel that this makes of it",
    "host/engine_sources.py": "a package of llama.cpp, in bounds of its own",
    "host/other_work.py": "/proc",
    "host/prebuilt.py": "/proc",
    "host/self_test.py": "verdicts that this wrote",
    "cli.py": "the null device",
    "lsp/log.py": "a log that this makes",
    "lsp/transport.py": "the null device",
    "system/beneath.py": "folders, held open while their files are read in bounds",
    "system/bounded.py": "the bounded reader itself",
    "system/file_lock.py": "a lock",
    "system/private_files.py": "a file of ours, which is made",
}


OTHERS = {
    **dict.fromkeys(("os", "io", "gzip", "codecs", "tokenize", "bz2", "lzma", "tarfile", "shelve", "dbm", "wave"), ("open",)),
    "zipfile": ("ZipFile",),
    "shutil": ("copy", "copy2", "copyfile", "copytree", "move", "unpack_archive", "make_archive"),
    "linecache": ("getline", "getlines", "updatecache", "checkcache"),
    "fileinput": ("input", "FileInput"),
    "runpy": ("run_path",),
    "np": ("load", "fromfile", "memmap", "loadtxt", "genfromtxt"),
    "numpy": ("load", "fromfile", "memmap", "loadtxt", "genfromtxt"),
    "ElementTree": ("parse", "iterparse"),
    "mailbox": ("mbox",),
    "netrc": ("netrc",),
}
"""What else of the standard library and of numpy opens a file by its path."""


def reads(text: str) -> list[int]:
    """The lines of ``text`` that open a file or read a whole file."""
    return [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and _opens(node)]


def _opens(call: ast.Call) -> bool:
    match call.func:
        case ast.Name("open"):
            return True
        case ast.Attribute(ast.Name(module), name) if name in OTHERS.get(module, ()):
            return True
        case ast.Name(
            "ZipFile" | "FileInput" | "getline" | "getlines" | "copyfile" | "copytree" | "run_path" | "memmap" | "fromfile"
        ):
            return True
        case ast.Attribute(_, "read_text" | "read_bytes"):
            return True
        case ast.Attribute(_, "open"):  # Path.open: called with a mode, an encoding, or without arguments
            words = {keyword.arg for keyword in call.keywords}
            modes = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            named = bool(words & {"encoding", "mode", "newline", "errors", "buffering"})
            return named or not (call.args or words) or any(set(mode) <= set("rwxabt+") for mode in modes)
    return False


def test_files_are_read_in_bounds() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): reads(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines and name not in READERS} == {}


def test_the_list_names_what_is_there() -> None:
    assert [name for name in READERS if not reads((PACKAGE / name).read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "Path(x).read_text()",
        "path.read_bytes()",
        "open(path)",
        "path.open()",
        "path.open('rb')",
        "path.open(encoding='utf-8')",
        "os.open(p, 0)",
        "tarfile.open(p, 'r:gz')",
        "zipfile.ZipFile(p)",
        "shutil.copytree(a, b)",
        "linecache.getline(p, 1)",
        "ElementTree.parse(p)",
        "np.load(p)",
    ],
)
def test_a_new_reader_is_found(text: str) -> None:
    assert reads(text) == [1]
