"""Secrets that are given away by the name they are assigned to, in code, configuration and on command lines.

Names are searched first, as plain texts: they are rarer than signs of assignment. A name that says password makes a secret of
any single word; one that says token or key only of what looks generated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestral_ls.backends.masking.elsewhere import CALLED_LATER, NESTED, given_before
from codestral_ls.backends.masking.places import begins
from codestral_ls.backends.masking.randomness import is_random, is_wordless

PASSWORDS = ("pass", "pwd", "psk", "pw", "secret_key", "secretkey", "secret", "kennwort", "contrase", "senha", "wachtwoord")
"""Parts of names, in lower case, whose value may be a plain word."""
TOKENS = ("secret", "token", "credential", "apikey", "auth", "key", "bearer", "signature", "cookie", "session")
"""Parts of names whose value is a secret where it looks generated."""

_OPEN = r"(?:[rbufLRBUF]{1,2}|[@$])?(?P<quote>\\?(?:\"\"\"|'''|[\"'`]))"
_QUOTED = re.compile(
    r"[\w.-]{0,24}\\?[\"'\])]{0,3}"
    r"(?:[ \t]{0,20}(?:(?::[ \t]*[\w\[\]|?<>.&' ]{1,30}=|:=|=>|===?|!==?|=|:|->)\s{0,20}|,[ \t]{0,8})|[ \t]{1,20})"
    r"(?:\\?[\"']?value\\?[\"']?\s*[:=]\s*)?" + _OPEN + r"(?P<value>[^\n]{1,400}?)(?P<close>(?P=quote)|(?=\r?\n)|\Z)"
)
_PLAIN = re.compile(
    r"(?P<rest>[\w.-]{0,24})(?P<sign>[ \t]*=[ \t]*|::?[ \t]+)(?P<value>[^\s\"'`,;(){}\[\]<>]{4,})"
    r"(?=[ \t]*(?:[#;&][^\n]*)?(?:\r?\n|\Z))"
)
_PART = re.compile(r"[\w.-]{0,16}[ \t]?=[ \t]?(?P<value>[^\s\"'`;&,(){}\[\]<>$%][^\s\"'`;&(){}<>]{3,})")
_NEXT_ELEMENT = re.compile(
    r"[\w.-]{0,24}</[\w:.-]{1,30}>\s{0,80}<[\w:.-]{1,30}[^<>\n]{0,80}>\s{0,80}(?P<value>[^<>\s]{3,200})\s{0,80}(?=</|\Z)"
)
"""An element with the name, and the value in the next one: property lists, rows of settings."""
_ELEMENT = re.compile(r"[\w.-]{0,24}(?:\s[^<>\n]{0,80})?>\s{0,80}(?P<value>[^<>\s]{4,200})\s{0,80}(?=<|\Z)")
_VALUE_BELOW = re.compile(r"[\w.-]{0,24}[\"']?,?\s*\n[ \t]*-?[ \t]*[\"']?value[\"']?:[ \t]*[\"']?(?P<value>[^\s\"'#]{4,})")
_ATTRIBUTE = re.compile(r"[\w.-]{0,24}[\"']\s*,?\s*[\"']?value[\"']?\s*[:=]\s*[\"'](?P<value>[^\"'\n]{4,})")
_WRAPPERS = r"md5|sha\d*|password|crypt|\w*hash\w*|\w*encode\w*|b64\w*|some|string|str|bytes|secret\w*|securestring|btoa"
_WRAPPED = re.compile(
    rf"(?i:[\w.-]{{0,24}}[\"'\])]{{0,3}}\s{{0,4}}(?:[:=]>?|,)\s{{0,4}}(?:(?:{_WRAPPERS})\(|<<)\s{{0,4}})"
    r"[\"'](?P<value>[^\"'\n]{3,})[\"']"
)
"""A value in a call that only makes a value of it."""
_CALLED = re.compile(r"[\w.-]{0,24}[\"']?\(\s{0,4}[\"'](?P<value>[^\"'\n]{3,})[\"']\s{0,4}\)")
_LATER = re.compile(
    r"[\w.-]{0,24}[\"'`)]{0,2}(?:[,(;][^\n]{0,60}?|[\"']?[ \t]*\{[^{}]{0,200}?|>[^\n<]{0,20}<[^\n>]{0,40}?)"
    r"\b(?:default\w*|value|with|send_keys|initial\w*)[\"']?\s{0,4}(?:[:=(]|=>)\s{0,4}[\"'](?P<value>[^\"'\n]{3,})[\"']"
)
"""A name with what belongs to it: `password(name: 'a', defaultValue: '…')`, `variable "password" { default = "…" }`."""
_LONG_STRING = re.compile(r"[\w.-]{0,24}[ \t]{0,8}=[ \t]{0,8}\[(?P<level>=*)\[(?P<value>[^\]\n]{3,})\](?P=level)\]")
_DIRECTIVE = re.compile(
    r"[\w.-]{0,24}(?:[ \t]+(?:[05-9]|--[\w-]+|password|secret|string))*[ \t]+[\"']?(?P<value>[^\s\"'`]{4,})[\"']?[ \t]*(?=\r?\n|\Z)"
)
"""`password secret`, alone on its line or after words of a configuration."""
_BEFORE_DIRECTIVE = re.compile(r"[ \t]*(?:[\w./@:-]+[ \t]+){0,5}[\w./-]*\Z")
_PROSE = re.compile(
    r"(?i)(?:is|the|for|and|or|not|to|of|in|on|at|by|with|from|as|an?|no|field|change[ds]?|hash(?:ed|es|ing)?|manage[rd]"
    r"|polic(?:y|ies)|prompt|protect(?:ed|ion)|strength|confirm(?:ation|ed)?|must|check(?:s|er|ed)?|inputs?|login|expire[ds]?"
    r"|incorrect|mismatch|reset|required|wrong|invalid|file|store|less|ed|es|ing|only|here|below|above|again|first"
    r"|requirements|generator|recovery|entry|data|types?|name|value|managers?|through|on|over)"
    r"[.,:;!?)]?"
)
_BESIDE = re.compile(r"(?:[ \t]+[\w.-]+=|[ \t]*[\"'])")
_BESIDE_BEFORE = re.compile(r"[\w.-]=[^\s,;()\"']+[ \t]+[\w.-]*\Z")
_WORD_AFTER = re.compile(r"[\w-]{0,16}[ \t=]+(?P<value>[^\s\"'`]{4,})")
_BEFORE_WORD = re.compile(
    r"(?:--?[\w-]*|(?:^|\n)[ \t]*(?:ENV|ARG|setenv|SetEnv|set -g?x|set -gx)[ \t]+\w*"
    r"|\b(?:login|user|machine|default)\b[^\n]{0,80}[ \t]|\n[ \t]+|^[ \t]*"
    r"|(?:^|\n)(?:require|master))\Z"
)
_BEFORE_KEY = re.compile(
    r"(?:api|access|auth|account|private|signing|encryption|master|shared|secret|client|consumer|storage|service|licen[cs]e|app"
    r"|deploy|server|session|webhook|admin)[_ -]?\Z"
)
_NOT_PASS = ("by", "com", "sur", "tres", "over", "under", "multi", "first", "single", "two")
_PASS = re.compile(r"(?:words?|wort|wrd|wd|phrase|code|key|in|out|e)?(?![a-z])")
_ENVIRONMENT = re.compile(r"(?:^|\n|[\"' \t])(?:--?[\w-]+[= ])?(?:export[ \t]+|set[ \t]+|-[ \t]+)?[\w.-]*\Z")
_SETTING = re.compile(r"[\w-]+(?:\.[\w-]+)*[ \t]*=[ \t]*[^\s\"'(){}\[\],;=]+[ \t]*\r?")
_SECTION = re.compile(r"(?m)^\[[\w. \"-]+\][ \t]*\r?$")

_PLACEHOLDER = re.compile(
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
_CHAIN = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+;?")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z_]*;?")


def find(text: str, lowered: str, cut: int) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of the values in ``text`` that names make secrets; ``cut`` is where the cursor is."""
    for name in PASSWORDS:
        for place in begins(lowered, name):
            after = place + len(name)
            if name == "pass":
                rest = _PASS.match(lowered, after)
                begins_word = text[place].isupper() and text[place - 1 : place].islower()
                if rest is None or (not begins_word and lowered.endswith(_NOT_PASS, 0, place)):
                    continue
            elif _is_other_word(name, lowered, place, after):
                continue
            yield from _password(text, place, after, cut)
    for name in TOKENS:
        for place in begins(lowered, name):
            if name != "key" or _BEFORE_KEY.search(lowered, max(0, place - 14), place):
                yield from _token(text, place + len(name), cut)


