"""The tail: the marks after the cursor that an editor closed.

This is the only definition, used by window, trigger, cache and filters.
"""

from __future__ import annotations

PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
QUOTES = "\"'`"
ENDINGS = ";,:"
CLOSERS = frozenset(")]}>\"'`;,:")
"""A rest of a line that consists only of these is what editors close by themselves: brackets, angle brackets, quotes, triple
quotes, the end of an interpolation, and the mark that ends the statement.
"""

LONGEST = 12
"""The longest tail, in characters; more closing marks in a row are text that a person wrote."""


def tail_of(line_rest: str) -> str:
    """The rest of the cursor's line when it is only closing punctuation and blanks, otherwise ``""``.

    >>> tail_of(") {")
    ''
    >>> tail_of(");")
    ');'
    >>> tail_of('}")')
    '}")'
    """
    stripped = line_rest.rstrip()
    if stripped.startswith(("  ", " \t", "\t")):
        return ""  # editors put at most one blank into a pair; more blanks are another line's indentation
    if stripped and len(stripped) <= LONGEST and all(character in CLOSERS or character == " " for character in stripped):
        return stripped
    return ""


def closers_of(line_rest: str) -> str:
    """The closing marks that the rest of the line begins with, whatever follows them.

    >>> closers_of(') + 1'), closers_of('}"); f()')
    (')', '}");')
    """
    length = next((index for index, character in enumerate(line_rest) if character not in CLOSERS), len(line_rest))
    return line_rest[: min(length, LONGEST)]


def opened_on(line_before: str, closers: str) -> int:
    '''How many of ``closers`` close what the line has opened before the cursor: the others are not an editor's doing.

    A mark that ends the statement counts after one that does. Judged from the characters alone.

    >>> opened_on("f(a", "))"), opened_on('x = f"{', '}"'), opened_on('say("""', '""")'), opened_on("it's (", ");")
    (1, 2, 4, 2)
    >>> opened_on("for example", " ::")
    0
    '''
    waiting = _opened(line_before)
    count = 0
    closed = False
    while count < len(closers):
        mark = closers[count]
        triple = closers[count : count + 3] if mark in QUOTES else ""
        if triple == mark * 3 and triple in waiting:
            del waiting[_last(waiting, triple) :]
            count += 3
            closed = True
        elif (opener := PAIRS.get(mark, mark)) in waiting:
            del waiting[_last(waiting, opener) :]
            count += 1
            closed = True
        elif mark == " " or (closed and mark in ENDINGS):
            count += 1
        else:
            break
    return len(closers[:count].rstrip())


def open_quote(line_before: str) -> str:
    """The innermost quote whose string the line has opened and not closed, ``""`` where the end of the line is in none.

    >>> open_quote("f('a', 'b"), open_quote("f('a', "), open_quote('f"{')
    ("'", '', '"')
    """
    return next((mark for mark in reversed(_opened(line_before)) if mark[0] in QUOTES), "")


def _opened(line: str) -> list[str]:
    """The brackets and quotes that are open at the line's end.

    An apostrophe in a word does not count, nor does a bracket in a string.
    """
    waiting: list[str] = []
    index = 0
    while index < len(line):
        mark = line[index]
        step = 1
        if mark == "\\":
            step = 2
        elif mark in QUOTES:
            quote = mark * 3 if line.startswith(mark * 3, index) else mark
            step = len(quote)
            if quote in waiting:
                del waiting[_last(waiting, quote) :]
            elif mark == "'" and line[index - 1 : index].isalnum():
                pass  # an apostrophe
            elif not waiting or waiting[-1][0] not in QUOTES:
                waiting.append(quote)
        elif mark in PAIRS.values():
            waiting.append(mark)
        elif PAIRS.get(mark) in waiting:
            del waiting[_last(waiting, PAIRS[mark]) :]
        index += step
    return waiting


def _last(marks: list[str], mark: str) -> int:
    return len(marks) - 1 - marks[::-1].index(mark)
