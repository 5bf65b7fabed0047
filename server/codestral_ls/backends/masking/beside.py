"""Find values near a name such as ``password`` that none of the syntax patterns found.

The other modules know from the syntax where a value is. This one excludes: a candidate must not be a word of prose, a name in the
program, a label, a type or a technical term. The more a value looks like a password, the farther from the name it may be. A plain
word of letters counts only outside program code, where it cannot be a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from codestral_ls.backends.masking.occurrences import just_before, line_begin
from codestral_ls.backends.masking.sentence_words import is_prose
from codestral_ls.backends.masking.values import is_no_code, is_password

_LONGEST_LINE = 240
_MOST_ATOMS = 13
_PROGRAM = frozenset(
    b"return def function func const class import void struct public static elif lambda typeof require include namespace impl "
    b"async await yield endif ifndef extends interface".split()
)
_ENOUGH_SIGNS, _CALL = 2, frozenset((b"()",))
"""A text with two keywords of programming languages, or a call on a line of its own, is treated as program code."""
_CALL_ALONE = re.compile(r"(?m)^[ \t]*[A-Za-z_][\w.]*\([^()\n]*\)[ \t]*;?[ \t]*$")
"""A line that is only a call."""
_PROSE_BEFORE = re.compile(r"(?i)\b(?:the|an?|your|my|their|his|her|its|our|this|that|no|any|each|every)[ \t]+[\w.-]*\Z")
_ATOM = re.compile(
    r"(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n]{0,80}?)(?:(?P=quote)|$)"
    r"|(?P<bare>[^\s\"'`,;(){}\[\]<>|=:\\](?:[^\s\"'`,;(){}\[\]<>|=:]|:(?=\S)){0,80})",
    re.M,
)
_OWN = re.compile(r"[\w.-]{0,30}(?:\\?[\"'`])?[\])}]{0,2}")
"""The rest of the name, and its closing quote or brackets."""
_LOOK = re.compile(r"(?=.*[A-Za-z])(?=.*[\d!@#$%^&*+?~])")
"""Letters mixed with digits or punctuation, as password rules demand; rare for words in a program."""
_NAME_LIKE = re.compile(r"[A-Za-z_$][A-Za-z_]*(?:[-._:/\\>]+[A-Za-z_$*]\w*)*\d{0,1}")
"""A word, or words joined as in paths, options and member accesses."""
_TECHNICAL = re.compile(
    r"(?i)(?:utf|latin|iso|ascii|sha|md|aes|des|hmac|rsa|ecdsa|ed|x|base|tls|ssl|http|oauth|argon|bcrypt|pbkdf|scrypt|blake|py"
    r"|python|u?int|float|str|char|arg|param|ipv|win|node|k8s|i18n|l10n)[-_ .]?\d[\w.-]*|[a-z]{1,3}[-_.]?\d{1,4}"
    r"|[\d.]+(?:px|em|rem|ms|s|m|h|d|kb|mb|gb|k|st|nd|rd|th|%)?|0x[0-9a-f]+|[\w.+-]+@(?:[\w-]+(?:\.[\w-]+)+|[a-z-]+)|\w+://.*|[./~\\].*"
    r"|[^!@#$^&*]*[/\\].*|[\w-]*\.\w{1,5}|[%$&?]\w*|\w*%[\w(].*|[A-Za-z_]+\d?(?:_t)?\*|[&*]\w+|.*\$\(.*|[\d:.-]+"
)
_KEY_AFTER = re.compile(r"[ \t]*(?::=?[ \t]+\S|=>|=(?!=)|\]|\()")
_KEY_AFTER_WORD = re.compile(r"[ \t]*(?::(?!\S)|[:=]?=|\]|\(|\})")
_WORD_OF_VALUE = re.compile(r"(?i)\w{0,12}(?:value|plain\w*|clear\w*|text|string|data|default|content|literal|raw)")
_NOTHING = re.compile(r"[\w.-]{0,30}[^\w\n|,;]*\n")
_LISTED_BEFORE = re.compile(r"[|,;\t][^\n]*\Z")
_ASSIGNED = re.compile(r"[=:(>|~]|\b(?:is|was|be)\b")
_SAID = re.compile(r"[ \t]+(?:is|was)(?:[ \t]+now)?:?[ \t]+")
_MEASURE = re.compile(r"\d+-?[A-Za-z-]+")
"""`the password is …` in a sentence, but not `the password is 8-character`."""
_CHOSEN = re.compile(r"(?=.*\d)(?=.*[a-z])\w{3,}[!@#$%^&+?~]{1,3}\w*")
"""A word with both a digit and punctuation: unquoted words in programs do not have both."""
_WORTH = re.compile(r"[\"'`\d]")
"""A quote or a digit: a value in a program has one of them in front of it or inside."""
_SHORTEST = 4


def signs_of_program(text: str, known: frozenset[bytes]) -> frozenset[bytes]:
    """Return what a text with the words ``known`` has of program code: keywords, and a line that is only a call."""
    found = known & _PROGRAM
    return found | _CALL if len(found) < _ENOUGH_SIGNS and _CALL_ALONE.search(text) else found


def is_program(signs: frozenset[bytes]) -> bool:
    """Whether a text with these signs is program code rather than settings, data or commands."""
    return len(signs) >= _ENOUGH_SIGNS or signs >= _CALL


def values(text: str, place: int, after: int, *, program: bool) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of likely passwords near the name that spans ``place`` to ``after``.

    In a ``program``, unquoted words are judged more strictly, because they can be variables.
    """
    end = _line_end(text, after)
    prose = just_before(_PROSE_BEFORE, text, place, 40) is not None
    own = _OWN.match(text, after)
    found = _first(text, own.end() if own else after, end, program=program, prose=prose)
    if (
        found is None
        and not prose
        and _NOTHING.match(text, after)
        and not _LISTED_BEFORE.search(text, line_begin(text, place), place)
    ):
        for _ in range(2):
            begin, end = end + 1, _line_end(text, end + 1)
            found = found or _first(text, begin, end, program=program, prose=False)
    if found:
        yield found