def _is_other_word(name: str, lowered: str, place: int, after: int) -> bool:
    """Whether a short name is only a piece of a longer word."""
    if name == "psk":
        return lowered[place - 1 : place].isalpha()
    following = lowered[after : after + 1]
    return (name == "pw" and following.isalnum()) or (name == "secret" and (following.isalnum() or following in ("_", "-")))


def _password(text: str, place: int, after: int, cut: int) -> Iterator[tuple[int, int]]:
    earlier = given_before(text, place)
    if earlier and is_password(earlier["value"]):
        yield earlier.span("value")
    quoted = _QUOTED.match(text, after)
    if quoted:
        start, end = quoted.span("value")
        end = _closed(quoted, start, end, cut)
        if is_password(text[start:end]):
            yield start, end
        return
    for pattern in (
        _NEXT_ELEMENT,
        _ELEMENT,
        _VALUE_BELOW,
        _ATTRIBUTE,
        _WRAPPED,
        _CALLED,
        _LONG_STRING,
        _LATER,
        NESTED,
        CALLED_LATER,
    ):
        found = pattern.match(text, after)
        if found and is_password(found["value"]):
            yield found.span("value")
            return
    plain = _PLAIN.match(text, after)
    if plain and is_password(plain["value"]) and _is_plain_password(text, place, plain):
        yield plain.span("value")
        return
    before = text[max(0, place - 40) : place]
    in_address = re.search(r"(?:[?&;][\w. ]*|\w=[^\s,()]+,\w*)\Z", before)
    if plain is None or in_address or ";" in plain[0] + text[plain.end() : plain.end() + 1]:
        part = _PART.match(text, after)
        if (
            part
            and text[part.end() : part.end() + 1] != ")"
            and (in_address or text[part.end() : part.end() + 1] == ";" or _is_beside_others(text, place, part))
            and is_password(part["value"])
        ):
            yield part.span("value")
            return
        if (
            part
            and text[place:after].isupper()
            and text[part.start() - 1] != " "
            and _not_code(part["value"])
            and is_password(part["value"])
        ):
            yield part.span("value")
            return
    line_start = text.rfind("\n", 0, place) + 1
    directive = _DIRECTIVE.match(text, after) if place - line_start < 80 else None
    if directive and is_password(directive["value"]) and _is_directive(text[line_start:place], directive["value"]):
        yield directive.span("value")
        return
    word = _WORD_AFTER.match(text, after)
    if word and _BEFORE_WORD.search(text, max(0, place - 120), place) and is_password(word["value"]) and _not_code(word["value"]):
        line = text[word.end() : word.end() + 1]
        flag = text[max(0, place - 24) : place].rpartition(" ")[2].startswith("-")
        if flag or line in ("", "\n", "\r") or re.search(r"\b(?:user|login|machine)[ \t]", text[line_start:place]):
            yield word.span("value")


