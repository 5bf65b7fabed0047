"""``workspace/executeCommand``: runs a command's function, and reports the commands to the editor.

A command is called at once, in the order of the messages; a long one returns a coroutine that the answer waits for. Each command
is in the file of its feature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.lsp import (
    after_reply,
    explain,
    host_state,
    inline_edit,
    list_models,
    preview,
    pull_model,
    recommend_model,
    write_definition,
)
from codestral_ls.lsp.client import Client
from codestral_ls.lsp.registering import register
from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

Result = Coroutine[Any, Any, Any] | dict[str, str] | None

COMMANDS: dict[str, Callable[[Session, types.ExecuteCommandParams], Result]] = {
    after_reply.ACCEPTED: after_reply.accepted,
    explain.EXPLAIN: explain.explain,
    host_state.HOST: host_state.host_state,
    inline_edit.ACCEPTED: inline_edit.accepted,
    inline_edit.REFUSED: inline_edit.refused,
    list_models.MODELS: list_models.list_models,
    preview.PREVIEW: preview.preview,
    pull_model.PULL: pull_model.pull_model,
    recommend_model.RECOMMEND: recommend_model.recommend_model,
    write_definition.WRITE_DOCSTRING: write_definition.write,
    write_definition.WRITE_TESTS: write_definition.write,
}


ALWAYS = (
    after_reply.ACCEPTED,
    explain.EXPLAIN,
    host_state.HOST,
    inline_edit.ACCEPTED,
    inline_edit.REFUSED,
    list_models.MODELS,
    preview.PREVIEW,
    pull_model.PULL,
    recommend_model.RECOMMEND,
)
"""Commands that are reported to every editor in ``initialize``."""


def execute_command(session: Session, params: types.ExecuteCommandParams) -> Result:
    """Run the command. Raises: JsonRpcInvalidParams (no such command, or other arguments)."""
    command = COMMANDS.get(params.command)
    if command is None:
        raise JsonRpcInvalidParams(f"There is no command {params.command} here.")
    return command(session, params)


def announced(client: Client) -> tuple[str, ...]:
    """The commands to name in ``initialize``.

    The writing commands are registered later if the editor supports that: our extension for VS Code has commands of the same
    names, and a name that exists already would break the start of its client.
    """
    if not client.edits.applies:
        return ALWAYS
    return ALWAYS if client.registers_commands else tuple(COMMANDS)


async def register_commands(session: Session) -> None:
    """Register the writing commands with an editor that supports it. An editor that has its own refuses, which is fine."""
    if not session.client.registers_commands or not session.client.edits.applies:
        return
    options = types.ExecuteCommandRegistrationOptions(commands=write_definition.COMMANDS)
    await register(session, "write", types.WORKSPACE_EXECUTE_COMMAND, options, "the editor has the writing commands itself")
