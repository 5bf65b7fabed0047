"""Find secrets by their surroundings: command lines, headers, SQL, and blocks of key material."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern whose group 1 is the secret. Tried where ``sign`` occurs; if there are ``words``, the text needs one of them."""

    sign: str
    pattern: Pattern[str]
    words: frozenset[bytes] = frozenset()


def _phrase(sign: str, pattern: str, words: str = "") -> Phrase:
    return Phrase(sign, re.compile(pattern), frozenset(words.encode().split()))


_USER = r"[\"']?[^\s:\"'$]+:([^\s\"'$][^\s\"']*)"
PHRASES: tuple[Phrase, ...] = (
    _phrase("curl", rf"\bcurl\b[^\n]{{0,300}}?\s(?:-u|--user|-U|--proxy-user)[ =]?{_USER}", "curl"),
    _phrase("http ", rf"\bhttps? [^\n]{{0,100}}?\s-a[ =]?{_USER}", "http https"),
    _phrase("mysql", r"\bmysql\w*\b[^\n]{0,200}?\s-p[\"']?([^\s\"'$]{3,})"),
    _phrase("maria", r"\bmariadb[\w-]*\b[^\n]{0,200}?\s-p[\"']?([^\s\"'$]{3,})"),
    _phrase("mongo", r"\bmongo\w*\b[^\n]{0,200}?\s-p\s+[\"']?([^\s\"'$]{3,})"),
    _phrase("sshpass", r"\bsshpass\s+-p\s*[\"']?([^\s\"'$]{3,})", "sshpass"),
    _phrase(
        " login",
        r"\b(?:docker|podman|helm|oras|az|oc|skopeo|nerdctl)\b[^\n]{0,60}\blogin\b[^\n]{0,120}?\s-p[ =]?[\"']?([^\s\"'$]{3,})",
        "login",
    ),
    _phrase("redis-cli", r"\bredis-cli\b[^\n]{0,120}?\s-a\s+[\"']?([^\s\"'$]{3,})", "redis"),
    _phrase("ldap", r"\bldap\w+\b[^\n]{0,200}?\s-w\s+[\"']?([^\s\"'$]{3,})"),
    _phrase("pass:", r"\bpass:([^\s\"'$]{3,})", "pass"),
    _phrase("htpasswd", r"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+[\"']?([^\s\"'$]{3,})", "htpasswd"),
    _phrase("chpasswd", r"[\"'][\w.-]+:([^\s\"'$]{3,})[\"']\s*\|\s*(?:sudo\s+)?chpasswd", "chpasswd"),
    _phrase("-U", r"\s-U\s*[\"']?[\w.\\-]+%([^\s\"'$]{3,})"),
    _phrase("net user", r"\bnet user\s+\S+\s+([^\s\"'/$*]{3,})", "net"),
    _phrase("/pass", r"/pass\w{0,12}:([^\s\"'$]{3,})"),
    _phrase("SecureString", r"ConvertTo-SecureString\s+(?:-\w+\s+){0,3}\\?[\"']?((?!-)[^\s\"'\\$()]{3,})", "securestring"),
    _phrase("IDENTIFIED", r"IDENTIFIED\s+(?:WITH\s+\S+\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?[\"']([^\"'\n]{3,})", "identified"),
    _phrase(
        "identified",
        r"(?:create|alter)\s+user\b[^\n]{0,120}?identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?[\"']([^\"'\n]{3,})",
        "identified",
    ),
    # The words from which a wallet's keys are made: 12 to 24 of 3 to 8 letters (BIP 39).
    _phrase(
        " ",
        r"(?i:mnemonic|seed|recovery|ganache)[^\n]{0,60}?(?<![\w-])([a-z]{3,8}(?: [a-z]{3,8}){11,23})(?![\w-])",
        "mnemonic seed recovery ganache",
    ),
)

_WORDS = frozenset(word for phrase in PHRASES for word in phrase.words)
_BASIC = re.compile(r"\b[Bb](?:asic|ASIC)[ \t]+([A-Za-z0-9+/]{8,}={0,2})(?![A-Za-z0-9+/=])")
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


def find(text: str, known: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the secrets. ``known`` are the text's words (``occurrences.words``)."""
    said = known & _WORDS
    for phrase in PHRASES:
        if not (phrase.words and said.isdisjoint(phrase.words)) and phrase.sign in text:
            for match in phrase.pattern.finditer(text):
                yield match.span(1)
    if b"basic" in known:
        for match in _BASIC.finditer(text):
            if _is_pair(match[1]):
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