def _is_beside_others(text: str, place: int, part: re.Match[str]) -> bool:
    """Whether `name=value` is among others of its kind, as in the words of a connection or of a command."""
    return bool(_BESIDE.match(text, part.end()) or _BESIDE_BEFORE.search(text, max(0, place - 80), place)) and _not_code(
        part["value"]
    )


def _is_directive(before: str, value: str) -> bool:
    """Whether a line's last word is the value of a configuration's word, and not the end of a sentence."""
    if not _BEFORE_DIRECTIVE.fullmatch(before) or _PROSE.fullmatch(value) or not _not_code(value):
        return False
    alone = not before.strip() or (before.strip().isidentifier() and " " not in before.strip() and not before.endswith(" "))
    configured = re.fullmatch(r"[ \t]*(?:enable|username[ \t].*|user[ \t].*|account[ \t].*|set|d-i[ \t].*)[ \t]+", before)
    return alone or configured is not None or bool(re.search(r"\d|[!@#%^&*+$]", value))


def _is_plain_password(text: str, place: int, plain: re.Match[str]) -> bool:
    """Whether an unquoted value is one: not where code gives a variable, a type or a call."""
    value, sign = plain["value"], plain["sign"]
    if not _not_code(value):
        return False
    has_own_look = bool(re.search(r"[^A-Za-z_.;]", value))
    if ":" in sign:
        return not value.endswith((";", "?")) or has_own_look
    if "=" in sign and _is_among_settings(text, place, plain.end()):
        return True
    if sign == "=":
        return bool(_ENVIRONMENT.search(text, max(0, place - 60), place)) or has_own_look
    return has_own_look or bool(_SECTION.search(text, max(0, place - 400), place))


