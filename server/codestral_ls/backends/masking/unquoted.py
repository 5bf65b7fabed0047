"""Find unquoted values of names such as ``password``: in settings, environment variables, commands and configurations.

Each function recognises a position in which program code would not have a variable, a type or a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from codestral_ls.backends.masking.distant_values import DECLARED, IN_BRACES
from codestral_ls.backends.masking.occurrences import just_before, letter_at, line_begin
from codestral_ls.backends.masking.sentence_words import is_prose
from codestral_ls.backends.masking.values import is_no_code

PLAIN = re.compile(
    r"(?P<rest>[\w.-]{0,24})(?P<sign>[ \t]*=[ \t]*|[ \t]*(?:::?|\?|\+)=[ \t]*|::?[ \t]+)(?P<value>[^\s\"'`,;(){}\[\]<>]{4,500})"
    r"(?=[ \t]*(?:[#;&][^\n]*)?(?:\r?\n|\Z))"
)
_CELLS = re.compile(
    r"[\w.-]{0,16}[ \t]+(?:(?P<other>[\w.=@:-]+)[ \t]+)?(?P<value>[^\s\"'`,;(){}\[\]<>$]{4,500})(?=[ \t]*\r?(?:\n|\Z))"
)
"""`password user …` on a line of its own, and columns with more than one blank between them."""
_CONFIGURED_WORD = re.compile(r"[ \t]*(?:[\w-]{1,24}[ \t]+[\w-]{1,24}-)?")
_ENCLOSED = re.compile(r"[\w.-]{0,16}\]?=(?P<value>[^\s\"'`;&,(){}\[\]<>$%]{3,500})(?=[\])}\"',])")
_BEFORE_ENCLOSED = re.compile(r"[\[\"'{,][\w.-]{0,30}\Z")
"""`[password=…]`, `'db_password=…'`, `[password]=…)`."""
_BEFORE_FLAG = re.compile(r"(?:^|[\s\"'\[(,])--?(?:[A-Za-z][\w.-]*)?\Z")
_FLAG = re.compile(r"[\w.-]{0,16}=(?P<value>[^\s\"'`;&|,(){}<>$]{3,500})")
"""`-Dpassword=…`, `--db-password=…`."""
_LISTED = re.compile(r"[\w.-]{0,16}=(?P<value>[^\s\"'`;&|,=(){}<>$]{3,500})(?=,[\w.-]+=)")
"""`password=…,user=…`."""
_HEADER = re.compile(r"[\w-]{0,16}:(?P<value>[^\s\"'`;,:(){}\[\]<>]{4,500})(?=[ \t]*\r?(?:\n|\Z))")
_ALONE = re.compile(r"(?:^|\n)[\w-]{0,30}\Z")
"""`passcode:…` alone on its line."""
PART = re.compile(r"[\w.-]{0,16}[ \t]?=[ \t]?(?P<value>[^\s\"'`;&,(){}\[\]<>$%][^\s\"'`;&(){}<>]{3,500})")
_DIRECTIVE = re.compile(
    r"[\w.-]{0,24}(?:[ \t]+(?:[05-9]|--[\w-]+|password|secret|string|simple|cipher|plain\w*|clear\w*|ascii|encrypted|md5|value))*"
    r"[ \t]+[\"']?(?P<value>[^\s\"'`]{4,500})[\"']?[ \t]*(?=\r?\n|\Z)"
)
"""`password secret`, alone on its line or after other words of a configuration."""
_BEFORE_DIRECTIVE = re.compile(r"[ \t]*(?:[\w./@:#+-]+[ \t]+){0,5}[\w./-]*\Z")
_CONFIGURING = re.compile(
    r"[ \t]*(?:(?:enable|username[ \t].*|user[ \t].*|account[ \t].*|set|d-i[ \t].*|local-user[ \t].*)[ \t]+"
    r"|[^\n]*[ \t][\w./-]*/|[#:].*[ \t]:\w*)"
)
_BESIDE = re.compile(r"(?:[ \t]+[\w.-]+=|[ \t]*[\"'])")
_BESIDE_BEFORE = re.compile(r"[\w.-]=[^\s,;()\"']+[ \t]+[\w.-]*\Z")
_WORD_AFTER = re.compile(r"[\w-]{0,16}[ \t=]+(?P<value>[^\s\"'`]{4,500})")
_BEFORE_WORD = re.compile(
    r"(?:--?[\w-]*|(?:^|\n)[ \t]*(?:ENV|ARG|setenv|SetEnv|set -g?x|set -gx)[ \t]+\w*"
    r"|\b(?:login|user|machine|default)\b[^\n]{0,80}[ \t]|\n[ \t]+|^[ \t]*"
    r"|(?:^|\n)(?:require|master))\Z"
)
_IN_ADDRESS = re.compile(r"(?:[?&;][\w. ]*|\w=[^\s,()]+,\w*)\Z")
_USERS_LINE = re.compile(r"\b(?:user|login|machine)[ \t]")
_LONGEST_DIRECTIVE = 80
_ENVIRONMENT = re.compile(r"(?:^|\n|[\"' \t])(?:#[ \t]*)?(?:--?[\w-]+[= ])?(?:export[ \t]+|set[ \t]+|-[ \t]+)?[\w.-]*\Z")
_CONFIGURED = re.compile(r"(?:^|\n)(?:@\w{0,30}|(?!self\.|this\.)[\w-]+(?:\.[\w-]+)+\.[\w-]*)\Z")
"""`@password = …`, `org.example.pool.password = …`: program code does not look like this."""
_SETTING = re.compile(r"[\w-]+(?:\.[\w-]+)*[ \t]*=[ \t]*[^\s\"'(){}\[\];]+[ \t]*\r?")
_SECTION = re.compile(r"(?m)^\[[\w. \"-]+\][ \t]*\r?$")

Value = re.Match[str] | None


def _enclosed(text: str, place: int, after: int) -> Value:
    return just_before(_BEFORE_ENCLOSED, text, place, 40) and _ENCLOSED.match(text, after)


def _flag(text: str, place: int, after: int) -> Value:
    return just_before(_BEFORE_FLAG, text, place, 80) and _FLAG.match(text, after)


def _listed(text: str, _place: int, after: int) -> Value:
    return _LISTED.match(text, after)


def _header(text: str, place: int, after: int) -> Value:
    found = _HEADER.match(text, after)
    return found if found and is_no_code(found["value"]) and just_before(_ALONE, text, place, 40) else None


def _plain(text: str, place: int, after: int) -> Value:
    found = PLAIN.match(text, after)
    return found if found and _is_plain_password(text, place, found) else None


def _part(text: str, place: int, after: int) -> Value:
    """Match `name=value` in an address, next to other such pairs, or in capitals."""
    plain = PLAIN.match(text, after)
    in_address = just_before(_IN_ADDRESS, text, place, 40)
    if plain and not in_address and ";" not in plain[0] + letter_at(text, plain.end()):
        return None
    part = PART.match(text, after)
    if part is None:
        return None
    following = letter_at(text, part.end())
    if following != ")" and (in_address or following == ";" or _is_beside_others(text, place, part)):
        return part
    shouted = text[place:after].isupper() and text[part.start("value") - 1] != " " and is_no_code(part["value"])
    return part if shouted else None


def _directive(text: str, place: int, after: int) -> Value:
    start = line_begin(text, place)
    found = _DIRECTIVE.match(text, after) if place - start < _LONGEST_DIRECTIVE else None
    return found if found and _is_directive(text[start:place], found["value"]) else None


def _cells(text: str, place: int, after: int) -> Value:
    found = _CELLS.match(text, after)
    if found is None or is_prose(found["value"]) or (found["other"] and is_prose(found["other"])):
        return None
    alone = found["other"] and _CONFIGURED_WORD.fullmatch(text, line_begin(text, place), place)
    return found if alone or "  " in found[0] or "\t" in found[0] else None


def _in_braces(text: str, _place: int, after: int) -> Value:
    found = IN_BRACES.match(text, after)
    return found if found and is_no_code(found["value"]) else None


def _declared(text: str, _place: int, after: int) -> Value:
    return DECLARED.match(text, after)


def _word(text: str, place: int, after: int) -> Value:
    """Match the word after a flag, an instruction, or a name on a line of its own."""
    found = _WORD_AFTER.match(text, after)
    if not found or not just_before(_BEFORE_WORD, text, place, 120) or not is_no_code(found["value"]):
        return None
    if text[max(0, place - 24) : place].rpartition(" ")[2].startswith("-") or letter_at(text, found.end()) in ("", "\n", "\r"):
        return found
    return found if _USERS_LINE.search(text, line_begin(text, place), place) else None


WAYS: tuple[Callable[[str, int, int], Value], ...] = (
    *(_enclosed, _flag, _listed, _header, _plain, _part, _directive, _cells, _in_braces, _declared, _word),
)
"""The functions in the order in which they are tried. Arguments: the text, and where a name in it begins and ends."""


def _is_beside_others(text: str, place: int, part: re.Match[str]) -> bool:
    """Whether `name=value` is next to other such pairs, as in connection strings and commands."""
    return bool(_BESIDE.match(text, part.end()) or just_before(_BESIDE_BEFORE, text, place, 80)) and is_no_code(part["value"])


def _is_directive(before: str, value: str) -> bool:
    """Whether the last word of a line is the value of a configuration directive rather than the end of a sentence."""
    if not _BEFORE_DIRECTIVE.fullmatch(before) or is_prose(value) or not is_no_code(value):
        return False
    alone = not before.strip() or (
        re.fullmatch(r"[\w.-]+", before.strip()) is not None and " " not in before.strip() and not before.endswith(" ")
    )
    configured = _CONFIGURING.fullmatch(before)
    return alone or configured is not None or bool(re.search(r"\d|[!@#%^&*+$]", value))


def _is_plain_password(text: str, place: int, plain: re.Match[str]) -> bool:
    """Whether an unquoted value is a password rather than a variable, a type or a call in code."""
    value, sign = plain["value"], plain["sign"]
    if not is_no_code(value):
        return False
    has_own_look = bool(re.search(r"[^A-Za-z_.;]", value))
    if sign.strip() in (":=", "::=", "?=", "+="):
        return has_own_look or text[place : plain.start()].isupper()
    if ":" in sign:
        return not value.endswith((";", "?")) or has_own_look
    if "=" in sign and _is_among_settings(text, place, plain.end()):
        return True
    if sign.strip() == "=" and just_before(_CONFIGURED, text, place, 80):
        return True
    if sign == "=":
        return bool(just_before(_ENVIRONMENT, text, place, 60)) or has_own_look
    return has_own_look or bool(just_before(_SECTION, text, place, 400))


def _is_among_settings(text: str, place: int, end: int) -> bool:
    """Whether the line at ``place`` and the line above or below it are unquoted settings, as in configuration files."""
    start = line_begin(text, place)
    above = line_begin(text, max(0, start - 1))
    if not _SETTING.fullmatch(text, start, end):
        return False
    if _SETTING.fullmatch(text, above, max(above, start - 1)):
        return True
    next_line = text.find("\n", end) + 1
    last = text.find("\n", next_line)
    return next_line > 0 and _SETTING.fullmatch(text, next_line, len(text) if last < 0 else last) is not None
