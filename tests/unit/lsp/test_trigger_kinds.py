"""How a request for ghost text is marked as explicit: in LSP 3.18, and in the draft before it."""

from __future__ import annotations

import pytest
from cattrs.errors import ClassValidationError
from lsprotocol import types
from lsprotocol.converters import get_converter

from codestral_ls.lsp.inline_completion import Params, register_types

INVOKED, AUTOMATIC = types.InlineCompletionTriggerKind.Invoked, types.InlineCompletionTriggerKind.Automatic
AT = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}


def kind_of(params: dict[str, object]) -> types.InlineCompletionTriggerKind:
    converter = get_converter()
    register_types(converter)
    return converter.structure({**AT, **params}, Params).context.trigger_kind


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"context": {"triggerKind": 0}}, INVOKED),
        ({"context": {"triggerKind": 1}}, INVOKED),
        ({"context": {"triggerKind": 2}}, AUTOMATIC),
        ({}, AUTOMATIC),
    ],
)
def test_a_trigger_kind_is_understood(params: dict[str, object], kind: types.InlineCompletionTriggerKind) -> None:
    assert kind_of(params) is kind


@pytest.mark.parametrize("value", [-1, 3, 9, False, "0", None, []])
def test_a_trigger_kind_that_is_none_is_malformed(value: object) -> None:
    with pytest.raises(ClassValidationError):
        kind_of({"context": {"triggerKind": value}})
