"""``textDocument/completion``: the same text in the completion menu, for editors without inline completion.

The entry comes last and is never preselected, so that it does not disturb the language's own server.
One entry per answer of the completer, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from codestral_ls.completion.answer import Ask, Item
from codestral_ls.lsp.after_reply import accepted_command
from codestral_ls.lsp.convert import to_range
from codestral_ls.lsp.keystroke import Where, complete_at
from codestral_ls.lsp.session import Session

if TYPE_CHECKING:
    from codestral_ls.documents.document import Document

SORTED_LAST = "~~~"
LABEL_CHARACTERS = 60


async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList:
    """Answer with an incomplete list, so that the editor asks again with the next character."""
    where = Where(params.text_document.uri, params.position)
    found = await complete_at(session, where, lambda _document: Ask())
    if found is None:
        return types.CompletionList(is_incomplete=True, items=())
    document, answer = found
    items = tuple(_item(session, document, item) for item in answer.items)
    return types.CompletionList(is_incomplete=True, items=items)


def _item(session: Session, document: Document, item: Item) -> types.CompletionItem:
    """One entry. Its range begins at the word before the cursor: that is what editors compare ``filter_text`` with."""
    start = _word_start(document.text, item.start)
    text = document.text[start : item.start] + item.text
    first_line = _first_line(text.strip())
    label = first_line if len(first_line) <= LABEL_CHARACTERS else first_line[: LABEL_CHARACTERS - 1] + "…"
    return types.CompletionItem(
        label=label,
        kind=types.CompletionItemKind.Text,
        detail="codestral-ls",
        documentation=types.MarkupContent(types.MarkupKind.Markdown, _fenced(text, document.language)),
        sort_text=SORTED_LAST,
        filter_text=_first_line(text),
        preselect=False,
        insert_text_format=types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AsIs,
        text_edit=types.TextEdit(to_range(document, start, item.end, session.client.encoding), text),
        command=accepted_command(item.id),
    )


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].split("\r", 1)[0]


def _word_start(text: str, offset: int) -> int:
    """Where the word that ends at ``offset`` begins; ``offset`` itself if none does."""
    while offset > 0 and (text[offset - 1].isalnum() or text[offset - 1] == "_"):
        offset -= 1
    return offset


def _fenced(text: str, language: str) -> str:
    """``text`` as a Markdown code block whose fence does not occur in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
