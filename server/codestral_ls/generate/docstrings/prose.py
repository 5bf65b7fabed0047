"""Which models write documentation. Pure."""

from __future__ import annotations

from codestral_ls.backends.base import BackendInfo


def why_no_prose(info: BackendInfo) -> str:
    """Why this model's documentation could not be used, as a sentence that says what to do; "" if it can.

    Of 30 docstrings of the embedded model, drawn at random from click, httpx and tomlkit and read by a person, 2 were true and
    18 wrong: it was trained to continue lines of code.
    """
    if not info.is_embedded:
        return ""
    return (
        "The embedded model completes code and does not write true prose: choose a larger model, such as local.model = "
        '"qwen2.5-coder-1.5b" after `codestral-ls models pull qwen2.5-coder-1.5b`, or backend.primary = "codestral" with a key.'
    )
