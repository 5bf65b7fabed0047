"""Passwords as a seventh author, who knew no rule, says that people choose them; vocabulary and ways are the author's own.

No rule is written and no weight is learned from this vocabulary; keep it so.
"""

from __future__ import annotations

import random
import re
import string

from support.backends.form_templates import Draw


def _words(text: str) -> list[str]:
    return text.split()


NAMES = _words("""
marta oliver jasmine tobias chiara mateo sanne wojtek aoife dimitri leila hannes carmen bjorn priya kenji fatima gustavo renske
ilona desmond yusuf noemi patrick svenja thiago ottavia ruben maribel anselm nadia kacper siobhan rafael
""")
WORDS = _words("""
pumpkin thunder velvet marble lantern cactus biscuit saddle harbor copper walnut tractor ribbon pepper falcon glacier trumpet meadow
bandit cobra rocket pickle hammer orchard puzzle wizard anchor blanket tulip badger comet spider mango shadow monkey dragon sunshine
butterfly princess cookie banana purple chocolate diamond
""")
FOREIGN = _words("""
fernweh schmetterling kartoffel sonnenblume wolke hallo geheim passwort corazon mariposa estrella abuela contrasena bonjour soleil
chouette grenouille doudou motdepasse ciao amore farfalla stellina gatto saudade cachorro senha obrigado vlinder fiets welkom
stroopwafel kaczka kochanie haslo zima medved lyubov privet parol sakura neko tanuki merhaba deniz kanelbulle sommar hygge perkele
juhannus
""")
PLACES = _words("""
lisbon krakow oslo bergamo tucson galway leipzig porto nairobi osaka utrecht cordoba seattle winnipeg dresden malaga tampere
brighton antwerp medellin split zurich cardiff lucerne
""")
TEAMS = _words("""
liverpool arsenal juventus benfica schalke celtic packers yankees boca ajax barca galatasaray lakers steelers bruins feyenoord wisla
dortmund chelsea
""")
BRANDS = _words("""
ferrari toyota ducati nintendo pokemon metallica marlboro adidas samsung corsair starwars zelda heineken vespa harley minecraft
nirvana slipknot lego nutella
""")
SEASONS = _words("""
Spring Summer Autumn Winter Fall Sommer Herbst Fruehling Verano Invierno Hiver Printemps Estate Inverno January March April June
July August October November December Monday Friday Zomer Lente
""")
WALKS = _words("""
qwerty qwertz azerty asdfgh zxcvbn 1qaz2wsx 1q2w3e4r qazwsx zaq12wsx qweasd q1w2e3r4 asdf1234 poiuyt mnbvcxz 123qwe !QAZ2wsx qwe123
yxcvbnm wsxedc 147258 789456 159357 qweqwe 1234qwer asdjkl lkjhgf
""")
"""Ways across a keyboard."""
DEFAULTS = _words("""
admin123 Passw0rd P@ssw0rd Welcome1 changeit calvin manager1 ubnt1234 raspberry toor123 letmein default1 Password1 s3cr3t root123
public123 cisco123 vagrant1 tomcat7 manageme netscreen superuser 1234admin Admin@123 test1234 guest123 adminadmin oracle123 system32
nimda1 zabbix12 operator1 hunter22 dbadmin1 deploy01 Pa55word
""")
COMPANY = _words("acme nordwind bluefin kestrel lumen tavola quarry halcyon brightside mercato fjordline cobalt ostrich")
SMALL = _words("the my red big 4 for and our old blue five no two hot wet dry sad")
ONSETS = _words("b d f gr k l m n pl r s sh t tr v w z br j")
LEET = str.maketrans({"a": "4", "e": "3", "o": "0", "i": "1", "s": "5"})
SOFT = str.maketrans({"a": "@", "o": "0", "e": "3"})

FITS: dict[str, re.Pattern[str]] = {
    "word": re.compile(r"[A-Za-z0-9]{6,}"),
    "url": re.compile(r"[A-Za-z0-9][\w.\-!*+]{5,}", re.ASCII),
    "shell": re.compile(r"[A-Za-z0-9][\w.\-+@^]{5,}", re.ASCII),
    "yaml": re.compile(r"[A-Za-z][\w.\-+!@$*^?]{5,}", re.ASCII),
    "line": re.compile(r"[A-Za-z0-9][\w.\-+!@$*^?]{5,}", re.ASCII),
    "single": re.compile(r"[\w.\-+!@#$*^? ]{6,}", re.ASCII),
    "double": re.compile(r"[\w.\-+#*^? ]{5,}[\w#*?]", re.ASCII),
    "xml": re.compile(r"[\w.\-+!@#$*^?]{6,}", re.ASCII),
    "wpa": re.compile(r"[\w.\-+!@#$*^?]{8,63}", re.ASCII),
    "jcl": re.compile(r"[A-Z][A-Z0-9]{5,7}"),
}
"""What a place takes: letters and digits; what may stand in an address, as a bare word of a shell, as a bare value of YAML, as a
value to the end of its line, between single quotes, between double quotes, in XML or as a wireless network's key; and what a
mainframe takes."""


def fitting(place: str) -> Draw:
    """Passwords that can stand as they are in a place of `FITS`."""

    def draw(chance: random.Random) -> str:
        while True:
            password = _chosen(chance)
            if place == "jcl":
                password = password.upper()
            if FITS[place].fullmatch(password) and password == password.strip():
                return password

    return draw


