"""Grammar wheels, imported on first use and kept.

A missing or unusable wheel means no tree, and is remembered with its reason for ``doctor``.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
import threading

import tree_sitter

from codestral_ls.documents.languages import Grammar

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_loaded: dict[Grammar, tree_sitter.Language | None] = {}
_problems: dict[str, str] = {}
_CAPSULE = ctypes.create_string_buffer(b"tree_sitter.Language")


def load(grammar: Grammar | None) -> tree_sitter.Language | None:
    """The grammar's language, or None if there is none or its wheel cannot be used (logged once)."""
    if grammar is None:
        return None
    with _lock:
        if grammar not in _loaded:
            _loaded[grammar] = _load(grammar)
        return _loaded[grammar]


def problems() -> dict[str, str]:
    """Why requested grammars cannot be used: module name to reason."""
    return dict(_problems)


def _load(grammar: Grammar) -> tree_sitter.Language | None:
    try:
        module = importlib.import_module(grammar.module)
        return tree_sitter.Language(_in_capsule(getattr(module, grammar.function)()))
    except (ImportError, AttributeError, ValueError, OSError) as problem:
        wheel = grammar.module.replace("_", "-")
        _problems[grammar.module] = f"{problem}; `pip install {wheel}` gives this language its syntax trees"
        _log.warning("No syntax trees from %s: %s", grammar.module, _problems[grammar.module])
        return None


def _in_capsule(language: object) -> object:
    """A language in the form that ``tree_sitter.Language`` takes: wheels from before the capsules of 2024 return a bare address."""
    if not isinstance(language, int):
        return language
    wrap = ctypes.pythonapi.PyCapsule_New
    wrap.restype = ctypes.py_object
    wrap.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    # The capsule keeps only a pointer to its name, so the name must outlive it.
    return wrap(language, _CAPSULE, None)
