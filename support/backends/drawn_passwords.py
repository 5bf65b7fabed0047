"""Passwords as people choose them, in a fifth author's words, with only those signs that can stand in a place as they are."""

from __future__ import annotations

import base64
import random

from support.backends.form_templates import Draw

_VOCABULARY = """
tiger pencil winter coffee rocket banana garden guitar thunder marble bicycle dolphin mustang penguin cactus biscuit zeppelin
avocado hamster galaxy pirate ninja wizard tornado sailor bamboo cheddar monsoon badger koala raven glacier nebula jasmine mango
puzzle cobalt comet ember meadow forest anchor bishop canyon dakota eclipse fiesta giraffe hazel island jungle kitten lemon magnet
noodle otter panther quartz rabbit salmon timber umbrella vulcan whisky yellow zebra london berlin oliver sophie daisy buster
arsenal liverpool yankees autumn cherry diamond maverick scooter trumpet window
"""
_COMMON = """
123456 123456789 12345678 111111 654321 qwerty qwerty123 qwertyuiop 1q2w3e4r 1qaz2wsx zaq12wsx qazwsx asdfgh abc123 password1
password123 passw0rd letmein iloveyou dragon monkey sunshine princess football baseball superman batman trustno1 welcome1
welcome123 admin123 starwars michael charlie jordan23 shadow freedom whatever pokemon killer ginger summer hunter2 hello123
pass1234 computer lovely flower
"""
VOCABULARY = _VOCABULARY.split()
COMMON = _COMMON.split()
"""Passwords that many people have."""

QUOTED = "!@#$%*?"
"""Signs between quotes, or where a value ends with its line."""
LITERAL = "!@#%*?"
"""Signs between quotes inside which ``$`` would mean something."""
BARE = "!@%+_"
"""Signs of a bare value in a file of settings."""
SHELL = "@%+_"
"""Signs of a bare word in a shell."""
ADDRESS = "!_*"
"""Signs inside an address."""
ORACLE = "_#"
"""Signs of a password that Oracle and Teradata take without quotes."""
_LIKE = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "l": "1", "t": "7"}


def password(signs: str = QUOTED) -> Draw:
    """Passwords of six characters or more, with no signs but ``signs``."""

    def draw(chance: random.Random) -> str:
        text = _chosen(signs, chance)
        while len(text) < 6:
            text = _chosen(signs, chance)
        return text

    return draw


def hidden_by_xor(chance: random.Random) -> str:
    """A password as WebSphere Liberty writes it down after ``{xor}``."""
    chosen = _chosen(QUOTED, chance) + str(chance.randint(10, 99))
    return base64.b64encode(bytes(letter ^ 0x5F for letter in chosen.encode())).decode()


def job_password(chance: random.Random) -> str:
    """A password of at most eight capitals and digits, as a mainframe takes it."""
    return chance.choice([word for word in VOCABULARY if len(word) in {5, 6}]).upper() + str(chance.randint(10, 99))


def _chosen(signs: str, chance: random.Random) -> str:
    """A word with a number, also with a sign; two words; a word with digits or signs for letters; or what many people have."""
    kind, word = chance.randrange(5), chance.choice(VOCABULARY)
    match kind:
        case 0:
            return word + _number(chance)
        case 1:
            return word.capitalize() + _number(chance) + chance.choice(signs)
        case 2:
            other = chance.choice([other for other in VOCABULARY if other != word])
            return word.capitalize() + other.capitalize() if chance.random() < 0.25 else word + other
        case 3:
            return _respelled(word, signs, chance) or _chosen(signs, chance)
        case _:
            return chance.choice(COMMON)


def _number(chance: random.Random) -> str:
    ranges = ((1, 9), (10, 99), (100, 999), (1965, 2025))
    return chance.choice([*(str(chance.randint(least, most)) for least, most in ranges), "123", "007", "2024"])


def _respelled(word: str, signs: str, chance: random.Random) -> str:
    """``word`` with digits or ``signs`` in place of letters that they look like; empty if there are no such letters."""
    possible = [at for at in range(1, len(word)) if word[at] in _LIKE]
    if not possible:
        return ""
    letters = list(word)
    for at in [at for at in possible if chance.random() < 0.75] or [chance.choice(possible)]:
        if like := [sign for sign in _LIKE[word[at]] if sign.isdigit() or sign in signs]:
            letters[at] = chance.choice(like)
    if "".join(letters) == word:
        return ""
    if chance.random() < 0.4:
        letters[0] = letters[0].upper()
    return "".join(letters) + (_number(chance) if chance.random() < 0.5 else "")
