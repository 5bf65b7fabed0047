"""Patterns for values that are not directly after their name: in nested brackets or tags, in a later call, or before the name."""

from __future__ import annotations

import re

_KEYS = r"(?:\w{0,12}value|plain\w*|clear\w*|text|string|data|default\w*|content|literal|raw|secret|val|_|#text)"
NESTED = re.compile(
    r"[\w.-]{0,24}[\"'\])]{0,3}(?:[ \t]{1,4}\w{1,12})?\s{0,20}(?:(?:=>|[:=,])?\s{0,80}[{\[(]{1,2}|>)\s{0,80}(?:<(?=[a-zA-Z]))?"
    rf"[\"']?(?i:{_KEYS})[\"']?(?:\s[^<>\n]{{0,60}})?\s{{0,4}}(?:=>|[:=>])\s{{0,80}}[\"']?(?P<value>[^\s\"'<>{{}}$]{{3,200}})(?=[\"'<,;\s}})\]]|\Z)"
)
"""A name, an opening bracket or tag, and inside it a key such as `value`: `"password": {"value": "…"}`, `<password><value>…`."""
_VERBS = r"(?:send\w*|type\w*|fill\w*|set\w*|input\w*|write\w*|enter\w*|press\w*|respond\w*|answer\w*|with\w*|value|val|default\w*)"
CALLED_LATER = re.compile(
    r"[\w :.-]{0,24}[\"'`][^\n]{0,40}?\)?(?:\s{0,40}\.|\)?;?\s{1,40}(?:\w{1,24}\.)?)"
    rf"{_VERBS}[ (]{{1,2}}(?:[bru]{{0,2}})[\"'`](?P<value>[^\"'`\s\\]{{3,500}})(?:\\[rn])*[\"'`]"
)
"""A name in a string, then a call with one word as its argument: `find("#password").type("…")`, or `expect("Password:")` with
`sendline("…")` on the next line."""
FLAGGED_LATER = re.compile(
    r"[\w./-]{0,24}[\"']?(?:[ \t]+[^\s]{1,60}){0,4}?[ \t]+"
    r"(?:--?(?:\w{0,12}value|data|text|content|body|string|secret-string)|/d)[ =][\"']?(?P<value>[^\s\"'$]{3,200})"
)
"""`--name password --value …`, `/v password /d …`."""
DEFAULT_BELOW = re.compile(
    r"[\w.-]{0,24}[\"']?:[ \t]*\r?\n(?:[ \t]+[\w-]+:[^\n]*\n){0,5}"
    r"[ \t]+(?:[dD]efault|[vV]alue):[ \t]+[\"']?(?P<value>[^\s\"'#]{3,200})"
)
"""A template parameter whose default is on one of the lines below."""
OBJECT = re.compile(r"(?:,[\w.-]{1,20}=[^\s,=]{1,60}){0,4},(?:data|value|pass\w*)=(?P<value>[^\s\"',;]{3,200})")
"""`secret,id=0,data=…`: an object given on a command line."""
BELOW = re.compile(r"\r?\n(?:V \d{1,4}\r?\n)(?P<value>[^\s]{3,200})(?=\r?(?:\n|\Z))")
"""Subversion's stored credentials: the name, the value's length and the value, each on its own line."""
IN_BRACES = re.compile(r"[\w.-]{0,24}[ \t]*:[ \t]+(?P<value>[^\s\"'`,;(){}\[\]<>|]{4,200})(?=[ \t]*[,}])(?![ \t]*,?[ \t]*\w+\))")
"""`{user: …, password: …}` without quotes."""
DECLARED = re.compile(
    r"[\w.-]{0,24}+[)\]\"']{0,3}+(?:[^\n\"'`,()=!<>]|\(\d{1,5}\)){0,60}(?:(?<![=!<>])=>?|\|\|=?|\?\?=?|\?:|\bor\b|//=?|\{|\bAs\b|:=)"
    r"[ \t]*(?:[A-Za-z]{1,2}8?|[@$])?[\"'`](?P<value>[^\"'`\n]{3,200})[\"'`]"
)
"""A name, then words of its declaration or of a fallback, then a string: `password As String = "…"`,
`Password { get; set; } = "…"`, `password || "…"`."""
MEMBERS = re.compile(
    r"[\w.-]{0,24}s[\"']?(?:[ \t]*[:=][ \t]*\[?|>)[ \t]*\r?\n(?P<members>(?:[ \t]*(?:-[ \t]*|<[\w:.-]{1,30}>)?"
    r"[\"']?[^\s\"'<>:,]{3,80}[\"']?"
    r"(?:</[\w:.-]{1,30}>)?,?[ \t]*(?:\r?\n|\Z)){1,40})"
)
"""`passwords:` and the list items on the lines below it."""
MEMBER = re.compile(r"(?m)^[ \t]*(?:-[ \t]*|<[\w:.-]{1,30}>)?[\"']?(?P<value>[^\s\"'<>:,]{3,80})")
PARALLEL = re.compile(r"[ \t]*,[ \t]*[\"'](?P<value>[^\"'\n]{3,80})[\"']")
NAMES = re.compile(r"[ \t]*(?:(?:var|const|let|my|local)[ \t]+)?[\w$]+(?:[ \t]*,[ \t]*[\w$]+)*(?:[ \t]*,[ \t]*[\w$]*)?")
"""`a, password = "…", "…"`: other names before this one, and other values around its value."""
_COMPARED_BEFORE = re.compile(r"[\"'](?P<value>[^\"'\s]{3,200})[\"']\)?[ \t]*(?:===?|!==?|<>)[ \t]*[\w.$>-]{0,40}\Z")
_KEYED_BEFORE = re.compile(
    r"(?:\w{0,12}value|default\w*|content)[\"']?\s{0,4}(?:=>|[:=>])\s{0,4}[\"']?(?P<value>[^\s\"'<>,{}$]{3,200})[\"']?\s{0,4}"
    r"(?:</[\w:.-]{1,30}>|,|;)?\s{0,80}[\"'<]{0,2}(?:\w{0,12}name|key|id|label|variable|parameter|field|property)[\"']?\s{0,4}"
    r"(?:=>|[:=>])\s{0,4}[\"']?[\w.-]{0,30}\Z",
    re.I,
)
_GIVEN_BEFORE = re.compile(
    r"\(\s{0,4}[\"'](?P<value>[^\"'\s]{3,200})[\"']\s{0,4},[^\n()]{0,40}?\b(?:for\w{0,12}|key|name|as|account|under|service|to)"
    r"\s{0,3}[:=]\s{0,3}[\"'(.]{1,2}[\w.-]{0,30}\Z"
)
_WINDOW = 300


def given_before(text: str, place: int) -> re.Match[str] | None:
    """Return the match (group ``value``) of a value that comes before its name, which begins at ``place``."""
    start = max(0, place - _WINDOW)
    window = text[start:place]
    for sign, pattern in (
        ("alue", _KEYED_BEFORE),
        ("efault", _KEYED_BEFORE),
        ("ontent", _KEYED_BEFORE),
        ("(", _GIVEN_BEFORE),
        ("==", _COMPARED_BEFORE),
        ("!=", _COMPARED_BEFORE),
        ("<>", _COMPARED_BEFORE),
    ):
        if sign in window and (match := pattern.search(text, start, place)):
            return match
    return None
