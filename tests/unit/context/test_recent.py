"""The store of documents' texts: which texts are kept, and which of them are a source of snippets."""

from __future__ import annotations

from codestral_ls.context.recent import CLOSED_FILES, MOST_CHARACTERS, OPEN_FILES, Recent
from codestral_ls.documents.snapshot import Snapshot


def seen(recent: Recent, name: str, text: str = "x = 1\n") -> str:
    """See a document with the cursor at its end; return its URI."""
    uri = f"file:///work/{name}.py"
    recent.see(Snapshot.of(text, len(text), "python", uri))
    return uri


def test_a_closed_document_is_no_source_of_snippets_and_keeps_its_text() -> None:
    recent = Recent()
    uri = seen(recent, "a", "a = 1\n")
    assert recent.documents[uri].line == 1
    recent.close(uri)
    assert recent.documents == {}
    assert recent.text_of(uri) == "a = 1\n"
    seen(recent, "a", "a = 2\n")
    assert recent.documents[uri].text == "a = 2\n"


def test_closed_documents_do_not_push_out_open_ones() -> None:
    recent = Recent()
    kept = [seen(recent, f"open{number}") for number in range(OPEN_FILES)]
    for number in range(2 * OPEN_FILES):
        recent.close(seen(recent, f"closed{number}"))
    assert list(recent.documents) == kept[1:]  # for a moment each of the other documents was the newest open one
    assert [one.uri for one in recent.latest() if not one.is_open] == [
        f"file:///work/closed{number}.py" for number in reversed(range(2 * OPEN_FILES - CLOSED_FILES, 2 * OPEN_FILES))
    ]


def test_a_long_document_is_kept_but_is_no_source_of_snippets() -> None:
    recent = Recent()
    text = "x" * (MOST_CHARACTERS + 1)
    uri = seen(recent, "long", text)
    assert recent.documents == {}
    assert recent.text_of(uri) == text
    recent.rest(Snapshot.of(text, 0, "python", uri))
    assert not recent.views
