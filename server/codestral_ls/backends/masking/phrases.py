"""Find secrets by their surroundings: command lines, headers, SQL, and blocks of key material."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern

from codestral_ls.backends.masking.occurrences import matches_at, occurring, occurs, places, vocabulary


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern whose group 1 is the secret. Tried if ``sign`` occurs; if there are ``words``, the text needs one of them.

    ``begins`` says whether the pattern begins with the sign.
    """

    sign: str
    pattern: Pattern[str]
    words: frozenset[bytes] = frozenset()
    begins: bool = False


def _phrase(sign: str, pattern: str, words: str = "") -> Phrase:
    begins = pattern.removeprefix(r"\b").startswith(sign)
    return Phrase(sign, re.compile(pattern), frozenset(words.encode().split()), begins)


_USER = r"[\"']?[^\s:\"'$]+:([^\s\"'$][^\s\"']*)"
PHRASES: tuple[Phrase, ...] = (
    _phrase("curl", rf"\bcurl\b[^\n]{{0,300}}?\s(?:-u|--user|-U|--proxy-user)[ =]?{_USER}", "curl"),
    _phrase("http ", rf"\bhttps? [^\n]{{0,100}}?\s-a[ =]?{_USER}", "http https"),
    _phrase("mysql", r"\bmysql\w{0,40}\b[^\n]{0,200}?\s-p[\"']?([^\s\"'$]{3,500})"),
    _phrase("mariadb", r"\bmariadb[\w-]{0,40}\b[^\n]{0,200}?\s-p[\"']?([^\s\"'$]{3,500})"),
    _phrase("mongo", r"\bmongo\w{0,40}\b[^\n]{0,200}?\s-p\s+[\"']?([^\s\"'$]{3,500})"),
    _phrase("sshpass", r"\bsshpass\s+-p\s*[\"']?([^\s\"'$]{3,500})", "sshpass"),
    _phrase(
        " login",
        r"\b(?:docker|podman|helm|oras|az|oc|skopeo|nerdctl)\b[^\n]{0,60}\blogin\b[^\n]{0,120}?\s-p[ =]?[\"']?([^\s\"'$]{3,500})",
        "login",
    ),
    _phrase("redis-cli", r"\bredis-cli\b[^\n]{0,120}?\s-a\s+[\"']?([^\s\"'$]{3,500})", "redis"),
    _phrase("ldap", r"\bldap\w{1,40}\b[^\n]{0,200}?\s-w\s+[\"']?([^\s\"'$]{3,500})"),
    _phrase("pass:", r"\bpass:([^\s\"'$]{3,500})", "pass"),
    _phrase("htpasswd", r"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+[\"']?([^\s\"'$]{3,500})", "htpasswd"),
    _phrase("chpasswd", r"[\"'][\w.-]+:([^\s\"'$]{3,500})[\"']\s*\|\s*(?:sudo\s+)?chpasswd", "chpasswd"),
    _phrase("-U", r"\s-U\s*[\"']?[\w.\\-]+%([^\s\"'$]{3,500})"),
    _phrase("net user", r"\bnet user\s+\S+\s+([^\s\"'/$*]{3,500})", "net"),
    _phrase("/pass", r"/pass\w{0,12}:([^\s\"'$]{3,500})"),
    _phrase("SecureString", r"ConvertTo-SecureString\s+(?:-\w+\s+){0,3}\\?[\"']?((?!-)[^\s\"'\\$()]{3,500})", "securestring"),
    _phrase("IDENTIFIED", r"IDENTIFIED\s+(?:WITH\s+\S+\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?[\"']([^\"'\n]{3,500})", "identified"),
    _phrase(
        "identified",
        r"(?:create|alter)\s+user\b[^\n]{0,120}?identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?[\"']([^\"'\n]{3,500})",
        "identified",
    ),
)

_BY_SIGN = {phrase.sign: phrase for phrase in PHRASES if not phrase.words}
_SIGNS = tuple(_BY_SIGN)
_WORDS = frozenset(word for phrase in PHRASES for word in phrase.words)
_BY_WORD = {word: tuple(phrase for phrase in PHRASES if word in phrase.words) for word in _WORDS}
_WALLET = re.compile(r"[^\n]{0,60}?(?<![\w-])([a-z]{3,8}(?: [a-z]{3,8}){11,23})(?![\w-])")
"""The words from which a wallet's keys are made, 12 to 24 of 3 to 8 letters (BIP 39), after one of the next words."""
_WALLET_NAMES = ("mnemonic", "seed", "recovery", "ganache")
_WALLET_WORDS = frozenset(name.encode() for name in _WALLET_NAMES)
_BASIC = re.compile(r"\b[Bb](?:asic|ASIC)[ \t]+([A-Za-z0-9+/]{8,}={0,2})(?![A-Za-z0-9+/=])")
_BASIC_SIGNS = ("asic", "ASIC")
_PEM_END = r"-----END [A-Z0-9 ]*PRIVATE KEY"
_BLOCKS: tuple[Phrase, ...] = (
    Phrase(
        "PRIVATE KEY",
        re.compile(
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(.+?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)", re.S
        ),
    ),
    # A private key whose beginning is above the window.
    Phrase(
        "PRIVATE KEY", re.compile(r"(?:\A|\n)((?:[ \t\"'#*]*+[A-Za-z0-9+/=]{8,}+(?:\\n)?[\"',;+ \t]*+\r?\n)+)[^\n]{0,8}" + _PEM_END)
    ),
    Phrase("Private-Lines:", re.compile(r"Private-Lines: \d+\s*\n((?:[A-Za-z0-9+/=]{8,}+\s*+)+)")),
    Phrase("$ANSIBLE_VAULT", re.compile(r"\$ANSIBLE_VAULT[^\n]*\n((?:[ \t]*[0-9a-f]{16,}[ \t]*(?:\r?\n|\Z))+)")),
)


def find(text: str, lowered: str, known: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the secrets. ``lowered`` is the text in lower case, ``known`` are its words."""
    for phrase in _tried(known):
        if phrase.begins:
            for match in matches_at(text, phrase.sign, phrase.pattern):
                yield match.span(1)
        elif occurs(phrase.sign, text):
            for match in phrase.pattern.finditer(text):
                yield match.span(1)
    for sign in _BASIC_SIGNS if b"basic" in known else ():
        for match in matches_at(text, sign, _BASIC, (1,)):
            if _is_pair(match[1]):
                yield match.span(1)
    if not known.isdisjoint(_WALLET_WORDS):
        yield from _wallets(text, lowered)


def _tried(known: frozenset[bytes]) -> set[Phrase]:
    """Return the phrases of which a text with the words ``known`` has a word, or whose sign may occur in it."""
    by_word = {phrase for word in known & _WORDS for phrase in _BY_WORD[word]}
    return by_word.union([_BY_SIGN[sign] for sign in occurring(_SIGNS, vocabulary(known))])


def _wallets(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    end = 0
    for after, name in sorted(places(lowered, _WALLET_NAMES)):
        match = _WALLET.match(text, after) if after - len(name) >= end else None
        if match:
            end = match.end()
            yield match.span(1)


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of key material that spans lines."""
    for block in _BLOCKS:
        if block.sign in text:
            for match in block.pattern.finditer(text):
                yield match.span(1)


def _is_pair(encoded: str) -> bool:
    """Whether ``encoded`` is a user name and a password in base64 (RFC 7617)."""
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except ValueError:
        return False
    return ":" in decoded and decoded.isprintable()
