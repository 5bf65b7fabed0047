"""What secrets look like: a table of rules, each with the cheap sign that makes it worth trying.

Forms come from the providers' public documentation of their keys. Deliberately no guess from entropy alone but for long
quoted strings: a file's ordinary hashes and identifiers are not secrets.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern``'s group 1 (the whole match without one) is the secret. It is tried where one of ``signs`` occurs.

    ``random`` demands that what was found looks random.
    """

    name: str
    signs: tuple[str, ...]
    pattern: Pattern[str]
    random: bool = False


def _rule(name: str, signs: str, pattern: str, *, random: bool = False) -> Rule:
    return Rule(name, tuple(signs.split()), re.compile(pattern), random)


RULES: tuple[Rule, ...] = (
    _rule("aws access key", "AKIA ASIA ABIA ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    _rule("aws secret key", "aws AWS Aws", r"(?i)aws[\w.-]{0,20}key\w{0,8}[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9/+]{40})(?![\w/+])"),
    _rule("github token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{22,})"),
    _rule("gitlab token", "glpat- glptt- glrt- gldt- glcbt- glsoat-", r"\bgl(?:pat|ptt|rt|dt|cbt|soat)-[\w-]{16,}"),
    _rule("slack token", "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-", r"\b(?:xox[abeoprs]|xapp)-[\w-]{10,}"),
    _rule("slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/([\w/+-]{20,})"),
    _rule("discord webhook", "/api/webhooks/", r"/api/webhooks/(\d{15,}/[\w-]{40,})"),
    _rule("stripe key", "k_live_ k_test_ whsec_", r"\b(?:[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{24,})"),
    _rule("google key", "AIza GOCSPX- ya29.", r"\b(?:AIza[\w-]{30,}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})"),
    _rule("model provider key", "sk-", r"\bsk-(?:[a-z]{2,8}\d{0,2}-)*[A-Za-z0-9_-]{20,}", random=True),
    _rule("hugging face token", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    _rule("package registry token", "npm_ pypi-", r"\b(?:npm_[A-Za-z0-9]{30,}|pypi-[\w-]{50,})"),
    _rule("json web token", "eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?"),
    _rule("sendgrid key", "SG.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    _rule("twilio key", "AC SK", r"\b(?:AC|SK)[0-9a-f]{32}\b"),
    _rule("telegram token", ":AA", r"(?<!\d)\d{8,10}:AA[\w-]{32,}"),
    _rule("azure key", "AccountKey= SharedAccessKey= sig=", r"(?:AccountKey|SharedAccessKey|[?&;]sig)=([\w+/%]{30,}=*)"),
    _rule("cloud token", "do_v1 doo_v1 dop_v1 dor_v1 dapi", r"\b(?:do[opr]_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}(?:-\d)?)\b"),
    _rule("shop token", "shpat_ shpca_ shppa_ shpss_", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _rule(
        "service token",
        "hvs. glsa_ lin_api_ ATATT3 dp.pt. pscale_ sntrys_ NRAK- figd_ ntn_ PMAK- sbp_ AGE-SECRET-KEY- key-",
        r"\b(?:hvs\.[\w-]{20,}|glsa_\w{32,}|lin_api_\w{32,}|ATATT3[\w=-]{40,}|dp\.pt\.\w{40,}|pscale_\w+_[\w-]{30,}"
        r"|sntrys_[\w=+/-]{40,}|NRAK-[A-Z0-9]{27}|figd_[\w-]{36,}|ntn_\w{40,}|PMAK-[a-f0-9-]{50,}|sbp_[a-f0-9]{40}"
        r"|AGE-SECRET-KEY-1[A-Z0-9]{58}|key-[0-9a-f]{32})",
    ),
    _rule(
        "authorization header",
        "earer EARER asic oken",
        r"\b(?:[Bb]earer|BEARER|[Bb]asic|[Tt]oken)\s+([\w.+/~-]{16,}=*)",
        random=True,
    ),
    _rule("password in url", "://", r"://[^\s:/@'\"<>{}$]*:([^\s@/'\"<>{}$%][^\s@/'\"<>{}]*)@"),
    _rule("connection string", "assword= wd= WD=", r"(?i)(?:password|pwd)=([^;\"'\s{}$%<&][^;\"'\s{}<&]{3,});"),
    _rule("quoted block", "' \" `", r"[\"'`]((?=[^\"'`]*\d)[A-Za-z0-9+/_-]{32,}={0,2})[\"'`]", random=True),
)
"""Tried in this order; where two overlap, the longer one counts."""

_KEYS = ("api", "access", "auth", "account", "private", "signing", "encryption", "master", "shared")
SECRET_NAMES = (
    *("passwd", "password", "passphrase", "pwd", "secret", "token", "credential"),
    *(first + joint + "key" for first in _KEYS for joint in ("_", "-", "")),
)
"""Parts of names, in lower case, that say that a secret is what they are given."""
ASSIGNED = re.compile(
    r"[\w-]{0,14}[\"'\])]{0,3}\s*(?::\s*[\w\[\]| .]{1,24}\s*=|:=|=>|==|=|:|,)\s*(?:[rbufRBUF]{1,2}|[@$])?"
    r"(?P<quote>[\"'`])(?P<value>[^\"'`\n]{4,}?)(?P=quote)"
)
"""What follows such a part of a name: a sign of assignment and a quoted string."""
ASSIGNED_PLAIN = re.compile(r"[\w-]{0,14}(?:=|:[ \t]+)(?P<value>[^\s\"'`#;,(){}\[\]<>]{8,})[ \t]*$", re.M)
"""The same in the unquoted manner of .env and YAML files: the rest of the line."""
LINE_TO_NAME = re.compile(r"\s*(?:export\s+|set\s+|-\s+)?[\w.-]*")
"""What may stand before an unquoted assignment's name on its line."""
_PASSWORD_NAME = re.compile(r"(?i)(?:passw(?:or)?d|passphrase|pwd)[\"'\])]{0,3}\s*(?:=|:|,)")

PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(.+?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)", re.S
)
PRIVATE_KEY_CUT = re.compile(
    r"\A((?:[ \t\"'#/*+]*[A-Za-z0-9+/=]+(?:\\n)?[\"',;+ \t]*\r?\n)*)[^\n]{0,8}-----END [A-Z0-9 ]*PRIVATE KEY"
)
"""A private key whose beginning is above the window."""
BLOCK_LINES = re.compile(r"(?m)(?:^[ \t\"'#]*[A-Za-z0-9+/]{60,76}={0,2}(?:\\n)?[\"',;+ \t]*(?:\r?\n|\Z)){3,}")
"""Three or more whole lines of base64: a key whose beginning and end are outside the window, or data as long as one."""
BEGUN = re.compile(
    r"(?:\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk-|hf_|npm_|pypi-|AKIA|ASIA|AIza|eyJ|[rs]k_live_|SG\.))[\w.-]{4,}\Z"
)
"""A known key's beginning right before the cursor: someone is typing or has just pasted a part of it."""

_PLACEHOLDER = re.compile(
    r"(?i)^(?:[x*.•_-]+|<.*>|\$\{?.*|\{.*\}|%.*|your[_-].*|my[_-].*|example.*|changeme|change[_-]me|none|null|true|false"
    r"|undefined|redacted|placeholder|(?:os\.)?(?:env|getenv|process)\b.*|MASKED_[0-9a-f]{8})$"
)


def is_assigned_secret(name_and_sign: str, value: str) -> bool:
    """Whether a quoted value given to a name that says "secret" is one, and not a word, a label or a placeholder.

    ``name_and_sign`` is the text up to the value's quote. A password may be a plain word; a token is never one.
    """
    if _PLACEHOLDER.match(value) or value.isspace():
        return False
    if _PASSWORD_NAME.search(name_and_sign):
        words = value.split()
        return len(words) == 1 and not re.fullmatch(r"(?i)[\w.-]*(?:passw(?:or)?d|pwd|str|string|text|input|field)", value)
    return is_random(value, least=8)


def is_random(value: str, least: int = 16) -> bool:
    """Whether a string looks generated: mixed kinds of characters and more information than words have.

    Measured on the standard library's string literals: 3.0 bits a character with a digit in it separates names from
    keys.
    """
    if len(value) < least or " " in value:
        return False
    kinds = sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9_.-]"))
    if kinds < 2 or not re.search(r"\d|[^A-Za-z0-9_./:\\-]", value):
        return False
    counts = Counter(value)
    entropy = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    if entropy < min(3.0, 0.8 * math.log2(len(value))):
        return False
    # Words joined by dashes, dots or underscores with a number somewhere ("utf-8-sig", "v1.2.3", "sha256_hash").
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", value) if part]
    wordy = sum(len(part) for part in parts if re.fullmatch(r"(?:[A-Z]?[a-z]+|[A-Z]+|\d{1,4}|[a-z]+\d{1,3})", part))
    return wordy < 0.6 * sum(len(part) for part in parts)
