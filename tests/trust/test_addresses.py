"""The boundary of documents' addresses: a private file stays private under every scheme that an editor shows it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from codestral_ls.documents.addresses import why_withheld
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.withheld import Withheld

SCHEMES = r"""
file:///R/P FILE:///R/P file:/R/P file://localhost/R/P File://LOCALHOST/R/P file:///R/x/../P file:////R/P /R/P
untitled:/R/P untitled:///R/P vscode-notebook-cell:/R/P#W0sZmlsZQ%3D%3D vscode-notebook-cell://wsl%2Bu/R/P#ch000
vscode-remote://ssh-remote%2Bhost/R/P vscode-remote://dev-container%2B7b/R/P vscode-vfs://github/R/P vsls:/R/P
git:/R/P?%7B%22path%22%3A%22/R/P%22%2C%22ref%22%3A%22~%22%7D git:/other?{"path":"/R/P","ref":""}
gitlens://7b/R/P?%7B%22ref%22%3A%22abc%22%7D fugitive:///R/.git//0/P fugitive:///R/.git//4b825dc642cb6eb9a060e54bf8d69288fbee4904/P
gitsigns:///R/.git/HEAD~2:P gitsigns:///R/.git//:0:P diffview:///R/.git/:0:/P diffview:///R/.git/4b825dc642c/P
fugitive:///R/.git/worktrees/one//2/P fugitive:///R/.git/modules/lib//0/P
vscode-local-history://local-history/x/y?associatedResource=file:///R/P scp://host//R/P sftp://me@host/R/P oil:///R/P
jar:file:///R/P!/inner zipfile:///R/P::inner.txt git+file:///R/P merge-conflict.conflict-diff:/R/P?{"scheme":"file"}
vscode-chat-editing:/R/P chat-editing-snapshot-text-model:/R/P?{} review:/R/P?x#y any.thing-else+1:/R/P anything:/x#/R/P
file://R/P untitled://R/P FILE://R/P?x#y file:R/P file:%2FR/P sudo:/sudo::/R/P /ssh:me@host:/R/P tramp:/docker:c:/R/P
cody:/x#path=/R/P cody:/x#file:///R/P cody:/x#%7B%22path%22%3A%22/R/P%22%7D cody:/x?%257B%2522path%2522%253A%2522/R/P%2522%257D
deno:/asset/R/P minifiles:///1//R/P x:/a?file=/R/P&line=2 jdt://contents/a.jar?=p/%5C/R/P term:///x//1:less_/R/P vim+1:///a//R/P
diff:?left=/other,right=/R/P diff:/x?a%3D/R/P&b any:/x;/R/P untitled:#file:///R/P untitled:?{"a":["\/R/P"]} x-a:?uri=git%3A/R/P%23x
"""
PRIVATE = ["customers/acme.py", ".env", "customers/acme%2Epy", "cust%6Fmers/acme.py", "CUSTOMERS/acme.py"]
PATHLESS = ["output:extension-output-#1", "comment:x", "repl:1", "vscode-scm:git", "a:b", "http://[", "mailto:a@b"]
UNSAVED = ["untitled:Untitled-1", "untitled:%2Ascratch%2A", "file://", "buffer:1", "untitled:"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".codestralignore").write_text("customers/\n")
    return tmp_path


@pytest.mark.parametrize("scheme", SCHEMES.split())
@pytest.mark.parametrize("name", PRIVATE)
@pytest.mark.parametrize("leaves", [True, False])
def test_a_private_file_is_withheld_under_every_scheme(root: Path, scheme: str, name: str, leaves: bool) -> None:
    address = scheme.replace("R", root.as_posix().lstrip("/")).replace("/P", f"/{name}").replace(":P", f":{name}")
    assert why_withheld(FileRules(), address, leaves=leaves), address


@dataclass(frozen=True)
class Shown:
    """A document as an editor shows it: an address, and a file only if the scheme is ``file``."""

    uri: str
    path: Path | None = None


@pytest.mark.parametrize("scheme", SCHEMES.split())
def test_what_is_open_under_any_scheme_enters_no_other_documents_prompt(root: Path, scheme: str) -> None:
    address = scheme.replace("R", root.as_posix().lstrip("/"))
    private, ordinary = (address.replace("/P", f"/{name}").replace(":P", f":{name}") for name in ("customers/acme.py", "src/a.py"))
    assert Withheld().holds(Shown(private))
    assert not Withheld().holds(Shown(ordinary))


@pytest.mark.parametrize("scheme", SCHEMES.split())
def test_an_ordinary_file_is_not(root: Path, scheme: str) -> None:
    address = scheme.replace("R", root.as_posix().lstrip("/")).replace("/P", "/src/a.py").replace(":P", ":src/a.py")
    assert why_withheld(FileRules(), address, leaves=True) == "", address


@pytest.mark.parametrize("address", PATHLESS)
def test_what_names_no_file_does_not_leave_the_machine(address: str) -> None:
    assert why_withheld(FileRules(), address, leaves=True) == "its address names no file"
    assert why_withheld(FileRules(), address, leaves=False) == ""


@pytest.mark.parametrize(
    "address",
    [
        "file:///x" + "/x" * 5_000,
        "diff:/x?" + "&".join(f"p={number}:/a" for number in range(500)),
        'git:/x?{"paths":[' + ",".join(f'"/a/{number}"' for number in range(300)) + "]}",
    ],
    ids=["long", "many values", "many paths"],
)
@pytest.mark.parametrize("leaves", [True, False])
def test_what_names_too_much_to_be_examined_is_private(address: str, leaves: bool) -> None:
    assert why_withheld(FileRules(), address, leaves=leaves) == "its address is too long to be examined"


@pytest.mark.parametrize("folder", ["My Project", "a,b", "a;b", "a&b", "(a)", "it's", "a=b", "\u00e4"])
@pytest.mark.parametrize("scheme", ['git:/x?{"path":"P","ref":"~"}', "cody:/x#path=P", "diff:?left=/other,right=P", "any:/x#P"])
@pytest.mark.parametrize("write", [str, quote], ids=["plain", "encoded"])
def test_odd_letters_in_a_folders_name_hide_no_file(tmp_path: Path, folder: str, scheme: str, write: Callable[[str], str]) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / ".codestralignore").write_text("customers/\n")
    address = scheme.replace("P", write(f"{tmp_path.as_posix()}/{folder}/customers/acme.py"))
    assert why_withheld(FileRules(), address, leaves=False), address


@pytest.mark.parametrize("address", UNSAVED)
def test_a_document_that_is_not_saved_yet_may_leave(address: str) -> None:
    assert why_withheld(FileRules(), address, leaves=True) == ""


@pytest.mark.parametrize(
    "address", ["untitled:.env", "untitled:secrets.yaml", "buffer:id_rsa", r"c:\w\.env", "file:///c%3A/w/.netrc"]
)
def test_a_name_that_says_credentials_is_enough(address: str) -> None:
    assert why_withheld(FileRules(), address, leaves=False).endswith("looks like credentials")
