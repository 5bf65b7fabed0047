"""Options: their definitions (sections), where values come from (load), and what a project may set (trust)."""

from codestral_ls.config.sections import (
    BackendOptions,
    CodestralOptions,
    CompletionOptions,
    ContextOptions,
    LocalOptions,
    Options,
    PrivacyOptions,
    ServerOptions,
)

__all__ = [
    "BackendOptions",
    "CodestralOptions",
    "CompletionOptions",
    "ContextOptions",
    "LocalOptions",
    "Options",
    "PrivacyOptions",
    "ServerOptions",
]
