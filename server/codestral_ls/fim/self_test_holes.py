"""The self-test: short holes with one right answer, and the verdict on a model's answers.

A hole counts when the model writes exactly the answer and then ends by itself. Guessing the answer from the prefix alone is easy: a
chat model does it in 12 of these 13 holes, but then continues, because it never learned that a middle has an end. A model that
gets its FIM tokens in a wrong order writes something else. Measured in ``benchmarks/results/self-test.md``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProbeHole:
    """A hole and the text that belongs into it."""

    prefix: str
    suffix: str
    answer: str


HOLES: tuple[ProbeHole, ...] = (
    ProbeHole(
        "def add(first, second):\n    return first + ", "\n\n\ndef multiply(first, second):\n    return first * second\n", "second"
    ),
    ProbeHole(
        "class Point:\n    def __init__(self, x, y):\n        self.x = x\n        self.y = ",
        "\n\n    def move(self, dx):\n        self.x += dx\n",
        "y",
    ),
    ProbeHole(
        "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(",
        "\n\n    def pop(self):\n        return self.items.pop()\n",
        "item)",
    ),
    ProbeHole("def is_empty(self):\n    return len(self.items", "\n\n\ndef size(self):\n    return len(self.items)\n", ") == 0"),
    ProbeHole(
        "import json\nimport os\n\n\ndef load(path):\n    with open(path) as file:\n        return json.load(",
        '\n\n\nprint(load("a.json"))\n',
        "file)",
    ),
    ProbeHole(
        "class User:\n    def __init__(self, name, age):\n        self.name = name\n        self.a",
        "\n\n    def __str__(self):\n        return self.name\n",
        "ge = age",
    ),
    ProbeHole("if __name__ == ", "\n    main()\n", '"__main__":'),
    ProbeHole(
        "def total(items):\n    result = 0\n    for item in items:\n        result += item\n    re",
        "\n\n\nprint(total([1, 2]))\n",
        "turn result",
    ),
    ProbeHole(
        "def area(width, height):\n    return width * ",
        "\n\n\ndef perimeter(width, height):\n    return 2 * (width + height)\n",
        "height",
    ),
    ProbeHole('def greet(name):\n    message = "Hello, " + name\n    ret', '\n\n\nprint(greet("you"))\n', "urn message"),
    ProbeHole(
        "def largest(values):\n    result = values[0]\n    for value in values:\n        if value > result:\n            result = ",
        "\n    return result\n",
        "value",
    ),
    ProbeHole("def mean(values):\n    return sum(values) / len(", "\n\n\nprint(mean([1, 2, 3]))\n", "values)"),
    ProbeHole("from __future__ import ", "\n\nimport os\nimport sys\n", "annotations"),
)
"""Two of a call's closing bracket, a name, a return, a half word, ordered with the easiest first."""

ENOUGH = 4
"""With so many filled holes a model is known to fill in the middle. The embedded model fills 11 of the 13, and in a wrong order at
most one; models that were not trained for it filled none."""
LEAST = 5
"""If the first so many holes are all unfilled, a slow model is judged without the rest."""
SECONDS = 2.0
"""Seconds for testing a model while somebody waits for it."""


@dataclass(frozen=True, slots=True)
class SelfTestVerdict:
    """``filled`` of ``asked`` holes. ``suited`` is None if time ran out before it was decided."""

    filled: int
    asked: int

    @property
    def suited(self) -> bool | None:
        """True if the model fills in the middle."""
        if self.filled >= ENOUGH:
            return True
        out_of_reach = self.filled + len(HOLES) - self.asked < ENOUGH
        return False if out_of_reach or (self.filled == 0 and self.asked >= LEAST) else None

    @property
    def decided(self) -> bool:
        """True if more holes cannot change it."""
        return self.suited is not None

    def and_one(self, *, filled: bool) -> SelfTestVerdict:
        """With another hole."""
        return SelfTestVerdict(self.filled + filled, self.asked + 1)


def is_filled(hole: ProbeHole, text: str, *, ended: bool) -> bool:
    """True if an answer fills its hole: exactly, and ended by the model itself."""
    return ended and text == hole.answer


def is_lost(hole: ProbeHole, text: str) -> bool:
    """True if the beginning of an answer can no longer become the right one."""
    return not hole.answer.startswith(text)


BETTER = "qwen2.5-coder-0.5b"
"""The model that is recommended in place of an unsuited one: the smallest general one of the catalogue with a free licence."""


def unsuited(model: str, verdict: SelfTestVerdict) -> str:
    """The sentence for the user of a model that cannot fill in the middle."""
    return (
        f"{model} filled {verdict.filled} of {verdict.asked} test holes: it was not trained to fill in the middle, or its prompts "
        f"are not written as it learned them. A better one: {BETTER} (`codestral-ls models recommend` ranks them for this machine)."
    )
