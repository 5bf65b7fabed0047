"""Find passwords next to a user name: in pairs, in the arguments of calls and in those of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from re import Pattern

from codestral_ls.backends.masking.occurrences import begins, letter_at, line_begin, occurring, places, vocabulary
from codestral_ls.backends.masking.pair_rules import BY_WORD, END, PAIRS, STARRED, VALUE, WORDLESS, WORDS, Pair

_QUOTED = r"[\"'](?P<value>[^\"'\n$]*)[\"']"
_NUMBERS = re.compile(r"[\d:.,/-]+")
_SIGNS = tuple(WORDLESS)
_FLAG = " -"
_STAR_AT_END = re.compile(r"\*[ \t]*\r?(?:\n|\Z)")

_RECORDS: tuple[Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        # NAME: "user:password"
        r"[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9_]{3,500}[ \t]*[:=][ \t]*[\"']?[\w.@-]{2,40}"
        rf":(?P<value>(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[^\s\"'/:.{{}}$-]{{6,500}})[\"']?{END}",
        # host:port:database:user:password
        rf"[\w.*-]+:(?:\d{{2,5}}|\*):[\w.*-]+:[\w.*@-]+:(?P<value>{VALUE}){END}",
        # user:hash, with the 13 letters of the oldest crypt format
        rf"[\w.@-]{{1,40}}:(?P<value>(?=[./\w]*\d)(?=[./\w]*[A-Z])(?=[./\w]*[a-z])[./A-Za-z0-9]{{13}}){END}",
        # [host]:port user:password
        rf"(?:[\w-]+[ \t]+){{0,5}}\[?[\w-]+\.[\w.-]+\]?(?::\d+)?[ \t]+[\w.@+-]+:(?P<value>{VALUE}){END}",
    )
)
"""Lines that end with a colon and a word."""
_LONGEST_CREDENTIAL = 120
"""The characters looked at before an `@`."""
_CREDENTIAL = re.compile(r"(?<![\w@:.-])(?<!//)(?!(?:npm|jsr|workspace):)[\w.+-]{2,32}:(?P<value>[^\s@/:'\"<>{}$()]{3,80})\Z")
"""user:password before an `@` and a host, but not an aliased package (`npm:react@18`)."""
_RECORD_END = re.compile(r":[^\s:]{3,500}[ \t]*\r?(?:\n|\Z)")
_ACCOUNT = re.compile(r"[\w.@-]+:(?:\{[\w.-]+\})?(?P<value>[^\s:]{3,500}):\d*:\d*:")
"""user:password:number:number:, as in the passwd file."""
_NUMBERS_BETWEEN = re.compile(r":\d*:\d*:")
_PAIR_SIGNS = ("auth", "login", "user", "account", "allow", "connectinfo", "cred", "basic", "btoa", "digest")
_PAIR_AFTER = re.compile(
    r"\w{0,16}[\"']?[ \t]{0,4}(?:[ =,(]|:(?=[ \"']))[ \t]{0,4}[\"']?(?![\w.+-]{1,20}://)[\w.@+-]{2,64}"
    rf":(?P<value>(?!:)(?!\d{{1,5}}\b)[^\s\"'`,;|<>(){{}}\[\]$/:]{{3,200}})(?=[\"']|{END})"
)
"""The text after `auth`, `login`, `user`, … if it is a pair: `auth admin:password`, `login=user:password`."""
_CALL_SIGNS = (
    "ftp",
    "smtp",
    "imap",
    "ldap",
    "newinstance",
    "database",
    "login",
    "signin",
    "sign_in",
    "credential",
    "auth",
    "connect",
    "pdo",
    "mysqli",
    "open",
    "bind",
)
_DIRECTIVE = re.compile(
    r"[ \t]*(?!\w{0,40}[aA]uthor)\w{0,40}?(?:[aA]uth|[lL]ogin|[aA]ccount|[cC]redential|ConnectInfo)\w{0,40}+[ \t]+"
    rf"[\w.@-]+(?:[ \t]+[\w.-]+)?[ \t]+(?P<value>{VALUE}){END}"
)
"""A login directive of a configuration: a user name (and optionally a host or realm), then a password."""
_WEAK_CALLS = ("wifi", "wlan", "connect", "open", "bind", "ftp", "newinstance", "database")
"""Calls that often have other arguments, so two arguments are not enough."""
_CALL_AFTER = re.compile(r"\w{0,16}(?:\.\w{1,12})?[ \t]{0,2}=?[ \t]{0,2}[( ][ \t]{0,2}(?P<arguments>[^\n;{}]{4,300})")
_ARGUMENT = re.compile(rf"(?:^|,)[ \t]*(?:(?P<other>[\w$.:>@\[\]-]+)|(?:Some\()?{_QUOTED}\)?)[ \t]*(?=,|\)|$)")
_USERS = frozenset({"root", "sa", "admin", "administrator", "postgres", "guest", "scott", "system"})
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_LOOK = re.compile(r"[A-Za-z].*[\d!@#%^&*+$]|[\d!@#%^&*+$].*[A-Za-z]")
_NO_SECRET = re.compile(r"(?i)[$%<{*x.]+|masked_|your|example|password|passwd|secret|token|null|none|true|false|changeme\b")


def find(text: str, lowered: str, known: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of passwords next to a user name. ``lowered`` is the text in lower case, ``known`` its words."""
    spoken = vocabulary(known)
    flags = frozenset(text[place : place + length] for place in begins(text, _FLAG) for length in (2, 3))
    for match in chain(_by_sign(text, spoken, flags), _by_word(text, known, spoken, flags), _starred(text)):
        if _is_secret(match["value"]):
            yield match.span("value")
    yield from _records(text)
    for place in begins(text, "@"):
        start = max(0, place - _LONGEST_CREDENTIAL)
        before = _CREDENTIAL.search(text, start, place) if ":" in text[start:place] else None
        if (
            before
            and _is_secret(before["value"])
            and letter_at(text, place + 1).isalnum()
            and not text.startswith("sha256:", place + 1)
        ):
            yield before.span("value")
    signs = {place for place, _ in places(lowered, occurring(_PAIR_SIGNS, spoken))}
    for place in signs:
        after = _PAIR_AFTER.match(text, place)
        if after and _is_secret(after["value"]):
            yield after.span("value")
    for line in {line_begin(text, place) for place in signs}:
        directive = _DIRECTIVE.match(text, line)
        if directive and _is_secret(directive["value"]) and _LOOK.search(directive["value"]):
            yield directive.span("value")
    for place, sign in places(lowered, occurring(_CALL_SIGNS, spoken)):
        call = _CALL_AFTER.match(text, place)
        if call and ('"' in call["arguments"] or "'" in call["arguments"]):
            yield from _arguments(call, sign)


