"""The editor's facts from ``initialize``, reduced to those that this server uses.

Frozen: an editor's abilities do not change while it is connected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types

from codestral_ls.documents.addresses import file_of
from codestral_ls.lsp.convert import Encoding, choose_encoding
from codestral_ls.lsp.workspace_edit import Abilities, abilities_of

SECTION = "codestral-ls"
"""The section of the editor's settings that belongs to us."""


@dataclass(frozen=True, slots=True)
class Client:
    """One editor. ``folders`` are the workspace folders on this machine's disk, ``settings`` those of
    ``initializationOptions``. ``menu``: completions also go into the editor's completion menu.
    ``knows_actions``: code actions may be more than commands; ``marks_generated``: they may be marked as a model's.
    ``trusts_project``: the project's own configuration file may be read (VS Code asks its user that).
    ``shows_problems``: it shows ``codestral-ls/problem`` itself, with buttons. ``waited``: it has debounced already.
    """

    name: str = ""
    encoding: Encoding = "utf-16"
    process_id: int | None = None
    folders: tuple[Path, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    menu: bool = True
    pulls_configuration: bool = False
    registers_configuration: bool = False
    registers_commands: bool = False
    registers_watching: bool = False
    shows_progress: bool = False
    knows_actions: bool = False
    marks_generated: bool = False
    trusts_project: bool = True
    shows_problems: bool = False
    waited: bool = False
    edits: Abilities = field(default_factory=Abilities)


def client_of(params: types.InitializeParams) -> Client:
    """Read ``initialize``'s params."""
    capabilities = params.capabilities
    general, window = capabilities.general, capabilities.window
    workspace, text_document = capabilities.workspace, capabilities.text_document
    watching = workspace.did_change_configuration if workspace else None
    commands = workspace.execute_command if workspace else None
    files = workspace.did_change_watched_files if workspace else None
    actions = text_document.code_action if text_document else None
    tags = actions.tag_support if actions else None
    settings = dict(params.initialization_options) if isinstance(params.initialization_options, Mapping) else {}
    menu = settings.pop("completionMenu", None)
    own = settings.get("client")
    inline = text_document is not None and text_document.inline_completion is not None
    info = params.client_info
    name = " ".join(filter(None, (info.name, info.version))) if info else ""
    return Client(
        name=name,
        encoding=choose_encoding(general.position_encodings if general else None),
        process_id=params.process_id,
        folders=_folders(params),
        settings=settings,
        menu=menu if isinstance(menu, bool) else not inline,
        pulls_configuration=bool(workspace and workspace.configuration),
        registers_configuration=bool(watching and watching.dynamic_registration),
        registers_commands=bool(commands and commands.dynamic_registration),
        # Eglot creates a watch for every folder while its user waits; without watches the index finds changes too, only later.
        registers_watching=bool(files and files.dynamic_registration) and not name.startswith("Eglot"),
        shows_progress=bool(window and window.work_done_progress),
        knows_actions=actions is not None and actions.code_action_literal_support is not None,
        marks_generated=tags is not None and types.CodeActionTag.LlmGenerated in tags.value_set,
        trusts_project=not (isinstance(own, Mapping) and own.get("projectConfiguration") is False),
        shows_problems=_says(own, "showsProblems"),
        waited=_says(own, "waits"),
        edits=abilities_of(workspace),
    )


def _says(own: object, name: str) -> bool:
    """True if the client's part of ``initializationOptions`` contains ``name``."""
    return isinstance(own, Mapping) and own.get(name) is True


def _folders(params: types.InitializeParams) -> tuple[Path, ...]:
    """The workspace folders; if there are none, the older ``rootUri`` and ``rootPath``."""
    folders = [path for folder in params.workspace_folders or () if (path := file_of(folder.uri)) is not None]
    if folders:
        return tuple(folders)
    root = file_of(params.root_uri) if params.root_uri else Path(params.root_path) if params.root_path else None
    return () if root is None else (root,)