def _is_key(text: str, atom: re.Match[str], kind: str) -> bool:
    return (_KEY_AFTER if kind == "quoted" else _KEY_AFTER_WORD).match(text, atom.end()) is not None


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return min(len(text) if end < 0 else end, place + _LONGEST_LINE)


def _first(text: str, begin: int, end: int, *, program: bool, prose: bool) -> tuple[int, int] | None:
    if program and _WORTH.search(text, begin, end) is None:
        return None
    near = True
    for atom in islice(_ATOM.finditer(text, begin, end), _MOST_ATOMS):
        kind = "quoted" if atom["quoted"] is not None else "bare"
        value, (start, stop) = atom[kind], atom.span(kind)
        if not _is_key(text, atom, kind) and _is_value(value):
            between = text[begin : atom.start()]
            if kind == "quoted" and _quoted(value, between, near=near, program=program):
                return start, stop
            said = prose and _SAID.fullmatch(between) and _strange(value) and not _MEASURE.fullmatch(value)
            if kind == "bare" and (said or not prose) and _bare(value, between, near=near, program=program):
                last = value.rpartition(":")[2]
                return (stop - len(last) if _is_value(last) and _strange(last) else start), stop
        marks = len(value) < 4 or _WORD_OF_VALUE.fullmatch(value) is not None
        prose = prose or (kind == "bare" and is_prose(value))
        near = near and (marks or not any(map(str.isalnum, value)))
    return None


def _is_value(value: str) -> bool:
    return len(value) >= _SHORTEST and is_password(value) and not _TECHNICAL.fullmatch(value)


def _strange(value: str) -> bool:
    """Whether the value is more than a word with an optional number."""
    return _LOOK.match(value) is not None and not _NAME_LIKE.fullmatch(value)


def _quoted(value: str, between: str, *, near: bool, program: bool) -> bool:
    if _strange(value):
        return True
    return near and (_LOOK.match(value) is not None or (value.isalpha() and (not program or bool(_ASSIGNED.search(between)))))


def _bare(value: str, between: str, *, near: bool, program: bool) -> bool:
    if not value[0].isalnum() or not is_no_code(value):
        return False
    if program:
        return _strange(value) and _CHOSEN.fullmatch(value) is not None
    return _strange(value) or (
        near and not between.endswith("(") and "," not in between and not is_prose(value) and value.replace("-", "").isalnum()
    )
