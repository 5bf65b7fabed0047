"""Passwords as a sixth author, who knew no rule, says that people choose them; vocabulary and ways are the author's own."""

from __future__ import annotations

import random

from support.backends.form_templates import Draw


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NAMES = _words("""
maria giulia thomas jeroen katarzyna sanjay yuki fatima oliver chiara mateusz anneke pedro lucia ingrid bogdan emilie kwame nadia
brandon ashley tyler soren dimitri priya marlene hugo zeynep joao aoife
""")
PETS = _words("rex bella minou felix buddy luna snoopy tigger pelusa fluffy azor burek mittens waldi pepper rocky")
PLACES = _words("""
lisboa napoli krakow rotterdam brooklyn texas goteborg marseille sevilla bangalore dublin hamburg kyoto toronto izmir cordoba
zagreb wellington
""")
TEAMS = _words("""
arsenal juventus ajax benfica steelers lakers galatasaray schalke barca celtic yankees legia boca feyenoord packers olympique
""")
WORDS = _words("""
sunshine schatz zonnetje bonjour corazon kochanie amore dragon monkey shadow mariposa chocolat hallo gelukkig princesa motylek
freiheit sommer coffee guitar thunder geheim secreto soleil estrella fiore tesoro lobster biscuit pancake sniega kaktus ananas
fromage tequila batman gandalf skywalker pikachu naruto ferrari yamaha mustang scorpion blossom winnie banaan zuckerl perkele
solros katten daraja simba merhaba askim
""")
NOUNS = _words("""
horse kettle window otter marble pumpkin anchor river velvet ladder bridge cactus fiets baum lampe casa piano nube arbre pluie
teapot gravel walnut copper lantern comet
""")
FIRMS = _words("""
acme contoso initech globex norsk tecnomar heliotek vandelay datacorp medilab bluewave logistix oracle jenkins grafana postgres
exchange vmware
""")
SEASONS = _words("spring summer autumn winter sommer zomer verano ete herbst january march oktober luglio")
WALKS = _words("""
qwerty asdfgh zxcvbn 1q2w3e4r qazwsx azerty qwertz 1qaz2wsx poiuyt q1w2e3r4t5 zaq12wsx asdf1234 !QAZ2wsx 123qwe 147258 159753
qweasdzxc
""")
"""Ways across a keyboard."""
DEFAULTS = _words("""
changeme calvin raspberry password letmein welcome administrator manager default public123 admin123 passw0rd P@ssw0rd secret
root123 test123 supersecret iloveyou trustno1 access
""")
NUMBERS = _words("1 7 9 10 11 12 23 69 77 88 99 100 123 1908")
LEET = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7"}


def chosen(avoid: str = "") -> Draw:
    """Passwords of six characters or more, with none of ``avoid``, which the place could not hold as they are."""

    def draw(chance: random.Random) -> str:
        while True:
            word = _sketch(chance)
            if len(word) >= 6 and not any(letter in avoid for letter in word):
                return word

    return draw


BARE = chosen(" $`\"'\\!&;()<>|*?#~@%")
"""Bare words of a shell."""
SINGLE = chosen("'\\")
"""Between single quotes."""
DOUBLE = chosen('"\\$`!')
"""Between double quotes, of a shell too."""
JSON = chosen('"\\')
XML = chosen("&<>\"'")
URL = chosen("@:/#?%&+ $!*\"'\\")
PLAIN = chosen(" #;%{}\"'\\=,")
"""Values of a simple file of settings."""
TALK = chosen(" .?")
"""Words among words."""


def _year(chance: random.Random) -> str:
    whole = str(chance.choice((chance.randint(1952, 2009), chance.randint(2014, 2026))))
    return chance.choice((whole, whole, whole[2:]))


def _sign(chance: random.Random) -> str:
    return chance.choice(("", "", "", "!", "!", "!!", ".", "#", "@", "*", "?", "$"))


def _cased(chance: random.Random, word: str) -> str:
    return chance.choice((word, word, word.capitalize(), word.capitalize(), word.upper() if chance.random() < 0.3 else word))


def _mark(chance: random.Random) -> str:
    return chance.choice(("", "", "!", "!", "!!", ".", "#", "@", "*", "?", "$", "1", "123", "01"))


