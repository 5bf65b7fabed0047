"""What is masked at one cursor is masked at every other one, and in every place of the text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codestral_ls.backends.masking.find import find_secrets, forget
from codestral_ls.backends.masking.mask import Mask, Unmasker

CODE = "".join(f"value_{number} = compute(value_{number - 1}, {number})\n" for number in range(1, 120))
NOTES = "".join(f"line {number} of the notes\n" for number in range(1, 250))


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    forget()
    yield
    forget()


def masked(text: str, cut: int) -> list[str]:
    return [text[span.start : span.end] for span in find_secrets(text, cut)]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    "text",
    [
        f"{NOTES}alice / Walnut1276*\n{NOTES}",
        f"{NOTES}admin walnutriver\n{NOTES}import os\ndef run():\n    return os\n",
        f"class Run:\n    def run(self):\n        pass\n{NOTES}admin walnutriver\n{NOTES}",
        f"10.0.0.1\tLantern698!\n{CODE}10.0.0.2\tLantern698!\n",
    ],
    ids=["notes", "code below", "code above", "twice"],
)
def test_the_cursor_does_not_decide(text: str, order: int) -> None:
    cursors = [
        place for place in range(0, len(text), 400) if text[place - 1 : place + 1].isspace() or text[place - 1 : place] != "!"
    ]
    found = {tuple(masked(text, cut)) for cut in cursors[::order]}
    assert len(found) == 1


def test_what_makes_a_text_a_program_may_be_typed_far_away() -> None:
    notes = f"{NOTES}admin walnutriver\n"
    for text in (notes, f"{notes}{NOTES}import os\n", f"{notes}{NOTES}import os\ndef run():\n"):
        fresh = masked(text, len(text))
        forget()
        assert masked(text, len(text)) == fresh
    masked(notes + NOTES, len(notes + NOTES))
    typed = f"{notes}{NOTES}import os\ndef run():\n"
    remembered = masked(typed, len(typed))
    forget()
    assert remembered == masked(typed, len(typed))


def test_a_secret_is_one_wherever_it_stands() -> None:
    text = f'password = "Lantern698!"\n{CODE}see Lantern698! of the table of colours and sizes, and xLantern698!\n'
    prefix, _ = Mask().mask(text, "")
    assert prefix.count("Lantern698!") == 1
    assert "xLantern698!" in prefix


def test_an_ordinary_word_is_not_masked_for_being_a_password_elsewhere() -> None:
    text = f'password = "lantern"\n{CODE}the lantern is red\n'
    assert "the lantern is red" in Mask().mask(text, "")[0]


def test_a_cursor_inside_a_password_changes_nothing() -> None:
    text = "10.0.0.1\tLantern698!\n10.0.0.2\tx\n"
    begin = text.index("Lantern")
    for cut in range(begin, begin + len("Lantern698!")):
        assert masked(text, cut) == ["Lantern698!"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('password = "Point2D"\nimport os\ndef run(x):\n    return Point2D(x), asn_Point2D\n', "return Point2D(x), asn_Point2D"),
        (
            "password = Point2D\nuse my_Point2D, Point2D_x, geo.Point2D, Point2D.x and id-Point2D\n",
            "use my_Point2D, Point2D_x, geo.Point2D, ",
        ),
    ],
)
def test_a_part_of_a_name_is_no_secret_for_being_one_elsewhere(text: str, left: str) -> None:
    masked = Mask().mask(text, "")[0]
    assert "MASKED_" in masked
    assert left in masked


def test_a_part_of_a_longer_name_is_no_likely_password() -> None:
    assert masked("10.0.0.1\tLantern698!\n", 0) == ["Lantern698!"]
    assert masked("10.0.0.1\tx_Lantern698!\n10.0.0.2\tMaple698_x\n10.0.0.3\tLantern698!_x\n", 0) == []


@pytest.mark.parametrize("step", [1, 3, 100])
def test_a_stand_in_in_other_letters_is_put_back_in_them(step: int) -> None:
    mask = Mask(b"k" * 32)
    stand_in = mask.mask("10.0.0.1\tLantern698!\n", "")[0].split()[1]
    answer = f"{stand_in} {stand_in.upper()} x_{stand_in.lower()}_y {stand_in.title()} masked_00000000 MASKED_ masked"
    unmasker = Unmasker(mask)
    restored = "".join(unmasker.feed(answer[at : at + step]) for at in range(0, len(answer), step)) + unmasker.end()
    assert restored == "Lantern698! LANTERN698! x_lantern698!_y Lantern698! masked_00000000 MASKED_ masked"


def test_a_stand_in_without_letters_is_the_secret_as_it_was() -> None:
    mask = Mask()
    while True:
        text = f"10.0.0.1\tLantern{len(mask._secrets)}77!\n"
        stand_in = mask.mask(text, "")[0].split()[1]
        if stand_in.isupper():
            assert mask.unmask(stand_in) in text
            return
