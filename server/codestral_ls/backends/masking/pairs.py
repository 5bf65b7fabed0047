"""Passwords that are given away by the name of a user beside them: pairs, the arguments of calls and of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern

from codestral_ls.backends.masking.places import begins, places

_VALUE = r"[^\s\"'`,;|<>(){}\[\]$]{3,}"
_QUOTED = r"[\"'](?P<value>[^\"'\n$]{2,})[\"']"
_END = r"(?=[ \t]*\r?(?:\n|\Z))"
_NUMBERS = re.compile(r"[\d:.,/-]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """``pattern``, whose group ``value`` is the secret, is tried where one of ``signs`` is: from there, or from its line's begin.

    Where there are ``words``, the text has to have one of them.
    """

    signs: tuple[str, ...]
    pattern: Pattern[str]
    whole_line: bool
    words: frozenset[bytes]


def _line(signs: str, *pattern: str, words: str = "") -> Pair:
    return Pair(tuple(signs.split("¦")), re.compile("".join(pattern)), True, frozenset(words.encode().split()))


def _here(signs: str, *pattern: str, words: str = "") -> Pair:
    return Pair(tuple(signs.split("¦")), re.compile("".join(pattern)), False, frozenset(words.encode().split()))


_RECORDS: tuple[Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        # NAME: "user:password"
        r"[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9_]{3,}[ \t]*[:=][ \t]*[\"']?[\w.@-]{2,40}"
        rf":(?P<value>(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[^\s\"'/:.{{}}$-]{{6,}})[\"']?{_END}",
        # host:port:database:user:password
        rf"[\w.*-]+:(?:\d{{2,5}}|\*):[\w.*-]+:[\w.*@-]+:(?P<value>{_VALUE}){_END}",
        # [host]:port user:password
        rf"\[?[\w-]+\.[\w.-]+\]?(?::\d+)?[ \t]+[\w.@+-]+:(?P<value>{_VALUE}){_END}",
    )
)
"""Lines that end in a colon and a word."""
_RECORD_END = re.compile(r":[^\s:]{3,}[ \t]*\r?(?:\n|\Z)")
_ACCOUNT = re.compile(r"[\w.@-]+:(?:\{[\w.-]+\})?(?P<value>[^\s:]{3,}):\d*:\d*:")
"""user:password:number:number:, as in tables of accounts."""
_NUMBERS_BETWEEN = re.compile(r":\d*:\d*:")
_FLAGGED_USER = (
    r"\s(?:-{1,2}[uUalDn](?:ser(?:name)?)?|--?(?:login|user|username|account|admin|bind-?dn))[ =]?[\"']?[\w.@\\=,-]+[\"']?"
)
PAIRS: tuple[Pair, ...] = (
    _here("chpasswd:", rf"chpasswd:[^\n]*\n(?:[^\n]*\n){{0,4}}?[ \t]+(?:- )?[\w.-]+:(?P<value>{_VALUE}){_END}", words="chpasswd"),
    # user/password@service
    _here(
        "sqlplus¦CONNECT¦connect ¦sqlldr¦expdp¦impdp¦rman",
        rf"(?i:sqlplus|connect|conn|sqlldr|expdp|impdp|rman)\b[^\n]{{0,40}}?[ \t=][\w$]+/(?P<value>{_VALUE})@",
        words="sqlplus connect conn sqlldr expdp impdp rman",
    ),
    _here(
        "lftp¦ncftp",
        rf"\b(?:lftp|ncftp\w*)\b[^\n]{{0,80}}?\s-u\s*[\w.@-]+,(?P<value>{_VALUE})",
        words="lftp ncftp ncftpput ncftpget",
    ),
    # a user's flag and a password's on one command line
    _line(" -p¦ -P¦ -w", rf"[^\n]{{0,200}}?{_FLAGGED_USER}(?:[ \t]+[^\s]+){{0,8}}?[ \t]-[pPw][ \t]+[\"']?(?P<value>{_VALUE})"),
    _line(" -p¦ -P¦ -w", rf"[^\n]{{0,200}}?[ \t]-[pPw][ \t]+[\"']?(?P<value>{_VALUE})[\"']?[^\n]{{0,80}}?{_FLAGGED_USER}"),
    _line(" -p¦ -P¦ -w", rf"[^\n]{{0,200}}?{_FLAGGED_USER}(?:[ \t]+[^\s]+){{0,8}}?[ \t]-[pPw](?P<value>(?!\d{{1,5}}\b){_VALUE})"),
    _line("@tcp(¦@unix(", rf"[^\n]{{0,200}}?[\"'][\w.-]{{2,40}}:(?P<value>{_VALUE})@(?:tcp|unix)\("),
    _here("net use ", r"net use\b[^\n]{0,120}?\s(?P<value>(?![/\\*])[^\s\"']{3,})\s+/user:", words="net"),
    _line("/p:", rf"[^\n]{{0,300}}?/u:\S+[^\n]{{0,80}}?\s/p:[\"']?(?P<value>{_VALUE})"),
    # what is encrypted with a password
    _here(
        "zip ¦7z ¦rar ¦openssl ¦security ",
        r"(?:zip\b[^\n]{0,80}?\s-P\s*|(?:7z\w*|rar|unrar)\b[^\n]{0,80}?\s-h?p|openssl\b[^\n]{0,120}?\s-k\s+",
        rf"|security\b[^\n]{{0,120}}?\s-w\s+)[\"']?(?P<value>{_VALUE})",
        words="zip z rar unzip unrar openssl security",
    ),
    # what a program reads on its standard input
    _here(
        "echo¦printf",
        rf"(?:echo|printf)\s+(?:-n\s+)?(?:['\"]%s(?:\\n)?['\"]\s+)?[\"']?(?P<value>{_VALUE})[\"']?\s*\|\s*(?:sudo\s+-S",
        r"|(?:sudo\s+)?(?:passwd|su|kinit|cryptsetup|smbpasswd|vncpasswd)\b|[^\n|]{0,60}password-stdin|[^\n|]{0,60}passphrase-fd)",
        words="passwd su sudo kinit cryptsetup smbpasswd vncpasswd stdin fd",
    ),
    _line(
        "<<<",
        rf"[^\n]{{0,120}}?\b(?:sudo\s+-S|passwd|su|kinit|cryptsetup|[\w-]*login)\b[^\n|;]{{0,60}}<<<\s*[\"']?(?P<value>{_VALUE})",
    ),
    # "user" * "password" *
    _line(" * ¦\t*\t", rf"[\"']?[\w.@-]+[\"']?[ \t]+\*[ \t]+[\"']?(?P<value>{_VALUE})[\"']?[ \t]+\*{_END}"),
    _here(
        " PSK ¦ EAP ¦ XAUTH ¦ NTLM ", r"[ \t]+(?:PSK|EAP|XAUTH|NTLM)[ \t]+\"(?P<value>[^\"\n]{3,})\"", words="psk eap xauth ntlm"
    ),
    _here("WIFI:", r"WIFI:[^\n]{0,120}?\bP:(?P<value>(?:\\.|[^;\\\n]){3,});", words="wifi"),
    _here(
        "community",
        rf"community[ \t]+(?P<value>{_VALUE})(?=[ \t]+(?:RO|RW|ro|rw|view|default)\b|[ \t]+[\d.]+/)",
        words="community",
    ),
    # access lists of Redis: user name on >password
    _line("user ", r"[ \t]*user[ \t]+\S+[^\n]{0,80}?[ \t]>(?P<value>\S{3,})", words="user"),
    _line(
        "masterauth¦requirepass",
        rf"[ \t]*(?:masterauth|requirepass)[ \t]+[\"']?(?P<value>{_VALUE})",
        words="masterauth requirepass",
    ),
    _line("env[", rf"[ \t]*env\[\w*(?i:pass|pwd|secret)\w*\][ \t]*=[ \t]*[\"']?(?P<value>{_VALUE})", words="env"),
    _here("${", rf"\$\{{\w*(?i:pass|pwd|secret|token|key)\w*:?[-=](?P<value>{_VALUE})\}}"),
    _here(
        "IDENTIFIED BY ",
        rf"IDENTIFIED\s+BY\s+(?!PASSWORD\b|VALUES\b)(?P<value>{_VALUE})(?=\s*[;\n]|\s*\Z|\s+\w)",
        words="identified",
    ),
    # a command that makes an account, with a name and a password
    _here(
        "add_user¦add-user¦user_add¦user-add¦user:add¦adduser¦useradd¦create_user¦create-user¦createuser¦change_password"
        "¦change-password¦set_password¦set-password¦setpassword¦reset_password¦reset-password¦ register ¦set password",
        r"[ ]?[\w:-]{4,16}(?: password)?(?:[ \t]+--?[\w-]+(?:=\S+)?)*[ \t]+(?!-)[\w.@/-]+(?:[ \t]+(?!-)[\w.@/-]+)?",
        rf"[ \t]+[\"']?(?P<value>(?![-/]){_VALUE})[\"']?{_END}",
        words="user users adduser useradd createuser password register setpassword",
    ),
    # what a script answers
    _here(
        'send "¦send -- "¦sendline(', r"send[ln -]{0,6}[ (][\"'](?P<value>[^\s\"'\\$]{4,})(?:\\[rn])+[\"']", words="send sendline"
    ),
)

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


def find(text: str, lowered: str, known: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of what is beside a user's name. ``lowered`` is the text in small letters, ``known`` its words."""
    for pair in PAIRS:
        if pair.words and known.isdisjoint(pair.words):
            continue
        for match in _tried(text, pair):
            if _is_secret(match["value"]):
                yield match.span("value")
    yield from _records(text)
    for place, _ in places(lowered, _PAIR_SIGNS):
        after = _PAIR_AFTER.match(text, place)
        if after and _is_secret(after["value"]):
            yield after.span("value")
    for place, sign in places(lowered, _CALL_SIGNS):
        call = _CALL_AFTER.match(text, place)
        if call and ('"' in call["arguments"] or "'" in call["arguments"]):
            yield from _arguments(call, sign)


