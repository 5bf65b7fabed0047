"""Decide whether an assigned value is a secret, or a label, a type, a placeholder or code."""

from __future__ import annotations

import re

from codestral_ls.backends.masking.randomness import is_random, is_wordless

PLACEHOLDER = re.compile(
    r"(?i)(?:[x*.•_\-#?]+|<.*|\$.*|#?\{.*|%[\w(].*|@.*|your[_ -].*|my[_-].*|an?[_-].*|the[_-].*|some[_-].*|example.*|changeme"
    r"|change[_-]?(?:me|it)|none|null|nil|true|false|undefined|redacted|placeholder|empty|required|optional|unset|default|todo|n/a"
    r"|dummy|fake|foo|bar|test|(?:os\.)?(?:env|getenv|environ|process|secrets?|vars?|config)\b.*|masked_[0-9a-f]{8}.*"
    r"|.*\$\{.*|.*\{\{.*)"
)
_LABEL = re.compile(
    r"(?i)[\w .:-]*(?:passw(?:or)?d|passphrase|passcode|pwd|secret|token|credential|string|text|input|field|hidden|prompt|label"
    r"|key|hash|auth)s?[\w .:-]*"
)
_TYPE = re.compile(
    r"(?i)(?:str|string|text|bytes?|any|object|number|bool(?:ean)?|int(?:eger)?|char|varchar|optional|maybe|option|secretstr|self"
    r"|this|void|never|unknown|pathlib|path|callable|function|undefined|required|prompt|yes|no|on|off|pass|return|value|input"
    r"|name|args?|kwargs)[?!;,*&]*"
)
_NO_LABELS = frozenset(("monkey", "turkey", "donkey", "hockey", "jockey", "whiskey", "mickey", "smokey"))
"""Words that end like a label."""
CHAIN = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+;?")


def is_password(value: str) -> bool:
    """Whether a value assigned to a password name is a password rather than a label, a type or a placeholder."""
    value = value.strip()
    if value.startswith(("#include", "--")) or value.endswith(");"):
        return False
    if len(value) < 3 or " " in value or "\t" in value or PLACEHOLDER.fullmatch(value) or _TYPE.fullmatch(value):
        return False
    if value.lower() in _NO_LABELS:
        return True
    return not (_LABEL.fullmatch(value) and not re.search(r"\d{2}|\d[!-/:-@]|[!@#%^&*+]", value))


def is_token(value: str) -> bool:
    """Whether a value assigned to a token or key name is secret: whether it looks generated."""
    value = value.strip()
    if len(value) < 8 or " " in value or PLACEHOLDER.fullmatch(value):
        return False
    if is_random(value, least=8) or (len(value) >= 16 and is_wordless(value)):
        return True
    # Base64 of `user:password`, as in `_auth` and in docker's configuration.
    return (
        len(value) >= 12
        and bool(re.fullmatch(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/]+={0,2}", value))
        and not value.isalpha()
    )


def is_no_code(value: str) -> bool:
    """Whether an unquoted value cannot be a variable, type or call."""
    return not (CHAIN.fullmatch(value) or _TYPE.fullmatch(value) or value.endswith((")", "]", "}")))
