"""One edit of one file as the editor supports it: with the document's version, to be confirmed, in a new file.

Pure; the text is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

ANNOTATION = "codestral-ls"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an editor can do with a server's edits.

    ``applies``: it accepts edits; ``versioned``: it checks the document's version; ``creates``: it creates new files;
    ``confirms``: it can show an edit before it applies it.
    """

    applies: bool = False
    versioned: bool = False
    creates: bool = False
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Put ``text`` in place of ``range`` in the file ``uri``; ``version`` is an open document's, None for a file on disk.

    ``label`` describes the edit in a few words, for a user who must confirm it.
    """

    uri: str
    version: int | None
    range: types.Range
    text: str
    label: str
    is_new: bool = False


def abilities_of(workspace: types.WorkspaceClientCapabilities | None) -> Abilities:
    """Read the client's capabilities.

    Neovim names the resource operations it knows and not ``documentChanges``, without which there can be none.
    """
    if workspace is None or not workspace.apply_edit:
        return Abilities()
    said = workspace.workspace_edit
    if said is None:
        return Abilities(applies=True)
    operations = said.resource_operations or ()
    versioned = bool(said.document_changes or operations)
    confirms = versioned and said.change_annotation_support is not None
    return Abilities(True, versioned, types.ResourceOperationKind.Create in operations, confirms)


def workspace_edit(edit: FileEdit, abilities: Abilities, *, confirm: bool) -> types.WorkspaceEdit:
    """``edit`` for an editor with ``abilities``; with ``confirm`` the user is asked first, if the editor can."""
    if not abilities.versioned:
        return types.WorkspaceEdit(changes={edit.uri: [types.TextEdit(edit.range, edit.text)]})
    confirm = confirm and abilities.confirms
    change = types.AnnotatedTextEdit(ANNOTATION, edit.range, edit.text) if confirm else types.TextEdit(edit.range, edit.text)
    identifier = types.OptionalVersionedTextDocumentIdentifier(edit.uri, edit.version)
    changes: list[types.TextDocumentEdit | types.CreateFile] = [types.TextDocumentEdit(identifier, [change])]
    if edit.is_new and abilities.creates:
        options = types.CreateFileOptions(overwrite=False, ignore_if_exists=False)
        changes.insert(0, types.CreateFile(edit.uri, options=options, annotation_id=ANNOTATION if confirm else None))
    annotations = {ANNOTATION: types.ChangeAnnotation(edit.label, needs_confirmation=True)} if confirm else None
    return types.WorkspaceEdit(document_changes=changes, change_annotations=annotations)
