"""What token healing achieves: the rest of the line from cursors inside words and at their borders, with and without healing.

The text is this repository's own source, which the embedded model was not trained on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.config.sections import LocalOptions
from codestral_ls.host import prompt_tokens
from codestral_ls.host.answer_run import EngineRequest, Output
from codestral_ls.host.engine import Engine
from codestral_ls.host.model_loading import Model, open_model

SOURCES = Path(__file__).parents[1] / "server" / "codestral_ls"


@dataclass(frozen=True)
class HealingCursor:
    """A cursor: the text before and after it, and the rest of its line."""

    prefix: str
    rest: str
    suffix: str


def in_word(text: str, at: int) -> bool:
    """Between two characters of a word."""
    return (text[at - 1].isalnum() or text[at - 1] == "_") and (text[at].isalnum() or text[at] == "_")


def at_border(text: str, at: int) -> bool:
    """At the beginning or end of a word, with some of the line on both sides."""
    return text[at - 1] != "\n" and not in_word(text, at) and (text[at - 1].isalnum() or text[at].isalnum())


def cursors(wanted: Callable[[str, int], bool], count: int, seed: int = 0) -> list[HealingCursor]:
    """``count`` random cursors, at least half a page into their file and not at the end of a line."""
    dice = random.Random(seed)
    texts = [text for path in sorted(SOURCES.rglob("*.py")) if len(text := path.read_text("utf-8")) > 3000]
    found: list[HealingCursor] = []
    while len(found) < count:
        text = dice.choice(texts)
        at = dice.randrange(1000, len(text) - 500)
        end = text.index("\n", at)
        if end - at >= 2 and wanted(text, at):
            found.append(HealingCursor(text[max(0, at - 1500) : at], text[at:end], text[end : end + 400]))
    return found


def written(model: Model, engine: Engine, cursor: HealingCursor, heal: bool) -> tuple[str, int]:
    """The rest of the line as the model writes it greedily, and the number of bytes that were healed."""
    built = prompt_tokens.build(model.family, model.vocabulary, cursor.prefix, cursor.suffix, heal=heal)
    outputs: list[Output] = []
    order = EngineRequest(built.tokens, built.heal, max_tokens=32, stop=("\n",), collect=True, draft="off")
    engine.submit(order, outputs.append)
    while engine.step():
        pass
    return outputs[-1].text, len(built.heal)


def report(path: Path, count: int) -> str:
    """A Markdown table of exact matches."""
    model = open_model(path, LocalOptions(), lambda _: None)
    try:
        engine = Engine(model.session, model.vocabulary)
        lines = [
            "| cursor | line exact, without / with healing | next word right, without / with | healed | the others identical |",
            "|---|---|---|---|---|",
        ]
        for name, wanted in (("in a word", in_word), ("at a word's border", at_border)):
            lines.append(row(model, engine, name, cursors(wanted, count)))
        return "\n".join(lines)
    finally:
        model.close()


def row(model: Model, engine: Engine, name: str, places: list[HealingCursor]) -> str:
    """The row for one kind of cursor."""
    exact, word = {False: 0, True: 0}, {False: 0, True: 0}
    healed = same = 0
    for cursor in places:
        plain, _ = written(model, engine, cursor, heal=False)
        text, taken = written(model, engine, cursor, heal=True)
        for heal, got in ((False, plain), (True, text)):
            exact[heal] += got == cursor.rest
            word[heal] += next_word(got) == next_word(cursor.rest)
        healed += taken > 0
        same += taken == 0 and text == plain
    count = len(places)
    return (
        f"| {name} | {exact[False] / count:.1%} / {exact[True] / count:.1%} | {word[False] / count:.1%} / {word[True] / count:.1%} "
        f"| {healed / count:.0%} | {same} of {count - healed} |"
    )


def next_word(text: str) -> str:
    """The rest of the word at the cursor, or else the next word or sign."""
    found = re.match(r"\s*(\w+|\W)", text)
    return found.group() if found else ""
