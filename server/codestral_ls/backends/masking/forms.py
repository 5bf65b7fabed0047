"""Known key formats: a row for each prefix, length and alphabet that a provider publishes.

A format needs a row only if its keys are short or need not look generated. `randomness.is_random` finds all other keys,
including those of unknown providers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern

from codestral_ls.backends.masking.occurrences import matches_at, occurring, vocabulary


@dataclass(frozen=True, slots=True)
class Form:
    """A key format: group 1 of ``pattern`` (or the whole match) is the secret; it is tried where one of ``signs`` occurs.

    If there are ``words``, the text must contain one of them as a whole word. ``before`` are the numbers of characters that
    the pattern may have before the sign, the largest first.
    """

    name: str
    signs: tuple[str, ...]
    pattern: Pattern[str]
    words: frozenset[bytes]
    before: tuple[int, ...]


def _form(name: str, signs: str, pattern: str, words: str = "", before: tuple[int, ...] = (0,)) -> Form:
    return Form(name, tuple(signs.split()), re.compile(pattern), frozenset(words.encode().split()), before)


PREFIXED: tuple[Form, ...] = (
    _form("age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    _form("jfrog key", "AKCp cmVmdGtu", r"(?:AKCp|cmVmdGtu)[A-Za-z0-9]{20,}"),
    _form("atlassian token", "ATATT3 ATCTT3 ATBB", r"(?:AT[AC]TT3|ATBB)[\w=-]{20,}"),
    _form("aws access key", "AKIA ASIA ABIA ACCA AIDA AROA", r"A(?:KIA|SIA|BIA|CCA|IDA|ROA)[A-Z2-7]{12,}"),
    _form("github token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,})"),
    _form("gitlab token", "glpat- glptt- glrt- gldt- glcbt- glsoat- glft-", r"gl(?:pat|ptt|rt|dt|cbt|soat|ft)-[\w.-]{14,}"),
    _form("google key", "AIza GOCSPX-", r"(?:AIza[\w-]{24,}|GOCSPX-[\w-]{16,})"),
    _form("slack token", "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-", r"(?:xox[abeoprs]-|xapp-)[\w-]{10,}"),
    _form("stripe key", "sk_ rk_ pk_ whsec_", r"(?:[rsp]k_(?:live|test|prod)_[A-Za-z0-9]{12,}|whsec_[\w+/=]{20,})"),
    _form("model provider key", "sk-", r"sk-(?=[A-Za-z_-]*[A-Z0-9])(?:[a-z]{2,8}\d{0,2}-)*[A-Za-z0-9_-]{20,}"),
    _form("hugging face token", "hf_ api_org_", r"(?:hf_|api_org_)[A-Za-z0-9]{24,}"),
    _form("npm token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    _form("pypi token", "pypi-", r"pypi-[\w-]{40,}"),
    _form("json web token", "eyJ", r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}"),
    _form("databricks token", "dapi dose", r"(?:dapi|dose)[a-f0-9]{28,}(?:-\d)?"),
)
"""Formats that begin with one of their signs and have at least 15 letters, digits, dashes or underscores."""

_URL_WORD = r"[^\s@/'\"<>{}$%]"
FORMS: tuple[Form, ...] = (
    _form("sendgrid key", "SG.", r"(?<!\w)SG\.[\w-]{16,}\.[\w-]{16,}", "sg"),
    _form("vault token", "hvs. hvb. hvr.", r"(?<!\w)hv[sbr]\.[\w-]{20,}", "hvs hvb hvr"),
    _form("google refresh token", "1//0", r"(?<![\w/])1//0[\w-]{20,}"),
    _form("discord token", "mfa.", r"(?<!\w)mfa\.[\w-]{40,}", "mfa"),
    _form("slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/([\w/+-]{20,})", "slack"),
    _form("discord webhook", "/api/webhooks/", r"/api/webhooks/(\d{15,}/[\w-]{40,})", "webhooks"),
    _form("telegram token", ":AA", r"(?<!\d)\d{8,10}:AA[\w-]{30,}", before=(10, 9, 8)),
    _form("azure secret", "Q~", r"[\w~.-]{3}\dQ~[\w~.-]{31,}", before=(4,)),
    _form("azure key", "AccountKey= SharedAccessKey=", r"(?:AccountKey|SharedAccessKey)=([\w+/%]{20,}=*)"),
    _form("azure signature", "sig=", r"[?&;]sig=([\w+/%]{20,}=*)", "sig", (1,)),
    _form("terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}", "atlasv", (14,)),
    _form("crypt hash", "$", r"(?<![\w$])\$[A-Za-z0-9][A-Za-z0-9-]{0,15}\$(?=[^\s\"']{0,40}\d)[\w./+$=,*@:-]{16,}"),
    _form("credential of a url", "://", rf"://[^\s:/'\"<>{{}}$\\]{{0,100}}:((?!\d{{1,5}}/){_URL_WORD}[^\s@'\"<>{{}}]{{0,200}})@"),
    _form("token of a url", "://", r"://([A-Za-z0-9_-]{16,})@"),
    _form("credential of an oracle address", ":thin:", r":thin:[\w.-]{1,100}/([^\s@'\"]{1,200})@", "thin"),
)
"""Other formats."""
_MARKED = re.compile(
    r"\{(?i:plain|clear\w*|noop|s?sha\d*(?:-\w+)?|s?md5|crypt|bcrypt|blf-crypt|argon2\w*|pbkdf2\w*|scram\w*|base64|hex)\}"
    r"([^\s\"'<>:,{}]{3,})"
)
"""A password after the scheme that it is stored in (RFC 2307 and its successors)."""

_BY_START: dict[str, tuple[tuple[str, Form], ...]] = {}
for _each in PREFIXED:
    for _sign in _each.signs:
        _BY_START[_sign[:2]] = (*_BY_START.get(_sign[:2], ()), (_sign, _each))


def may_begin(run: str, letters: int = 2) -> bool:
    """Whether the first ``letters`` of ``run`` are those of a sign of ``PREFIXED``, or begin with the whole sign."""
    return run[:2] in _BY_START and any(run.startswith(sign[:letters]) for sign, _ in _BY_START[run[:2]])


def beginning_at(text: str, start: int) -> tuple[int, str] | None:
    """Return the end of the key that begins at ``start`` and the name of its format, or None if no key begins there."""
    for sign, form in _BY_START.get(text[start : start + 2], ()):
        if text.startswith(sign, start) and (match := form.pattern.match(text, start)):
            return match.end(), form.name
    return None


def find(text: str, known: frozenset[bytes]) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, name)`` of the keys of ``FORMS`` in ``text``. ``known`` are the text's words."""
    spoken = vocabulary(known)
    for form in FORMS:
        if not form.words or not known.isdisjoint(form.words):
            for sign in occurring(form.signs, spoken):
                for match in matches_at(text, sign, form.pattern, form.before):
                    yield *match.span(form.pattern.groups), form.name
    for match in _MARKED.finditer(text) if "}" in text else ():
        yield *match.span(1), "marked password"