def _chosen(chance: random.Random) -> str:
    """One password as a person picks it; no length or alphabet is promised."""
    return chance.choices([draw for _, draw in _STYLES], [weight for weight, _ in _STYLES])[0](chance)


def _year(chance: random.Random) -> str:
    full = str(chance.choice([chance.randint(1958, 2012), chance.randint(2016, 2026)]))
    return chance.choice([full, full, full[2:]])


def _tail(chance: random.Random) -> str:
    numbers = ["1", "123", "01", "12", "7", "99", "2", "007", "69", "321", "1234", str(chance.randint(10, 999)), _year(chance)]
    signs = ["!", "1!", "123!", "!!", "#1", "@1", ".", "*", "$", "?", "_" + _year(chance), "@" + _year(chance)]
    return chance.choice(numbers + signs)


def _case(chance: random.Random, word: str) -> str:
    return chance.choice([word, word, word.capitalize(), word.capitalize(), word.upper(), word[:-1] + word[-1].upper()])


def _syllable(chance: random.Random) -> str:
    vowels, ends = ["a", "e", "i", "o", "u", "oo", "ai"], ["", "", "n", "x", "r", "p"]
    return chance.choice(ONSETS) + chance.choice(vowels) + chance.choice(ends)


def _nonsense(chance: random.Random) -> str:
    return "".join(_syllable(chance) for _ in range(chance.randint(2, 4)))


def _word(chance: random.Random) -> str:
    return chance.choice(chance.choice([NAMES, WORDS, WORDS, FOREIGN, FOREIGN, PLACES, TEAMS, BRANDS, COMPANY]))


def _date(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1955, 2015)
    plain, short = f"{day:02d}{month:02d}{year}", f"{day:02d}{month:02d}{year % 100:02d}"
    return chance.choice([plain, f"{day:02d}.{month:02d}.{year}", f"{year}{month:02d}{day:02d}", short, f"{day}-{month}-{year}"])


def _vowelless(chance: random.Random) -> str:
    """The first letters of a sentence's words."""
    line = [chance.choice(SMALL), _word(chance), chance.choice(["is", "likes", "eats", "drives", "lives", "runs"]), "in"]
    line += [_word(chance), chance.choice(["since", "until", "with", "not"]), _word(chance)]
    return "".join(chance.choice([part[0], part[0], part[0].upper()]) for part in line) + _tail(chance)


def _named(c: random.Random) -> str:
    return _case(c, c.choice(NAMES)) + re.sub(r"\D", "", _date(c))[: c.choice([4, 6, 8])]


def _default(c: random.Random) -> str:
    return _case(c, c.choice(DEFAULTS)) if c.random() < 0.2 else c.choice(DEFAULTS)


def _phrase(c: random.Random) -> str:
    return c.choice(["-", "_", ".", "", " "]).join(_word(c) for _ in range(c.randint(2, 4)))


def _loved(c: random.Random) -> str:
    verb = c.choice(["i love ", "ilove", "iheart", "my", "miss", "super", "Te quiero "])
    return verb + _word(c) + c.choice(["", "!"])


def _lettered(c: random.Random) -> str:
    return "".join(c.choice(string.ascii_lowercase) for _ in range(c.randint(2, 4))) + str(c.randint(1000, 999999))


def _of_company(c: random.Random) -> str:
    purposes = ["DB", "vpn", "Wifi", "prod", "test", "Office", "Srv", "guest", "adm"]
    firm = c.choice(COMPANY).capitalize() + c.choice(["", "-", "_", "@", "#"])
    return firm + c.choice(purposes) + c.choice(["", "!", _year(c)])


def _halves(c: random.Random) -> str:
    return _word(c)[:4].capitalize() + c.choice("!#$*_-+") + _word(c)[:4] + str(c.randint(0, 99))


def _sentence(c: random.Random) -> str:
    return " ".join(c.choice([_word(c), c.choice(SMALL)]) for _ in range(c.randint(3, 5)))


_STYLES: list[tuple[int, Draw]] = [
    (10, lambda c: _case(c, _word(c)) + _tail(c)),
    (4, lambda c: _case(c, _word(c))),
    (6, lambda c: c.choice(SEASONS) + _year(c) + c.choice(["", "", "!", "#", "$", "?"])),
    (5, _named),
    (3, _date),
    (5, lambda c: c.choice(WALKS) + c.choice(["", "", "!", "1", "123", "#", _year(c)])),
    (4, _default),
    (3, lambda c: _word(c) * 2),
    (4, lambda c: _case(c, _word(c).translate(LEET)) + c.choice(["", "", "!", _tail(c)])),
    (4, lambda c: _word(c).capitalize().translate(SOFT) + _tail(c)),
    (5, _phrase),
    (3, lambda c: "".join(_word(c).capitalize() for _ in range(2)) + c.choice(["", _tail(c)])),
    (3, _loved),
    (4, lambda c: _nonsense(c) + c.choice(["", "", _tail(c)])),
    (4, _lettered),
    (3, _vowelless),
    (3, lambda c: _tail(c) + _case(c, _word(c)) + _tail(c)),
    (4, _of_company),
    (2, lambda c: _word(c)[::-1] + c.choice(["", _tail(c)])),
    (3, _halves),
    (2, lambda c: c.choice("aeikmrxz") * 2 + str(c.randint(10, 99)) * 2 + c.choice(["", "!!", "zz"])),
    (2, _sentence),
]
"""Ways to make a password, each with how often it is taken."""
