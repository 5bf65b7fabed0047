"""Known answers: places, the cache and typing along."""

from __future__ import annotations

from codestral_ls.completion.cache import Cache, Known
from codestral_ls.completion.place import place_at, typed_since

TEXT = "import os\n\n\ndef main():\n    print(\n\nend = 1\n"
AT = TEXT.index("print(") + len("print(")


def known(text: str, offset: int, raw: str, **changes: object) -> Known:
    return Known(place_at("u", text, offset), raw, **changes)  # type: ignore[arg-type]


def find(cache: Cache, text: str, offset: int) -> str | None:
    hit = next(cache.find("u", text, offset), None)
    return None if hit is None else hit.rest


def test_rest_of_an_answer_is_found_while_typing_along() -> None:
    cache = Cache(100_000)
    cache.keep(known(TEXT, AT, "os.getcwd())"))
    assert find(cache, TEXT, AT) == "os.getcwd())"
    assert find(cache, TEXT[:AT] + "os." + TEXT[AT:], AT + 3) == "getcwd())"
    assert find(cache, TEXT[:AT] + "sys" + TEXT[AT:], AT + 3) is None


def test_an_auto_closed_bracket_makes_no_difference() -> None:
    cache = Cache(100_000)
    cache.keep(known(TEXT, AT, "os.getcwd())"))
    assert find(cache, TEXT[:AT] + "os.getcwd()" + TEXT[AT:], AT + len("os.getcwd(")) == "))"


def test_edits_far_away_lose_nothing() -> None:
    cache = Cache(100_000)
    far = "x = 1\n" * 100
    cache.keep(known(far + TEXT + far, len(far) + AT, "answer"))
    assert find(cache, "new = 2\n" + far + TEXT + far + "more\n", len("new = 2\n") + len(far) + AT) == "answer"


def test_other_text_after_the_cursor_is_another_place() -> None:
    cache = Cache(100_000)
    cache.keep(known(TEXT, AT, "answer"))
    assert find(cache, TEXT.replace("end", "start"), AT) is None


def test_model_goes_before_copied() -> None:
    cache = Cache(100_000)
    cache.keep(known(TEXT, AT, "from elsewhere", origin="copied"))
    cache.keep(known(TEXT, AT, "from the model"))
    assert [hit.rest for hit in cache.find("u", TEXT, AT)] == ["from the model", "from elsewhere"]


def test_an_answer_typed_to_its_end_is_unknown_but_an_empty_one_is_known() -> None:
    cache = Cache(100_000)
    cache.keep(known(TEXT, AT, "x"))
    assert find(cache, TEXT[:AT] + "x" + TEXT[AT:], AT + 1) is None
    cache.keep(known(TEXT, AT, ""))
    assert find(cache, TEXT, AT) == ""


def test_forgetting() -> None:
    cache = Cache(100_000)
    cache.keep(known(TEXT, AT, "answer"))
    cache.forget(place_at("u", TEXT, AT))
    assert find(cache, TEXT, AT) is None
    assert cache.size == 0


def test_bytes_are_bounded_and_the_least_recently_used_goes_first() -> None:
    cache = Cache(5_000)
    texts = [f"def number_{index}():\n    " for index in range(20)]
    for text in texts:
        cache.keep(known(text, len(text), "y" * 200))
        find(cache, texts[0], len(texts[0]))
        assert cache.size <= 5_000
    assert find(cache, texts[0], len(texts[0])) == "y" * 200
    assert find(cache, texts[1], len(texts[1])) is None
    assert find(cache, texts[-1], len(texts[-1])) == "y" * 200


def test_typed_since() -> None:
    place = place_at("u", TEXT, AT)
    assert typed_since(place, "u", TEXT, AT) == ""
    assert typed_since(place, "u", TEXT[:AT] + "os" + TEXT[AT:], AT + 2) == "os"
    assert typed_since(place, "u", TEXT, AT - 1) is None
    assert typed_since(place, "other", TEXT, AT) is None
