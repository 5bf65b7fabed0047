"""Passwords that are given away by the name of a user beside them: pairs, the arguments of calls and of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import Pattern

_VALUE = r"[^\s\"'`,;|<>(){}\[\]$]{3,}"
_QUOTED = r"[\"'](?P<value>[^\"'\n$]{3,})[\"']"
_END = r"(?=[ \t]*\r?(?:\n|\Z))"
_NUMBERS = re.compile(r"[\d:.,/-]+")


def _pair(signs: str, *pattern: str) -> tuple[tuple[str, ...], Pattern[str]]:
    return tuple(signs.split("¦")), re.compile("".join(pattern))


PAIRS: tuple[tuple[tuple[str, ...], Pattern[str]], ...] = (
    # NAME: "user:password"
    _pair(
        ":",
        r"(?m)^[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9_]{3,}[ \t]*[:=][ \t]*[\"']?[\w.@-]{2,40}",
        rf":(?P<value>(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[^\s\"'/:.{{}}$-]{{6,}})[\"']?{_END}",
    ),
    # host:port:database:user:password
    _pair(":", rf"(?m)^[\w.*-]+:(?:\d{{2,5}}|\*):[\w.*-]+:[\w.*@-]+:(?P<value>{_VALUE}){_END}"),
    # [host]:port user:password
    _pair(":", rf"(?m)^\[?[\w-]+\.[\w.-]+\]?(?::\d+)?[ \t]+[\w.@+-]+:(?P<value>{_VALUE}){_END}"),
    _pair("chpasswd:", rf"chpasswd:[^\n]*\n(?:[^\n]*\n){{0,4}}?[ \t]+(?:- )?[\w.-]+:(?P<value>{_VALUE}){_END}"),
    # user/password@service
    _pair(
        "sqlplus¦CONNECT¦connect ¦sqlldr¦expdp¦impdp¦rman",
        rf"\b(?i:sqlplus|connect|conn|sqlldr|expdp|impdp|rman)\b[^\n]{{0,40}}?[ \t=][\w$]+/(?P<value>{_VALUE})@",
    ),
    _pair("lftp¦ncftp", rf"\b(?:lftp|ncftp\w*)\b[^\n]{{0,80}}?\s-u\s*[\w.@-]+,(?P<value>{_VALUE})"),
    # a user's flag and then a password's on one command line
    _pair(
        " -p¦ -P¦ -w",
        r"(?m)^[^\n]{0,200}?\s-{1,2}[uUa](?:ser(?:name)?)?[ =]?[\"']?[\w.@\\-]+[\"']?(?:[ \t]+[^\s]+){0,8}?",
        rf"[ \t]-[pPw][ \t]+[\"']?(?P<value>{_VALUE})",
    ),
    _pair("@tcp(¦@unix(", rf"[\"'][\w.-]{{2,40}}:(?P<value>{_VALUE})@(?:tcp|unix)\("),
    _pair("net use ", r"\bnet use\b[^\n]{0,120}?\s(?P<value>(?![/\\*])[^\s\"']{3,})\s+/user:"),
    _pair("/p:", rf"/u:\S+[^\n]{{0,80}}?\s/p:[\"']?(?P<value>{_VALUE})"),
    # what is encrypted with a password
    _pair(
        "zip ¦7z ¦rar ¦openssl ¦security ",
        r"\b(?:(?:un)?zip\b[^\n]{0,80}?\s-P\s*|(?:7z\w*|rar|unrar)\b[^\n]{0,80}?\s-h?p|openssl\b[^\n]{0,120}?\s-k\s+",
        rf"|security\b[^\n]{{0,120}}?\s-w\s+)[\"']?(?P<value>{_VALUE})",
    ),
    # what a program reads on its standard input
    _pair(
        "echo¦printf",
        rf"\b(?:echo|printf)\s+(?:-n\s+)?(?:['\"]%s(?:\\n)?['\"]\s+)?[\"']?(?P<value>{_VALUE})[\"']?\s*\|\s*(?:sudo\s+-S",
        r"|(?:sudo\s+)?(?:passwd|su|kinit|cryptsetup|smbpasswd|vncpasswd)\b|[^\n|]{0,60}password-stdin|[^\n|]{0,60}passphrase-fd)",
    ),
    _pair("<<<", rf"\b(?:sudo\s+-S|passwd|su|kinit|cryptsetup|[\w-]*login)\b[^\n|;]{{0,60}}<<<\s*[\"']?(?P<value>{_VALUE})"),
    # "user" * "password" *
    _pair("*", rf"(?m)^[\"']?[\w.@-]+[\"']?[ \t]+\*[ \t]+[\"']?(?P<value>{_VALUE})[\"']?[ \t]+\*{_END}"),
    _pair(" PSK ¦ EAP ¦ XAUTH ", r":[ \t]+(?:PSK|EAP|XAUTH|NTLM)[ \t]+\"(?P<value>[^\"\n]{3,})\""),
    _pair("WIFI:", r"WIFI:[^\n]{0,120}?\bP:(?P<value>(?:\\.|[^;\\\n]){3,});"),
    _pair(
        "community",
        rf"\bcommunity[ \t]+(?P<value>{_VALUE})(?=[ \t]+(?:RO|RW|ro|rw|view|default)\b|[ \t]+[\d.]+/)",
    ),
    # access lists of Redis: user name on >password
    _pair(" >", r"(?m)^[ \t]*user[ \t]+\S+[^\n]{0,80}?[ \t]>(?P<value>\S{3,})"),
    _pair("masterauth¦requirepass", rf"(?m)^[ \t]*(?:masterauth|requirepass)[ \t]+[\"']?(?P<value>{_VALUE})"),
    _pair("env[", rf"(?m)^[ \t]*env\[\w*(?i:pass|pwd|secret)\w*\][ \t]*=[ \t]*[\"']?(?P<value>{_VALUE})"),
    _pair("${", rf"\$\{{\w*(?i:pass|pwd|secret|token|key)\w*:?[-=](?P<value>{_VALUE})\}}"),
    _pair("IDENTIFIED BY ", rf"\bIDENTIFIED\s+BY\s+(?!PASSWORD\b|VALUES\b)(?P<value>{_VALUE})(?=\s*[;\n]|\s*\Z|\s+\w)"),
)
"""Texts of which at least one occurs where the pattern fits, and the pattern; its group ``value`` is the secret."""

_PAIR_SIGNS = ("auth", "login", "user", "cred", "basic", "btoa")
_PAIR_AFTER = re.compile(
    r"\w{0,16}[\"']?[ \t]{0,4}(?:[ =,(]|:(?=[ \"']))[ \t]{0,4}[\"']?(?![\w.+-]{1,20}://)[\w.@+-]{2,64}"
    rf":(?P<value>(?!:)(?!\d{{1,5}}\b)[^\s\"'`,;|<>(){{}}\[\]$/:]{{3,200}})(?=[\"']|{_END})"
)
"""What follows `auth`, `login`, `user`, … where it is a pair: `auth admin:password`, `login=user:password`."""
_CALL_SIGNS = ("login", "signin", "sign_in", "credential", "auth", "connect", "pdo", "mysqli", "open")
_CALL_AFTER = re.compile(r"\w{0,16}(?:\.new)?[ \t]{0,2}=?[ \t]{0,2}[( ][ \t]{0,2}(?P<arguments>[^\n;{}]{4,300})")
_ARGUMENT = re.compile(rf"(?:^|,)[ \t]*(?:(?P<other>[\w$.:>@\[\]-]+)|(?:Some\()?{_QUOTED}\)?)[ \t]*(?=,|\)|$)")
_USERS = frozenset({"root", "sa", "admin", "administrator", "postgres", "guest", "scott", "system"})
_LOOK = re.compile(r"[A-Za-z].*[\d!@#%^&*+$]|[\d!@#%^&*+$].*[A-Za-z]")
_NO_SECRET = re.compile(r"(?i)[$%<{*x.]+|masked_|your|example|password|passwd|secret|token|null|none|true|false|changeme\b")


def find(text: str) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of what is beside a user's name."""
    for signs, pattern in PAIRS:
        if any(sign in text for sign in signs):
            for match in pattern.finditer(text):
                if _is_secret(match["value"]):
                    yield match.span("value")
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters have no lower case of the same length
        return
    for place, _ in places(lowered, _PAIR_SIGNS):
        match_ = _PAIR_AFTER.match(text, place)
        if match_ and _is_secret(match_["value"]):
            yield match_.span("value")
    for place, sign in places(lowered, _CALL_SIGNS):
        call = _CALL_AFTER.match(text, place)
        if call and ('"' in call["arguments"] or "'" in call["arguments"]):
            yield from _arguments(call, sign)


def places(lowered: str, signs: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Where one of the ``signs`` ends in a text of small letters, and which."""
    for sign in signs:
        place = lowered.find(sign)
        while place >= 0:
            yield place + len(sign), sign
            place = lowered.find(sign, place + len(sign))


def _arguments(call: re.Match[str], sign: str) -> Iterator[tuple[int, int]]:
    """The quoted arguments of a call that can be a password: not the first, and with a look of their own unless it is a login."""
    at = call.start("arguments")
    values = [
        (at + argument.start("value"), at + argument.end("value"), argument["value"])
        for number, argument in enumerate(_ARGUMENT.finditer(call["arguments"]))
        if argument["value"] is not None and number > 0
    ]
    strong = sign not in ("connect", "open") or any(value in _USERS for _, _, value in values)
    for place, (start, end, value) in enumerate(values):
        if any(sign in value for sign in " /.") or not _is_secret(value):
            continue
        if _LOOK.search(value) or (strong and place == len(values) - 1):
            yield start, end


def _is_secret(value: str) -> bool:
    """Whether a value is no number, variable, placeholder or mask."""
    return not (_NUMBERS.fullmatch(value) or _NO_SECRET.match(value))
