"""Texts with ``▒`` in place of a secret, and how new secrets are put there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from support.backends.secret_files import Form

Draw = Callable[[random.Random], str]
"""Makes up a secret."""
Template = tuple[str, Draw, str]
"""A name, what makes up the secret, and the text with ``▒`` in place of the secret."""


def filled(templates: Iterable[Template], chance: random.Random) -> list[Form]:
    """The templates, each with a newly made secret that occurs once in its text; every text ends with a line break."""
    return [_filled(name, draw, text, chance) for name, draw, text in templates]


def _filled(name: str, draw: Draw, text: str, chance: random.Random) -> Form:
    secret = draw(chance)
    while secret.lower() in text.lower():
        secret = draw(chance)
    return name, text.replace("▒", secret) + "\n", secret
