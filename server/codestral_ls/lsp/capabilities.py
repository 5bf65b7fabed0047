"""The server's capabilities: one value, which depends on the editor's own capabilities.

pygls' builder is not used: it derives capabilities from the registered handlers and advertises more than we support.
"""

from __future__ import annotations

from lsprotocol import types

from codestral_ls.lsp.client import Client
from codestral_ls.lsp.code_actions import KIND
from codestral_ls.lsp.execute_command import announced

TRIGGER_CHARACTERS = (".", "(", "[", "{", ",", "=", ":", " ", "/", '"', "'")
"""Characters after which an editor's completion menu asks, in addition to letters."""


def capabilities_for(client: Client) -> types.ServerCapabilities:
    """The capabilities to answer ``initialize`` with."""
    menu = types.CompletionOptions(trigger_characters=TRIGGER_CHARACTERS, resolve_provider=False)
    actions = types.CodeActionOptions(code_action_kinds=(KIND,), resolve_provider=False)
    folders = types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
    return types.ServerCapabilities(
        position_encoding=types.PositionEncodingKind(client.encoding),
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True,
            change=types.TextDocumentSyncKind.Incremental,
            save=types.SaveOptions(include_text=False),
        ),
        inline_completion_provider=types.InlineCompletionOptions(),
        completion_provider=menu if client.menu else None,
        code_action_provider=actions if client.edits.applies else None,
        execute_command_provider=types.ExecuteCommandOptions(announced(client), work_done_progress=True),
        workspace=types.WorkspaceOptions(workspace_folders=folders),
    )