def _is_among_settings(text: str, place: int, end: int) -> bool:
    """Whether the line at ``place`` and one beside it are settings without quotes, as in files of them."""
    start = text.rfind("\n", 0, place) + 1
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    next_line = text.find("\n", end) + 1
    below = text[next_line : text.find("\n", next_line) if "\n" in text[next_line:] else len(text)] if next_line else ""
    return bool(_SETTING.fullmatch(text[start:end])) and any(map(_SETTING.fullmatch, (text[above : max(above, start - 1)], below)))


def _not_code(value: str) -> bool:
    return not (_CHAIN.fullmatch(value) or _TYPE.fullmatch(value) or value.endswith((")", "]", "}")))


def _token(text: str, after: int, cut: int) -> Iterator[tuple[int, int]]:
    quoted = _QUOTED.match(text, after)
    if quoted:
        start, end = quoted.span("value")
        end = _closed(quoted, start, end, cut)
        value = text[start:end]
        at_cursor = start < cut <= end
        if is_token(value) or (
            at_cursor and len(value) >= 5 and not _PLACEHOLDER.fullmatch(value) and bool(re.search(r"[a-zA-Z]\d|\d[a-zA-Z]", value))
        ):
            yield start, end
        return
    for pattern in (_PLAIN, _ELEMENT, _VALUE_BELOW, _ATTRIBUTE, _PART):
        found = pattern.match(text, after)
        if found and is_token(found["value"]) and not _CHAIN.fullmatch(found["value"]):
            yield found.span("value")
            return


def _closed(quoted: re.Match[str], start: int, end: int, cut: int) -> int:
    """Where a value ends: at its quote; where none follows on the line, at the cursor if it is in there, else at the line's end."""
    if not quoted["close"] and start <= cut < end:
        return cut
    return end


def is_password(value: str) -> bool:
    """Whether a value that a name calls a password is one, and not a label, a type or a placeholder."""
    value = value.strip()
    if value.startswith(("#include", "--")) or value.endswith(");"):
        return False
    if len(value) < 3 or " " in value or "\t" in value or _PLACEHOLDER.fullmatch(value) or _TYPE.fullmatch(value):
        return False
    return not (_LABEL.fullmatch(value) and not re.search(r"\d{2}|\d[!-/:-@]|[!@#%^&*+]", value))


def is_token(value: str) -> bool:
    """Whether a value that a name calls a token or a key is one: it looks generated."""
    value = value.strip()
    if len(value) < 8 or " " in value or _PLACEHOLDER.fullmatch(value):
        return False
    if is_random(value, least=8) or (len(value) >= 16 and is_wordless(value)):
        return True
    # Base64 of `user:password`, as in `_auth` and in docker's configuration.
    return (
        len(value) >= 12
        and bool(re.fullmatch(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/]+={0,2}", value))
        and not value.isalpha()
    )