def _leet(chance: random.Random, word: str) -> str:
    wanted = chance.sample(sorted(LEET), chance.randint(2, 5))
    return "".join(chance.choice(LEET[letter]) if letter in wanted else letter for letter in word)


def _any_word(chance: random.Random) -> str:
    return chance.choice(chance.choice((NAMES, PETS, PLACES, TEAMS, WORDS, WORDS)))


def _named(chance: random.Random) -> str:
    return _cased(chance, chance.choice(NAMES + PETS)) + chance.choice(("", "", "_", ".", "-")) + _year(chance) + _sign(chance)


def _numbered(chance: random.Random) -> str:
    return _cased(chance, chance.choice(PLACES + TEAMS)) + chance.choice(NUMBERS)


def _walked(chance: random.Random) -> str:
    walk = chance.choice(WALKS)
    return walk + chance.choice(("", "", _mark(chance), _year(chance), walk[::-1] if len(walk) <= 6 else "!"))


def _born(chance: random.Random) -> str:
    day, month = f"{chance.randint(1, 28):02d}", f"{chance.randint(1, 12):02d}"
    year = str(chance.randint(1955, 2019))
    glue = chance.choice(("", "", "-", "."))
    return glue.join(chance.choice(((day, month, year), (year, month, day), (month, day, year))))


def _twice(chance: random.Random) -> str:
    pet = chance.choice(PETS + WORDS)
    return _cased(chance, pet) + _cased(chance, pet) + chance.choice(("", "1", "22", "!"))


def _respelled(chance: random.Random) -> str:
    return _leet(chance, _cased(chance, _any_word(chance))) + chance.choice(("", _mark(chance), _year(chance)))


def _phrase(chance: random.Random) -> str:
    glue = chance.choice(("-", "-", "_", ".", " ", ""))
    words = [chance.choice(NOUNS + WORDS) for _ in range(chance.randint(3, 4))]
    if not glue or chance.random() < 0.3:
        words = [word.capitalize() for word in words]
    return glue.join(words) + chance.choice(("", "", str(chance.randint(1, 99))))


def _seasonal(chance: random.Random) -> str:
    first = chance.choice(FIRMS + SEASONS + SEASONS).capitalize()
    return first + chance.choice(("", "", "@", "-", "_", "#")) + _year(chance) + _sign(chance)


def _of_firm(chance: random.Random) -> str:
    firm = _cased(chance, chance.choice(FIRMS))
    return firm + chance.choice(("@", "", "#", "_", "!")) + chance.choice(("123", "1234", "2go", "01", "321"))


def _default(chance: random.Random) -> str:
    return chance.choice(DEFAULTS) + chance.choice(("", "", "1", "!", "12", _year(chance)))


def _loved(chance: random.Random) -> str:
    verb = chance.choice(("ilove", "jetaime", "teamo", "kocham", "ichliebe", "my", "super"))
    return verb + chance.choice(NAMES + PETS + TEAMS)


def _couple(chance: random.Random) -> str:
    one, other = (name.capitalize() for name in chance.sample(NAMES, 2))
    return one + chance.choice(("&", "+", "y", "und", "et", "en", "And")) + other


def _number_first(chance: random.Random) -> str:
    return str(chance.randint(1, 9999)) + _cased(chance, _any_word(chance)) + _mark(chance)


def _initials(chance: random.Random) -> str:
    initials = "".join(word[0] for word in chance.choices(NOUNS + WORDS, k=chance.randint(6, 8)))
    return initials.capitalize() + str(chance.randint(2, 99)) + "!"


def _joined(chance: random.Random) -> str:
    return _cased(chance, _any_word(chance)) + str(chance.randint(0, 9)) + _cased(chance, chance.choice(NOUNS))


_KINDS: tuple[Draw, ...] = (
    *(_named, _named, _named, _numbered, _walked, _born, _twice, _respelled, _respelled, _phrase, _phrase),
    *(_seasonal, _seasonal, _of_firm, _default, _loved, _couple, _number_first, _initials, _joined),
)


def _sketch(chance: random.Random) -> str:
    """One password as a person makes it; no promise about its length or signs."""
    return _KINDS[chance.randrange(20)](chance)
