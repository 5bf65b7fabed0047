"""A writer that tries to break the code it documents: for the tests and the proof's runs on real projects.

The same request always gets the same text. Some of its documentation is good, so that files do change.
"""

# ruff: noqa: E501 - a table of texts
from __future__ import annotations

import hashlib
import random

from codestral_ls.backends.base import FimRequest

_GOOD = (
    "Return what was asked for.\n\n    Args:\n        self: It.\n        name: The name to look up.\n\n    Returns:\n        What was found.\n",
    "adds one to the counter and says so.\n",
    "Read the next item.\n\n:param value: What is read.\n:returns: The item.\n:raises KeyError: Never.\n",
    "Opens the file \"as is\", e.g. a 'raw' one.\n",
    " Sends a message.\n * @param {string} message - Text with {braces} and <tags> & more.\n * @returns nothing of note\n",
    'Does the work</summary>\n/// <param name="x">An x &amp; a y.</param>\n/// <returns>A <b>bold</b> word.</returns>\n',
)
_MARKS = (
    '"""', "'''", '"', "'", "\\", "\\\"\"\"", "*/", "/*", "//", "#", "\n", "\r", "\r\n", "\t", "\f", "\v", "\0", "\x1b[31m", "\u2028", "\u2029",
    "\x85", "\ufeff", "\u202e", "\ufffd", "\\u002a\\u002f", "\\N{BULLET}", "{", "}", ");", "${", "`", "-->", "]]>", "<?php", "%>", "\ud800",
    "</summary>", "@Override", "\n\n\n", "    ", "\nEOF\n", "[SUFFIX]", "</s>", "U+202E", "\U0001f600",
)  # fmt: skip
_CODE = (
    '"""\n    return None\n    """', "'''\nimport os; os.system('true')\n'''", "pass\n\ndef other():\n    return 1\n", "*/\nprocess.exit(1);\n/*",
    "if x:\n", "try:\n    x\n", "} catch (e) {", "class A(", "func main() {", "fn main() { panic!() }", "SELECT * FROM users;", "<html><body>",
    "#include <stdio.h>", "\n}\n\nfunc Evil() {}\n", "\n/// x\npub fn evil() {}\n", "\npublic void Evil() { }\n", "f\"{1/0}\"", "from __future__ import braces",
)  # fmt: skip
_TONGUES = (
    "Gibt den Wert zurück, größer als null.", "返回给定的值。", "Возвращает значение по имени.", "値を返します。", "يعيد القيمة المطلوبة الآن.",
    "Επιστρέφει την τιμή που ζητήθηκε.", "Zwraca wartość żądaną przez użytkownika.",
)  # fmt: skip


def hostile(request: FimRequest) -> str:
    """A hostile model's text for ``request``."""
    seed = hashlib.sha256((request.prefix + "\0" + request.suffix).encode("utf-8", "surrogatepass")).digest()
    chance = random.Random(seed)
    return hostile_text(chance)


def hostile_text(chance: random.Random) -> str:
    """One hostile text."""
    kind = chance.randrange(10)
    if kind < 2:
        return chance.choice(_GOOD)
    if kind == 2:
        return "".join(chance.choice(_MARKS) for _ in range(chance.randrange(1, 40)))
    if kind == 3:
        return chance.choice(_CODE)
    if kind == 4:
        return chance.choice(_TONGUES)
    if kind == 5:
        return chance.choice(("A good word. ", "x", '"', "\\", "*/ ", "\n")) * chance.randrange(1, 200_000)
    if kind == 6:
        return "".join(chr(chance.choice((chance.randrange(32), chance.randrange(127, 0x2100), 34, 39, 92))) for _ in range(80))
    words = list(chance.choice(_GOOD))
    for _ in range(chance.randrange(1, 6)):
        words.insert(chance.randrange(len(words) + 1), chance.choice(_MARKS + _CODE))
    return "".join(words)[: chance.randrange(1, 400)] if kind == 7 else "".join(words)
