"""Find secrets by the name they are assigned to, in code, configuration and on command lines.

Names are searched for first, as plain strings, because they are rarer than assignments. After a name such as ``password`` any
single word is a secret; after ``token`` or ``key`` only a value that looks generated is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from re import Pattern

from codestral_ls.backends.masking import beside
from codestral_ls.backends.masking.distant_values import (
    BELOW,
    CALLED_LATER,
    DEFAULT_BELOW,
    FLAGGED_LATER,
    MEMBER,
    MEMBERS,
    NAMES,
    NESTED,
    OBJECT,
    PARALLEL,
    given_before,
)
from codestral_ls.backends.masking.occurrences import begins, just_before, letter_at, line_begin, occurring, vocabulary
from codestral_ls.backends.masking.unquoted import PART, PLAIN, WAYS
from codestral_ls.backends.masking.values import CHAIN, PLACEHOLDER, is_password, is_token

PASSWORDS = (
    *("pass", "pwd", "psk", "pw", "secret_key", "secretkey", "secret", "authtok", "clear-text", "cleartext", "plaintext"),
    *("kennwort", "contrase", "clave", "senha", "wachtwoord", "parola", "senord", "salasana", "heslo", "jelsz"),
    *("пароль", "密码", "密碼", "パスワード", "비밀번호"),
)
"""Parts of names, in lower case, whose value is a secret even if it is a plain word."""
IN_SETTINGS = ("community", "shared-key", "shared_key", "sharedkey", "server key", "server-key", "option key", "wep-key", "wep_key")
"""Parts of names that hold a password in settings, but something else in programs."""
TOKENS = ("secret", "token", "credential", "apikey", "auth", "key", "bearer", "signature", "cookie", "session")
"""Parts of names whose value is a secret if it looks generated."""

_QUOTE, _REACH = "quote", 700
"""The group of any quote, and how many characters a pattern may look ahead."""
_OPEN = r"(?:[A-Za-z]{1,2}8?|[@$])?(?P<quote>\\?(?:\"\"\"|'''|[\"'`]))"
_QUOTED = re.compile(
    r"[\w.-]{0,24}\\?[\"'\])]{0,3}"
    r"(?:[ \t]{0,20}(?:(?::[ \t]*[\w\[\]|?<>.&' ]{1,30}=|:=|=>|===?|!==?|=|:|->)\s{0,20}|,[ \t]{0,8})|[ \t]{1,20})"
    r"(?:\\?[\"']?value\\?[\"']?\s*[:=]\s*)?" + _OPEN + r"(?P<value>[^\n]{1,400}?)(?P<close>(?P=quote)|(?=\r?\n)|\Z)"
)
_NEXT_ELEMENT = re.compile(
    r"[\w.-]{0,24}</[\w:.-]{1,30}>\s{0,80}<[\w:.-]{1,30}[^<>\n]{0,80}>\s{0,80}(?P<value>[^<>\s]{3,200})\s{0,80}(?=</|\Z)"
)
"""An element with the name and the value in the next element: property lists, rows of settings."""
_ELEMENT = re.compile(r"[\w.-]{0,24}[\"']?(?:\s[^<>\n]{0,80})?(?<![=-])>\s{0,80}(?P<value>[^<>\s]{4,200})\s{0,80}(?=<|\Z)")
_VALUE_BELOW = re.compile(r"[\w.-]{0,24}[\"']?,?\s*\n[ \t]*-?[ \t]*[\"']?value[\"']?:[ \t]*[\"']?(?P<value>[^\s\"'#]{4,500})")
_ATTRIBUTE = re.compile(r"[\w.-]{0,24}[\"']\s*,?\s*[\"']?value[\"']?\s*[:=]\s*[\"'](?P<value>[^\"'\n]{4,500})")
_WRAPPERS = (
    r"(?:[\w$]{1,24}(?:::|\.|->)){0,2}"
    r"(?:md5|sha\d*|password|\w*crypt|make\w*|\w*hash\w*|\w*encode\w*|b64\w*|some|string|str|bytes|secret\w*|securestring|btoa)"
)
_WRAPPED = re.compile(
    rf"(?i:[\w.-]{{0,24}}[\"'\])]{{0,3}}\s{{0,4}}(?:[:=]>?|,)\s{{0,4}}(?:{_WRAPPERS}\(|<<)\s{{0,4}})"
    r"[bru]{0,2}[\"'](?P<value>[^\"'\n]{3,500})[\"']"
)
"""A value inside a call that only wraps or converts it."""
_CALLED = re.compile(
    r"[\w.-]{0,24}[\"']?\(\s{0,4}(?:[\"'][^\"'\n]{0,60}[\"'],\s{0,4}){0,3}[\"'](?P<value>[^\"'\n]{3,500})[\"']\s{0,4}\)"
)
_LATER = re.compile(
    r"[\w.-]{0,24}[\"'`)]{0,2}(?:[,(;][^\n]{0,60}?|[\"']?[ \t]*\{[^{}]{0,200}?|>[^\n<]{0,20}<[^\n>]{0,40}?)"
    r"\b(?:default\w*|value|with|send_keys|initial\w*)[\"']?\s{0,4}(?:[:=(]|=>)\s{0,4}[\"'](?P<value>[^\"'\n]{3,500})[\"']"
)
"""A name and a value among its properties: `password(name: 'a', defaultValue: '…')`, `variable "password" { default = "…" }`."""
_LONG_STRING = re.compile(r"[\w.-]{0,24}[ \t]{0,8}=[ \t]{0,8}\[(?P<level>=*)\[(?P<value>[^\]\n]{3,500})\](?P=level)\]")
_MOST_ON_A_LINE, _MOST_WITHOUT, _PART_OF_A_LINE = 8, 64, 4096
"""How many names without a value are looked at on one line, or on each 4,096 characters of it: first for values that no pattern
finds, then at all. Limits the time for a line full of names.
"""
_BEFORE_KEY = re.compile(
    r"(?:api|access|auth|account|private|signing|encryption|master|shared|secret|client|consumer|storage|service|licen[cs]e|app"
    r"|deploy|server|session|webhook|admin)[_ -]?\Z"
)
_KEY_ID = re.compile(r"key[_ .-]?id(?:entifier)?(?![a-z])")
"""The identifier of a key is not secret."""
_NOT_PASS = ("by", "com", "sur", "tres", "over", "under", "multi", "first", "single", "two")
_STATEMENTS = ("pass", "pwd")
"""Names that are also whole statements: Python's, and the shell's for its folder."""
_BEFORE_STATEMENT = re.compile(r"(?:(?:^|\n)[ \t]+|:[ \t]+|;[ \t]*|\$\(|`|&&[ \t]*|\|\|[ \t]*)\Z")
_AFTER_STATEMENT = re.compile(r"[ \t]*(?:[;)`]|&&|\|\||#[^\n]*|\r?\n(?![ \t]+[^\s\"'`:()]+\r?(?:\n|\Z))|\Z)")
"""A single word on the line below, as far to the right, could be a value under its label."""
_PASS = re.compile(r"(?:words?|wort|wrd|wd|phrase|code|key|in|out|e)?(?![a-z])")
_PASS_INSIDE = re.compile(
    r"(?:[wW]ords?|[wW]d|[pP]hrase|[cC]ode|[kK]ey)?(?<=[a-z])(?=[A-Z])"
    r"(?!Field|Input|Label|Text|Box|Prompt|Polic|Type|Name|Id|Length|Strength|Hint|Error|Placeholder|Reset|Change|Confirm|Page|Hash|Digest|Encod)"
)
"""As above, but before another word of the name, which does not make it a field or a label: `passwordAdmin`."""

_AFTER: tuple[tuple[str, str, Pattern[str]], ...] = (
    *((">", "</", _NEXT_ELEMENT), (">", ">", _ELEMENT), ("alue", "alue", _VALUE_BELOW), ("alue", "alue", _ATTRIBUTE)),
    *((_QUOTE, "", _WRAPPED), (_QUOTE, "(", _CALLED), ("[", "]", _LONG_STRING), (_QUOTE, "", _LATER), ("", "", NESTED)),
    *((_QUOTE, "", CALLED_LATER), (" ", "", FLAGGED_LATER), (",", "=", OBJECT), ("\n", "V ", BELOW), (":", "\n", DEFAULT_BELOW)),
)
"""Patterns of values that their syntax reveals, in the order in which they are tried, and what must follow the name."""
_AFTER_TOKEN = (("", PLAIN), (">", _ELEMENT), ("alue", _VALUE_BELOW), ("alue", _ATTRIBUTE), ("=", PART))
"""The same for names of tokens."""


def find(text: str, lowered: str, known: frozenset[bytes], cut: int, *, program: bool) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the values in ``text`` whose names say that they are secrets; ``cut`` is the cursor's index."""
    spoken = vocabulary(known)
    without = Counter[int]()
    for name in occurring(PASSWORDS, spoken):
        for place in begins(lowered, name):
            after = place + len(name)
            if name in _STATEMENTS and _is_statement(text, place, after):
                continue
            if name == "pass":
                rest = _PASS.match(lowered, after) or _PASS_INSIDE.match(text, after)
                begins_word = text[place].isupper() and letter_at(text, place - 1).islower()
                if rest is None or (not begins_word and lowered.endswith(_NOT_PASS, 0, place)):
                    continue
            elif _is_other_word(name, text, lowered, place, after):
                continue
            part = _part_of_line(text, place)
            found = list(_password(text, place, after, cut)) if without[part] < _MOST_WITHOUT else []
            yield from found
            if not found:
                without[part] += 1
                if without[part] <= _MOST_ON_A_LINE:
                    yield from beside.values(text, place, after, program=program)
    for name in () if program else occurring(IN_SETTINGS, spoken):
        for place in begins(lowered, name):
            without[part := _part_of_line(text, place)] += 1
            if without[part] <= _MOST_ON_A_LINE:
                yield from beside.values(text, place, place + len(name), program=False)
    for name in occurring(TOKENS, spoken):
        for place in begins(lowered, name):
            if name != "key" or (just_before(_BEFORE_KEY, lowered, place, 14) and not _KEY_ID.match(lowered, place)):
                yield from _token(text, place + len(name), cut)


