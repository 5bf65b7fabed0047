"""The private names of pygls on which ``lsp/protocol.py`` builds: each must still exist after an upgrade."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from lsprotocol.converters import get_converter
from pygls.lsp.server import LanguageServer
from pygls.protocol import JsonRPCProtocol, LanguageServerProtocol

from codestral_ls.lsp import protocol
from codestral_ls.lsp.protocol import Protocol

OVERRIDDEN = (
    "_register_builtin_features",
    "_handle_cancel_notification",
    "_execute_handler",
    "_send_handler_result",
    "_send_data",
)
"""Methods that pygls calls and our class replaces."""
ATTRIBUTES = {"_shutdown": bool, "_converter": object, "_ctx_msg_id": object, "_request_futures": dict, "_result_types": dict}
"""Attributes that pygls creates and reads, and that both write."""
BASES = (JsonRPCProtocol, LanguageServerProtocol)


def base_source() -> str:
    return "".join(inspect.getsource(inspect.getmodule(base) or base) for base in BASES)


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_pygls_calls_the_method_with_the_parameters_that_ours_takes(name: str) -> None:
    ours, theirs = inspect.signature(getattr(Protocol, name)), inspect.signature(getattr(LanguageServerProtocol, name))
    assert list(ours.parameters) == list(theirs.parameters)
    assert [parameter.kind for parameter in ours.parameters.values()] == [each.kind for each in theirs.parameters.values()]
    assert f"self.{name}" in base_source()


@pytest.mark.parametrize(("name", "kind"), ATTRIBUTES.items())
def test_pygls_makes_and_reads_the_attribute(name: str, kind: type) -> None:
    server = LanguageServer("test", "1", protocol_cls=Protocol, converter_factory=get_converter)
    assert isinstance(getattr(server.protocol, name), kind)
    assert base_source().count(f"self.{name}") >= 2


def test_no_other_private_name_of_pygls_is_used() -> None:
    tree = ast.parse(Path(protocol.__file__).read_text("utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr.startswith("_")}
    used |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    theirs = {name for name in used if re.search(rf"self\.{name}\b", base_source()) and re.match(r"_[^_]", name)}
    assert theirs == {*OVERRIDDEN, *ATTRIBUTES}
