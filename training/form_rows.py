"""Rows for `training.likely_secrets`: words of forms in which passwords are written down, and of files without any."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from codestral_ls.backends.masking import beside, cued, likely
from codestral_ls.backends.masking.clues import around, near, side
from codestral_ls.backends.masking.known_words import common_passwords, common_words, known_words
from codestral_ls.backends.masking.looks import SIGNS, look
from codestral_ls.backends.masking.occurrences import begins, pieces, small, words
from codestral_ls.backends.masking.randomness import is_random
from support.backends.secret_files import Form

_DIGITS_FOR_LETTERS = str.maketrans("aeiost", "431057")
_PERSONS = ("alice", "someone", "bob", "jenkins")
_USERS = [
    "emma",
    "liam",
    "noah",
    "olivia",
    "mia",
    "lucas",
    "marco",
    "luigi",
    "giulia",
    "hans",
    "klaus",
    "anna",
    "jan",
    "piet",
    "pierre",
    "marie",
    "jean",
    "carlos",
    "jose",
    "maria",
    "ana",
    "dave",
    "erin",
    "frank",
    "heidi",
    "ivan",
    "oscar",
    "victor",
    "walter",
    "deploy",
    "ops",
    "backup",
    "admin",
    "root",
    "service",
    "svc",
    "app",
    "web",
    "postgres",
    "ci",
    "dbuser",
    "nina",
    "smith",
    "demo",
]
_DOMAINS = (".org", ".local", ".net", ".internal", ".io", ".com", ".example.com", ".example.org")
_LINES = [
    "host = 1",
    "# settings",
    "name: x",
    "",
    "enabled: true",
    "port=8080",
    "see below",
    "- item one",
    "timeout: 30",
    "Notes",
    "user: demo",
]
_LONGEST_CHOSEN = 24
_ABOVE, _BELOW = 800, 400
"""Characters of a file around a form."""
_WINDOW = 6_000
"""Characters of a file that are judged together, about as many as a request holds."""


@dataclass(frozen=True, slots=True)
class Row:
    """A word with a look: where it is from, its clues, and whether it is a secret."""

    source: str
    clues: frozenset[str]
    is_secret: bool


def form_rows(
    sets: Iterable[Callable[[random.Random], list[Form]]], files: Sequence[str], rounds: int, chance: random.Random
) -> list[Row]:
    """Return the words of all forms of ``sets``, each with new passwords and names.

    In one third of the rounds the forms are alone, in one third among a few other lines, and in one third inside ``files``; of
    these only the secrets are returned, because the other words may be secrets too.
    """
    rows: list[Row] = []
    for form_set in sets:
        for turn in range(rounds):
            for name, text, secret in form_set(chance):
                is_chosen = _is_chosen(secret)
                if not is_chosen and turn >= rounds // 4:
                    continue
                new = new_password(chance) if is_chosen else secret
                changed = _renamed(text.replace(secret, new), chance)
                if turn % 3 == 1:
                    changed = _among_others(changed, chance)
                elif turn % 3 == 2:
                    changed = _inside(changed, chance.choice(files), chance)
                if new in changed:
                    rows += (row for row in _rows(name, changed, new) if row.is_secret or turn % 3 < 2)
    return rows


def file_rows(files: Iterable[tuple[str, str]]) -> tuple[list[Row], int]:
    """Return the words of files without secrets, given as names and texts, and how many lines they have."""
    rows: list[Row] = []
    lines = 0
    for name, text in files:
        for begin in range(0, len(text), _WINDOW):
            part = text[begin : begin + _WINDOW]
            lines += part.count("\n")
            rows += _rows(name, part, "")
    return rows, lines


def new_password(chance: random.Random) -> str:
    """Make up a password as people do: words with a number, a sign, digits in place of letters, a date, or a common one."""
    first, second, third = chance.sample(_vocabulary(), 3)
    number = chance.choice([chance.randrange(most) for most in (10, 100, 1000, 10_000)] + [chance.randrange(1970, 2030)])
    sign, joint = chance.choice("!!!!" + SIGNS), chance.choice("-_.")
    substituted = first.translate(_DIGITS_FOR_LETTERS)
    year, month, day = chance.randrange(1950, 2026), chance.randrange(1, 13), chance.randrange(1, 29)
    return chance.choice(
        (
            *(f"{first}{number}", f"{first}{number}", f"{first.title()}{number}", f"{first}{number}{sign}"),
            *(f"{first.title()}{number}{sign}", f"{first.title()}{number}{sign}", f"{first.title()}{sign}{number}"),
            *(f"{first}{second}", f"{first}{second}", f"{first.title()}{second.title()}", f"{first}{second}{number}"),
            *(f"{substituted}{number % 100}", f"{substituted}{sign}", substituted, f"{first}{number}{second}"),
            *(chance.choice(_common()), chance.choice(_common()), chance.choice(sorted(common_words()))),
            *(f"{first}{joint}{number}", f"{first.title()}{joint}{number}{sign}", f"{first}{joint}{second}{joint}{third}"),
            *(f"{first.title()}{joint}{second.title()}{number}", f"{number}{first}", f"{first.upper()}{number}"),
            *(first, first.title(), f"{first.title()}{second.title()}{third.title()}", f"{first}{second}{third}"),
            *(f"{first.title()}{second}{third.title()}", f"{first.title()}{joint}{second}", f"{first}{second.title()}"),
            *(f"{first.upper()}{joint}{number}{sign}", f"{day:02}{joint}{month:02}{joint}{year}"),
            *(f"{year}{month:02}{day:02}", f"{day:02}{month:02}{year}"),
        )
    )


def _is_chosen(secret: str) -> bool:
    """Whether a person may have made up the secret, so that another made-up one can take its place."""
    return len(secret) <= _LONGEST_CHOSEN and bool(look(secret) or cued.cued_look(secret)) and not is_random(secret)


def _rows(source: str, text: str, secret: str) -> Iterator[Row]:
    lowered, joined = small(text), pieces(text)
    known = words(joined)
    program = beside.is_program(beside.signs_of_program(text, known))
    where = "program" if program else "text"
    begun = list(begins(text, secret)) if secret else []
    for start, stop, kind, own in likely.judged(text, lowered, joined, known, program=program):
        overlaps = any(start < begin + len(secret) and stop > begin for begin in begun)
        if not overlaps or stop - start >= len(secret) / 2:
            left, right = side(text[start - 1 : start]), side(text[stop : stop + 1])
            clues = {*own, *near(kind, left, right, where), *around(text, start, stop, kind, where)}
            yield Row(source, frozenset(clues), overlaps)


def _renamed(text: str, chance: random.Random) -> str:
    for person in _PERSONS:
        name = (
            chance.choice(_USERS)
            if chance.random() < 0.5
            else chance.choice(_vocabulary()) + chance.choice(("", "1", "_rw", "-svc"))
        )
        text = re.sub(rf"(?<![A-Za-z]){person}(?![A-Za-z])", name, text)
    return text.replace("example.org", chance.choice(_vocabulary()) + chance.choice(_DOMAINS))


def _among_others(text: str, chance: random.Random) -> str:
    above, below = (chance.choices(_LINES, k=chance.randrange(3)) for _ in range(2))
    return "\n".join([*above, text.rstrip("\n"), *below]) + "\n"


def _inside(text: str, file: str, chance: random.Random) -> str:
    place = file.find("\n", chance.randrange(len(file))) + 1
    return file[max(0, place - _ABOVE) : place] + text.rstrip("\n") + "\n" + file[place : place + _BELOW]


@cache
def _vocabulary() -> list[str]:
    return sorted(word for word in known_words() if 4 <= len(word) <= 8)


@cache
def _common() -> list[str]:
    return sorted(word for word in common_passwords() if len(word) >= 6)
