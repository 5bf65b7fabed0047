"""Which configuration files were read, what is wrong in them, and which options are not at their defaults."""

from __future__ import annotations

import re
from pathlib import Path

from codestral_ls.config.fields import value_of
from codestral_ls.config.load import LoadedOptions
from codestral_ls.config.paths import user_config_file
from codestral_ls.doctor.finding import Finding

GROUP = "Configuration"
_CREDENTIALS = re.compile(r"(://)[^/@\s]*@")
"""User and password in an address."""

_UNTOLD = ("key_command",)
"""Options whose values are not shown: a command may carry a secret in its arguments."""


def configuration(loaded: LoadedOptions) -> list[Finding]:
    """Findings about the files, the problems and the options that are set."""
    files = [str(path) for path in loaded.files]
    read = f"read {' and '.join(files)}" if files else f"no file (yours would be {user_config_file()})"
    facts = {"files": files, "user_file": str(user_config_file()), "project": str(loaded.root or "") or None}
    findings = [Finding(GROUP, "files", "ok", read, "", facts)]
    findings += [
        Finding(GROUP, f"problem {number}", "warning", problem, f"Correct this: {problem}.", {})
        for number, problem in enumerate(loaded.problems, start=1)
    ]
    if loaded.origins:
        told = {key: _told(loaded, key) for key in sorted(loaded.origins)}
        text = ", ".join(f"{key} = {value['value']}" for key, value in told.items())
        findings.append(Finding(GROUP, "options", "ok", f"set: {text}", "", told))
    return findings


def _told(loaded: LoadedOptions, key: str) -> dict[str, object]:
    value = value_of(loaded.options, key)
    told: object = list(value) if isinstance(value, tuple) else value
    if isinstance(value, Path):
        told = str(value)
    if isinstance(told, str):
        told = _CREDENTIALS.sub(r"\1…@", told)
    return {"value": "…" if key.endswith(_UNTOLD) and value else told, "from": loaded.origins[key]}