def _part_of_line(text: str, place: int) -> int:
    """Return where the line of ``place``, or the last of its parts that begins before it, begins."""
    return text.rfind("\n", begin := place // _PART_OF_A_LINE * _PART_OF_A_LINE, place) + 1 or begin


def _is_statement(text: str, place: int, after: int) -> bool:
    """Whether the word is a statement of its own rather than the name of a value."""
    return bool(_AFTER_STATEMENT.match(text, after) and just_before(_BEFORE_STATEMENT, text, place, 40))


def _is_other_word(name: str, text: str, lowered: str, place: int, after: int) -> bool:
    """Whether a short name is only a part of a longer word."""
    if name in ("psk", "clave"):
        return letter_at(lowered, place - 1).isalpha()
    following, camel = letter_at(lowered, after), letter_at(text, after).isupper() and text[after - 1].islower()
    return (name == "pw" and following.isalnum()) or (
        name == "secret" and (following.isalnum() or following in ("_", "-")) and not camel
    )


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
        if NAMES.fullmatch(text, line_begin(text, place), place):
            yield from _parallel(text, quoted.end())
        return
    members = MEMBERS.match(text, after)
    if members:
        for member in MEMBER.finditer(text, *members.span("members")):
            if is_password(member["value"]):
                yield member.span("value")
        return
    following = text[after : after + _REACH]
    quotes = '"' in following or "'" in following or "`" in following
    for sign, other, pattern in _AFTER:
        if (not quotes) if sign == _QUOTE else sign not in following or other not in following:
            continue
        found = pattern.match(text, after)
        if found and is_password(found["value"]):
            yield found.span("value")
            return
    for way in WAYS:
        found = way(text, place, after)
        if found and is_password(found["value"]):
            yield found.span("value")
            return


def _parallel(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Yield the values that follow the value that ends at ``end``."""
    while further := PARALLEL.match(text, end):
        if is_password(further["value"]):
            yield further.span("value")
        end = further.end()


def _token(text: str, after: int, cut: int) -> Iterator[tuple[int, int]]:
    quoted = _QUOTED.match(text, after)
    if quoted:
        start, end = quoted.span("value")
        end = _closed(quoted, start, end, cut)
        value = text[start:end]
        at_cursor = start < cut <= end
        if is_token(value) or (
            at_cursor and len(value) >= 5 and not PLACEHOLDER.fullmatch(value) and bool(re.search(r"[a-zA-Z]\d|\d[a-zA-Z]", value))
        ):
            yield start, end
        return
    following = text[after : after + _REACH]
    for sign, pattern in _AFTER_TOKEN:
        found = pattern.match(text, after) if sign in following else None
        if found and is_token(found["value"]) and not CHAIN.fullmatch(found["value"]):
            yield found.span("value")
            return


def _closed(quoted: re.Match[str], start: int, end: int, cut: int) -> int:
    """Return where a value ends: at its quote; without a quote on the line, at a cursor inside it, otherwise at the line end."""
    if not quoted["close"] and start <= cut < end:
        return cut
    return end
