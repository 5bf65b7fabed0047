"""``codestral-ls.explain``: why the last completion of a document was what it was, in sentences for the user.

Remembers one answer per document, without its text, and reports it; nothing is computed again.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types

from codestral_ls.completion.answer import Answer
from codestral_ls.lsp.session import Session

EXPLAIN = "codestral-ls.explain"

SOURCES = {
    "typed_along": "the rest of an answer that you are typing",
    "cache": "an answer remembered for this place",
    "prefetch": "generated ahead while the completion before it was on screen",
    "adopted": "a running answer that predicted what you typed",
    "copied": "copied from your own files; the model is asked after that",
    "hot": "the model, with most of the prompt evaluated before",
    "cold": "the model, with the prompt evaluated from the start",
    "none": "nothing was asked",
}

REASONS = {
    "disabled": "Completion is switched off.",
    "language_disabled": "This language is in completion.disabled_languages.",
    "file_disabled": "The file is named in completion.disabled_globs.",
    "commit_message": "Nothing is completed in commit messages unless you ask (completion.commit_messages).",
    "comment": "Nothing is completed in comments unless you ask (completion.disabled_in).",
    "string": "Nothing is completed in strings unless you ask (completion.disabled_in).",
    "prose": "Nothing is completed in prose unless you ask (completion.disabled_in).",
    "manual": "Completions come only when you ask (completion.trigger).",
    "withheld": "A completion is ready; ask to see it (completion.trigger).",
    "too_large": "The file is larger than completion.max_file_bytes.",
    "minified_line": "The line is too long to be written by hand.",
    "code_after": "There is code after the cursor; ask explicitly to complete here.",
    "inside_identifier": "The cursor is in the middle of a name.",
    "empty_file": "The document is empty.",
    "private_file": "The file looks like credentials or is named in an ignore file.",
    "low_confidence": "The model was too unsure (completion.show sets how sure it must be).",
    "nothing_known": "The model reports that nothing is missing here.",
    "blank": "The model wrote nothing.",
    "superseded": "You typed on.",
    "deadline": "The answer came too late (completion.deadline_ms).",
}


def sentence(answer: Answer, milliseconds: float) -> str:
    """Explains one answer: what it was, where it came from, how long it took, its cost, and which filters changed it."""
    if not answer.items:
        reason = REASONS.get(answer.reason) or _unlisted(answer.reason)
        return f"No completion after {milliseconds:.0f} ms. {reason}".strip()
    said = [f"A completion after {milliseconds:.0f} ms: {SOURCES[answer.source]}."]
    if answer.usage is not None and answer.usage.prompt_tokens:
        said.append(f"{answer.usage.evaluated_tokens} of {answer.usage.prompt_tokens} prompt tokens were evaluated.")
    if answer.confidence is not None:
        said.append(f"Its chance of being right is estimated at {answer.confidence:.0%}.")
    if answer.reason:
        said.append(f"Changed by: {answer.reason.replace(',', ', ')}.")
    return " ".join(said)


def _unlisted(reason: str) -> str:
    """A reason for which we have no sentence: the class of an error, or the names of filters."""
    if not reason:
        return ""
    return f"The request failed ({reason})." if reason[0].isupper() else f"The filters left nothing of it ({reason})."


def explain(session: Session, params: types.ExecuteCommandParams) -> dict[str, str]:
    """The command: ``arguments: [{textDocument: {uri}, …}]`` → ``{message}``. Unknown documents get a sentence too."""
    where = (params.arguments or (None,))[0]
    document = where.get("textDocument") if isinstance(where, Mapping) else None
    uri = document.get("uri") if isinstance(document, Mapping) else None
    known = session.explained.get(uri) if isinstance(uri, str) else None
    return {"message": known or "Nothing has been asked in this document yet."}
