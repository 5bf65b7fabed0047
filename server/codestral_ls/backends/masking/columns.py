"""Find passwords by the header of their column: in tables, comma-separated values and rows of SQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from codestral_ls.backends.masking.occurrences import begins, line_begin, places

_MOST_ROWS = 200
_LONGEST_HEADER = 400
_HEAD = re.compile(r"[\"'`*_ ]*(?:\w+[ _-])?(?:pass\w*|pwd|psk|pin|secret|api[ _-]?key|(?:access[ _-]?)?token)[\"'`*_ ]*", re.I)
SIGNS: tuple[str, ...] = ("pass", "pwd", "psk", "secret", "token", "api")
_HEADER = re.compile(
    r"[ \t]*(?P<table>\|(?:[\w\"'`* -]+\|)+)[ \t]*\r?"
    r"|(?P<values>[\w\"' -]+(?:(?P<sign>[,;\t])[\w\"' -]+)(?:(?P=sign)[\w\"' -]+)*)[ \t]*\r?"
)
"""The first line of a table or of delimited values: only names, not indented."""
_INSERT = re.compile(r"(?i)\binsert\s+into\s+[\w.\"`\[\]]+\s*\((?P<names>[^()]{3,400})\)\s*values\s*")
_TUPLE = re.compile(r"\(((?:[^()'\"]|'[^'\n]*'|\"[^\"\n]*\"|\([^()]*\)){1,2000}+)\)\s*,?\s*")
_CELL = re.compile(r"((?:'[^'\n]*'|\"[^\"\n]*\"|\([^()]*\)|[^,'\"()])*+)(?:,|\Z)")
"""A row of values, and one of its cells. A string with a doubled quote is read as two strings: with two ways to read it, the time
would double with each of them in a row that does not end."""


def find(text: str, lowered: str, signs: Collection[str] = SIGNS) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the cells below a header that names a password, secret, key or token.

    ``signs`` are those of ``SIGNS`` that may occur in the text.
    """
    for place in begins(lowered, "insert"):
        insert = _INSERT.match(text, place)
        if insert:
            yield from _rows(text, insert)
    headers = dict(_headers(text, sorted({line_begin(text, place) for place, _ in places(lowered, signs)})))
    walked: set[int] = set()
    for start, header in headers.items():
        if start not in walked:
            yield from _table(text, header, headers, walked)


@dataclass(frozen=True, slots=True)
class _Header:
    """The first line of a table: where it ends, what separates its columns, how many there are, and which hold secrets."""

    end: int
    sign: str
    columns: int
    wanted: tuple[int, ...]


def _headers(text: str, starts: list[int]) -> Iterator[tuple[int, _Header]]:
    """Yield the headers with a secret's column among the lines that begin at ``starts``, each with its start."""
    for start in starts:
        end = text.find("\n", start)
        if end < 0 or end - start > _LONGEST_HEADER:
            continue
        line = text[start:end]
        if "(" in line or "=" in line or not ("," in line or ";" in line or "\t" in line or "|" in line):
            continue
        header = _HEADER.fullmatch(line)
        if header:
            sign = header["sign"] or "|"
            names = (header["table"] or header["values"]).split(sign)
            wanted = tuple(place for place, name in enumerate(names) if _HEAD.fullmatch(name))
            if wanted:
                yield start, _Header(end, sign, len(names), wanted)


def _rows(text: str, insert: re.Match[str]) -> Iterator[tuple[int, int]]:
    wanted = [place for place, name in enumerate(insert["names"].split(",")) if _HEAD.fullmatch(name.strip(' \n\t"`[]'))]
    if not wanted:
        return
    at = insert.end()
    for _ in range(_MOST_ROWS):
        row = _TUPLE.match(text, at)
        if row is None:
            return
        cells = list(_CELL.finditer(row[1]))
        for place in wanted:
            if place < len(cells):
                yield from _bare(text, row.start(1) + cells[place].start(1), row.start(1) + cells[place].end(1))
        at = row.end()


def _table(text: str, header: _Header, headers: dict[int, _Header], walked: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the secrets in the rows below ``header``.

    A row that is a header too is one for the rows below it. It is added to ``walked``, so that no row is visited twice.
    """
    until = dict.fromkeys(header.wanted, _MOST_ROWS)
    begin, number = header.end + 1, 1
    while begin <= len(text) and number <= max(until.values()):
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        cells = text[begin:end].split(header.sign)
        if len(cells) != header.columns:
            return
        at = begin
        for column, cell in enumerate(cells):
            if number <= until.get(column, 0):
                yield from _bare(text, at, at + len(cell))
            at += len(cell) + 1
        further = headers.get(begin)
        if further and further.sign == header.sign:
            walked.add(begin)
            until.update(dict.fromkeys(further.wanted, number + _MOST_ROWS))
        begin, number = end + 1, number + 1


def _bare(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the cell without blanks and quotes if it is not empty."""
    while start < end and text[start] in " \t\r\n\"'`":
        start += 1
    while end > start and text[end - 1] in " \t\r\n\"'`|":
        end -= 1
    value = text[start:end]
    if (
        end - start >= 3
        and " " not in value
        and not re.fullmatch(r"[-:=.?*x]+|NULL|null|None|TRUE|FALSE|true|false|\?|%s|:\w+|\$\d+", value)
    ):
        yield start, end