def _by_sign(text: str, spoken: str, flags: frozenset[str]) -> Iterator[re.Match[str]]:
    """Yield the matches of the pairs that need no word."""
    for sign in occurring(_SIGNS, spoken):
        if _occurs(sign, text, flags):
            yield from _tried(text, sign, WORDLESS[sign])


def _by_word(text: str, known: frozenset[bytes], spoken: str, flags: frozenset[str]) -> Iterator[re.Match[str]]:
    """Yield the matches of the pairs that need a word which the text has."""
    for number in {number for word in known & WORDS for number in BY_WORD[word]}:
        pair = PAIRS[number]
        for sign in occurring(pair.signs, spoken):
            if _occurs(sign, text, flags):
                yield from _tried(text, sign, (pair,))


def _occurs(sign: str, text: str, flags: frozenset[str]) -> bool:
    """Whether ``sign`` occurs in ``text``; cheaper than a search if it is a flag or if its first character does not occur."""
    if sign[:2] == _FLAG:
        return sign[:3] in flags
    return sign[0] in text and sign in text


def _tried(text: str, sign: str, pairs: tuple[Pair, ...]) -> Iterator[re.Match[str]]:
    """Yield the matches of ``pairs`` at each ``sign`` or at the beginning of its line."""
    places = list(begins(text, sign))
    for pair in pairs:
        for start in dict.fromkeys(line_begin(text, place) for place in places) if pair.whole_line else places:
            if match := pair.pattern.match(text, start):
                yield match


def _starred(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the patterns for lines that end with a star."""
    for star in _STAR_AT_END.finditer(text) if "*" in text else ():
        start = line_begin(text, star.start())
        for pattern in STARRED:
            if match := pattern.match(text, start):
                yield match


def _records(text: str) -> Iterator[tuple[int, int]]:
    """Yield values at the end of a line after a colon, and second fields of colon-separated lines."""
    for end in _RECORD_END.finditer(text):
        line = line_begin(text, end.start())
        for pattern in _RECORDS:
            match = pattern.match(text, line)
            if match and _is_secret(match["value"]):
                yield match.span("value")
    for between in _NUMBERS_BETWEEN.finditer(text):
        match = _ACCOUNT.match(text, line_begin(text, between.start()))
        if match and _is_secret(match["value"]):
            yield match.span("value")


def _arguments(call: re.Match[str], sign: str) -> Iterator[tuple[int, int]]:
    """Yield the quoted arguments that can be a password: not the first and, unless the call is a login, only password-like ones."""
    at = call.start("arguments")
    values = [
        (number, at + argument.start("value"), at + argument.end("value"), argument["value"])
        for number, argument in enumerate(_ARGUMENT.finditer(call["arguments"]))
        if argument["value"] is not None
    ]
    strong = sign not in _WEAK_CALLS
    many = len(values) > 1 and values[-1][0] >= 2
    beside_user = False
    for number, start, end, value in values:
        is_users, beside_user = beside_user, value in _USERS or _ADDRESS.fullmatch(value) is not None
        if number == 0 or len(value) < 3 or any(sign in value for sign in " /.") or not _is_secret(value):
            continue
        if is_users or many or _LOOK.search(value) or (strong and number == values[-1][0]):
            yield start, end


def _is_secret(value: str) -> bool:
    """Whether a value is not a number, variable, placeholder or stand-in."""
    return not (_NUMBERS.fullmatch(value) or _NO_SECRET.match(value))