def _tried(text: str, pair: Pair) -> Iterator[re.Match[str]]:
    for sign in pair.signs:
        line = -1
        for place in begins(text, sign):
            start = text.rfind("\n", 0, place) + 1 if pair.whole_line else place
            if start != line and (match := pair.pattern.match(text, start)):
                yield match
            line = start


def _records(text: str) -> Iterator[tuple[int, int]]:
    """What ends a line after a colon, or is the second field of one."""
    for end in _RECORD_END.finditer(text):
        line = text.rfind("\n", 0, end.start()) + 1
        for pattern in _RECORDS:
            match = pattern.match(text, line)
            if match and _is_secret(match["value"]):
                yield match.span("value")
    for between in _NUMBERS_BETWEEN.finditer(text):
        match = _ACCOUNT.match(text, text.rfind("\n", 0, between.start()) + 1)
        if match and _is_secret(match["value"]):
            yield match.span("value")


def _arguments(call: re.Match[str], sign: str) -> Iterator[tuple[int, int]]:
    """The quoted arguments of a call that can be a password: not the first, and with a look of their own unless it is a login."""
    at = call.start("arguments")
    values = [
        (at + argument.start("value"), at + argument.end("value"), argument["value"])
        for number, argument in enumerate(_ARGUMENT.finditer(call["arguments"]))
        if argument["value"] is not None and number > 0
    ]
    strong = sign not in ("connect", "open")
    beside_user = False
    for place, (start, end, value) in enumerate(values):
        is_users, beside_user = beside_user, value in _USERS
        if len(value) < 3 or any(sign in value for sign in " /.") or not _is_secret(value):
            continue
        if is_users or _LOOK.search(value) or (strong and place == len(values) - 1):
            yield start, end


def _is_secret(value: str) -> bool:
    """Whether a value is no number, variable, placeholder or mask."""
    return not (_NUMBERS.fullmatch(value) or _NO_SECRET.match(value))
